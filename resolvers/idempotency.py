"""Idempotency keys: a request sent again answers with what it made the first time.

A client that lost the connection does not know whether its comment was written. It sends the same input with the same
`key` once more, whichever process it reaches: what was made is noted in the transaction that made it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models import IdempotencyKey
from models.errors import InvalidInput

KEPT_FOR = timedelta(days=1)
KEY_LENGTH = 255
PURGED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """What somebody asked for under a key; with the key None nothing is looked up and nothing noted."""

    digest: str | None
    fingerprint: str
    now: datetime

    @classmethod
    def of(
        cls, verb: str, who: int | list[str], key: str | None, sent: dict[str, Any], now: datetime
    ) -> "IdempotentRequest":
        """What one account, or guest, wants `verb` to do with what was sent; raises InvalidInput (key)."""
        if key is None:
            return cls(None, "", now)
        if not 0 < len(key) <= KEY_LENGTH:
            raise InvalidInput([("key", f"A key has 1 to {KEY_LENGTH} characters.")])
        return cls(_sha256([verb, who, key]), _sha256(sent), now)

    async def made(self) -> int | None:
        """The row that it has made already; raises InvalidInput when the key was used for something else."""
        if self.digest is None:
            return None
        known = await IdempotencyKey.filter(digest=self.digest, created_at__gt=self.now - KEPT_FOR).first()
        if known is not None and known.fingerprint != self.fingerprint:
            raise InvalidInput(
                [("key", "This key was used for another input: take a new one for each thing.")]
            )
        return None if known is None else known.row_id

    async def note(self, row_id: int) -> None:
        """Remember what it has made, in the unit of work that made it."""
        if self.digest is None:
            return
        await self._purge()
        await IdempotencyKey.create(
            digest=self.digest, fingerprint=self.fingerprint, row_id=row_id, created_at=self.now
        )

    async def _purge(self) -> None:
        """Some of those that are too old; what somebody else holds is left to them."""
        old = IdempotencyKey.filter(created_at__lte=self.now - KEPT_FOR).limit(PURGED_AT_ONCE)
        digests = await old.select_for_update(skip_locked=True).values_list("digest", flat=True)
        if digests:
            await IdempotencyKey.filter(digest__in=digests).delete()
        await IdempotencyKey.filter(digest=self.digest, created_at__lte=self.now - KEPT_FOR).delete()


def _sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
