"""What is wrong with a picture, in words for the person who sent it, and what keeps one from being stored."""


class PictureError(Exception):
    """The base of what is wrong with a picture."""


class PictureTooLarge(PictureError):
    """It has too many bytes or pixels."""


class UnknownFormat(PictureError):
    """It is no picture, or of a format that is not taken."""


class BrokenPicture(PictureError):
    """It is of a known format, and cannot be read to its end."""


class StoreUnavailable(Exception):
    """Where pictures are kept does not answer, or takes none."""
