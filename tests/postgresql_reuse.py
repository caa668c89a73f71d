"""Databases of PostgreSQL that one test after the other uses: to empty one takes a fraction of making and dropping one.

A database is used again only if it is as it was made, but for its rows: nobody is connected, no table, index or setting
is another one. Then every table that has rows is truncated, and what a fresh one begins with is put back.
"""

import contextlib

from tests.postgresql import Server

TEMPLATE = "template_of_tests"
SHAPE = """
SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
    SELECT format('%s.%s %s %s %s', attrelid::regclass, attname, atttypid, attnotnull, atthasdef) AS line
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT name FROM tortoise_migrations
) AS lines"""
CONNECTED = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
SETTINGS = """
SELECT 1 FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()
"""
SCHEMATA = (
    "SELECT 1 FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')"
)
EMPTY = """
DO $reset$ DECLARE filled text; sequence text; BEGIN
    FOR look IN 1..25 LOOP -- connections may be just ending
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN NOT EXISTS ({connected});
        PERFORM pg_sleep(0.02);
    END LOOP;
    IF ({shape}) <> '{known}' OR EXISTS ({connected}) OR EXISTS ({settings}) OR EXISTS ({schemata})
    THEN RAISE EXCEPTION 'not as it was'; END IF;
    SELECT string_agg(quote_ident(tablename), ', ') INTO filled FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations' AND (xpath('/row/c/text()', query_to_xml(
        format('SELECT EXISTS (SELECT 1 FROM %I) AS c', tablename), false, true, '')))[1]::text = 'true';
    DELETE FROM pg_statistic WHERE starelid IN (
        SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
    );
    IF filled IS NOT NULL THEN EXECUTE 'TRUNCATE ' || filled || ' CASCADE'; END IF;
    FOR sequence IN SELECT quote_ident(sequencename) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename NOT LIKE 'tortoise%'
    LOOP EXECUTE format('ALTER SEQUENCE %s RESTART', sequence); END LOOP;
    INSERT INTO feed SELECT * FROM json_populate_recordset(NULL::feed, '{feed}');
    INSERT INTO comment_events SELECT * FROM json_populate_recordset(NULL::comment_events, '{events}');
END $reset$"""


class Databases:
    """Lends migrated databases of a server, and takes them back."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._free: list[str] = []
        self._shape = server.execute(SHAPE, TEMPLATE)
        self._feed, self._events = (
            server.execute(f"SELECT coalesce(json_agg(t), '[]') FROM {table} AS t", TEMPLATE)
            for table in ("feed", "comment_events")
        )

    def lend(self) -> str:
        """The address of a database as freshly migrated."""
        return self._free.pop() if self._free else self._server.create_database(template=TEMPLATE)

    def take_back(self, url: str) -> None:
        """For the next test, if it can be used again."""
        if self._is_emptied(url):
            self._free.append(url)
        else:
            self._server.drop_database(url)

    def _is_emptied(self, url: str) -> bool:
        statement = EMPTY.format(
            connected=CONNECTED,
            shape=SHAPE,
            known=self._shape,
            settings=SETTINGS,
            schemata=SCHEMATA,
            feed=self._feed,
            events=self._events,
        )
        with contextlib.suppress(RuntimeError):
            self._server.execute(statement, url.rpartition("/")[2])
            return True
        return False
