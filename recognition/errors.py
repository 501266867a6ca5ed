"""What can go wrong, said to a person.

Every message is a sentence that says what to do next; the page shows it as it stands.
"""


class FacewhyError(Exception):
    """Base of everything this program tells a person instead of failing."""


class NotAPicture(FacewhyError):
    """The bytes are no picture that can be read."""


class PictureTooLarge(FacewhyError):
    """More bytes or more pixels than the program takes."""


class PictureTooSmall(FacewhyError):
    """The picture, or the face in it, has too few pixels to compare."""


class NoFaceFound(FacewhyError):
    """The detector found no face."""


class NoSuchFace(FacewhyError):
    """The face that was asked for by number is not among those found."""


class ModelNotInstalled(FacewhyError):
    """The model is known, but its weights are not on this machine."""


class UnknownName(FacewhyError):
    """A name (of a model, an explainer, a scheme ...) that is in no registry."""


class BadSetting(FacewhyError):
    """A setting outside the range it may have."""


class NeedsGradients(FacewhyError):
    """The explainer needs a differentiable model and this one is not."""


class Cancelled(FacewhyError):
    """The person stopped the work."""
