"""Linkbacks: pages elsewhere that say they link to a post."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import lazy

import compiler
import models
from auth.viewer import Viewer
from models import LinkbackKind, LinkbackStatus
from resolvers.reads import linkbacks
from schema.node import Node

if TYPE_CHECKING:
    from schema.post import Post


@compiler.row_type(models.Linkback, prefix="linkback", visible=linkbacks.visible)
@strawberry.type(description="A page elsewhere that says it links to a post. All its texts are plain.")
class Linkback(Node):
    """A page elsewhere that says it links to a post."""

    kind: LinkbackKind = compiler.column("By which protocol it was said.")
    post: Annotated["Post", lazy("schema.post")] = compiler.one("What it links to.", via="post")
    source_url: str = compiler.column("Where the page is.")
    site_name: str = compiler.column("What its site is called; may be empty.")
    title: str = compiler.column("What the page is called; may be empty.")
    excerpt: str = compiler.column("Some of what it says; may be empty.")
    author_name: str | None = compiler.column("Who wrote it, if that is known.")
    status: LinkbackStatus = compiler.column("What has become of it.")
    received_at: datetime = compiler.column("When it was said.")
    verified_at: datetime | None = compiler.column(
        "When the link was last seen there; null if nobody has looked."
    )

    @compiler.expression("Whether the viewer may decide about it: `setLinkbackStatus`.")
    def viewer_can_moderate(row: Any, viewer: Viewer) -> bool:
        return linkbacks.viewer_can_moderate(row, viewer)
