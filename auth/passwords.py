"""Passwords: hashing them, checking them, and refusing the weak ones."""


async def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    raise NotImplementedError


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; None costs the same time and is False."""
    raise NotImplementedError


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than those in force."""
    raise NotImplementedError


def password_problem(password: str, *, username: str = "", email: str = "") -> str | None:
    """Why this password cannot be accepted, or None."""
    raise NotImplementedError
