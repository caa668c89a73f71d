"""What an operator can set about conversations on pages of other sites: a part of `server.config.settings`."""

from pydantic import Field
from pydantic_settings import BaseSettings

from server.config.values import NamedOrigins, written


class EmbedSettings(BaseSettings):
    """Which other sites have their conversations here."""

    embed_origins: NamedOrigins = Field(
        written(""),
        description="Origins of other sites whose pages have conversations here, which `<causerie-comments url>` "
        "begins. They may use the API as those of `CAUSERIE_CORS_ORIGINS` may. `http://localhost:*` is one host with "
        "any port; each host has to be named.",
    )
