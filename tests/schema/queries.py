"""Queries by chance: valid documents over the whole schema, with their variables, from a seed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
)

from models.fields import rfc3339
from tests.schema.blog import NOW, PAGES, Blog, before
from tests.schema.reference import COMMENT_ORDERS, ORDERS, TAG_ORDERS, USER_ORDERS, cursor

PAGING = ("first", "after", "last", "before", "offset")
ASKED = [
    "the",
    "élan",
    "body comment",
    "-plain",
    '"the body"',
    "title",
    "in:posts",
    "author:reader",
    "tag:ete",
    "",
    '"',
    "slash",
]
"""What is looked for."""
CALLED = ["er", "READ", " author ", "example.org", "%", "_", "!", "", "nobody"]
"""What people are looked for by."""
SIZES = [0, 1, 2, 2, 3, 3, 5, 8, 30]


@dataclass(frozen=True)
class Enum:
    """A name that is no text."""

    name: str


@dataclass
class Document:
    """A document under way: the parts that stand beside its operation, and what its variables are."""

    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[tuple[str, str, str]] = field(default_factory=list)
    """Names, types and texts."""
    arguments: dict[str, str] = field(default_factory=dict)
    """What a field's arguments are when it has no alias: always the same, so that selections can be merged."""
    numbers: list[tuple[str, str]] = field(default_factory=list)
    """Variables that may be used again, and the types they fit."""
    names: int = 0

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"


class Queries:
    """Makes one document after the other."""

    def __init__(self, schema: GraphQLSchema, blog: Blog, random: Random) -> None:
        self._schema = schema
        self._blog = blog
        self._random = random
        self._document = Document()
        self._cursors = self._all_cursors()

    def make(self) -> tuple[str, dict[str, Any]]:
        """A query and its variables."""
        self._document = document = Document()
        selection = self._selection("Query", depth=self._random.randint(2, 5))
        declared = f"({', '.join(document.declared)})" if document.declared else ""
        fragments = [f"fragment {name} on {type_} {text}" for name, type_, text in document.fragments]
        name = self._random.choice(["", " Name"])
        operation = (
            selection
            if not declared and not name and self._chance(0.5)
            else f"query{name}{declared} {selection}"
        )
        parts = [operation, *fragments]
        self._random.shuffle(parts)
        return "\n".join(parts), document.variables

    def vary(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Other variables for the query that was made last."""
        varied = {name: self._other(value) for name, value in variables.items()}
        for name in variables:
            is_nullable = any(
                each.startswith(f"${name}:")
                and "!" not in each
                and "Order" not in each  # cursors are of one order
                for each in self._document.declared
            )
            if is_nullable and self._chance(0.15):
                varied[name] = None
            elif is_nullable and self._chance(0.15):
                del varied[name]
        return varied

    def _other(self, value: Any) -> Any:
        """Another value that fits wherever this one does."""
        if isinstance(value, dict) and len(value) > 1:
            return {name: self._other(each) for name, each in value.items() if self._chance(0.8)}
        if isinstance(value, list):
            return [self._other(each) for each in value if self._chance(0.8)]
        if isinstance(value, bool):
            return self._chance(0.5)
        if isinstance(value, int):
            return self._random.choice(SIZES)
        column = str(value).partition(":")[0]
        if column in self._cursors:
            return self._random.choice(self._cursors[column])
        return self._id(None) if re.fullmatch("[a-z]+_[0-9]+", str(value)) else value

    def learn(self, answer: Any) -> None:
        """Use the cursors of an answer in later queries."""
        if isinstance(answer, dict):
            for value in answer.values():
                self.learn(value)
        elif isinstance(answer, list):
            for value in answer:
                self.learn(value)
        elif isinstance(answer, str) and (column := answer.split(":")[0]) in self._cursors:
            self._cursors[column].append(answer)

    # Selections.

    def _selection(self, type_name: str, depth: int, *, alone: bool = True) -> str:
        """A selection set; not `alone`: other types may stand in the same place, so no two names may meet."""
        type_: Any = self._schema.type_map[type_name]
        if is_abstract_type(type_):
            return self._abstract(type_name, depth)
        fields = type_.fields
        usable = [
            name for name, each in fields.items() if depth > 1 or is_leaf_type(get_named_type(each.type))
        ]
        most = 3 if type_name == "Query" else 5
        chosen = [self._random.choice(usable) for _ in range(self._random.randint(1, most))] if usable else []
        parts = [self._field(type_name, name, fields[name], depth, alone=alone) for name in chosen]
        if not parts or self._chance(0.1):
            parts.append(self._named("__typename", alone=alone) + self._directives())
        return "{ " + " ".join(self._wrap(part, type_name, depth) for part in parts) + " }"

    def _abstract(self, type_name: str, depth: int) -> str:
        possible = [type_.name for type_ in self._schema.get_possible_types(self._schema.type_map[type_name])]  # type: ignore[arg-type]
        chosen = self._random.sample(possible, self._random.randint(1, len(possible)))
        parts = [
            "id" + self._directives() if self._chance(0.6) else "__typename",
            *(
                f"... on {each}{self._directives()} {self._selection(each, depth, alone=False)}"
                for each in chosen
            ),
        ]
        self._random.shuffle(parts)
        return "{ " + " ".join(parts) + " }"

    def _field(self, type_name: str, name: str, declared: GraphQLField, depth: int, *, alone: bool) -> str:
        place = f"{type_name}.{name}"
        if alone and self._chance(0.5):
            if place not in self._document.arguments:
                self._document.arguments[place] = self._arguments(place, declared.args)
            opening = name + self._document.arguments[place]
        else:
            opening = f"{self._document.name('a')}: {name}{self._arguments(place, declared.args)}"
        opening += self._directives()
        type_ = get_named_type(declared.type)
        if is_leaf_type(type_):
            return opening
        # a connection, its edges and its nodes together are one step down
        inner = depth if type_.name.endswith(("Connection", "Edge")) else depth - 1
        below = self._selection(type_.name, inner, alone=True)
        if self._chance(0.08) and not is_abstract_type(type_):
            return f"{opening} {below} {opening} {self._selection(type_.name, inner)}"
        return f"{opening} {below}"

    def _named(self, name: str, *, alone: bool) -> str:
        return name if alone and self._chance(0.5) else f"{self._document.name('a')}: {name}"

    def _wrap(self, part: str, type_name: str, depth: int) -> str:
        """The part as it is, or in a fragment."""
        chance = self._random.random()
        if chance < 0.08:
            return f"...{self._directives()} {{ {part} }}"
        if chance < 0.16:
            return f"... on {type_name}{self._directives()} {{ {part} }}"
        if chance < 0.20 and self._is_node(type_name):
            return f"... on Node {{ ... on {type_name} {{ {part} }} id }}"
        if chance < 0.28:
            name = self._document.name("F")
            self._document.fragments.append((name, type_name, f"{{ {part} }}"))
            return f"...{name}{self._directives()}"
        if chance < 0.32 and depth > 1:
            again = [each for each, on, _ in self._document.fragments if on == type_name]
            return f"{part} ...{self._random.choice(again)}" if again else part
        return part

    def _is_node(self, type_name: str) -> bool:
        type_ = self._schema.type_map[type_name]
        return is_object_type(type_) and any(each.name == "Node" for each in type_.interfaces)

    def _directives(self) -> str:
        if not self._chance(0.07):
            return ""
        name, kept = self._random.choice([("include", True), ("skip", False)])
        value = kept if self._chance(0.7) else not kept
        text = self._value(value, "Boolean!", may_be_absent=False)
        return f" @{name}(if: {text})"

    # Arguments.

    def _arguments(self, place: str, declared: dict[str, GraphQLArgument]) -> str:
        given: dict[str, tuple[Any, Any]] = {}
        kind = place.partition(".")[2]
        orders = {"posts": ORDERS, "tags": TAG_ORDERS, "users": USER_ORDERS}.get(kind, COMMENT_ORDERS)
        columns = {
            "posts": "published_at",
            "tags": "name",
            "linkbacks": "received_at",
            "revisions": "number",
            "search": "id",
            "outgoingLinkbacks": "id",
            "imports": "id",
        }
        column = columns.get(kind, "created_at")
        for name, argument in declared.items():
            if name == "orderBy" and self._chance(0.1):
                given[name] = (None, argument.type)
            elif name == "orderBy" and self._chance(0.6):
                order = self._random.choice(list(orders))
                given[name], column = (Enum(order), argument.type), orders[order][0]
            elif name not in {*PAGING, "orderBy"} and (is_required_argument(argument) or self._chance(0.35)):
                given[name] = (self._of(argument.type, name), argument.type)
        for name, value in self._paging(declared, column).items():
            given[name] = (value, declared[name].type)
        if not given:
            return ""
        items = list(given.items())
        self._random.shuffle(items)
        return "(" + ", ".join(f"{name}: {self._value(value, type_)}" for name, (value, type_) in items) + ")"

    def _paging(self, declared: dict[str, GraphQLArgument], column: str) -> dict[str, Any]:
        if "first" not in declared:
            return {}
        size = self._random.choice(SIZES)
        if "offset" in declared and self._chance(0.15):
            return {"first": size, "offset": self._random.choice([0, 0, 1, 2, 5, 30])}
        chosen: dict[str, Any] = {"last" if self._chance(0.3) else "first": size}
        for name in ("after", "before"):
            if self._chance(0.2):
                chosen[name] = self._random.choice(self._cursors[column])
        if self._chance(0.05):
            chosen["first" if "last" in chosen else "last"] = None
        if "last" not in declared:  # a list that is read forwards only
            chosen = {"first": size} | {name: chosen[name] for name in ("after",) if name in chosen}
        return chosen

    def _of(self, type_: Any, name: str) -> Any:
        """A value for an argument or a member."""
        if not is_non_null_type(type_) and self._chance(0.08):
            return None
        named = get_named_type(type_)
        if isinstance(named, GraphQLEnumType):
            return Enum(self._random.choice(list(named.values)))
        if isinstance(named, GraphQLInputObjectType):
            return self._input(named)
        if is_list_type(get_nullable_type(type_)):
            return [self._id(None) for _ in range(self._random.choice([0, 3, 5, 8]))]
        moments = [*(post.published_at for post in self._blog.posts), NOW, before(days=2, hours=1)]
        makers: dict[str, Callable[[], Any]] = {
            "Boolean": lambda: self._chance(0.5),
            "DateTime": lambda: rfc3339(self._random.choice(moments)),
            "ID": lambda: self._id(name),
            "Int": lambda: self._random.choice(
                [-1, 0, 100, 320, 321, 960, 1280, 5000]
            ),  # how wide a picture is
            "String": lambda: self._text(name),
        }
        return makers[named.name]()

    def _input(self, type_: GraphQLInputObjectType) -> dict[str, Any]:
        names = list(type_.fields)
        if type_.is_one_of:
            names = [self._random.choice(names)]
            return {
                name: self._id(type_.name) if name == "id" else self._text(name, type_.name) for name in names
            }
        chosen = self._random.sample(names, min(len(names), self._random.choice([0, 1, 1, 1, 2])))
        return {
            name: self._random.choice(CALLED)
            if (type_.name, name) == ("UserFilter", "query")
            else self._of(type_.fields[name].type, name)
            for name in chosen
        }

    def _id(self, what: str | None) -> str:
        blog = self._blog
        rows: dict[str, list[Any]] = {
            "post": blog.posts,
            "comment": blog.comments,
            "user": blog.users,
            "category": blog.categories,
            "tag": blog.tags,
            "linkback": blog.linkbacks,
        }
        kind = {
            "PostBy": "post",
            "CategoryBy": "category",
            "TagBy": "tag",
            "UserBy": "user",
            "author": "user",
            "under": "comment",
        }.get(str(what), str(what))
        if kind not in rows or self._chance(0.1):
            kind = self._random.choice(list(rows))
        if self._chance(0.07):
            return self._random.choice(
                ["", "x", f"{kind}_0", f"{kind}_99999", f"{kind}_01", f"{kind.upper()}_1", "_1", "x_1"]
            )
        return f"{kind}_{self._random.choice(rows[kind]).id}"

    def _text(self, name: str, type_name: str = "") -> str:
        if name == "language":
            return self._random.choice(["en", "fr", "fr-CA", "FR-ca", "de", "EN", "no tag"])
        if name == "username":
            return self._random.choice(
                [user.username or "" for user in self._blog.users] + ["nobody", "Reader"]
            )
        if name == "query":
            return self._random.choice(ASKED)
        if name == "path":
            return self._random.choice(self._blog.paths)
        if name == "url":
            return self._random.choice([*PAGES, "https://else.example/", "/a", ""])
        slugs = {
            "PostBy": self._blog.slugs,
            "TagBy": [tag.slug for tag in self._blog.tags],
        }.get(type_name, [category.slug for category in self._blog.categories])
        return self._random.choice([*slugs, slugs[0].upper(), "no-such-slug", "'"])

    # Values.

    def _value(self, value: Any, type_: Any, *, may_be_absent: bool = True) -> str:
        """The value as text: a literal, or a variable that has it."""
        if not self._chance(0.35):
            return self._literal(value, type_)
        declared = str(type_)
        again = [name for name, each in self._document.numbers if each == declared]
        if again and isinstance(value, int) and self._chance(0.5):
            return f"${self._random.choice(again)}"
        name = self._document.name("v")
        if value is not None and not declared.endswith("!") and self._chance(0.3):
            declared += "!"
        default = ""
        if value is not None and self._chance(0.3) and may_be_absent:
            default = f" = {self._literal(value, None)}"
            if self._chance(0.6):
                self._document.declared.append(f"${name}: {declared}{default}")
                return f"${name}"
        if value is None and self._chance(0.5):
            self._document.declared.append(f"${name}: {declared}")
            return f"${name}"  # not given at all
        self._document.declared.append(f"${name}: {declared}{default}")
        self._document.variables[name] = _plain(value)
        if isinstance(value, int):
            self._document.numbers.append((name, str(type_)))
        return f"${name}"

    def _literal(self, value: Any, type_: Any) -> str:
        """The value as GraphQL writes it; variables may stand in it where `type_` says what they would be."""
        if isinstance(value, dict):
            named: Any = None if type_ is None else get_named_type(type_)

            def member(name: str, value: Any) -> str:
                fixed = named is None or named.is_one_of
                return self._literal(value, None) if fixed else self._value(value, named.fields[name].type)

            return "{" + ", ".join(f"{name}: {member(name, each)}" for name, each in value.items()) + "}"
        if isinstance(value, list):
            items = [
                self._literal(each, None) if type_ is None else self._value(each, "ID!") for each in value
            ]
            return f"[{', '.join(items)}]"
        return _text_of(value)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _all_cursors(self) -> dict[str, list[str]]:
        columns = {column for column, _ in ORDERS.values()}
        found = {column: [cursor(post, column) for post in self._blog.posts] for column in sorted(columns)}
        for column, _ in TAG_ORDERS.values():
            found[column] = [cursor(tag, column) for tag in self._blog.tags]
        found["received_at"] = [cursor(linkback, "received_at") for linkback in self._blog.linkbacks]
        found["id"] = ["id:0", "id:3", "id:17", f"id:{2**56}", f"id:{2**55}"]
        found["number"] = [f"number:{number}:{number}" for number in range(1, 5)]
        return found | {"created_at": [cursor(comment, "created_at") for comment in self._blog.comments]}


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.name if isinstance(value, Enum) else value


def _text_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case Enum(name):
            return name
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
