"""The questions as hand-written statements, on SQLite and on PostgreSQL."""
