"""The kinds of values that settings have, and how each is written in an environment variable.

Every kind carries the words that tell an operator what a value of it looks like. Nothing here knows which
settings exist.
"""

import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import idna
from pydantic import AfterValidator, BeforeValidator, ByteSize, Field
from pydantic.fields import FieldInfo
from pydantic_settings import NoDecode

from media.places import place_of
from models.text import line
from storage.location import locate

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
CERTIFICATES = {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}
"""Of a Redis server with a certificate authority of its own."""
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?")


@dataclass(frozen=True)
class ExpectedFormat:
    """What a good value is, to stand after "must be"."""

    words: str


class Explained(ValueError):
    """Says of a value in a sentence what is wrong with it, where what it must be is not enough."""


def written(text: str) -> Any:
    """A default as an operator would write it."""
    return text


def _seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError("not a duration")
    return float(match[1]) * UNITS[match[2] or "s"]


def _words(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(word for word in re.split(r"[,\s]+", value) if word)


def _origins(value: object) -> object:
    words = _words(value)
    if isinstance(words, tuple):
        return tuple(word if word == "*" else _origin(word) for word in words)
    return words


def _named_origins(value: object) -> object:
    words = _words(value)
    if isinstance(words, tuple) and "*" in words:
        raise Explained("Each has to be named: with * anybody could begin conversations about any page.")
    return _origins(value)


def _origin(text: str) -> str:
    """The origin as a browser writes it: lower case, no slash, no default port; `:*` stands for every port."""
    if text.endswith(":*"):
        if urlsplit(text.removesuffix(":*")).port is not None:
            raise ValueError("two ports")
        return f"{_origin(text.removesuffix(':*'))}:*"
    parts = urlsplit(text)
    if parts.path.strip("/") or parts.query:
        raise ValueError("not an origin")
    return origin_of(text)


def origin_of(address: str) -> str:
    """The origin of the page at an address.

    Raises:
        ValueError: a page can have no such address.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an address")
    default = 443 if parts.scheme == "https" else 80
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{_host(parts.hostname)}{port}"


def _host(name: str) -> str:
    """A host as browsers write it."""
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name).compressed}]"
    if "*" in name:
        raise ValueError("only a port can be any")
    return name if name.isascii() else idna.encode(name, uts46=True).decode()


def _hosts(value: object) -> object:
    words = _words(value)
    return tuple(map(_host_and_port, words)) if isinstance(words, tuple) else words


def _host_and_port(text: str) -> str:
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.netloc != text or parts.username is not None or parts.port == 0:
        raise ValueError("not a host")
    return _host(parts.hostname) + ("" if parts.port is None else f":{parts.port}")


def _networks(value: object) -> object:
    words = _words(value)
    if isinstance(words, tuple):
        return tuple(str(ipaddress.ip_network(word)) for word in words)
    return words


def _site(value: object) -> object:
    if isinstance(value, str) and value:
        origin_of(value)
        return value.rstrip("/")
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, OSError) as unknown:
        raise ValueError("not a time zone") from unknown
    return value


def _wakeup(value: object) -> object:
    if isinstance(value, str) and value not in ("auto", "none"):
        parts = urlsplit(value)
        if parts.scheme in ("postgresql", "postgres"):
            locate(value)
            return value
        if parts.scheme not in ("redis", "rediss") or not parts.hostname or parts.port == 0:
            raise ValueError("not an address")
        if not re.fullmatch(r"/?|/\d{1,4}", parts.path) or parts.fragment:
            raise ValueError("more than an address")
        _refuse_unsafe(parts)
    return value


def _refuse_unsafe(parts: SplitResult) -> None:
    """Of what redis-py takes in an address only where certificates are, which have to be files that can be read."""
    files = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    if files and (parts.scheme != "rediss" or not {name for name, _ in files} <= CERTIFICATES):
        raise ValueError("more than an address")
    if not all(os.access(path, os.R_OK) and Path(path).is_file() for _, path in files):
        raise ValueError("a file that cannot be read")


def _known_place(value: str) -> str:
    place_of(value)
    return value


def _known_database(value: str) -> str:
    locate(value)
    return value


Seconds = Annotated[
    float,
    BeforeValidator(_seconds),
    Field(gt=0, le=3650 * 86400),
    ExpectedFormat("a duration such as 500ms, 30s, 15m, 12h or 30d"),
]
Size = Annotated[ByteSize, Field(ge=1024), ExpectedFormat("a size of at least 1KiB, such as 64KiB or 1MiB")]
SizeOrNone = Annotated[
    Annotated[ByteSize, Field(ge=1024)] | None,
    BeforeValidator(lambda value: None if value == "" else value),
    ExpectedFormat("a size of at least 1KiB, such as 64KiB or 1MiB"),
]
Cache = Annotated[ByteSize, Field(ge=0), ExpectedFormat("a size such as 32MiB, or 0")]
Port = Annotated[int, Field(ge=0, le=65535), ExpectedFormat("a port number from 0 (any free one) to 65535")]
Count = Annotated[int, Field(ge=1)]
Text = Annotated[
    str,
    AfterValidator(lambda value: line(value, longest=500)),
    ExpectedFormat("a line of at most 500 characters, none of which turns the direction of writing"),
]
Origins = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_origins),
    ExpectedFormat("origins separated by commas, such as https://blog.example, or *"),
]
NamedOrigins = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_named_origins),
    ExpectedFormat("origins separated by commas, such as https://blog.example"),
]
Hosts = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_hosts),
    ExpectedFormat(
        "hosts, with or without a port, separated by commas, such as intranet.example,localhost:8080"
    ),
]
Networks = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_networks),
    ExpectedFormat("IP addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8"),
]
DatabaseURL = Annotated[
    str,
    AfterValidator(_known_database),
    ExpectedFormat(
        "a file such as causerie.db, sqlite:///path/to/causerie.db or postgresql://user:password@host/name"
    ),
]
Language = Annotated[
    str,
    Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"),
    ExpectedFormat("a language tag such as en or fr-CH"),
]
TimeZone = Annotated[
    str,
    AfterValidator(_time_zone),
    ExpectedFormat("the name of a time zone such as Europe/Paris or UTC"),
]
SiteURL = Annotated[
    str,
    BeforeValidator(_site),
    ExpectedFormat("the address of the site's pages, such as https://blog.example"),
]
MediaPlace = Annotated[
    str,
    AfterValidator(_known_place),
    ExpectedFormat(
        "a folder, or a bucket such as s3://bucket/prefix?endpoint=https://s3.example&region=eu-west-1"
    ),
]
Wakeup = Annotated[
    str,
    BeforeValidator(_wakeup),
    ExpectedFormat(
        "auto, none, a Redis server such as redis://localhost or rediss://user:password@host:6379/0?ssl_ca_certs=FILE "
        "(a file that can be read), or PostgreSQL's own address such as postgresql://user:password@host/name"
    ),
]


def expected_words(field: FieldInfo) -> str:
    """What a good value of the setting is, to stand after "must be"."""
    for mark in field.metadata:
        if isinstance(mark, ExpectedFormat):
            return mark.words
    choices = [str(choice) for choice in getattr(field.annotation, "__args__", ())]
    if choices:
        return f"one of {', '.join(choices)}" if len(choices) > 1 else choices[0]
    if field.annotation is bool:
        return "true or false"
    bounds = {
        name: getattr(mark, name) for mark in field.metadata for name in ("ge", "le") if hasattr(mark, name)
    }
    return f"a whole number from {bounds['ge']} " + (f"to {bounds['le']}" if "le" in bounds else "up")
