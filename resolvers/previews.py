"""What a text would look like, before it is sent: rendered as it would be then, by the same rules, and kept nowhere."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from auth import requirements, throttle
from auth.policy import Limit
from auth.threads import ThrottledThreads
from auth.throttle import address_key
from auth.viewer import Viewer
from models import BodyFormat
from models.text import shortened
from resolvers.markdown import RenderedText
from resolvers.policy import Policy
from resolvers.post_fields import RENDERERS
from resolvers.rendering import COMMENT_RENDERERS, COMMENTS, POSTS, rendered
from resolvers.validation import MADE_EXCERPT_LENGTH, Validator
from runtime.fair_queue import Client


class PreviewKind(StrEnum):
    """What the text is to become."""

    POST = "POST"
    COMMENT = "COMMENT"


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it would be shown; `excerpt` is the one that a post would have, if none is written."""

    html: str
    excerpt: str | None


@dataclass(frozen=True, slots=True)
class _Way:
    """How texts of a kind are rendered."""

    threads: ThrottledThreads
    renderers: dict[BodyFormat, Callable[..., RenderedText]]
    longest: int


async def preview(
    viewer: Viewer, policy: Policy, kind: PreviewKind, body: str, body_format: BodyFormat, address: str | None
) -> Preview:
    """A text as those see it who read it; of a comment, for guests as well, where they comment.

    `address` is where a guest comes from. Raises NotSignedIn, NotAllowed, InvalidInput (body), TooManyRequests.
    """
    _require_may_write(viewer, policy, kind)
    way = _way(policy, kind)
    checks = Validator()
    body = checks.paragraphs("body", body, longest=way.longest)
    checks.conclude()
    network = address_key(address) if address else ""
    await throttle.attempt(viewer.now, *_tries(viewer, policy, network))
    client = Client(network if viewer.id is None else viewer.id)
    result = await way.threads.run(client, rendered, way.renderers[body_format], body, longest=way.longest)
    excerpt = shortened(result.text, longest=MADE_EXCERPT_LENGTH) if kind is PreviewKind.POST else None
    return Preview(result.html, excerpt)


def _require_may_write(viewer: Viewer, policy: Policy, kind: PreviewKind) -> None:
    if kind is PreviewKind.POST:
        requirements.require_may_write_posts(viewer)
    else:
        requirements.require_commenter(viewer, policy.auth, guest=viewer.id is None)


def _way(policy: Policy, kind: PreviewKind) -> _Way:
    if kind is PreviewKind.POST:
        return _Way(POSTS, RENDERERS, policy.longest_post)
    return _Way(COMMENTS, COMMENT_RENDERERS, policy.longest_comment)


def _tries(viewer: Viewer, policy: Policy, network: str) -> list[tuple[Limit, str]]:
    """What a preview is counted under; guests of whom nothing is known share the renderers fairly, and that is all."""
    if viewer.id is not None:
        return [(policy.auth.previews, f"account {viewer.id}")]
    return [(policy.auth.previews, f"network {network}")] if network else []
