"""Bodies as they are meant, without unpacking more than one wants to have."""

import zlib
from collections.abc import Iterator

from jobs.errors import FetchFailed, FetchRefused

GZIP_WINDOW_BITS = 31
GZIP_BEGINS = b"\x1f\x8b"
PIECE_BYTES = 256 * 1024


class Decoder:
    """Takes a body in pieces and gives it back in pieces; refuses the one that has more bytes than `most`, both ways.

    Raises:
        FetchRefused: it is packed in a way that was not asked for, or is too large.
    """

    def __init__(self, encoding: str, most: int) -> None:
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise FetchRefused(f"The answer is packed in a way that was not asked for ({encoding[:40]!r}).")
        self._unpacker = zlib.decompressobj(GZIP_WINDOW_BITS) if "gzip" in encoding else None
        self._most = most
        self._taken = self._given = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes mean."""
        self._taken += len(data)
        self._refuse_more_than(self._taken)
        for piece in (data,) if self._unpacker is None else self._unpacked(data):
            self._given += len(piece)
            self._refuse_more_than(self._given)
            yield piece

    def end(self) -> None:
        """Refuse what has ended too early."""
        if self._unpacker is not None and self._taken and not self._unpacker.eof:
            raise FetchFailed("The answer ended before it was complete.")

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        unpacker, unfinished = self._unpacker, False
        while unpacker is not None and (data or unfinished):
            if unpacker.eof:
                if not data.startswith(GZIP_BEGINS):
                    return  # some servers fill their last block up
                self._unpacker = unpacker = zlib.decompressobj(GZIP_WINDOW_BITS)
            try:
                piece = unpacker.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                raise FetchFailed(f"The answer cannot be unpacked ({error}).") from error
            yield piece
            data, unfinished = unpacker.unconsumed_tail or unpacker.unused_data, len(piece) == PIECE_BYTES

    def _refuse_more_than(self, size: int) -> None:
        if size > self._most:
            raise FetchRefused(f"The answer has more than {self._most} bytes.")
