"""The desk of those who keep the house: what waits for a decision, what was decided, people, categories, records.

Moderators decide and look people up; the rest is for administrators. What somebody may do is asked again by the
operations themselves.
"""

from server.site.pages.desk import categories, decisions, people, queue, records

ROUTES = (*queue.ROUTES, *decisions.ROUTES, *people.ROUTES, *categories.ROUTES, *records.ROUTES)
