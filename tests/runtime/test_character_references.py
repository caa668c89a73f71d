"""Character references as anybody may write them."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.character_references import unescaped


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("caf&eacute; &amp;amp; &#233;&#xe9;", "café &amp; éé"),
        ("&#00000000000065;&#0000000065", "AA"),
        (f"&#{'0' * 5000}66;", "B"),
        (f"&#{'1' * 5000};", "\ufffd"),
        (f"&#x{'f' * 5000};", "\ufffd"),
        (f"&#{'0' * 5000};", "\ufffd"),
        ("&#1114112;&#12345678;&#123456789;&#;", "\ufffd\ufffd\ufffd&#;"),
    ],
)
def test_references_of_any_length_are_read(written: str, meant: str) -> None:
    assert unescaped(written) == meant


@given(st.text("&#x0123456789abf;é ", max_size=40))
def test_short_ones_mean_what_the_standard_library_says(text: str) -> None:
    assert unescaped(text) == unescape(text)
