"""What a page says of the form that was sent just before. Only these can be named by an address."""

from collections.abc import Callable

NOTICE = "notice"


def _(text: str) -> str:
    """Marks a text for translation."""
    return text


NOTICES = {
    "signed-in": _("Welcome. You are signed in."),
    "signed-out": _("You are signed out."),
    "signed-out-everywhere": _("You are signed out on all devices."),
    "saved": _("Saved."),
    "deleted": _("Deleted."),
    "held": _("Thank you. Your comment waits for a moderator."),
    "decided": _("Decided."),
    "decided-in-part": _("Some were not decided: they are no longer there, or no longer yours to decide."),
    "nothing-chosen": _("Nothing was chosen: tick something first."),
    "password-changed": _("Your password was changed, and your other devices were signed out."),
    "draft-saved": _("Your draft is saved. Nobody else sees it before you publish it."),
    "published": _("Published."),
    "scheduled": _("Saved. It will be published at the time below."),
}


def known(name: str | None) -> str | None:
    """The name, if it is one's."""
    return name if name in NOTICES else None


def notice(name: str | None, gettext: Callable[[str], str]) -> str | None:
    """The sentence, in the language of the page."""
    return gettext(NOTICES[name]) if name in NOTICES else None
