"""Bodies of posts and comments: from what somebody wrote to what is stored.

Rendering takes time that grows with the text, half a second for the worst comment and some seconds for the
worst post; so it has threads of its own, one for each, and the event loop goes on meanwhile.
"""

from collections.abc import Callable

from auth.threads import ThrottledThreads
from models.errors import InvalidInput
from models.text import TextError
from resolvers.markdown import RenderedText

POSTS = ThrottledThreads("posts", at_once=1, waiting=100)
COMMENTS = ThrottledThreads("comments", at_once=1, waiting=100)


def rendered(render: Callable[..., RenderedText], body: str, *, longest: int) -> RenderedText:
    """The body as HTML; raises InvalidInput when that is out of proportion or nothing at all."""
    try:
        result = render(body, longest=longest)
    except TextError as problem:
        raise InvalidInput([("body", f"The body {problem}")]) from problem
    if not result.html.strip():
        raise InvalidInput([("body", "The body is empty when rendered.")])
    return result
