"""What an operator can set about pages elsewhere that link to a post: a part of `server.config.settings`."""

from typing import Literal

from pydantic import Field

from server.config.media_settings import MediaSettings
from server.config.values import Count, Seconds, written


class LinkbackSettings(MediaSettings):
    """Which linkbacks are taken, and how many."""

    linkbacks: Literal["off", "held", "open"] = Field(
        "held",
        description="Whether pages elsewhere that link to a post may say so, by trackback or webmention: `off`, `held` "
        "for a moderator's approval once the link has been seen there, or `open`, public then.",
    )
    pingbacks: bool = Field(
        False, description="Whether they may say so by pingback, too, unless `CAUSERIE_LINKBACKS` is `off`."
    )
    linkbacks_per_network: Count = Field(
        10, description="Linkbacks from one address (of IPv6: from one /64 network) in a window."
    )
    linkbacks_per_post: Count = Field(30, description="Linkbacks to one post in a window, from everywhere.")
    linkback_window: Seconds = Field(written("1m"), description="The window of linkbacks.")
