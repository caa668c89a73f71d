"""WordPress' authors, categories and tags: those that an export lists first, and those that only its posts name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from transfer.formats.characters import decoded, plain
from transfer.formats.records import Author, Category, LeftOut, Record, Tag
from transfer.formats.wordpress_fields import Fields

CATEGORY_DOMAINS = {"category"}
TAG_DOMAINS = {"post_tag", "tag"}
OTHER_TERM = "It is neither a category nor a tag."
DEEPEST = 100


@dataclass(slots=True)
class _Listed:
    """A category that is listed, before all of them are known."""

    key: str
    name: str
    parent: str
    description: str
    number: str


@dataclass(slots=True)
class Terms:
    """What posts refer to: `told` is given what has to come before the post that names it first."""

    prefix: str = ""
    authors: dict[str, str] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    categories: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)
    _listed: dict[str, _Listed] = field(default_factory=dict)

    def author(self, fields: Fields) -> Iterator[Record]:
        """A listed author; accounts are known by their login, and comments name them by number or by e-mail."""
        login = fields["wp:author_login"]
        email = fields["wp:author_email"].strip()
        self.logins |= {key: login for key in (fields["wp:author_id"], email.lower()) if key}
        if login and login not in self.authors:
            self.authors[login] = decoded(fields["wp:author_display_name"]) or decoded(login)
            yield Author(key=login, name=self.authors[login], username=login, email=email)

    def listed(self, kind: str, fields: Fields) -> Iterator[Record]:
        """A listed category, tag or other term; categories are told later, when all are known."""
        taxonomy = {"category": "category", "tag": "post_tag"}.get(kind) or fields["wp:term_taxonomy"]
        if taxonomy in CATEGORY_DOMAINS:
            self._list_category(fields)
        elif taxonomy in TAG_DOMAINS:
            slug = fields["wp:tag_slug"] or fields["wp:term_slug"]
            yield from self._tag(slug, fields["wp:tag_name"] or fields["wp:term_name"])
        else:
            slug = fields["wp:term_slug"]
            yield LeftOut(kind="term", key=f"{taxonomy}/{unquote(slug)}", reason=OTHER_TERM)

    def all_listed(self) -> Iterator[Record]:
        """The listed categories, now that the parents of all are known."""
        by_name = {category.name: category.key for category in self._listed.values()}
        for category in self._listed.values():
            if category.parent and category.parent not in self._listed:
                category.parent = by_name.get(decoded(category.parent), category.parent)
        for position, category in enumerate(self._listed.values()):
            yield Category(
                key=category.key,
                name=category.name,
                slug=unquote(category.key),
                parent=category.parent or None,
                description=category.description,
                position=position,
                paths=self._category_paths(category),
            )
        self._listed = {}

    def of_post(self, fields: Fields) -> Iterator[Record]:
        """The categories and tags of a post that have not been told yet."""
        for domain, nicename, name in fields.terms:
            if domain in TAG_DOMAINS:
                yield from self._tag(nicename, name)
            elif domain in CATEGORY_DOMAINS and (key := _key(nicename, name)) not in self.categories:
                self.categories.add(key)
                paths = _paths(self.prefix, "category", [nicename])
                yield Category(
                    key=key, name=decoded(name) or unquote(key), slug=unquote(nicename), paths=paths
                )

    def keys(self, fields: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The keys of a post's categories, the main one first, and of its tags."""
        categories = [
            _key(nicename, name) for domain, nicename, name in fields.terms if domain in CATEGORY_DOMAINS
        ]
        main = self.numbers.get((fields.meta["_yoast_wpseo_primary_category"] or [""])[0])
        categories.sort(key=lambda key: key != main)
        tags = [_key(nicename, name) for domain, nicename, name in fields.terms if domain in TAG_DOMAINS]
        return tuple(dict.fromkeys(filter(None, categories))), tuple(dict.fromkeys(filter(None, tags)))

    def creator(self, login: str) -> Iterator[Record]:
        """Somebody who wrote a post and is not listed."""
        if login and login not in self.authors:
            self.authors[login] = decoded(login)
            yield Author(key=login, name=decoded(login), username=login)

    def commenter(self, number: str, email: str) -> str | None:
        """The login of a listed author who commented while signed in."""
        if number in {"", "0"}:
            return None
        return self.logins.get(number) or self.logins.get(email.strip().lower())

    def _list_category(self, fields: Fields) -> None:
        nicename = fields["wp:category_nicename"] or fields["wp:term_slug"]
        name = fields["wp:cat_name"] or fields["wp:term_name"]
        key = _key(nicename, name)
        if not key or key in self.categories:
            return
        self.categories.add(key)
        number = fields["wp:term_id"]
        self.numbers[number] = key
        parent = fields["wp:category_parent"] or fields["wp:term_parent"]
        description = plain(fields["wp:category_description"] or fields["wp:term_description"])
        self._listed[key] = _Listed(key, decoded(name) or unquote(key), parent, description, number)

    def _category_paths(self, category: _Listed) -> tuple[str, ...]:
        line, above = [category.key], category
        while (parent := self._listed.get(above.parent)) and parent.key not in line and len(line) < DEEPEST:
            line.append(parent.key)
            above = parent
        number = (f"{self.prefix}/?cat={category.number}",) if category.number else ()
        both = (
            _paths(self.prefix, "category", line[::-1]) + _paths(self.prefix, "category", line[:1]) + number
        )
        return tuple(dict.fromkeys(both))

    def _tag(self, slug: str, name: str) -> Iterator[Record]:
        key = _key(slug, name)
        if key and key not in self.tags:
            self.tags.add(key)
            paths = _paths(self.prefix, "tag", [slug])
            yield Tag(key=key, name=decoded(name) or unquote(key), slug=unquote(slug), paths=paths)


def _key(nicename: str, name: str) -> str:
    return nicename or decoded(name)


def _paths(prefix: str, base: str, line: list[str]) -> tuple[str, ...]:
    slugs = [quote(unquote(slug), safe="!$&'()*+,;=:@~") for slug in line if slug]
    return (f"{prefix}/{base}/{'/'.join(slugs)}/",) if slugs else ()
