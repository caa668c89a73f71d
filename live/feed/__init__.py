"""The comment feed: its log, and the hub that tells subscribers what happens in it.

Others take `hub.Hub` with `subscriptions` (what a subscriber brings) and `topic`; the verbs write by
`event_log.append`. Nothing here knows what a connection speaks.
"""
