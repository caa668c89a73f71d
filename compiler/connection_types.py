"""The types of Relay's cursor connections, as the specification has them, plus `nodes` and `totalCount`."""

from typing import Generic, TypeVar

import strawberry

from compiler.declarations import structural

NodeType = TypeVar("NodeType")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Section 2.1 of the GraphQL Cursor Connections specification."""

    has_next_page: bool = structural("Whether there is more after this page.")
    has_previous_page: bool = structural("Whether there is more before this page.")
    start_cursor: str | None = structural("The cursor of the first item; null when the page is empty.")
    end_cursor: str | None = structural("The cursor of the last item; null when the page is empty.")


@strawberry.type(description="An item and its place in the list.")
class Edge(Generic[NodeType]):
    """One item of a connection."""

    cursor: str = structural("Pass it as `after` or `before` to go on from here.")
    node: NodeType = structural("The item.")


@strawberry.type(
    description="A page of a list. Take `nodes` when the cursors of the single items are not needed."
)
class Connection(Generic[NodeType]):
    """A page of rows in a stable order."""

    edges: list[Edge[NodeType]] = structural("The items with their cursors.")
    nodes: list[NodeType] = structural("The items.")
    page_info: PageInfo = structural("Where this page stands in the list.")
    total_count: int = structural("How many items the list has on all its pages.")
