import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from transfer.formats import characters
from transfer.formats.addresses import path_of
from transfer.formats.characters import Decoder, clean, decoded, encoding_of, lines, plain, title
from transfer.formats.moments import after_epoch, in_zone, instant, wall_clock, zone
from transfer.formats.records import FormatError

FRENCH = "L’écluse était fermée à Noël.\nRémi\n"
JAPANESE = "今日は天気がいいですね。\n日記を書きました。\n"


def test_text_loses_what_xml_forbids_and_keeps_unusual_line_ends() -> None:
    assert clean("a\0\x0bb\ufffe\ud800c\r\nd\re\u2028\x85f") == "ab" + "c\nd\ne\u2028\x85f"


def test_names_are_decoded_once() -> None:
    assert decoded(" R&D &amp;amp; \n M&#233;lo &rsquo;") == "R&D &amp; Mélo ’"


def test_titles_lose_inline_markup_and_keep_what_only_looks_like_it() -> None:
    assert title('3 < 5, List<T>, <em class="x">fin</em> &amp; &lt;b&gt;') == "3 < 5, List<T>, fin & <b>"


def test_html_is_read_as_one_line() -> None:
    assert (
        plain("<p>Un&nbsp;<b>deux</b></p><ul><li>a</li><li>&lt;b&gt;</li></ul>c<br>d") == "Un deux a <b> c d"
    )


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"ascii\n", "utf-8"),
        (FRENCH.encode(), "utf-8"),
        (FRENCH.encode("cp1252"), "cp1252"),
        ("Rémi\n".encode("cp1252"), "cp1252"),
        (JAPANESE.encode("euc_jp"), "euc_jp"),
        (JAPANESE.encode("cp932"), "cp932"),
        (2 * FRENCH.encode() + "été\n".encode("cp1252"), "utf-8"),
    ],
)
def test_the_encoding_is_told_by_all_lines_that_are_not_ascii(content: bytes, encoding: str) -> None:
    assert encoding_of(io.BytesIO(content)) == encoding


def test_single_bytes_that_are_no_utf8_are_taken_for_windows_1252() -> None:
    decode = Decoder()
    assert decode(b"bien \xe9t\xe9 " + "dès".encode()) == "bien été dès"
    assert decode("été".encode()) == "été"
    assert decode.mended == 1


def test_lines_end_with_a_line_feed_alone() -> None:
    content = "\ufeffa\u2028b\x85c\x0bd\x0c\r\ne".encode()
    assert [line.decode() for _, line in lines(io.BytesIO(content))] == ["a\u2028b\x85c\x0bd\x0c\r\n", "e"]


def test_a_line_without_end_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(characters, "LONGEST_LINE_BYTES", 100)
    with pytest.raises(FormatError, match="Line 2 is longer"):
        list(lines(io.BytesIO(b"a\n" + 200 * b"b")))


def test_an_hour_that_summer_time_leaves_out_is_the_one_after_it_and_a_double_one_the_first() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert in_zone(wall_clock("2021-03-28 02:30:00"), paris) == datetime(2021, 3, 28, 1, 30, tzinfo=UTC)
    assert in_zone(wall_clock("2022-10-30 02:30:00"), paris) == datetime(2022, 10, 30, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "0000-00-00 00:00:00", "2021-06-31 10:00:00", "now", "2021-01-01 25:00:00"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert wall_clock(text) is None
    assert instant(text) is None


def test_moments_are_in_utc() -> None:
    assert instant("2021-03-28T03:15:00.123456789+02:00") == datetime(
        2021, 3, 28, 1, 15, 0, 123456, tzinfo=UTC
    )
    assert instant("0001-01-01T00:00:00+05:00") is None
    assert after_epoch(1796002216.25) == datetime(2026, 11, 30, 1, 30, 16, 250000, tzinfo=UTC)
    assert after_epoch(1e300) is None
    assert after_epoch(float("nan")) is None


@pytest.mark.parametrize(
    "name", ["", "Europe", "../../etc/passwd", "/etc/localtime", "Europe/Paris\0", "Nowhere/City"]
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone(name) is None


def test_a_path_is_what_follows_the_host() -> None:
    assert path_of("https://a.example:8080/x/?p=18#c1") == "/x/?p=18"
    assert path_of("https://a.example") == "/"
    assert path_of("https://[a.example/") == ""
