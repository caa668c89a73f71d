"""Pictures."""

from typing import Annotated, Any

import strawberry
from strawberry import ID, argument

import compiler
import models
from auth.viewer import Viewer
from resolvers.policy import Policy
from resolvers.reads import images

Width = Annotated[int, argument(description="Pixels that it will have on the screen, or more.")]


@compiler.row_type(models.Image, prefix="image", visible=images.visible)
@strawberry.type(description="A picture that was uploaded: upright, without any metadata, and never changed.")
class Image:
    """A picture that was uploaded."""

    id: ID = compiler.key("The global id, which POST /uploads answers with.")

    @compiler.expression("Where it is.", by_policy=True)
    def url(row: Any, _: Viewer, policy: Policy) -> str:
        return images.url(row, policy.site)

    alt: str = compiler.column("What it shows, for those who cannot see it; empty when nobody has said.")
    width: int = compiler.column("In pixels; 2560 at most.")
    height: int = compiler.column("In pixels; 2560 at most.")

    @compiler.expression(
        "The smallest of its stored sizes (320, 640, 960, 1280 or 1920 wide) that is at least so wide; itself when "
        "none is.",
        by_policy=True,
    )
    def sized(row: Any, _: Viewer, policy: Policy, width: Width) -> str:
        return images.sized(row, policy.site, width)
