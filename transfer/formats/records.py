"""What every format is read as: records that say what a blog has, in the order in which its file has them.

A `key` is the source's own name for a thing, unique among the records of its class in one file; that of a post
is unique among posts, pages and external pages alike. A record that others refer to by its key need not come before
them, with one exception: authors, categories and tags come before the first post or comment that names them.

Texts are as people should read them: entities of names and titles decoded, characters that XML forbids taken out.
Moments are aware and in UTC. Bodies in HTML are whole, such as paragraphs made of empty lines, but not cleaned.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BodyFormat(StrEnum):
    """How a body is written."""

    MARKDOWN = "MARKDOWN"
    HTML = "HTML"


class PostKind(StrEnum):
    """An ARTICLE is in the lists, a PAGE stands beside them, and EXTERNAL is a page of another site."""

    ARTICLE = "ARTICLE"
    PAGE = "PAGE"
    EXTERNAL = "EXTERNAL"


class Visibility(StrEnum):
    """What readers of the old blog saw of it: all, nothing yet, or nothing any more."""

    PUBLIC = "PUBLIC"
    PENDING = "PENDING"
    HIDDEN = "HIDDEN"


class LinkbackKind(StrEnum):
    """By which protocol another page said that it links to a post."""

    TRACKBACK = "TRACKBACK"
    PINGBACK = "PINGBACK"
    WEBMENTION = "WEBMENTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blog:
    """The blog itself, as far as its file tells; addresses are absolute, without a slash at the end."""

    title: str = ""
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody with an account at the old blog. No password ever comes along."""

    key: str
    name: str
    username: str = ""
    email: str = ""
    website: str = ""
    bio: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who commented without an account; an empty name is a person who gave none."""

    name: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """`parent` is the key of the category above it; `paths` are former addresses, as of a post."""

    key: str
    name: str
    slug: str = ""
    parent: str | None = None
    description: str = ""
    position: int = 0
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A label of posts."""

    key: str
    name: str
    slug: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that posts may name as theirs; `url` is where the old blog has it, absolute or a path within it."""

    key: str
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post, a page, or a page of another site.

    `published_at` in the future is a scheduled post, and None a draft. `author` is an author's key, None where nobody
    is named. `categories` and `tags` are keys, the main category first. `paths` are all its former addresses, from the
    slash after the host on, with the query where that is part of the address: `/2008/02/03/poutine/`, `/?p=18`; they
    may be percent-encoded. `base` is the absolute address that relative links in the body go out from. `address` is
    the absolute address of an EXTERNAL page. `image` is the key of an image, or an address.
    """

    key: str
    title: str
    kind: PostKind = PostKind.ARTICLE
    body: str = ""
    body_format: BodyFormat = BodyFormat.HTML
    excerpt: str = ""
    slug: str = ""
    language: str = ""
    published_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    author: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    base: str = ""
    address: str = ""
    image: str = ""
    comments_open: bool = True
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment on the post with the key `post`; `parent` is the key of the comment that it answers, if any.

    `author` is an author's key, or a guest. One that was `deleted` and has left its place has no body and no name.
    """

    key: str
    post: str
    author: "str | Guest"
    body: str
    body_format: BodyFormat = BodyFormat.HTML
    parent: str | None = None
    created_at: datetime
    edited_at: datetime | None = None
    visibility: Visibility = Visibility.PUBLIC
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkback:
    """Another page that says it links to the post with the key `post`. Texts are plain."""

    key: str
    post: str
    kind: LinkbackKind
    source_url: str
    site_name: str = ""
    title: str = ""
    excerpt: str = ""
    received_at: datetime
    visibility: Visibility = Visibility.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that the file has and that does not come over: what the file calls it, which one, and why.

    `reason` is a short sentence that is the same for all that are left out for it, such as "It is in the trash.".
    """

    kind: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Something that comes over otherwise than the file has it, such as a reply whose parent is missing."""

    kind: str
    key: str
    reason: str


Record = Blog | Author | Category | Tag | Image | Post | Comment | Linkback | LeftOut | Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a file does not say and its owner can: `timezone` of dates without one (IANA), the blog's own `url`.

    `pending` says whether comments of formats that do not tell approved from waiting ones wait for a moderator.
    """

    timezone: str = "UTC"
    url: str = ""
    pending: bool = False


class FormatError(Exception):
    """The file cannot be read as what it seems to be; the message says what is wrong with it, and what to do."""
