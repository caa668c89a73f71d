"""Forms with files (multipart/form-data). Their texts are in UTF-8, whichever of Python's codecs a client names."""

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers


def form_headers(content_type: bytes) -> Headers:
    """What Starlette's parser needs of a form's headers: what stands between its parts, and nothing else."""
    _, parameters = parse_options_header(content_type)
    known = b"multipart/form-data"
    if b"boundary" in parameters:
        between = parameters[b"boundary"].replace(b"\\", rb"\\").replace(b'"', rb"\"")
        known += b'; boundary="%b"' % between
    return Headers(raw=[(b"content-type", known)])
