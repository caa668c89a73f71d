"""The four questions, as a client of Causerie asks them. Every peer that speaks GraphQL is asked in the same words."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Question:
    """A document, and where its one variable comes from.

    `kind` says what varies: a page of `field` behind the cursor `$after`, or a post by its `$id`.
    """

    key: str
    title: str
    operation: str
    kind: Literal["page", "post"]
    field: str
    document: str


FRONT_PAGE = Question(
    "front_page",
    "Front page",
    "FrontPage",
    "page",
    "posts",
    """
query FrontPage($after: String) {
  posts(first: 20, after: $after) {
    nodes {
      id title slug excerpt publishedAt commentCount
      author { id name username }
      category { id name slug }
      comments(first: 10, flat: true) { nodes { id body createdAt author { id name } } }
    }
  }
}
""",
)
ONE_POST = Question(
    "one_post",
    "One post",
    "OnePost",
    "post",
    "post",
    """
query OnePost($id: ID!) {
  post(by: { id: $id }) {
    id title slug body publishedAt commentCount
    author { id name username }
    category { id name slug }
    comments(first: 20, flat: true) { nodes { id body createdAt author { id name } } }
  }
}
""",
)
TINY = Question(
    "tiny",
    "Tiny",
    "Tiny",
    "post",
    "post",
    "query Tiny($id: ID!) { post(by: { id: $id }) { id title } }",
)
LIST = Question(
    "list",
    "List",
    "List",
    "page",
    "comments",
    """
query List($after: String) {
  comments(first: 100, after: $after) {
    nodes { id body createdAt author { id name } post { id title } }
  }
}
""",
)
QUESTIONS = (FRONT_PAGE, ONE_POST, TINY, LIST)
