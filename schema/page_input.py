"""What a mutation is given of a page of another site."""

import strawberry
from strawberry import UNSET


@strawberry.input(description="A page of another site, whose conversation is here.")
class PageInput:
    """A page of another site, whose conversation is here."""

    url: str = strawberry.field(
        description="Its address. The fragment, and parameters such as utm_source, tell pages not apart."
    )
    title: str | None = strawberry.field(
        default=UNSET, description="What it is called, of up to 200 characters; its address when left out."
    )
