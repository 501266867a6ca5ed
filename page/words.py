"""The page's standing texts."""

HEADER = """
<header class="masthead">
  <h1>facewhy</h1>
  <p>Do these two photographs show the same person, how sure is that, and <em>why</em>?</p>
</header>"""

EMPTY_VERDICT = """
<section class="verdict empty"><p>Add two photographs and press Compare, or click an example: the
decision appears here, then the maps that explain it, a table of the regions of the face, and a
chat.</p>
</section>"""

PRIVACY = """
<footer class="colophon">
  <p><b>Your photographs stay on the machine that runs this page</b> and are deleted within an
  hour.
  A score is evidence, not proof: two people can look alike, and one person can look different.
  Error rates differ between groups of people and are worse for poor pictures. Do not decide
  about anybody on this page alone.</p>
</footer>"""

CHAT_INVITATION = (
    "Ask about this comparison. Every answer shows the sentence it was read from; what I do not "
    "know, I say."
)
NO_CHAT = "Compare two photographs first; then ask me about the result."
STOPPED = '<p class="about">Stopped. Press Explain to go on.</p>'
NOT_BEGUN = (
    "One of the two files cannot be read as a picture: use a JPEG, PNG, WebP, TIFF or BMP of under "
    "50 megapixels. If both can be seen above, too many visitors are waiting or the files are over "
    "an hour old: put them in again."
)
MODEL_FAILED = (
    "This model failed on these two photographs. Choose another one in the settings; of a model of "
    "your own check what its settings file says of the input."
)
FAILED = (
    "{what}: this failed inside the program or the model. Choose another explainer or other "
    "settings; what is there already stays."
)
JUDGED_ANEW = "The operating point is another one now: {point} What I said above was for the last."
STARTERS = (
    "What is the decision?",
    "How sure are you about the decision?",
    "How did you come to this decision?",
    "What is the most important feature?",
    "What is the least important feature?",
    "What are these output images?",
    "What is explainable AI?",
)
AUDIENCES = (("Plain words", "plain"), ("Examiner", "examiner"), ("Researcher", "researcher"))
SCHEMES = (("Nine regions of the paper", "p2w"), ("Nine parts, with hair and ears", "ifv"))

READ_ALOUD = "() => document.querySelector('#verdict').setAttribute('aria-live', 'polite')"
"""Run in the browser: a screen reader says the verdict when it comes."""
