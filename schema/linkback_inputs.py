"""What mutations of linkbacks are given."""

import strawberry
from strawberry import ID

from models import LinkbackStatus


@strawberry.input(description="A moderator's decision about a linkback.")
class SetLinkbackStatusInput:
    """A moderator's decision."""

    id: ID = strawberry.field(description="The linkback that is decided about.")
    status: LinkbackStatus = strawberry.field(description="What it is from now on; not VERIFYING.")
