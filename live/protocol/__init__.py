"""What is said on live connections: the texts of graphql-transport-ws and of event streams, and why one is closed.

It makes and reads texts and bytes, and knows neither connections nor the feed. `framing` is what both have in common.
"""
