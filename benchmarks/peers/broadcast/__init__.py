"""A bare broadcast: what it costs to send bytes to many websockets."""
