"""GraphQL over HTTP, and whatever else is answered over it: ASGI applications and what they are made of.

The composition takes `graphql.GraphQLOverHTTP`, `event_streams.EventStreams`, `fast_path.FastPath`,
`live_operations.LiveOperations`, `request_log.RequestLog`, `request_middleware.RequestMiddleware` and `pages`.
"""
