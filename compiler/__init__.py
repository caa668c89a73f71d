"""A GraphQL selection becomes one SQL statement whose result is the JSON answer.

This room knows GraphQL, Tortoise querysets and SQL. It knows no noun of any application: a schema says by declaration
(`compiler.declarations`) which rows its types and fields stand for, and everything else follows.

    declarations → registry, checked once at start
    document → operation (parsed, validated) → plan (one statement per root field) → bytes
"""

from compiler.connection_types import Connection, Edge, PageInfo
from compiler.cursors import cursor_of
from compiler.declarations import (
    column,
    computed,
    connection,
    expression,
    first_of,
    first_via,
    key,
    listing,
    neighbour,
    nodes,
    one,
    row_type,
    topic,
)
from compiler.engine import Engine, Request, Subscription
from compiler.errors import BadArgument, ContractError, RequestError, RunInThread
from compiler.limits import Limits
from compiler.matching import Matched
from compiler.operation import Operation
from compiler.params import Placeholder
from compiler.proof import proof
from compiler.response import Response
from compiler.row import Row

__all__ = [
    "BadArgument",
    "Connection",
    "ContractError",
    "Edge",
    "Engine",
    "Limits",
    "Matched",
    "Operation",
    "PageInfo",
    "Placeholder",
    "Request",
    "RequestError",
    "Response",
    "Row",
    "RunInThread",
    "Subscription",
    "column",
    "computed",
    "connection",
    "cursor_of",
    "expression",
    "first_of",
    "first_via",
    "key",
    "listing",
    "neighbour",
    "nodes",
    "one",
    "proof",
    "row_type",
    "topic",
]
