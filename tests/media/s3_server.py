"""As much of S3 as pictures need, over real HTTP: a bucket in memory, which refuses what is not signed."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

BUCKET, KEY = "pictures", "key-of-tests"
SIGNED = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={KEY}/\d{{8}}/eu-west-1/s3/aws4_request, "
    r"SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}"
)


@dataclass
class Kept:
    objects: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kept: ClassVar[Kept]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _asked(self) -> tuple[str, dict[str, list[str]], bytes] | None:
        """The key, the query and the body; None when the answer is a refusal already."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        self.kept.asked.append(f"{self.command} {key}")
        if not SIGNED.fullmatch(self.headers.get("Authorization", "")):
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif self.headers["x-amz-content-sha256"] not in (
            hashlib.sha256(body).hexdigest(),
            "UNSIGNED-PAYLOAD",
        ):
            self._answer(400, b"<Error><Code>XAmzContentSHA256Mismatch</Code></Error>")
        elif bucket != BUCKET:
            self._answer(404, b"<Error><Code>NoSuchBucket</Code></Error>")
        else:
            return key, parse_qs(parts.query, keep_blank_values=True), body
        return None

    def do_PUT(self) -> None:
        if (asked := self._asked()) is not None:
            key, _, body = asked
            self.kept.objects[key] = (body, {name.lower(): value for name, value in self.headers.items()})
            self._answer(200, ETag='"1"')

    def do_GET(self) -> None:
        if (asked := self._asked()) is None:
            return
        key, query, _ = asked
        if "list-type" in query:
            self._answer(200, self._listing(query["prefix"][0]), Content_Type="application/xml")
        elif key in self.kept.objects:
            moment = "Tue, 01 Sep 2026 10:00:00 GMT"
            self._answer(200, self.kept.objects[key][0], Last_Modified=moment, ETag='"1"')
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_POST(self) -> None:
        if (asked := self._asked()) is not None:
            keys = re.findall(r"<Key>([^<]+)</Key>", asked[2].decode())
            for key in keys:
                self.kept.objects.pop(key, None)
            deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            self._answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

    def _listing(self, prefix: str) -> bytes:
        contents = "".join(
            f"<Contents><Key>{key}</Key><Size>{len(body)}</Size><ETag>1</ETag>"
            "<LastModified>2026-09-01T10:00:00.000Z</LastModified></Contents>"
            for key, (body, _) in sorted(self.kept.objects.items())
            if key.startswith(prefix)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>".encode()


@contextmanager
def s3_server() -> Iterator[Kept]:
    kept = Kept()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bucket", (Handler,), {"kept": kept}))
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
