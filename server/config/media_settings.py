"""What an operator can set about pictures: a part of `server.config.settings`."""

from pydantic import Field
from pydantic_settings import BaseSettings

from server.config.values import Count, MediaPlace, Seconds, SiteURL, Size, written


class MediaSettings(BaseSettings):
    """Where pictures are, and how many and how large ones are taken."""

    media: MediaPlace = Field(
        "pictures",
        description="Where pictures are kept: a folder, or `s3://bucket/prefix?endpoint=https://…&region=…` for S3 and "
        "what speaks like it; its credentials are the usual `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.",
    )
    media_url: SiteURL = Field(
        "",
        description="Where browsers find pictures, if not at `/media` of `CAUSERIE_SITE_URL`.",
    )
    upload_limit: Size = Field(
        written("10MiB"),
        description="The largest picture that can be uploaded; a larger one is answered 413.",
    )
    upload_pixels: Count = Field(
        40_000_000,
        description="Pixels that it may have; more are answered 413 before anything is decoded.",
    )
    uploads_per_window: Count = Field(60, description="Pictures that one account may upload in a window.")
    upload_window: Seconds = Field(written("1h"), description="The window of uploads.")
