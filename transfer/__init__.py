"""Blogs that move in, and out again: readers of foreign formats, the import, the export.

`formats` turns files of other systems into records and knows nothing of ours; `importing` makes rows of records.
"""
