"""Pictures of blogs that moved in: kept where this site has its own, fetched where an import left that to do."""

import io
from datetime import UTC, datetime

from jobs import Handler
from media.errors import PictureError
from media.places import store_at
from resolvers import images
from server.background.lazy_fetcher import LazyFetcher
from server.config import policies
from server.config.settings import Settings
from transfer.importing.fetching import PictureFetching
from transfer.importing.media import Keep, UnfitPicture

SECONDS = 120.0


def keeping(settings: Settings) -> Keep:
    """What keeps a picture, as `transfer` wants it."""
    policy, store = policies.policy(settings), store_at(settings.media)

    async def keep(data: bytes, alt: str) -> int:
        try:
            return await images.keep_imported(
                policy, store, data, alt[: images.ALT_LENGTH], datetime.now(UTC)
            )
        except PictureError as error:
            raise UnfitPicture(str(error)) from error

    return keep


def fetching(settings: Settings, fetcher: LazyFetcher) -> Handler:
    """Who fetches the pictures that imports have left on the old blog."""
    most_bytes = policies.policy(settings).pictures.most_bytes

    async def fetch(url: str) -> bytes:
        file = io.BytesIO()
        await fetcher.download(url, file, most_bytes, seconds=SECONDS / 2)
        return file.getvalue()

    return Handler(PictureFetching(fetch, keeping(settings)).run, at_once=2, seconds=SECONDS)
