"""A page of another site, as hostile or friendly as a test wants it, with the embed in it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STYLE = """
body { background: Canvas; color: CanvasText }
causerie-comments:not(:defined) { display: block; min-height: 100vh }
"""
STRICT = (
    "default-src 'none'; script-src {server}; connect-src {server}; style-src 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types causerie"
)
PAGE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>A page elsewhere</title>
<link rel="stylesheet" href="/style.css">
<main>
<h1>A page elsewhere</h1>
{body}
</main>
<footer>The end.</footer>
<script type="module" src="{server}/embed.js"></script>
</html>
"""


class Host:
    """A site whose pages tests write: what a path shows, and the style of all of them."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.server = ""
        self.style = STYLE
        self.lang = "en"
        self.pages: dict[str, str] = {}

    def page(self, path: str, body: str) -> str:
        """The address of a page with this body."""
        self.pages[path] = body
        return self.url + path

    def comments(self, path: str, before: str = "", **attributes: str) -> str:
        """The address of a page with a conversation."""
        given = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        return self.page(path, f"{before}<causerie-comments{given}></causerie-comments>")

    def answer(self, path: str) -> tuple[str, str]:
        """A page's type and text."""
        path = path.partition("?")[0]
        if path == "/style.css":
            return "text/css", self.style
        return "text/html", PAGE.format(lang=self.lang, body=self.pages.get(path, ""), server=self.server)


@contextmanager
def hosting() -> Iterator[Host]:
    """A host at an origin of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            media, text = host.answer(self.path)
            body = text.encode()
            self.send_response(200)
            self.send_header("content-type", f"{media}; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.send_header("content-security-policy", STRICT.format(server=host.server))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host = Host(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
