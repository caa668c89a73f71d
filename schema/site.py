"""The site itself."""

import strawberry


@strawberry.type(description="The site as its owner named it.")
class Site:
    """The site as its owner named it."""

    title: str = strawberry.field(description="The site's name.")
    description: str = strawberry.field(description="Its subtitle.")
    url: str = strawberry.field(description="Where its pages begin.")
    language: str = strawberry.field(description="Its main language, a BCP 47 tag.")
