"""What tests of readers share: files, records by class, and text of any kind."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from hypothesis import strategies as st

from transfer.formats.records import LeftOut, Options, Record
from transfer.formats.sources import Source

SAMPLES = Path(__file__).with_name("samples")

R = TypeVar("R", bound=Record)

CHARACTERS = st.one_of(
    st.sampled_from("\"\\',;:-–\n\n\t []{}<>&#%!/aeé’œ\u2028\u2029\x85\xa0ß漢😀e\u0301"),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
)
TEXT = st.text(CHARACTERS, max_size=60)
WORDS = st.lists(st.text("aàbcÉœß漢'\"\\,;:!/-’#%", min_size=1, max_size=8), min_size=1, max_size=4).map(
    " ".join
)


def written(folder: Path, content: bytes | str, name: str = "export") -> Path:
    """A file of that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def records(reader: ModuleType, path: Path, **options: str) -> list[Record]:
    """All that the reader says of the file, once it has recognised it."""
    source = Source(path)
    assert reader.sniff(source.head().removeprefix(b"\xef\xbb\xbf"))
    return list(reader.read(source, Options(**options)))  # type: ignore[arg-type]


def of(kind: type[R], read: Iterable[Record]) -> list[R]:
    """Those of one class."""
    return [record for record in read if isinstance(record, kind)]


def left_out(read: Iterable[Record]) -> Counter[str]:
    """How many of each kind were left out."""
    return Counter(record.kind for record in of(LeftOut, read))
