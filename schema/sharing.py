"""Where posts can be shared."""

import strawberry

from resolvers import share_services


@strawberry.type(description="A place where readers share posts, as the owner of the site chose them.")
class ShareService:
    """A place where readers share posts."""

    id: str = strawberry.field(description="Its short name, such as mastodon.")
    name: str = strawberry.field(description="The name to show.")
    url_template: str = strawberry.field(
        description="The address of its form, with {url}, {title}, {text} (the title and then the address) or "
        "{text:300} (the same in 300 letters at the most: the title is cut) to be filled in, percent-encoded. "
        "{instance} is the host that only the reader knows."
    )
    historic: bool = strawberry.field(
        description="Closed by now, or no longer what it was: there only where the site wants it for old times' sake."
    )


@strawberry.type(description="Where a post can be shared.")
class ShareLink:
    """Where a post can be shared."""

    service: ShareService = strawberry.field(description="With whom.")
    url: str = strawberry.field(
        description="Its form with the post's title and address in it. Where {instance} is in the template, it is in "
        "here, too: put the reader's own server in its place."
    )


def shown(service: share_services.ShareService) -> ShareService:
    """The service as clients see it."""
    return ShareService(
        id=service.id, name=service.name, url_template=service.url_template, historic=service.historic
    )
