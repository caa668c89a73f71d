"""Where somebody is signed in."""

from datetime import datetime

import strawberry

import compiler
import models
from resolvers.reads import sessions


@compiler.row_type(models.Session, prefix="session", visible=sessions.own)
@strawberry.type(description="A device on which one is signed in.")
class Session:
    """A device on which somebody is signed in."""

    id: strawberry.ID = compiler.key("For `endSession`; that of the request's own session is `sessionId`.")
    created_at: datetime = compiler.column("When somebody signed in there.")
    expires_at: datetime = compiler.column("When it ends unless it is used; each use prolongs it.")
