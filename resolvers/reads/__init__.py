"""Which rows a field shows: functions from viewer and arguments to Tortoise querysets.

The compiler turns them into SQL and calls them with placeholders, so they pass ids, texts, numbers and moments on
without looking at them. What may be seen is decided in `auth.permissions`, not here.
"""
