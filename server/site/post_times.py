"""When a post is published, by the button that was pressed and the time that was typed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.site.moments import RepeatedTimeError, SkippedTimeError, UnreadableTimeError, moment_of, typed_of


def _(text: str) -> str:
    """Marks a text for translation."""
    return text


SENTENCES: dict[type[ValueError], str] = {
    UnreadableTimeError: _("This is no date with a time, such as 2026-03-29T14:30."),
    SkippedTimeError: _("There is no such time on that day: the clocks are put forward over it."),
    RepeatedTimeError: _("This time comes twice on that day, since the clocks are put back: say which one."),
}


class TimeMistakeError(Exception):
    """The time that was typed is none; `sentence` says why, in English."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def published_at(
    action: str, typed: Mapping[str, Any], post: Mapping[str, Any] | None, zone: ZoneInfo, now: datetime
) -> dict[str, Any]:
    """`publishedAt` for the API, or nothing where that stays as it is. Raises TimeMistakeError."""
    if action == "draft":
        return {"publishedAt": None}
    if action == "now" or (action == "publish" and not typed["at"]):
        return {"publishedAt": now.isoformat()}
    if action != "publish" and not _is_moved(typed, post, zone):
        return {}
    which = int(typed["which"]) if typed["which"] in ("0", "1") else None
    try:
        return {"publishedAt": moment_of(typed["at"], zone, which).isoformat()}
    except (UnreadableTimeError, SkippedTimeError, RepeatedTimeError) as error:
        raise TimeMistakeError(SENTENCES[type(error)]) from None


def _is_moved(typed: Mapping[str, Any], post: Mapping[str, Any] | None, zone: ZoneInfo) -> bool:
    """Whether saving a post that has a moment gives it another one. A draft has none."""
    if post is None or post["status"] == "DRAFT" or not typed["at"]:
        return False
    return (typed["at"], typed["which"]) != typed_of(post["publishedAt"], zone)
