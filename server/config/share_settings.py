"""What an operator can set about sharing: a part of `server.config.settings`."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

from resolvers.share_services import USUAL, ShareService, services_of
from server.config.values import ExpectedFormat, Explained, written


def _services(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return services_of(value)
    except ValueError as problem:
        raise Explained(str(problem)) from problem


ShareServices = Annotated[
    tuple[ShareService, ...],
    NoDecode,
    BeforeValidator(_services),
    ExpectedFormat(
        "services separated by commas, each a known one's id, such as mastodon, or id=Name=template, such as "
        "forum=Our forum=https://forum.example/new?title={title}&link={url}; or none"
    ),
]


class ShareSettings(BaseSettings):
    """Where readers can share posts."""

    share: ShareServices = Field(
        written(",".join(service.id for service in USUAL)),
        description="Where readers can share posts, in this order: `none`, or ids separated by commas. Known, but for "
        "old times' sake: `delicious`, `digg`, `fark`, `myspace`. One of your own is `id=Name=template`: "
        "[sharing](api.md#sharing) says what a template may have in it.",
    )
