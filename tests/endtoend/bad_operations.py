"""Operations that nobody should send: those that are refused before they are executed, and those that find nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

DIGITS = "9" * 5000


@dataclass(frozen=True)
class Bad:
    """A request; `code` is the one that its error has."""

    query: str
    code: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None

    @property
    def members(self) -> dict[str, Any]:
        """As JSON has them."""
        given = {"query": self.query, "variables": self.variables, "operationName": self.operation_name}
        return {name: value for name, value in given.items() if value is not None}


def unparsed(query: str) -> Bad:
    return Bad(query, "GRAPHQL_PARSE_FAILED")


def invalid(query: str) -> Bad:
    return Bad(query, "GRAPHQL_VALIDATION_FAILED")


def excessive(query: str) -> Bad:
    return Bad(query, "LIMIT_EXCEEDED")


def unanswerable(query: str, **variables: Any) -> Bad:
    return Bad(query, "BAD_USER_INPUT", variables)


def posts(arguments: str) -> str:
    return f"{{ posts({arguments}) {{ totalCount nodes {{ id }} }} }}"


def chained(levels: int) -> str:
    """Fragments of which each is spread twice in the one before."""
    links = (f"fragment F{n} on Post {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels))
    return f"{{ post(by: {{id: 1}}) {{ ...F0 }} }} {' '.join(links)} fragment F{levels} on Post {{ id }}"


FIRST = "query ($n: Int) { posts(first: $n) { totalCount } }"
ID = "query ($id: ID!) { node(id: $id) { id } }"
SLUG = "query ($slug: String!) { post(by: {slug: $slug}) { id } }"
WHEN = "query ($when: DateTime) { posts(filter: {publishedFrom: $when}) { totalCount } }"
ORDER = "query ($order: PostOrder!) { posts(orderBy: $order) { totalCount } }"
FILTER = "query ($filter: PostFilter) { posts(filter: $filter) { totalCount } }"
BY = "query ($by: PostBy!) { post(by: $by) { id } }"
CATEGORY = "query ($by: CategoryBy!) { category(by: $by) { id } }"
USER = "query ($by: UserBy!) { user(by: $by) { id } }"
AFTER = "query ($after: String) { posts(after: $after) { totalCount nodes { id } } }"
WRITE = "mutation ($input: AddCommentInput!) { addComment(input: $input) { __typename } }"
TWO = "query A { site { title } } query B { site { title } }"

REFUSED: dict[str, Bad] = {
    "white space": unparsed(" \n"),
    "only a comment": unparsed("# nothing"),
    "half a query": unparsed("{ site {"),
    "half a text": unparsed('{ node(id: "'),
    "NUL": unparsed("{ site\x00 { title } }"),
    "a lone surrogate": unparsed('{ node(id: "\\ud800") { id } }'),
    "a number with zeros": unparsed("{ posts(first: 007) { totalCount } }"),
    "deep nesting": excessive("{ a " * 3000),
    "a deep list": excessive("{ posts(first: " + "[" * 3000),
    "many tokens": excessive("{ " + "site " * 12_000 + "}"),
    "an unknown field": invalid("{ passwords }"),
    "an unknown argument": invalid("{ posts(where: 1) { totalCount } }"),
    "an unknown type": invalid("{ node(id: 1) { ... on Secret { id } } }"),
    "an unknown directive": invalid("{ site @export { title } }"),
    "a OneOf without a member": invalid("{ post(by: {}) { id } }"),
    "a OneOf whose member is null": invalid("{ category(by: {slug: null}) { id } }"),
    "a OneOf with two members": invalid('{ user(by: {id: "user_1", username: "ada"}) { id } }'),
    "a OneOf with a null beside": invalid('{ post(by: {slug: "a", id: null}) { id } }'),
    "a OneOf with a variable beside": invalid(
        "query ($slug: String!, $id: ID) { post(by: {slug: $slug, id: $id}) { id } }"
    ),
    "a OneOf with a variable that may be null": invalid(
        "query ($slug: String) { post(by: {slug: $slug}) { id } }"
    ),
    "a OneOf with one in a fragment": invalid(
        "fragment F on Query { user(by: {id: $id}) { id } } query ($id: ID) { ...F }"
    ),
    "a OneOf whose default is empty": invalid("query ($by: PostBy! = {}) { post(by: $by) { id } }"),
    "an unknown variable": invalid("{ node(id: $id) { id } }"),
    "a variable of no type": invalid("query ($id: Secret) { node(id: $id) { id } }"),
    "a selection of nothing": invalid("{ site }"),
    "a selection in a text": invalid("{ site { title { length } } }"),
    "a fragment in itself": invalid("{ site { ...A } } fragment A on Site { ...A }"),
    "fragments in each other": invalid(
        "{ site { ...A } } fragment A on Site { ...B } fragment B on Site { ...A }"
    ),
    "only a fragment": invalid("fragment A on Site { title }"),
    "a conflict": invalid("{ site { a: title a: url } }"),
    "an unknown enum value": invalid(posts("orderBy: WORST")),
    "an enum value as text": invalid(posts('orderBy: "NEWEST"')),
    "a number of 5,000 digits": invalid(posts(f"first: {DIGITS}")),
    "a number beyond Int": invalid(posts("first: 2147483648")),
    "a fraction": invalid(posts("first: 1.5")),
    "two ways to name a post": invalid('{ post(by: {id: "post_1", slug: "x"}) { id } }'),
    "no way to name a post": invalid("{ post(by: {}) { id } }"),
    "two subscriptions at once": invalid("subscription { commentAdded { id } b: commentAdded { id } }"),
    "an unknown operation name": Bad(TWO, "OPERATION_RESOLUTION_FAILURE", operation_name="C"),
    "no operation name": Bad(TWO, "OPERATION_RESOLUTION_FAILURE"),
    "the name of a nameless operation": Bad(
        "{ site { title } }", "OPERATION_RESOLUTION_FAILURE", operation_name="A"
    ),
    "too deep": excessive("{ categories { parent " + "{ parent " * 30 + "{ id }" + "}" * 30 + " } }"),
    "too many aliases": excessive("{ site { " + " ".join(f"a{n}: title" for n in range(600)) + " } }"),
    "too many roots": excessive("{ " + " ".join(f"a{n}: site {{ title }}" for n in range(30)) + " }"),
    "too many directives": excessive("{ site { title " + "@skip(if: false) " * 300 + "} }"),
    "too many rows": excessive(
        "{ posts(first: 100) { nodes { comments(first: 100) { nodes { replies(first: 100) { totalCount"
        " nodes { id } } } } } } }"
    ),
    "a chain of fragments": excessive(chained(40)),
    "a huge page": unanswerable(posts("first: 101")),
    "the hugest page": unanswerable(posts("first: 2147483647")),
    "a negative page": unanswerable(posts("first: -1")),
    "a negative page from the end": unanswerable(posts("last: -1")),
    "both ends": unanswerable(posts("first: 1, last: 1")),
    "a negative offset": unanswerable(posts("offset: -1")),
    "an offset and a cursor": unanswerable(posts('offset: 1, after: "x"')),
    "too many nodes": unanswerable('{ nodes(ids: ["' + '", "'.join("x" * 101) + '"]) { id } }'),
    "a huge page by variable": unanswerable(FIRST, n=101),
    "a negative page by variable": unanswerable(FIRST, n=-1),
    "a huge variable": unanswerable(FIRST, n=2**31),
    "a variable that is a fraction": unanswerable(FIRST, n=1.5),
    "a variable that is infinite": unanswerable(FIRST, n=1e300),
    "a variable that is a text": unanswerable(FIRST, n="1"),
    "a variable that is a truth": unanswerable(FIRST, n=True),
    "a variable that is a list": unanswerable(FIRST, n=[1]),
    "a missing id": unanswerable(ID),
    "a null id": unanswerable(ID, id=None),
    "an id that is an object": unanswerable(ID, id={"a": 1}),
    "an id that is a truth": unanswerable(ID, id=True),
    "a slug that is a number": unanswerable(SLUG, slug=1),
    "NUL in a slug": unanswerable(SLUG, slug="a\x00b"),
    "NUL in a username": unanswerable(USER, by={"username": "\x00"}),
    "NUL in a filter": unanswerable(FILTER, filter={"language": "\x00"}),
    "a moment that is none": unanswerable(WHEN, when="yesterday"),
    "a moment that is a number": unanswerable(WHEN, when=1),
    "a day": unanswerable(WHEN, when="2026-11-23"),
    "a day that is none": unanswerable(WHEN, when="2026-02-30T00:00:00Z"),
    "a moment without offset": unanswerable(WHEN, when="2026-11-23T12:00:00"),
    "a moment before all": unanswerable(WHEN, when="0001-01-01T00:00:00+14:00"),
    "a moment after all": unanswerable(WHEN, when="9999-12-31T23:59:59-14:00"),
    "a moment of 5,000 digits": unanswerable(WHEN, when=DIGITS),
    "an unknown enum variable": unanswerable(ORDER, order="WORST"),
    "an enum variable that is a number": unanswerable(ORDER, order=1),
    "a null enum": unanswerable(ORDER, order=None),
    "an unknown member": unanswerable(FILTER, filter={"secret": 1}),
    "a filter that is a list": unanswerable(FILTER, filter=[{"language": "fr"}, {"language": "en"}]),
    "two members of one": unanswerable(BY, by={"id": "post_1", "slug": "x"}),
    "no member of one": unanswerable(BY, by={}),
    "a null member of one": unanswerable(BY, by={"id": None}),
    "an input without its body": unanswerable(WRITE, input={"post": "post_1"}),
    "an input that is a text": unanswerable(WRITE, input="post_1"),
    **{
        f"the cursor {cursor[:40]!r}": unanswerable(AFTER, after=cursor)
        for cursor in (
            *("", "x", ":", "::", "published_at", "published_at:", "published_at::", "id:1", "\x00", "💬"),
            *("published_at:2026-11-23T12:39:05.000000Z", "published_at:2026-11-23T12:39:05.000000Z:"),
            *("published_at:yesterday:1", "published_at:2026-11-23T12:39:05.000000:1", DIGITS),
            *("published_at:2026-11-23T12:39:05.000000Z:9223372036854775808", "title:a:1", "body:a:1"),
            *(
                f"published_at:2026-11-23T12:39:05.000000Z:{DIGITS}",
                "published_at:\x00:1",
                "author__email:a:1",
            ),
            *("published_at:9999-12-31T23:59:59-14:00:1", "published_at:0001-01-01T00:00:00+14:00:1"),
            *("published_at:2026-11-23T12:39:05.000000Z:\u0661\x00", "published_at:2026-11-23T12:39:05Z:1e3"),
        )
    },
}

TEXTS = (
    *(
        "",
        " ",
        "%",
        "_",
        "'",
        '"',
        "\\",
        "💬",
        "é",
        "a" * 100_000,
        "\u202e",
        "\ufffe",
        "1",
        "null",
        "undefined",
    ),
    *("post_1", "post_0", "user_1", "post_9223372036854775808", f"post_{DIGITS}", "post_-1", "'; --", "\n"),
    *("../../etc/passwd", "post_\u0661", "category_99999999"),
)
IDS = (*TEXTS, "\x00", "post_1\x00", "comment_1\x00")
"""Texts and ids that lead nowhere; none of them is an error."""

Given = Callable[[str], dict[str, Any]]
COMMENTS = "query ($filter: CommentFilter) { comments(filter: $filter) { totalCount } }"

NULL: dict[str, tuple[str, Given, Sequence[str]]] = {
    "node": (ID, lambda text: {"id": text}, IDS),
    "nodes": ("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", lambda text: {"ids": [text]}, IDS),
    "comment": ("query ($id: ID!) { comment(id: $id) { id } }", lambda text: {"id": text}, IDS),
    "post": (BY, lambda text: {"by": {"id": text}}, IDS),
    "post by slug": (BY, lambda text: {"by": {"slug": text}}, TEXTS),
    "category": (CATEGORY, lambda text: {"by": {"id": text}}, IDS),
    "category by slug": (CATEGORY, lambda text: {"by": {"slug": text}}, TEXTS),
    "user": (USER, lambda text: {"by": {"id": text}}, IDS),
    "user by username": (USER, lambda text: {"by": {"username": text}}, TEXTS),
}
"""Queries of one thing, how a text goes into their variables, and texts that find nothing."""

EMPTY: dict[str, tuple[str, Given, Sequence[str]]] = {
    "posts in a language": (FILTER, lambda text: {"filter": {"language": text}}, TEXTS),
    "posts in a category": (FILTER, lambda text: {"filter": {"category": text}}, IDS),
    "posts by an author": (FILTER, lambda text: {"filter": {"author": text}}, IDS),
    "comments of a post": (COMMENTS, lambda text: {"filter": {"post": text}}, IDS),
    "comments by an author": (COMMENTS, lambda text: {"filter": {"author": text}}, IDS),
}
"""The same for lists."""
