"""Throttling: how often something may be tried, counted in the database for all processes of a site."""

from datetime import datetime

from auth.policy import Limit


def address_key(address: str) -> str:
    """What an address is counted under: itself, or the /64 of an IPv6 address."""
    raise NotImplementedError


async def attempt(now: datetime, *tries: tuple[Limit, str]) -> None:
    """Count one try under each (limit, subject), or raise TooManyRequests and count none (a unit of work)."""
    raise NotImplementedError


async def count_comment(user_id: int, now: datetime) -> None:
    """Count a comment that the account is about to write, in the caller's unit of work; raises TooManyRequests."""
    raise NotImplementedError
