import io

import pytest

from transfer.formats.decoding import CHUNK_BYTES, Decoding, clean

RUSSIAN = "О каналах, шлюзах и очень длинном заголовке, который не помещается"
POLISH = "Zażółć gęślą jaźń, łódź pływa po kanale, w którym są śluzy i żółte kaczki"


def decoded(data: bytes) -> tuple[str, Decoding]:
    decoding = Decoding(io.BytesIO(data))
    return b"".join(decoding).decode(), decoding


def declared(encoding: str, content: bytes) -> bytes:
    return b'<?xml version="1.0" encoding="%s"?>\n<rss>' % encoding.encode() + content + b"\n</rss>"


def test_characters_that_xml_forbids_are_taken_out_across_chunks() -> None:
    for at in range(CHUNK_BYTES - 6, CHUNK_BYTES + 2):
        data = (
            b"x" * at + "a\x00\x08\x0b\x0c\x0e\x1f\ufffe\uffff\t\né\U0001f600z".encode() + b"\n" + b"y" * 10
        )
        assert decoded(data)[0] == "x" * at + "a\t\né\U0001f600z\n" + "y" * 10


@pytest.mark.parametrize(
    "reference", ["&#0;", "&#11;", "&#x0B;", "&#xFFFF;", "&#65534;", "&#xD800;", "&#13;"]
)
def test_forbidden_characters_given_by_number_are_taken_out_too(reference: str) -> None:
    assert clean(f"a{reference}b&#10;&#233;&#x1F600;".encode()) == b"ab&#10;&#233;&#x1F600;"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("L'été, à Nîmes : « où ça ? » Noël, cœur, garçon.", "cp1252"),
        ("Über größere Brücken führt kein Weg; schön, daß Ihr übt", "latin-1"),
        ("Café", "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (POLISH, "cp1250"),
        ("日本の運河について。これはとても長い文章です。", "shift_jis"),
        ("日本の運河について。これはとても長い文章です。", "euc_jp"),
        ("中国的运河很长，我们去看看吧。", "gbk"),
    ],
)
def test_what_is_declared_as_utf8_and_is_not_is_guessed(text: str, encoding: str) -> None:
    lines = "\n".join([text] * 3)
    result, decoding = decoded(declared("UTF-8", lines.encode(encoding)))
    assert lines in result
    assert decoding.encoding != "utf-8"


def test_a_declared_encoding_is_believed_where_it_can_be() -> None:
    assert POLISH in decoded(declared("iso-8859-2", POLISH.encode("iso-8859-2")))[0]


def test_utf8_is_read_as_utf8_whatever_is_declared() -> None:
    result, decoding = decoded(declared("ISO-8859-1", "Été à Zürich".encode()))
    assert "Été à Zürich" in result
    assert decoding.encoding == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_wide_characters_and_byte_order_marks_are_understood(encoding: str) -> None:
    text = "<rss>Été à Zürich 😀\x0b\ufffe</rss>" * 20_000
    assert decoded(text.encode(encoding))[0] == "<rss>Été à Zürich 😀</rss>" * 20_000


def test_single_bytes_and_half_characters_among_utf8_are_mended() -> None:
    surrogates = "\ud83d\ude00".encode("utf-8", "surrogatepass")
    result, decoding = decoded("déjà été ".encode() + b"caf\xe9 " + surrogates + " l’été".encode())
    assert result == "déjà été café 😀 l’été"
    assert decoding.mended


def test_a_long_line_is_not_kept_waiting_for_its_end() -> None:
    data = b"x" * (20 * 2**20)
    assert sum(map(len, Decoding(io.BytesIO(data)))) == len(data)
