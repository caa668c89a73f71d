"""What the owner of the site has decided: its name, who may do what, and what may be written."""

from dataclasses import dataclass, field
from enum import StrEnum

from auth.policy import MINUTE, AuthPolicy, Limit
from media.pictures import PictureLimits
from resolvers.share_services import USUAL, ShareService

LINKBACKS_PER_NETWORK = Limit("linkback:network", 10, MINUTE)
LINKBACKS_PER_POST = Limit("linkback:post", 30, MINUTE)


class Moderation(StrEnum):
    """When comments are decided about; those of moderators and administrators are always approved."""

    AFTER = "after"
    BEFORE = "before"


class LinkbackReception(StrEnum):
    """What becomes of pages that link here, and say so: nothing, a moderator's approval, or public once verified."""

    OFF = "off"
    HELD = "held"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class LinkbackPolicy:
    """Which linkbacks are taken, and how many: from one network, and to one post.

    `private_hosts` may be fetched from although their addresses are private; a port of None is the web's.
    """

    reception: LinkbackReception = LinkbackReception.HELD
    pingbacks: bool = False
    per_network: Limit = LINKBACKS_PER_NETWORK
    per_post: Limit = LINKBACKS_PER_POST
    private_hosts: frozenset[tuple[str, int | None]] = frozenset()


@dataclass(frozen=True, slots=True)
class Site:
    """The site as its owner named it; `url` is where its pages begin, without a slash at the end.

    `language` is also that of posts for which none is given. `timezone` is a name of the IANA database.
    `media_url` is where its pictures begin. `share_services` are where readers can share its posts.
    """

    title: str = "Causerie"
    description: str = ""
    url: str = ""
    language: str = "en"
    timezone: str = "UTC"
    media_url: str = ""
    share_services: tuple[ShareService, ...] = USUAL


@dataclass(frozen=True, slots=True)
class Policy:
    """The server builds it once from its settings and hands it down; lengths are in characters.

    `page_origins` are the sites whose pages have conversations here, as browsers write them, or with `:*` for a port.

    With moderation AFTER, comments are public at once and moderators remove what should not be there.
    BEFORE, they wait for approval, and an approved comment that a reader edits waits again.
    """

    auth: AuthPolicy = field(default_factory=AuthPolicy)
    site: Site = Site()
    moderation: Moderation = Moderation.AFTER
    linkbacks: LinkbackPolicy = field(default_factory=LinkbackPolicy)
    page_origins: tuple[str, ...] = ()
    longest_post: int = 100_000
    longest_comment: int = 10_000
    pictures: PictureLimits = field(default_factory=PictureLimits)
