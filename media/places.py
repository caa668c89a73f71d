"""Where pictures are kept, as an operator writes it: a folder, or `s3://bucket/prefix?endpoint=…&region=…`."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from media.folder import Folder
from media.s3 import Bucket
from media.store import MediaStore

S3 = "s3"
OPTIONS = {"endpoint", "region"}


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """A bucket by its name, and what is known of the server that has it."""

    bucket: str
    prefix: str
    endpoint: str | None
    region: str | None


def place_of(written: str) -> Path | BucketPlace:
    """The place that is written so.

    Raises:
        ValueError: none can be.
    """
    if "://" not in written:
        return Path(written)
    parts = urlsplit(written)
    if (
        parts.scheme != S3
        or not parts.hostname
        or parts.fragment
        or "@" in parts.netloc
        or ":" in parts.netloc
    ):
        raise ValueError("no folder and no bucket")
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    endpoint = options.get("endpoint")
    if not set(options) <= OPTIONS or (endpoint is not None and not _is_address(endpoint)):
        raise ValueError("an option that is none")
    return BucketPlace(parts.netloc, unquote(parts.path).strip("/"), endpoint, options.get("region"))


def store_at(written: str) -> MediaStore:
    """The place, ready to be used; nothing is asked of it."""
    place = place_of(written)
    if isinstance(place, Path):
        return Folder(place)
    return Bucket(place.bucket, place.prefix, place.endpoint, place.region)


def _is_address(endpoint: str) -> bool:
    parts = urlsplit(endpoint)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
