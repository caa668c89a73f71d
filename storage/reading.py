"""Which statements only read."""

READS = ("SELECT", "EXPLAIN", "(SELECT")


def is_read(sql: str) -> bool:
    """Whether a statement of Tortoise's surely changes nothing; one that begins with WITH may."""
    return sql.lstrip()[:8].upper().startswith(READS)
