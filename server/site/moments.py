"""Moments as people type them: in the site's time zone, where clocks are put forward in spring and back in autumn."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_TYPED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?")
"""What browsers send of an `<input type="datetime-local">`."""


class UnreadableTimeError(ValueError):
    """It is no date with a time."""


class SkippedTimeError(ValueError):
    """The clocks are put forward over this time."""


class RepeatedTimeError(ValueError):
    """The clocks are put back, so that this time comes twice, and nobody has said which one is meant."""


def moment_of(typed: str, zone: ZoneInfo, which: int | None = None) -> datetime:
    """The moment in UTC; `which` is 0 for the first and 1 for the second of two. Raises one of the errors above."""
    try:
        if not _TYPED.fullmatch(typed):
            raise UnreadableTimeError(typed)
        local = datetime.fromisoformat(typed).replace(tzinfo=zone)
        moments = [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
        is_there = moments[0].astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise UnreadableTimeError(typed) from None
    if not is_there:
        raise SkippedTimeError(typed)
    if moments[0] != moments[1] and which is None:
        raise RepeatedTimeError(typed)
    return moments[which or 0]


def typed_of(moment: str, zone: ZoneInfo) -> tuple[str, str]:
    """A moment of the API as it is typed, to the minute; and which of two it is, or nothing where there is only one."""
    local = datetime.fromisoformat(moment).astimezone(zone)
    is_repeated = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    typed = local.replace(tzinfo=None).isoformat(timespec="minutes")
    return typed, str(local.fold) if is_repeated else ""


def offsets_of(typed: str, zone: ZoneInfo) -> list[str]:
    """How far both of a repeated time are from UTC, such as +02:00 and +01:00; nothing of another time."""
    try:
        moment_of(typed, zone)
    except RepeatedTimeError:
        local = datetime.fromisoformat(typed).replace(tzinfo=zone)
        return [local.replace(fold=fold).isoformat(timespec="minutes")[16:] for fold in (0, 1)]
    except ValueError:
        pass
    return []
