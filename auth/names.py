"""What an account may be called: e-mail addresses, usernames, names, and how each is stored.

An e-mail address has many spellings: münchen.example is xn--mnchen-3ya.example to machines, and accents may be
letters of their own. It is stored in one, which people can read.
"""

import re
import unicodedata

import idna

from models.text import TextError, line

EMAIL_LENGTH = 254
USERNAME_LENGTH = 30
NAME_LENGTH = 100
_ENCODED = re.compile(r"(?:^|\.)xn--")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_DIRECTION_MARK = re.compile("[\u061c\u200e\u200f]")
_RESERVED = re.compile(
    "about|abuse|account|admin|administrator|api|blog|causerie|contact|editor|everyone|feed|graphql|help|hostmaster|info|"
    "mail|me|mod|moderators?|news|no-?reply|official|owner|postmaster|press|privacy|root|search|security|settings|"
    "sign-?in|sign-?up|site|staff|status|support|sysadmin|system|team|webmaster|www"
)
"""Usernames that would speak for the site, or stand where one of its pages may: only who runs it gives them away."""
_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{1,28})[a-z0-9]")


def normal_email(email: str) -> str:
    """The address as it is stored and looked up: composed, in lower case, its domain in Unicode (UTS 46)."""
    email = email.strip()
    if len(email) > 4 * EMAIL_LENGTH:  # before any work that grows with it
        return email
    local, at, domain = unicodedata.normalize("NFC", email).lower().rpartition("@")
    return unicodedata.normalize("NFC", local) + at + _readable(domain)


def _readable(domain: str) -> str:
    """The domain without its xn-- forms; as it is where it has none, or none that is right."""
    if domain.isascii() and not _ENCODED.search(domain):
        return domain
    try:
        return idna.decode(idna.encode(domain, uts46=True))
    except idna.IDNAError:
        return domain


def _is_domain(normal: str) -> bool:
    """Whether mail servers can be asked for it; what is left of xn-- in a normal one cannot be decoded.

    Persian and Sinhala words have joiners in them, which cannot be seen: IDNA knows where.
    """
    if normal.isascii():
        return normal.isprintable() and not _ENCODED.search(normal)
    try:
        return bool(idna.encode(normal))
    except idna.IDNAError:
        return False


def normal_username(username: str) -> str:
    """The username as it is stored and looked up."""
    return username.strip().lower()


def normal_name(name: str) -> str:
    """The name as it is stored. Raises TextError where nobody could read it."""
    if not (normal := line(name, longest=NAME_LENGTH)):
        raise TextError("is empty.")
    if mark := _DIRECTION_MARK.search(normal):  # with it, two names look the same
        raise TextError(f"contains a mark of the direction of writing (U+{ord(mark[0]):04X}).")
    return normal


def email_problem(email: str) -> str | None:
    """Why this normal e-mail address cannot be accepted, or None."""
    if len(email) > EMAIL_LENGTH:
        return f"The e-mail address is longer than {EMAIL_LENGTH} characters."
    local, _, domain = email.rpartition("@")
    if not local.isprintable() or not _EMAIL.fullmatch(email) or not _is_domain(domain):
        return "This is not an e-mail address."
    return None


def username_problem(username: str, *, by_owner: bool = False) -> str | None:
    """Why this normal username cannot be accepted, or None; `by_owner` when the site's owner makes the account."""
    if not _USERNAME.fullmatch(username):
        return f"A username has 3 to {USERNAME_LENGTH} of a to z, 0 to 9, and - or _ in between."
    if not by_owner and _RESERVED.fullmatch(username.replace("_", "-")):
        return "This username is reserved for those who run the site."
    return None
