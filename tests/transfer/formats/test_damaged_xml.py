"""Samples with random damage: something is read of them, or it is said what is wrong; nothing else ever happens."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transfer.formats.xml_writing import SAMPLES
from transfer.formats import blogger, disqus, wordpress
from transfer.formats.records import FormatError, Options
from transfer.formats.sources import Source

READERS = {
    "wordpress-6.1.9-post.xml": wordpress.read,
    "by-hand-disqus.xml": disqus.read,
    "by-hand-blogger-takeout.atom": blogger.read,
}
WHOLE = {name: (SAMPLES / name).read_bytes() for name in READERS}
MARKS = (
    b"""< > ]]> <![CDATA[ <!-- & </item> <entry> </post> <wp:comment> <? " <x &#0; &#11; &nope; 2021-02-30"""
)
INSERTED = st.sampled_from([*MARKS.split(), b"\x00", b"\xff", b"\xef\xbf\xbe", b"\xed\xa0\xbd"])
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
DAMAGE = st.tuples(
    st.floats(0, 1), st.sampled_from([0, 0, 1, 10, 300, 3_000]), st.one_of(st.just(b""), INSERTED)
)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damages=st.lists(DAMAGE, min_size=1, max_size=8))
def test_a_damaged_file_is_read_as_far_as_it_can_be(
    tmp_path: Path, name: str, damages: list[tuple[float, int, bytes]]
) -> None:
    content = WHOLE[name]
    for place, lost, inserted in damages:
        at = int(place * len(content))
        content = content[:at] + inserted + content[at + lost :]
    path = tmp_path / "damaged"
    path.write_bytes(content)
    with suppress(FormatError):
        for record in READERS[name](Source(path), Options()):
            texts = [value for slot in record.__slots__ if isinstance(value := getattr(record, slot), str)]
            assert not [text for text in texts if FORBIDDEN.search(text)]
