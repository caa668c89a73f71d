"""HTTP/1.1 up to the moment at which a request is one: uvicorn's protocol, with limits and with words.

`http_protocol.HTTPProtocol` is what uvicorn runs; each class below it adds one thing: `limits` to `pacing`, and that
to uvicorn's own.
"""
