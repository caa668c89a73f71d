"""The statements of the bookkeeping. `jobs` is a table of the database, the other two are beside it on SQLite.

A moment is written as the column type `InstantField` writes it.
"""

SQLITE_TABLES = """
CREATE TABLE IF NOT EXISTS job_attempts (
    mark INTEGER PRIMARY KEY, job_id INTEGER NOT NULL, attempts INTEGER NOT NULL, next_try TEXT NOT NULL,
    outcome TEXT, error TEXT
);
CREATE TABLE IF NOT EXISTS job_lease (id INTEGER PRIMARY KEY, holder TEXT NOT NULL, beat INTEGER NOT NULL);
"""
"""As the migration makes them on PostgreSQL."""

DUE = """
SELECT j.id, j.mark, j.kind, j.key, j.payload, coalesce(a.attempts, 0) AS attempts, a.error AS noted
FROM jobs j LEFT JOIN job_attempts a ON a.mark = j.mark
WHERE j.kind = ?1 AND (j.not_before IS NULL OR j.not_before <= ?2)
  AND (a.mark IS NULL OR (a.outcome IS NULL AND (a.next_try <= ?2 OR a.next_try > ?3)))
ORDER BY j.id LIMIT ?4
"""
BEGIN = """
INSERT INTO job_attempts (mark, job_id, attempts, next_try) VALUES (?1, ?2, 1, ?3)
ON CONFLICT (mark) DO UPDATE SET attempts = job_attempts.attempts + 1, next_try = excluded.next_try
"""
NOTE = "UPDATE job_attempts SET error = ?2 WHERE mark = ?1"
GIVE_BACK = "UPDATE job_attempts SET attempts = attempts - 1, next_try = ?2 WHERE mark = ?1"
END = """
INSERT INTO job_attempts (mark, job_id, attempts, next_try, outcome, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (mark) DO UPDATE
SET next_try = excluded.next_try, outcome = excluded.outcome, error = excluded.error
"""

DONE = "SELECT job_id, mark FROM job_attempts WHERE outcome = 'DONE' ORDER BY mark LIMIT ?1"
FORGET_ORPHANS = """
DELETE FROM job_attempts
WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.id = job_attempts.job_id AND j.mark = job_attempts.mark)
"""

LISTED = """
SELECT j.id, j.kind, j.key, j.not_before, a.attempts, a.next_try, a.outcome, a.error
FROM jobs j LEFT JOIN job_attempts a ON a.mark = j.mark
WHERE (a.outcome IS NULL OR a.outcome = 'DEAD') ORDER BY j.id
"""
RETRY = "DELETE FROM job_attempts WHERE job_id = ?1 AND (outcome = 'DEAD' OR outcome IS NULL)"
RETRY_ALL = "DELETE FROM job_attempts WHERE outcome = 'DEAD' OR outcome IS NULL"

LEASE = "SELECT holder, beat FROM job_lease WHERE id = 1"
OFFER_LEASE = "INSERT INTO job_lease (id, holder, beat) VALUES (1, '', 0) ON CONFLICT (id) DO NOTHING"
TAKE_LEASE = "UPDATE job_lease SET holder = ?1, beat = beat + 1 WHERE id = 1 AND holder = ?2 AND beat = ?3"
RENEW_LEASE = "UPDATE job_lease SET beat = beat + 1 WHERE id = 1 AND holder = ?1"
RELEASE_LEASE = "UPDATE job_lease SET holder = '' WHERE id = 1 AND holder = ?1"
