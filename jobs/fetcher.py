"""Fetching what others have named, without being used by them.

The web's protocols and ports only; a name is looked up once, and each of its addresses held against those that are
nobody else's (`jobs.addresses`); the connection goes to exactly what was looked up, and each redirect is a new
question. What comes back is bounded in time and in bytes, packed and unpacked. There are no cookies, no proxies of the
environment, no passwords.
"""

import asyncio
import io
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO, Self

import httpx

from jobs.decoding import Decoder
from jobs.destination import Destination, Resolve, addresses, destination, resolve_by_system
from jobs.errors import FetchFailed, FetchRefused
from jobs.fetch_policy import FetchPolicy
from jobs.fetch_turns import Allowance, HostTurns
from jobs.fetched import Fetched

WITHOUT_BODY = (204, 304)
REDIRECTS = (301, 302, 303, 307, 308)
OURS = (
    "accept-encoding",
    "connection",
    "content-length",
    "cookie",
    "host",
    "transfer-encoding",
    "user-agent",
)
"""Headers that callers have no say in."""
FOR_EVERYONE = ("accept", "accept-language", "content-type")
"""Those of a caller's headers that a redirect to another site may carry there."""
UNREACHED = (httpx.ConnectError, httpx.ConnectTimeout)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, wherever redirects lead."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None

    def redirected(self, status: int, before: httpx.URL, after: httpx.URL) -> "Question":
        """What is asked next, as browsers have it."""
        question = self
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            question = replace(self, headers={k: v for k, v in self.headers.items() if k in FOR_EVERYONE})
        if self.method != "HEAD" and (status == 303 or (status in (301, 302) and self.method != "GET")):  # noqa: PLR2004 - as RFC 9110 numbers them
            kept = {k: v for k, v in question.headers.items() if k != "content-type"}
            question = Question("GET", kept, None)
        return question


class Fetcher:
    """`async with`: asks others, a few at a time for each host.

    Args:
        policy: the limits.
        resolve: where a name is; by default as the system has it.
        tls: whose certificates are believed; by default certifi's, or those of `SSL_CERT_FILE`.
    """

    def __init__(
        self, policy: FetchPolicy, *, resolve: Resolve = resolve_by_system, tls: ssl.SSLContext | None = None
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._tls = tls
        self._turns = HostTurns(policy.at_once_per_host)

    async def __aenter__(self) -> Self:
        if self._tls is None:
            self._tls = await asyncio.to_thread(httpx.create_ssl_context)
        return self

    async def __aexit__(self, *error: object) -> None:
        """Nothing stays open after a fetch."""

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        most_bytes: int | None = None,
        cut: bool = False,
    ) -> Fetched:
        """Ask, and have the whole answer, whatever its status; or as much of it as is wanted, where it may be `cut`.

        Raises:
            FetchRefused: the address or the answer is none that we have to do with.
            FetchFailed: there was no answer.
        """
        question = Question(method.upper(), _lower(headers or {}), body)
        with io.BytesIO() as file:
            most = self._policy.most_bytes if most_bytes is None else most_bytes
            fetched = await self._follow(url, question, file, most, cut=cut)
            return replace(fetched, body=file.getvalue())

    async def download(
        self, url: str, file: BinaryIO, most_bytes: int, *, seconds: float | None = None
    ) -> Fetched:
        """Write what is at an address into a file, which has some of it when this fails. The answer has no body.

        `seconds` are instead of the policy's, for what is large.

        Raises:
            FetchRefused: as `fetch` does.
            FetchFailed: likewise, and where the answer is not a success.
        """
        question = Question("GET", {}, None)
        return await self._follow(url, question, file, most_bytes, seconds=seconds, demanding=True)

    async def _follow(
        self,
        url: str,
        question: Question,
        file: BinaryIO,
        most: int,
        *,
        seconds: float | None = None,
        demanding: bool = False,
        cut: bool = False,
    ) -> Fetched:
        to, allowance = destination(url, self._policy), Allowance(seconds or self._policy.seconds)
        for _ in range(self._policy.redirects + 1):
            async with (
                self._turns.turn(to.host),
                self._in_time(to, allowance),
                self._answer(to, question) as answer,
            ):
                location = answer.headers.get("location") if answer.status_code in REDIRECTS else None
                if location is None:
                    fetched = Fetched(str(to.url), answer.status_code, answer.headers, b"", question.method)
                    if demanding:
                        fetched.require_success()
                    if question.method != "HEAD" and answer.status_code not in WITHOUT_BODY:
                        await (_read_beginning if cut else _read)(answer, file, most)
                    return fetched
            before, to = to, self._redirected(to, location)
            question = question.redirected(answer.status_code, before.url, to.url)
        raise FetchRefused(f"It redirects more than {self._policy.redirects} times.")

    def _redirected(self, to: Destination, location: str) -> Destination:
        try:
            url = to.url.join(location)
        except (ValueError, httpx.InvalidURL):
            raise FetchRefused(f"{to.host} redirects to something that is no address.") from None
        return destination(str(url), self._policy)

    @asynccontextmanager
    async def _in_time(self, to: Destination, allowance: Allowance) -> AsyncIterator[None]:
        try:
            async with allowance.spending():
                yield
        except TimeoutError:
            raise FetchFailed(f"{to.host} took longer than {allowance.seconds:g} seconds.") from None
        except httpx.TransportError as error:
            raise FetchFailed(f"{to.host} did not answer: {error or type(error).__name__}.") from error

    @asynccontextmanager
    async def _answer(self, to: Destination, question: Question) -> AsyncIterator[httpx.Response]:
        """The answer's beginning, from the first of the host's addresses that can be reached."""
        found = await addresses(to, self._policy, self._resolve)
        for address in found:
            # A connection of its own: one that was made for another name must not be taken for this one.
            transport = httpx.AsyncHTTPTransport(verify=self._tls or True, trust_env=False)
            async with transport:
                try:
                    answer = await transport.handle_async_request(self._request(to, address, question))
                except UNREACHED:
                    if address == found[-1]:
                        raise
                    continue
                try:
                    yield answer
                finally:
                    await answer.aclose()
                return

    def _request(self, to: Destination, address: str, question: Question) -> httpx.Request:
        """What is sent to the address, for the name."""
        headers = {
            "host": to.url.netloc.decode("ascii"),
            "user-agent": self._policy.user_agent,
            "accept": "*/*",
            "accept-encoding": "gzip",
            "connection": "close",
        }
        return httpx.Request(
            question.method,
            to.url.copy_with(host=address),
            headers=headers | {k: v for k, v in question.headers.items() if k not in OURS},
            content=question.body,
            extensions={"sni_hostname": to.host, "timeout": {"connect": self._policy.connect_seconds}},
        )


async def _read(answer: httpx.Response, file: BinaryIO, most: int) -> None:
    decoder = Decoder(answer.headers.get("content-encoding", ""), most)
    length = answer.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > most:
        raise FetchRefused(f"The answer has {length[:20]} bytes, more than {most}.")
    async for data in answer.aiter_raw():
        file.writelines(decoder.feed(data))
    decoder.end()


async def _read_beginning(answer: httpx.Response, file: BinaryIO, most: int) -> None:
    """As many bytes as are wanted, wherever that is."""
    decoder = Decoder(answer.headers.get("content-encoding", ""), sys.maxsize)
    async for data in answer.aiter_raw():
        for piece in decoder.feed(data):
            file.write(piece[: most - file.tell()])
            if file.tell() >= most:
                return


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
