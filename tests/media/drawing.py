"""Pictures as people have them: photographs with everything a camera writes, drawings, and what only looks like one."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
SECRET = "48.8566 North"


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def decoded(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def photograph(width: int = 800, height: int = 600) -> Image.Image:
    """Many colours."""
    across = Image.linear_gradient("L").resize((width, height))
    round_ = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, round_, across.transpose(Image.Transpose.ROTATE_180)))


def quarters(width: int = 80, height: int = 40) -> Image.Image:
    """Red, green, blue and white, from the top left as one reads."""
    image = Image.new("RGB", (width, height), "white")
    half = (width // 2, height // 2)
    image.paste("red", (0, 0, *half))
    image.paste("lime", (half[0], 0, width, half[1]))
    image.paste("blue", (0, half[1], half[0], height))
    return image


def corners(image: Image.Image) -> list[str]:
    """The colours at the corners, from the top left as one reads, by the name of what they are nearest to."""
    names = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    right, bottom = image.width - 4, image.height - 4
    seen = [image.convert("RGB").getpixel(at) for at in ((3, 3), (right, 3), (3, bottom), (right, bottom))]

    def distance(name: str, colour: Any) -> int:
        return sum(abs(one - other) for one, other in zip(names[name], colour, strict=True))

    return [min(names, key=lambda name: distance(name, colour)) for colour in seen]


def exif(orientation: int = 1) -> Image.Exif:
    written = Image.Exif()
    written[ORIENTATION] = orientation
    written[MAKE] = SECRET
    written.get_ifd(GPS)[1] = SECRET
    return written


def talkative(kind: str, image: Image.Image) -> bytes:
    """A picture that tells of itself in every way that its format has."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    told: dict[str, Any] = {"exif": exif(), "icc_profile": profile, "xmp": f"<x>{SECRET}</x>".encode()}
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", SECRET)
        info.add_itxt("XML:com.adobe.xmp", SECRET, zip=True)
        return encoded(image, kind, exif=told["exif"], icc_profile=profile, pnginfo=info)
    if kind == "GIF":
        return encoded(image, kind, comment=SECRET.encode())
    if kind == "JPEG":
        told["comment"] = SECRET.encode()
    return encoded(image, kind, **told)


def swapped_profile() -> bytes:
    """Of a screen that has its red where others have their green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    tags = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def huge_png(width: int, height: int) -> bytes:
    """A hundred bytes that say they are so many pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def huge_gif(width: int, height: int) -> bytes:
    """A screen of one pixel, and a frame of so many."""
    frame = struct.pack("<HHHH", 0, 0, width, height)
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff," + frame + b"\0\2\2\x4c\1\0;"


def huge_webp(width: int, height: int) -> bytes:
    content = b"\x2f" + struct.pack("<I", (width - 1) | ((height - 1) << 14)) + bytes(9)
    chunk = b"VP8L" + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk
