"""The scripts for pages of any site, embed and client: nothing in them is secret, and they load nothing else."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from starlette.types import Receive, Scope, Send

import web
from server.http.body import headers_of
from server.http.entity_tags import entity_tag, is_known
from server.http.http_error import Headers
from server.http.media import TEXT
from server.http.responses import respond, send_whole

PATH, CLIENT_PATH = "/embed.js", "/client.js"
METHODS = b"GET, HEAD"
MISSING = b"The script has not been built: `make web` does that.\n"
FOREVER, FOR_AN_HOUR = b"public, max-age=31536000, immutable", b"public, max-age=3600"
FOR_EVERYBODY = (
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"accept-encoding"),
)
SCRIPT: Headers = [(b"content-type", b"text/javascript; charset=utf-8")]


class EmbedScript:
    """An ASGI application for one path; what is asked for by its version, `?v=`, is never asked for again."""

    def __init__(self, folder: Path = web.BUILT, name: str = "embed.js") -> None:
        self._folder = folder
        self._name = name

    @cached_property
    def _variants(self) -> dict[bytes, tuple[bytes, bytes]]:
        """By its encoding, the script and its tag."""
        found = {}
        for encoding, name in ((b"", self._name), (b"gzip", f"{self._name}.gz")):
            body = (self._folder / name).read_bytes()
            found[encoding] = (body, entity_tag(body))
        return found

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["method"] not in ("GET", "HEAD"):
            await respond(send, 405, TEXT, b"Use GET.\n", [(b"allow", METHODS)])
            return
        headers = headers_of(scope)
        try:
            body, etag = self._variants[_encoding(headers)]
        except FileNotFoundError:
            await respond(send, 404, TEXT, MISSING, [])
            return
        kept = FOREVER if scope["query_string"].startswith(b"v=") else FOR_AN_HOUR
        more = [*FOR_EVERYBODY, (b"etag", etag), (b"cache-control", kept)]
        if is_known(etag, headers):
            await send_whole(send, 304, more, b"")
            return
        encoded: Headers = [(b"content-encoding", b"gzip")] if _encoding(headers) else []
        await send_whole(send, 200, [*more, *SCRIPT, *encoded], body)


def _encoding(headers: Mapping[bytes, bytes]) -> bytes:
    """What of the two the client takes: gzip, unless it says that it does not."""
    for part in headers.get(b"accept-encoding", b"").lower().split(b","):
        name, _, weight = part.replace(b" ", b"").partition(b";")
        if name == b"gzip":
            return b"" if weight in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000") else b"gzip"
    return b""
