# docker build -t facewhy . && docker run --rm -p 7860:7860 facewhy
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir uv && useradd --create-home facewhy
WORKDIR /home/facewhy/app

# The packages change seldom and the code often: two layers.
COPY requirements.txt requirements.lock ./
RUN uv pip install --system --no-cache -r requirements.txt -c requirements.lock
COPY . .

USER facewhy
ENV GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD \
    python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/')"
CMD ["python", "app.py"]
