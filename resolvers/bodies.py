"""Bodies of posts and comments: from what somebody wrote to what is stored."""

from collections.abc import Callable

from models.text import TextError
from resolvers.errors import InvalidInput
from resolvers.markdown import Rendered


def rendered(render: Callable[..., Rendered], body: str, *, longest: int) -> Rendered:
    """The body as HTML; raises InvalidInput when that is out of proportion or nothing at all."""
    try:
        result = render(body, longest=longest)
    except TextError as problem:
        raise InvalidInput([("body", f"The body {problem}")]) from problem
    if not result.html.strip():
        raise InvalidInput([("body", "The body is empty when rendered.")])
    return result
