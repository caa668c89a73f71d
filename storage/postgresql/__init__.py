"""PostgreSQL as a backend of Tortoise's: `engine: "storage.postgresql"`, by asyncpg and its pool."""

from storage.postgresql.client import PostgresqlClient

client_class = PostgresqlClient

__all__ = ["PostgresqlClient", "client_class"]
