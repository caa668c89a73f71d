"""The comment feed: the event log, the hub that delivers it, its wake-ups, and the connections that it goes out of.

This room knows rows, positions, texts and frames. It knows no GraphQL type: whoever owns the schema hands it
callables.

What others need to run it is here. Verbs write by `live.feed.event_log`, processes are told by one of the buses in
`live.bus`, and uvicorn's own ends of connections are in `live.connections`.
"""

from live.connections.endpoint import Endpoint, OperationRejected, Source
from live.connections.event_stream import EventStream
from live.connections.registry import ConnectionRegistry, NoRoomForConnections, TooManyConnections
from live.connections.websocket_app import WebSocketApp
from live.feed.hub import Hub
from live.feed.topic import Topic
from live.policy import ConnectionPolicy, FeedPolicy

__all__ = [
    "ConnectionPolicy",
    "ConnectionRegistry",
    "Endpoint",
    "EventStream",
    "FeedPolicy",
    "Hub",
    "NoRoomForConnections",
    "OperationRejected",
    "Source",
    "TooManyConnections",
    "Topic",
    "WebSocketApp",
]
