"""What a form of the site sends: its fields by name, each as a text; and files, where it may have some."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile

from server.http.http_error import HTTPError

URLENCODED = b"application/x-www-form-urlencoded"
MULTIPART = b"multipart/form-data"
MOST_FIELDS = 2000


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as they were typed, line ends as on Unix. A field that is missing is empty.

    `picture` is the file that was chosen, which waits on the disk until the answer has been made.
    """

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    picture: UploadFile | None = None

    def text(self, name: str) -> str:
        """The first value of a field, as it was typed."""
        return self.fields.get(name, ("",))[0]

    def optional(self, name: str) -> str | None:
        """The same without blanks around it; None where nothing else is there."""
        return self.text(name).strip() or None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be there several times."""
        return self.fields.get(name, ())

    def checked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self.fields


def media_type(content_type: bytes) -> bytes:
    """How a body is written, without parameters."""
    return content_type.partition(b";")[0].strip().lower()


def read_form(content_type: bytes, body: bytes) -> Form:
    """The form in a body.

    Raises:
        HTTPError: it is none.
    """
    if media_type(content_type) != URLENCODED:
        raise HTTPError(415, "UNSUPPORTED_MEDIA_TYPE", "This is not what a form of this site sends.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise unreadable() from None
    return form_of(pairs)


def form_of(pairs: Iterable[tuple[str, str]], picture: UploadFile | None = None) -> Form:
    """The form that has these fields in this order."""
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n"))
    return Form(fields, picture)


def unreadable() -> HTTPError:
    """What whoever sends something that looks like a form is told."""
    return HTTPError(400, "BAD_REQUEST", "This form cannot be read.")


def too_long(most: int) -> HTTPError:
    """Likewise of a text that no form may have."""
    return HTTPError(413, "BODY_TOO_LARGE", f"A text may have {most} bytes at most.")
