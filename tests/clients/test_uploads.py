"""A picture on its whole way, as docs/api.md shows it: sent by curl, chosen for a post, shown in its sizes."""

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.requests import ask, newest_post, sign_in
from tests.media.drawing import decoded, encoded, exif, photograph
from tests.project.reading import blocks
from tests.server.conftest import CHEAP
from tests.server.running import Server, running

(SEND,) = (code for code in blocks("docs/api.md", "sh") if "/uploads" in code)
(ANSWER,) = (code for code in blocks("docs/api.md", "json") if '"image"' in code)
(QUESTION,) = (code for code in blocks("docs/api.md", "graphql") if "sized" in code)
CHOOSE = """mutation ($post: ID!, $image: ID!) {
    updatePost(input: { id: $post, image: $image }) { post { image { id alt } } error { message } }
}"""


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Any:
    with running(sqlite_url, "--demo", media=tmp_path / "pictures", **CHEAP) as server:
        yield server


def test_a_picture_is_sent_and_shown_as_the_page_says(server: Server, tmp_path: Path) -> None:
    (tmp_path / "hills.jpg").write_bytes(encoded(photograph(1200, 1600), "JPEG", exif=exif(6)))
    token = sign_in(server, "nadia")
    command = SEND.replace("localhost:8000", server.url).replace("$TOKEN", token)
    sent = subprocess.run(["sh", "-euc", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    image, shown = json.loads(sent.stdout)["image"], json.loads(ANSWER)["image"]
    assert shown == image | {"url": shown["url"]}

    post = newest_post(server)
    chosen = ask(server, CHOOSE, token, post=post, image=image["id"])
    assert chosen["updatePost"] == {"post": {"image": {"id": image["id"], "alt": "Two hills"}}, "error": None}
    nodes = ask(server, QUESTION)["posts"]["nodes"]
    (asked,) = [node["image"] for node in nodes if node["image"] is not None]
    assert asked["url"] == image["url"]
    widths = {}
    for name in ("url", "small", "large"):
        answer = httpx.get(asked[name].replace("http://127.0.0.1:0", server.url))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        widths[name] = decoded(answer.content).size
    assert widths == {"url": (1600, 1200), "small": (320, 240), "large": (1280, 960)}
    assert not server.events("bug")
