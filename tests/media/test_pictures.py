import resource

import pytest
from PIL import Image

from media.errors import BrokenPicture, PictureTooLarge, UnknownFormat
from media.names import name_of
from media.pictures import LONGEST_SIDE, MOST_SCANS, Picture, PictureLimits, make_picture
from tests.media.drawing import (
    SECRET,
    corners,
    decoded,
    encoded,
    exif,
    huge_gif,
    huge_png,
    huge_webp,
    photograph,
    quarters,
    swapped_profile,
    talkative,
)

KINDS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]
LIMITS = PictureLimits()
every_kind = pytest.mark.parametrize("kind", KINDS)


def made(data: bytes) -> tuple[Picture, Image.Image]:
    picture = make_picture(data, LIMITS)
    return picture, decoded(picture.largest)


@every_kind
def test_every_format_that_is_taken_becomes_webp(kind: str) -> None:
    picture, image = made(encoded(quarters(), kind))
    assert (image.format, image.size) == ("WEBP", (80, 40))
    assert (picture.width, picture.height) == (80, 40)
    assert corners(image) == ["red", "lime", "blue", "white"]


@every_kind
def test_nothing_is_left_of_what_a_picture_tells_of_itself(kind: str) -> None:
    sent = talkative(kind, quarters())
    assert SECRET.encode() in sent
    picture = make_picture(sent, LIMITS)
    for stored in picture.files.values():
        assert SECRET.encode() not in stored
        assert not {b"EXIF", b"XMP ", b"ICCP"} & {stored[at : at + 4] for at in range(len(stored))}
        assert not decoded(stored).getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("orientation", "turned"), [(3, 180), (6, 270), (8, 90)])
def test_a_picture_stands_as_the_camera_was_held(kind: str, orientation: int, turned: int) -> None:
    _, image = made(encoded(quarters(), kind, exif=exif(orientation)))
    expected = quarters().rotate(turned, expand=True)
    assert image.size == expected.size
    assert corners(image) == corners(expected)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_an_orientation_that_cannot_be_read_is_none() -> None:
    _, image = made(encoded(quarters(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\xff\xff"))
    assert corners(image) == ["red", "lime", "blue", "white"]


def test_colours_are_those_of_the_web() -> None:
    _, image = made(encoded(quarters(), "JPEG", icc_profile=swapped_profile()))
    assert corners(image)[:2] == ["lime", "red"]


def test_a_profile_that_is_none_is_left_out() -> None:
    _, image = made(encoded(quarters(), "JPEG", icc_profile=b"no profile" * 20))
    assert corners(image) == ["red", "lime", "blue", "white"]


@pytest.mark.parametrize("mode", ["L", "1", "CMYK"])
def test_photographs_in_other_modes_are_shown_as_they_are(mode: str) -> None:
    kind = "PNG" if mode == "1" else "JPEG"
    _, image = made(encoded(photograph().convert(mode), kind))
    assert image.mode == "RGB"
    assert image.size == (800, 600)


def test_sixteen_bits_of_grey_are_no_white() -> None:
    deep = Image.new("I;16", (30, 10), 16384)
    _, image = made(encoded(deep, "PNG"))
    assert image.getpixel((5, 5)) == (64, 64, 64)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_drawings_lose_nothing(kind: str) -> None:
    drawing = Image.new("RGBA", (400, 50), (0, 0, 0, 0))
    for place in range(100):
        drawing.putpixel((place, place % 50), (place, 255 - place, 7, 255))
    sent = encoded(drawing, kind)
    picture, image = made(sent)
    assert image.mode == "RGBA"
    for place in range(100):
        at = (place, place % 50)
        assert image.getpixel(at) == decoded(sent).convert("RGBA").getpixel(at) != (0, 0, 0, 0)
    assert image.getpixel((399, 0)) == (0, 0, 0, 0)
    assert decoded(picture.files[name_of(picture.digest, 320)]).mode == "RGBA"


def test_an_animation_becomes_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        _, image = made(encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))
        assert getattr(image, "n_frames", 1) == 1
        assert set(corners(image)) == {"red"}


def test_smaller_ones_are_made_at_once() -> None:
    picture = make_picture(encoded(photograph(1000, 500), "JPEG"), LIMITS)
    sizes = {name: decoded(data).size for name, data in picture.files.items()}
    assert sizes == {
        name_of(picture.digest): (1000, 500),
        name_of(picture.digest, 320): (320, 160),
        name_of(picture.digest, 640): (640, 320),
        name_of(picture.digest, 960): (960, 480),
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_pictures_fit_a_screen(kind: str) -> None:
    picture, image = made(encoded(photograph(6000, 1500).convert("L"), kind))
    assert image.size == (picture.width, picture.height) == (LONGEST_SIDE, LONGEST_SIDE // 4)
    assert len(picture.files) == 6


def test_thin_pictures_stay_pictures() -> None:
    picture, image = made(encoded(Image.new("RGB", (5000, 1)), "PNG"))
    assert image.size == (LONGEST_SIDE, 1)
    assert decoded(picture.files[name_of(picture.digest, 320)]).size == (320, 1)


def test_the_same_picture_has_the_same_name_whatever_was_written_beside_it() -> None:
    plain, told = (encoded(quarters(), "PNG"), talkative("PNG", quarters()))
    assert plain != told
    assert make_picture(plain, LIMITS).files == make_picture(told, LIMITS).files


@pytest.mark.parametrize(
    "sent",
    [huge_png(50_000, 50_000), huge_gif(60_000, 60_000), huge_webp(16_000, 16_000), huge_png(7000, 6000)],
)
def test_what_says_that_it_is_huge_costs_nothing(sent: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(PictureTooLarge, match="pixels"):
        make_picture(sent, LIMITS)
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
    )  # KiB; as pixels, 160,000 and more


def test_bytes_are_counted() -> None:
    sent = encoded(quarters(), "PNG")
    make_picture(sent, PictureLimits(most_bytes=len(sent)))
    with pytest.raises(PictureTooLarge, match="bytes"):
        make_picture(sent, PictureLimits(most_bytes=len(sent) - 1))


@pytest.mark.parametrize(
    "sent", [b"", b"hello", b'<svg xmlns="http://www.w3.org/2000/svg"/>', encoded(quarters(), "TIFF")]
)
def test_what_is_no_picture_is_refused(sent: bytes) -> None:
    with pytest.raises(UnknownFormat, match="JPEG, PNG, WebP, GIF or AVIF"):
        make_picture(sent, LIMITS)


@every_kind
def test_a_picture_that_ends_too_early_is_broken_wherever_it_ends(kind: str) -> None:
    sent = encoded(photograph(60, 60), kind)
    for length in range(40, len(sent) - 16, len(sent) // 12):
        with pytest.raises((BrokenPicture, UnknownFormat)):
            make_picture(sent[:length], LIMITS)


def test_a_jpeg_is_drawn_in_a_few_passes() -> None:
    sent = encoded(quarters(), "JPEG", progressive=True)
    last = sent[sent.rindex(b"\xff\xda") : -2]
    make_picture(sent, LIMITS)
    with pytest.raises(BrokenPicture, match="passes"):
        make_picture(sent[:-2] + last * MOST_SCANS + sent[-2:], LIMITS)
