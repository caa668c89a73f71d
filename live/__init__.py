"""The comment feed: the event log, the hub that delivers it, its wake-ups, and the websocket protocol.

This room knows rows, positions, texts and frames. It knows no GraphQL type: whoever owns the schema hands it
callables.
"""
