"""The API's sentences about what is wrong, in the language of the page.

They are English; a page in English shows them as they are. The ones that are known here have translations, under the
text that they are made from.
"""

import re
from functools import lru_cache

from babel.numbers import format_decimal

from server.site.translation import translations_of

MINUTE = 60
_PLACE = re.compile(r"%\\?\((\w+)\\?\)s")


def _(text: str) -> str:
    """Marks a text for translation."""
    return text


SENTENCES = (
    # of any field
    _("The %(field)s is empty."),
    _("The %(field)s is empty when rendered."),
    _("The %(field)s is longer than %(most)s characters."),
    _("The %(field)s contains a control character (%(code)s)."),
    _("The %(field)s contains a code that is no character (%(code)s)."),
    _("The %(field)s contains half a character (a lone surrogate)."),
    _("The %(field)s contains a character that turns the direction of writing (%(code)s)."),
    _("The %(field)s contains a mark of the direction of writing (%(code)s)."),
    _("The %(field)s has more than %(most)s combining marks on one letter."),
    _("The %(field)s has more than %(most)s quotes and lists within one another."),
    _("The %(field)s becomes too large as HTML."),
    _("The %(field)s is not an http or https address."),
    # of accounts
    _("This is not an e-mail address."),
    _("A username has 3 to %(most)s of a to z, 0 to 9, and - or _ in between."),
    _("This username is reserved for those who run the site."),
    _("There is an account with this e-mail address already."),
    _("This username is taken."),
    _("A password has %(least)s to %(most)s characters."),
    _("The password is the same as the username or the e-mail address."),
    _("This password is one of the first that anybody would try."),
    _("The e-mail address or the password is wrong."),
    _("The current password is wrong."),
    _("Sign in first."),
    _("You may not do that."),
    _("There is nothing with that id."),
    # of comments
    _("There is no such post."),
    _("There is no such comment."),
    _("The comments of this post are closed."),
    _("A post takes comments once it is published."),
    _("Only approved comments take replies."),
    _("Replies are nested up to %(most)s levels deep."),
    _("This comment is too old to be edited."),
    _("Only its author edits a comment."),
    _("Only its author and moderators delete a comment."),
    _("Only moderators decide about comments."),
    _("This comment was deleted."),
    _("The comment that this key stands for is no longer there."),
    _("You are signed in: leave out the guest, or sign out."),
    # of posts
    _("A post is filed in a category."),
    _("A post is filed in 1 to %(most)s categories."),
    _("A post has up to %(most)s tags."),
    _("A slug is up to %(most)s of a to z, 0 to 9, and single - in between."),
    _("The slug is taken."),
    _("The language is not a BCP 47 tag such as fr or en-GB."),
    _("Nothing was published before 1970."),
    _("Nothing is published after the year 9998."),
    _("There is no such category."),
    _("The post that this key stands for is no longer there."),
    _("Only authors write posts."),
    _("Only its author and administrators change or delete a post."),
    # of pictures
    _("No picture was chosen."),
    _("The picture may have %(most)s bytes at most."),
    _("There is no such picture among those that you have uploaded."),
    _("Pictures cannot be stored at present."),
    # of requests
    _("That was tried too often. Please wait a little."),
    _("The server is busy. Please try again in a moment."),
    _("The database cannot be asked. Try again in a moment."),
    _("This form was not sent from the page that it belongs to. Please open it again."),
    _("This form cannot be read."),
    _("A text may have %(most)s bytes at most."),
    _("This cannot be done here."),
)


def said(message: str, language: str) -> str:
    """A sentence of the API in a language; as it is where no translation is known."""
    return _translated(message, language) if language != "en" else message


def again_in(seconds: int, language: str) -> str:
    """What somebody is told who has tried something too often."""
    words = translations_of(language).ngettext
    if seconds < 2 * MINUTE:
        text = words(
            "That was tried too often. Please try again in %(count)s second.",
            "That was tried too often. Please try again in %(count)s seconds.",
            seconds,
        )
        return text % {"count": seconds}
    minutes = -(-seconds // MINUTE)
    text = words(
        "That was tried too often. Please try again in %(count)s minute.",
        "That was tried too often. Please try again in %(count)s minutes.",
        minutes,
    )
    return text % {"count": minutes}


@lru_cache(maxsize=1024)
def _translated(message: str, language: str) -> str:
    gettext = translations_of(language).gettext
    for sentence, pattern in _patterns():
        match = pattern.fullmatch(message)
        if match is not None:
            return gettext(sentence) % {
                name: _number(text, language) for name, text in match.groupdict().items()
            }
    return gettext(message)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(sentence, re.compile(_pattern(sentence))) for sentence in SENTENCES]


def _pattern(sentence: str) -> str:
    return _PLACE.sub(r"(?P<\1>.+?)", re.escape(sentence))


def _number(text: str, language: str) -> str:
    """10,000 as it is written elsewhere."""
    digits = text.replace(",", "")
    return format_decimal(int(digits), locale=language) if digits.isdecimal() else text
