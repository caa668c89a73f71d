"""The database as it is, copied while a server uses it, and put back.

A backup is of one kind of database: SQLite's is the file, PostgreSQL's what pg_dump makes. Pictures are not in it.
Everything else is, sessions and the log of the feed as well, so that a site that is put back goes on where it was.
"""
