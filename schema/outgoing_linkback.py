"""What other pages were told of a post's links to them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import lazy

import compiler
import models
from models import DeliveryStatus, LinkbackKind
from resolvers.reads import linkbacks

if TYPE_CHECKING:
    from schema.post import Post


@compiler.row_type(models.OutgoingLinkback, prefix="outgoing-linkback", visible=linkbacks.outgoing)
@strawberry.type(description="A page that a post links to, or did, and that is told so.")
class OutgoingLinkback:
    """A page that a post links to, and that is told so."""

    post: Annotated["Post", lazy("schema.post")] = compiler.one("The post that links to it.", via="post")
    target_url: str = compiler.column("Where the page is.")
    kind: LinkbackKind | None = compiler.column("By which protocol it was told; null before it was.")
    linked: bool = compiler.column(
        "Whether the post links to it; where it does no more, the page is told that by webmention."
    )
    status: DeliveryStatus = compiler.column("What has become of it.")
    attempts: int = compiler.column("How often it had been tried when the status was noted.")
    last_tried_at: datetime | None = compiler.column("When it was tried then; null before.")
    error: str | None = compiler.column("Why the page could not be told, or will not be; null where it was.")
