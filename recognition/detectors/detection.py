"""What every detector answers."""

from __future__ import annotations

from dataclasses import dataclass

from recognition.types import Points


@dataclass(frozen=True, eq=False)
class Detection:
    """A face in a photograph.

    Attributes:
        box: (x0, y0, x1, y1), pixels of the photograph.
        landmarks: (5, 2) float32, in the order of :class:`recognition.types.Face`.
        confidence: 0 to 1.
        detector: Its name.
    """

    box: tuple[float, float, float, float]
    landmarks: Points
    confidence: float
    detector: str = "MTCNN"

    @property
    def size(self) -> float:
        """The shorter side of the box, pixels."""
        return min(self.box[2] - self.box[0], self.box[3] - self.box[1])
