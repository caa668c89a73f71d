"""People and their sessions."""

from datetime import datetime
from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import InstantField
from models.image import Image
from models.indexes import NotNullIndex


class Role(StrEnum):
    """What somebody may do; each role may also do what the ones before it may."""

    READER = "READER"
    AUTHOR = "AUTHOR"
    MODERATOR = "MODERATOR"
    ADMIN = "ADMIN"


class User(Model):
    """An account, or a guest, who cannot sign in.

    Usernames and e-mail addresses are stored in lower case, so that unique means unique. A guest has neither: the
    address that they gave, and that nobody has confirmed, is `guest_email`, which an account may have as its `email`.
    `guest_key` is a digest of name, address and website together. An address that anybody may type is no proof, so it
    does not make two guests one: else the name and the link of what its owner wrote would be those of whoever came
    first. All guests of one address become an account's when it is confirmed (`email_confirmed_at`).
    """

    id = fields.BigIntField(primary_key=True)
    username = fields.CharField(max_length=30, unique=True, null=True)
    email = fields.CharField(max_length=254, unique=True, null=True)
    email_confirmed_at: datetime | None = InstantField(null=True)
    guest_email = fields.CharField(max_length=254, null=True)
    guest_key = fields.CharField(max_length=64, unique=True, null=True)
    name = fields.CharField(max_length=100)
    bio = fields.TextField(default="")
    website = fields.CharField(max_length=500, null=True)
    role = fields.CharEnumField(Role, max_length=10, default=Role.READER)
    avatar: fields.ForeignKeyNullableRelation[Image] = fields.ForeignKeyField(
        "models.Image", related_name="people", on_delete=fields.SET_NULL, null=True
    )
    avatar_id: int | None
    password_hash = fields.CharField(max_length=200)
    created_at: datetime = InstantField()

    class Meta:
        table = "users"
        indexes = [
            Index(fields=("guest_email",)),
            Index(fields=("avatar_id",)),
            *(
                NotNullIndex(fields=fields, name=f"idx_users_{name}", column="username")
                for name, fields in {
                    "named": ["name", "id"],
                    "newest": ["created_at", "id"],
                    "role_named": ["role", "name", "id"],
                    "role_newest": ["role", "created_at", "id"],
                }.items()
            ),
        ]


class Session(Model):
    """A signed-in device. Only the SHA-256 of its token is here; the client alone has the token.

    `as_reader` is one that a page of another site has: whatever the account may do, it may do what a READER may.
    """

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="sessions", on_delete=fields.CASCADE
    )
    user_id: int
    token_hash = fields.CharField(max_length=64, unique=True)
    created_at: datetime = InstantField()
    expires_at: datetime = InstantField()
    as_reader = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "sessions"
        indexes = [Index(fields=("user_id",)), Index(fields=("expires_at",))]
