"""Bodies of posts and comments: from what somebody wrote to what is stored.

Rendering takes time that grows with the text, half a second for the worst comment and some seconds for the
worst post; so it has threads of its own, one for each, and the event loop goes on meanwhile.
"""

from collections.abc import Callable

from auth.threads import ThrottledThreads
from models import BodyFormat
from models.errors import InvalidInput
from models.text import TextError
from resolvers.html import render_comment_html
from resolvers.markdown import RenderedText, render_comment
from runtime.fair_queue import Client

POSTS = ThrottledThreads("posts", at_once=1, waiting=100)
COMMENTS = ThrottledThreads("comments", at_once=1, waiting=100)
COMMENT_RENDERERS: dict[BodyFormat, Callable[..., RenderedText]] = {
    BodyFormat.MARKDOWN: render_comment,
    BodyFormat.HTML: render_comment_html,
}


def rendered(render: Callable[..., RenderedText], body: str, *, longest: int) -> RenderedText:
    """The body as HTML; raises InvalidInput when that is out of proportion or nothing at all."""
    try:
        result = render(body, longest=longest)
    except TextError as problem:
        raise InvalidInput([("body", f"The body {problem}")]) from problem
    if not result.html.strip():
        raise InvalidInput([("body", "The body is empty when rendered.")])
    return result


async def rendered_comment(client: Client, body_format: BodyFormat, body: str, *, longest: int) -> str:
    """A comment's body as HTML, made for a client; raises InvalidInput likewise, and TooManyRequests."""
    result = await COMMENTS.run(client, rendered, COMMENT_RENDERERS[body_format], body, longest=longest)
    return result.html
