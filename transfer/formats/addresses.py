"""Addresses of the old blog, and what of them follows its host."""

from urllib.parse import urlsplit, urlunsplit


def path_of(address: str) -> str:
    """From the slash after the host on, with the query; empty for what is no address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def is_absolute(address: str) -> bool:
    """Whether it names a host, as a web address does."""
    return address.startswith(("http://", "https://"))
