"""Pictures in a bucket of S3, or of what speaks like it (MinIO, Ceph, R2, …).

Credentials come from where every program of this kind has them: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or
what the machine has been given.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from media.errors import StoreUnavailable
from media.names import MEDIA_TYPE
from media.store import StoredFile

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import ClientConfig, RetryConfig, S3Config

PIECE_BYTES = 256 * 1024
CACHE_CONTROL = "public, max-age=31536000, immutable"
RETRIES, RETRY_SECONDS = 3, 10
"""The library's own patience is three minutes, which nobody has who looks at a page."""
CONNECT_SECONDS, ANSWER_SECONDS = 5, 30


class Bucket:
    """A bucket, or what is below a prefix in it. Nothing is asked of it before it is used."""

    def __init__(
        self, bucket: str, prefix: str = "", endpoint: str | None = None, region: str | None = None
    ) -> None:
        self._shown = f"s3://{bucket}/{prefix}"
        config: S3Config = {}
        if endpoint is not None:
            config["endpoint"] = endpoint
        if region is not None:
            config["region"] = region
        client: ClientConfig = {
            "allow_http": endpoint is not None and endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "timeout": timedelta(seconds=ANSWER_SECONDS),
        }
        retries: RetryConfig = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_SECONDS)}
        self._bucket = S3Store(
            bucket, prefix=prefix or None, config=config, client_options=client, retry_config=retries
        )

    async def put(self, name: str, data: bytes) -> None:
        """Keep a file."""
        headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": CACHE_CONTROL}
        with self._answering():
            await obstore.put_async(self._bucket, name, data, attributes=headers, use_multipart=False)

    async def read(self, name: str) -> StoredFile | None:
        """The file; None when there is none of that name."""
        with self._answering():
            try:
                result = await obstore.get_async(self._bucket, name)
            except FileNotFoundError:
                return None
        return StoredFile(result.meta["size"], self._pieces(result))

    async def delete(self, names: Sequence[str]) -> None:
        """Keep these no longer, as far as they are there."""
        with self._answering():
            await obstore.delete_async(self._bucket, list(names))

    async def listed(self) -> AsyncIterator[tuple[str, datetime]]:
        """The names of all files, and when each was written last."""
        with self._answering():
            async for found in obstore.list(self._bucket):
                for file in found:
                    yield file["path"], file["last_modified"]

    async def _pieces(self, result: "GetResult") -> AsyncGenerator[bytes, None]:
        with self._answering():
            async for piece in result.stream(min_chunk_size=PIECE_BYTES):
                yield piece

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """What goes wrong is the place's, also that there is no such bucket: then it finds no file to write."""
        try:
            yield
        except (BaseError, OSError) as error:
            reason = str(error).partition("\n")[0]
            raise StoreUnavailable(f"{self._shown} does not keep pictures: {reason}") from error
