"""Live connections: websockets and event streams, from the first byte to the last.

Others take `websocket_app.WebSocketApp`, `event_stream.EventStream`, `registry.ConnectionRegistry`, and give an
`endpoint.Endpoint`, which runs their operations. `uvicorn_protocol` is uvicorn's own end of a websocket.
"""
