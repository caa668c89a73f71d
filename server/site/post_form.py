"""The form in which posts are written: how it is filled in, and what of it goes to the API."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from server.site.forms import Form
from server.site.moments import typed_of

Typed = dict[str, Any]
"""The fields of the form by name: texts, `categories` besides the main one, and BOXES, which are ticked or not."""

TEXTS = (
    *("title", "body", "excerpt", "excerpt_was", "slug", "slug_was", "category", "tags", "language", "kind"),
    *("at", "which", "image", "image_url", "image_alt", "alt", "key", "updated_at"),
)
BOXES = ("comments", "linkbacks", "pinned")
KINDS = ("ARTICLE", "PAGE")
_BETWEEN_TAGS = re.compile("[,،，、]")  # noqa: RUF001 - those of other scripts

FIELD_OF_INPUT = {
    **{name: name for name in ("title", "body", "excerpt", "slug", "tags", "language", "kind", "category")},
    "categories": "category",
    "publishedAt": "at",
    "image": "picture",
}
"""What the form calls the fields of the API's inputs, where these can be wrong."""


class Place(NamedTuple):
    """A category, and how many others it is in."""

    id: str
    name: str
    depth: int


def blank(language: str) -> Typed:
    """That of a new post."""
    texts = dict.fromkeys(TEXTS, "")
    texts |= {"language": language, "kind": KINDS[0], "key": new_key()}
    return {**texts, "categories": (), "comments": True, "linkbacks": True, "pinned": False}


def new_key() -> str:
    """What tells one post from the next, however often its form is sent."""
    return secrets.token_urlsafe(18)


def filled_in(form: Form) -> Typed:
    """What was typed."""
    typed: Typed = {name: form.text(name) for name in TEXTS}
    typed |= {name: form.checked(name) for name in BOXES}
    typed["categories"] = tuple(each for each in form.all("categories") if each != typed["category"])
    typed["kind"] = typed["kind"] if typed["kind"] in KINDS else KINDS[0]
    return typed


def of_post(post: Mapping[str, Any], zone: ZoneInfo) -> Typed:
    """That of a post as it is."""
    at, which = typed_of(post["publishedAt"], zone) if post["publishedAt"] else ("", "")
    main, *others = (category["id"] for category in post["categories"])
    texts = {name: post[name] for name in ("title", "body", "excerpt", "slug", "language", "kind")}
    image = post["image"] or {"id": "", "url": "", "alt": ""}
    return {
        **dict.fromkeys(TEXTS, ""),
        **texts,
        "excerpt_was": post["excerpt"],
        "slug_was": post["slug"],
        "updated_at": post["updatedAt"],
        **{f"image{end}": image[name] for end, name in (("", "id"), ("_url", "url"), ("_alt", "alt"))},
        "category": main,
        "categories": tuple(others),
        "at": at,
        "which": which,
        "key": new_key(),
        "tags": ", ".join(tag["name"] for tag in post["tags"]),
        "comments": post["commentsOpen"],
        "linkbacks": post["linkbacksOpen"],
        "pinned": post["pinned"],
    }


def input_of(typed: Typed) -> dict[str, Any]:
    """A new post for the API, but for when it is published."""
    return {
        **{name: typed[name] for name in ("title", "body", "kind", "key", "pinned")},
        **{name: typed[name].strip() or None for name in ("slug", "excerpt", "language", "image")},
        "categories": _categories(typed),
        "tags": _tags(typed["tags"]),
        "commentsOpen": typed["comments"],
        "linkbacksOpen": typed["linkbacks"],
    }


def changes(typed: Typed, stored: Typed) -> dict[str, Any]:
    """What an edit changes of a post, but for when it is published; `stored` is what it is now.

    What is made from something else, the slug and the excerpt, is left to follow it where nobody has touched it.
    """
    new, old = input_of(typed), input_of(stored)
    new["language"] = new["language"] or old["language"]
    changed = {
        name: value for name, value in new.items() if name != "key" and not _same(name, value, old[name])
    }
    for name in ("slug", "excerpt"):
        if typed[name].strip() == typed[f"{name}_was"].strip():
            changed.pop(name, None)
    if typed["tags"] == stored["tags"]:
        changed.pop("tags", None)  # the name of one may have a comma in it
    return changed


def places_of(categories: Iterable[Mapping[str, Any]], post: Mapping[str, Any] | None) -> list[Place]:
    """Where posts can be filed, in the order of the menu; of a post, where it is as well, however deep that is."""
    places = list(_below(categories, 0))
    known = {place.id for place in places}
    filed = () if post is None else post["categories"]
    return [*places, *(Place(each["id"], each["name"], 0) for each in filed if each["id"] not in known)]


def _below(categories: Iterable[Mapping[str, Any]], depth: int) -> Iterator[Place]:
    for category in categories:
        yield Place(category["id"], category["name"], depth)
        yield from _below(category.get("children", ()), depth + 1)


def _same(name: str, value: Any, stored: Any) -> bool:
    if name == "body":
        return bool(value.strip() == stored.strip())
    return bool(" ".join(value.split()) == stored if name == "title" else value == stored)


def _categories(typed: Typed) -> Sequence[str]:
    return [each for each in (typed["category"], *typed["categories"]) if each]


def _tags(typed: str) -> list[str]:
    return [tag for each in _BETWEEN_TAGS.split(typed) if (tag := each.strip())]
