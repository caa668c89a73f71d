"""The interface of everything that has a global id."""

import strawberry

import compiler


@strawberry.interface(
    description="Anything that has a global id. Ids are opaque strings such as post_42, comment_1017, user_3, "
    "category_5."
)
class Node:
    """Anything that has a global id."""

    id: strawberry.ID = compiler.key("The global id, opaque to clients.")
