"""Pictures from anywhere become pictures that can be shown: read whole or refused, and written anew.

What is written has the pixels and nothing else: no place, camera, comment or colour profile. It stands upright, its
colours are sRGB, its longest side is bounded, and smaller ones are made of it at once. Of an animation it is the first
frame. All are WebP: without loss where a picture is drawn rather than photographed, or has transparent parts.

Reading one costs about four bytes for each pixel, and a second for the largest: `make_picture` belongs into a thread.
"""

import hashlib
import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from media.errors import BrokenPicture, PictureTooLarge, UnknownFormat
from media.names import name_of, widths_below

LONGEST_SIDE = 2560
"""Pixels: what a screen shows, and not what a camera has seen."""
QUALITY = 84
EFFORT = 4
"""From 0 to 6: how long to look for fewer bytes."""
MOST_SCANS = 100
"""Passes in which a JPEG may be drawn; ten are usual, and each takes as long as the whole picture."""
FEW_COLOURS = 256
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_DRAWN = ("PNG", "GIF")
_JPEGS = ("JPEG", "MPO")
_SCAN = b"\xff\xda"
warnings.filterwarnings("ignore", module=r"PIL\.")  # of what strangers send, the log needs to know nothing
_UNKNOWN = "This is no picture of a known format: send JPEG, PNG, WebP, GIF or AVIF."
_BROKEN = "The picture is broken: it cannot be read to its end."


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """How large a picture may be as it comes, in bytes and in pixels."""

    most_bytes: int = 10 * 2**20
    most_pixels: int = 40_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored: `files` has the bytes of each of its sizes by their names."""

    digest: str
    width: int
    height: int
    files: Mapping[str, bytes]

    @property
    def largest(self) -> bytes:
        """The picture itself."""
        return self.files[name_of(self.digest)]


def make_picture(data: bytes, limits: PictureLimits) -> Picture:
    """What to store of these bytes, whatever they are called.

    Raises:
        PictureTooLarge: there are too many bytes or pixels; nothing has been decoded then.
        UnknownFormat: they are no picture.
        BrokenPicture: they are not a whole one.
    """
    if len(data) > limits.most_bytes:
        raise PictureTooLarge(f"The picture has more than {limits.most_bytes} bytes.")
    image, drawn = _pixels(data, limits)
    return _encoded(image, lossless=drawn and _has_few_colours(image))


def _pixels(data: bytes, limits: PictureLimits) -> tuple[Image.Image, bool]:
    """What is seen, and whether its format is one for what is drawn."""
    source = _opened(data)
    _refuse_costly(source, data, limits)
    drawn = source.format in _DRAWN
    try:
        return _clean(_srgb(_upright(_read(source)))), drawn
    except Exception as error:  # whatever a decoder says of such bytes
        raise BrokenPicture(_BROKEN) from error


def _opened(data: bytes) -> Image.Image:
    """The picture's head, by which its format is known."""
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureTooLarge("The picture has far too many pixels.") from None
    except UnidentifiedImageError:
        raise UnknownFormat(_UNKNOWN) from None
    except Exception as error:  # a head that promises what does not come
        raise BrokenPicture(_BROKEN) from error


def _refuse_costly(source: Image.Image, data: bytes, limits: PictureLimits) -> None:
    pixels = source.width * source.height
    if pixels > limits.most_pixels:
        size = f"{source.width} × {source.height}"  # noqa: RUF001 - as sizes are written
        raise PictureTooLarge(f"The picture has {size} pixels; {limits.most_pixels} are the most.")
    if source.format in _JPEGS and data.count(_SCAN) > MOST_SCANS:
        raise BrokenPicture("The picture is a JPEG that is drawn in too many passes.")


def _read(source: Image.Image) -> Image.Image:
    """Its pixels, in a mode that can be made smaller without harm."""
    source.draft(None, _bounded(source.size))  # of a large JPEG, only as much is decoded as is needed
    source.load()
    image = _deep_to_flat(source) if source.mode.startswith("I") else source
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    if max(image.size) > LONGEST_SIDE:
        image = _resized(image, _bounded(image.size))
    image.info = {**source.info, **image.info}
    return image


def _deep_to_flat(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey as eight: Pillow's own conversion takes all but the darkest for white."""
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held, if it has said so in words that can be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - it lies as it does
        return image


def _srgb(image: Image.Image) -> Image.Image:
    """In the colours of the web, if the picture has others, and a profile that says which."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    try:
        given, mode = ImageCms.ImageCmsProfile(io.BytesIO(profile)), "RGBA" if image.mode == "RGBA" else "RGB"
        return (
            ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode=mode) or image
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _clean(image: Image.Image) -> Image.Image:
    """The pixels and nothing else."""
    see_through = image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255)
    image = image.convert("RGBA" if see_through else "RGB")
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    return clean


def _has_few_colours(image: Image.Image) -> bool:
    """Or parts that are transparent, whose edges show any loss."""
    return image.mode == "RGBA" or image.getcolors(FEW_COLOURS) is not None


def _encoded(image: Image.Image, *, lossless: bool) -> Picture:
    largest = _webp(image, lossless=lossless)
    digest = hashlib.sha256(largest).hexdigest()
    files = {name_of(digest): largest}
    for width in widths_below(image.width):
        size = (width, max(1, round(image.height * width / image.width)))
        files[name_of(digest, width)] = _webp(_resized(image, size), lossless=lossless)
    return Picture(digest, image.width, image.height, files)


def _webp(image: Image.Image, *, lossless: bool) -> bytes:
    written = io.BytesIO()
    quality = 50 if lossless else QUALITY  # without loss it is the effort
    image.save(written, "WEBP", quality=quality, lossless=lossless, method=EFFORT)
    return written.getvalue()


def _bounded(size: tuple[int, int]) -> tuple[int, int]:
    """The size within the bounds, of the same shape."""
    factor = min(1.0, LONGEST_SIDE / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
