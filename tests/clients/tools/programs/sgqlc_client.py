"""The client sgqlc, with generated types and operations; what is live comes as an event stream."""

import json
import sys

import blog_schema as blog
import httpx
from operations import Operations
from sgqlc.endpoint.http import HTTPEndpoint
from sgqlc.operation import Operation

url = sys.argv[1]
ask = HTTPEndpoint(url)

query = Operations.query.page
post = (query + ask(query, {"by": {"slug": "keyset-paging-or-why-page-500-is-slow"}})).post
query = Operation(blog.Query)  # the same without a file of operations
query.post(by=blog.PostBy(slug="keyset-paging-or-why-page-500-is-slow")).comments(first=2).nodes().body()
shown = len((query + ask(query)).post.comments.nodes)

mutation = Operations.mutation.sign_in
account = {"email": "julien@example.org", "password": "a quiet conversation"}
signed = (mutation + ask(mutation, {"input": account})).sign_in

ask = HTTPEndpoint(url, {"authorization": f"Bearer {signed.token}"})
mutation = Operations.mutation.add_comment
refused, added = (
    (mutation + ask(mutation, {"input": {"post": post.id, "body": body}})).add_comment
    for body in (" ", "Written with sgqlc")
)
assert refused.error  # an object that is null is an empty one, not None
assert not refused.comment
assert not added.error

feed = Operations.subscription.feed
body = {"query": bytes(feed).decode(), "variables": {"post": post.id, "after": post.feed_cursor}}
with httpx.stream("POST", url, json=body, headers={"accept": "text/event-stream"}) as stream:
    event = next(line for line in stream.iter_lines() if line.startswith("data: {"))
heard = (feed + json.loads(event.removeprefix("data: "))).comment_feed

print(
    json.dumps(
        {
            "title": post.title,
            "at": post.published_at.isoformat(),
            "user": signed.user.username,
            "invalid": [{"field": each.field, "message": each.message} for each in refused.error.fields],
            "added": added.comment.body,
            "heard": heard.comment.body,
            "shown": shown,
        }
    )
)
