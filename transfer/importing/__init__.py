"""Records become rows: each once, however often a file is imported, and all of them with a reason where they do not.

Knows the records and the rows, and no format. What a file says goes through `cleaning`, a module for each kind of row
decides what is written, `ledger` remembers what came from where, and `settling` puts right at the end what could not be
known before.
"""

from transfer.importing.plan import Plan
from transfer.importing.report import Report
from transfer.importing.run import import_records

__all__ = ["Plan", "Report", "import_records"]
