"""How each server is asked: the words of a question, and its variable's value."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.questions import FRONT_PAGE, LIST, ONE_POST, QUESTIONS, TINY, Question
from benchmarks.samples import PAGES, Behind, Sample

Ask = Callable[[bytes], dict[str, Any]]
"""Sends a body and returns the data of the answer."""

Bodies = Callable[[Question, Sequence[Sample], Ask], list[bytes]]
"""Makes the request bodies for samples; may ask the server for the cursors that only it can make."""


def body(document: str, operation: str, variables: Mapping[str, Any]) -> bytes:
    """A request as clients send it."""
    return json.dumps(
        {"query": document.strip(), "operationName": operation, "variables": variables}
    ).encode()


def plain_bodies(question: Question, samples: Sequence[Sample], ask: Ask) -> list[bytes]:
    """The questions as they stand; a cursor is `moment,id`."""
    del ask
    variables: list[dict[str, Any]] = []
    for sample in samples:
        match sample:
            case Behind(moment, id_):
                variables.append({"after": f"{moment},{id_}"})
            case None:
                variables.append({"after": None})
            case _:
                variables.append({"id": f"post_{sample}"})
    return [body(question.document, question.operation, values) for values in variables]


@dataclass(frozen=True)
class Dialect:
    """The questions in a server's own words; `id` makes its name of a post."""

    documents: Mapping[Question, str]
    id: Callable[[int], str]

    def bodies(self, question: Question, samples: Sequence[Sample], ask: Ask) -> list[bytes]:
        """The requests; cursors are the server's own, found by turning the pages."""
        document = self.documents[question]
        make = partial(body, document, question.operation)
        if question.kind == "post":
            return [make({"id": self.id(sample)}) for sample in samples if isinstance(sample, int)]
        cursors = self._cursors(question, ask)
        return [make({"after": cursors[None if sample is None else sample.id]}) for sample in samples]  # type: ignore[union-attr]

    def _cursors(self, question: Question, ask: Ask) -> dict[int | None, str | None]:
        """The cursor behind each page, by the number of the row that the page ends with."""
        document = self.documents[question].replace("nodes {", "pageInfo { endCursor } nodes {", 1)
        cursors: dict[int | None, str | None] = {None: None}
        cursor = None
        for _ in range(PAGES - 1):
            page = ask(body(document, question.operation, {"after": cursor}))[question.field]
            if not page["nodes"]:
                break
            cursor = page["pageInfo"]["endCursor"]
            cursors[int(page["nodes"][-1]["id"].rpartition("_")[2])] = cursor
        return cursors


CAUSERIE = Dialect({question: question.document for question in QUESTIONS}, "post_{}".format)

POSTGRAPHILE = Dialect(
    {
        FRONT_PAGE: """
query FrontPage($after: Cursor) {
  posts: allPosts(
    first: 20, after: $after, orderBy: [PUBLISHED_AT_DESC, ROW_ID_DESC], condition: { status: "PUBLISHED" }
  ) {
    nodes {
      id: rowId title slug excerpt publishedAt commentCount
      author: userByAuthorId { id: rowId name username }
      category: categoryByCategoryId { id: rowId name slug }
      comments: commentsByPostId(
        first: 10, orderBy: [CREATED_AT_DESC, ROW_ID_DESC], condition: { status: "APPROVED" }
      ) { nodes { id: rowId body createdAt author: userByAuthorId { id: rowId name } } }
    }
  }
}
""",
        ONE_POST: """
query OnePost($id: BigInt!) {
  post: postByRowId(rowId: $id) {
    id: rowId title slug body publishedAt commentCount
    author: userByAuthorId { id: rowId name username }
    category: categoryByCategoryId { id: rowId name slug }
    comments: commentsByPostId(
      first: 20, orderBy: [CREATED_AT_DESC, ROW_ID_DESC], condition: { status: "APPROVED" }
    ) { nodes { id: rowId body createdAt author: userByAuthorId { id: rowId name } } }
  }
}
""",
        TINY: "query Tiny($id: BigInt!) { post: postByRowId(rowId: $id) { id: rowId title } }",
        LIST: """
query List($after: Cursor) {
  comments: allComments(
    first: 100, after: $after, orderBy: [CREATED_AT_DESC, ROW_ID_DESC], condition: { status: "APPROVED" }
  ) {
    nodes {
      id: rowId body createdAt author: userByAuthorId { id: rowId name } post: postByPostId { id: rowId title }
    }
  }
}
""",
    },
    str,
)
