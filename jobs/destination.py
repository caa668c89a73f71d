"""From an address of the web to the addresses of machines that are connected to.

A name is looked up once, and what came of it is what is connected to: an answer of the DNS that is another one the next
time changes nothing.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx

from jobs.addresses import special_use
from jobs.errors import FetchFailed, FetchRefused
from jobs.fetch_policy import WEB_PORTS, FetchPolicy

LONGEST_URL_CHARACTERS = 4096
MOST_ADDRESSES = 4
HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,252}[a-z0-9_.])?|[0-9a-f:.]{2,45}")
"""A name as the DNS has it, or an address."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a name, for a port."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL that may be asked, as far as its text tells: where its host is has not been looked up."""

    url: httpx.URL
    host: str
    port: int


def destination(text: str, policy: FetchPolicy) -> Destination:
    """Understand a URL.

    Raises:
        FetchRefused: it is none, or none that is asked.
    """
    try:
        url = httpx.URL(text[: LONGEST_URL_CHARACTERS + 1])
    except (httpx.InvalidURL, ValueError):
        raise FetchRefused("It is no address of the web.") from None
    host = url.raw_host.decode("ascii").strip("[]").removesuffix(".")
    if url.scheme not in WEB_PORTS or not HOST.fullmatch(host) or len(text) > LONGEST_URL_CHARACTERS:
        raise FetchRefused("It is no address of the web.")
    if url.userinfo:
        raise FetchRefused("The address has a user's name or password in it.")
    port = WEB_PORTS[url.scheme] if url.port is None else url.port
    if port not in WEB_PORTS.values() and not policy.admits(host, port):
        raise FetchRefused(f"{host}:{port} is not asked: only ports 80 and 443 are.")
    return Destination(url.copy_with(fragment=None), host, port)


async def addresses(to: Destination, policy: FetchPolicy, resolve: Resolve) -> Sequence[str]:
    """Where the host is.

    Raises:
        FetchRefused: one of its addresses is none of the internet's.
        FetchFailed: it has none.
    """
    try:
        found = await resolve(to.host, to.port)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(f"{to.host} was not found ({error}).") from error
    if not found:
        raise FetchFailed(f"{to.host} has no address.")
    for address in () if policy.admits(to.host, to.port) else found:
        if kind := special_use(address):
            raise FetchRefused(f"{to.host} is not asked: its address {address} is {kind}.")
    return found[:MOST_ADDRESSES]


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """The addresses that this machine connects to by the name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(socket_address[0]) for *_, socket_address in found))
