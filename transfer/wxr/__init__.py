"""A site as WordPress exports one (WXR 1.2), for those who leave: most systems read it.

What it cannot hold, such as sign-ins and revisions, is in `transfer.archive`.
"""
