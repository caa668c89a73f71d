"""Models and documents from turms, sent with httpx."""

import json
import sys
from datetime import datetime
from typing import Any

import httpx
from api.schema import AddComment, AddCommentInput, Feed, Page, PostBySlug, SignIn, SignInInput
from api.schema import AddCommentAddCommentErrorBaseInvalidInput as InvalidInput
from api.schema import FeedCommentFeedBaseCommentAdded as CommentAdded

url = sys.argv[1]
http = httpx.Client()


def body(operation: Any, **given: object) -> dict[str, Any]:
    variables = operation.Arguments(**given).model_dump(by_alias=True, exclude_unset=True, mode="json")
    return {"query": operation.Meta.document, "variables": variables}


def ask(operation: Any, **given: object) -> Any:
    answer = http.post(url, json=body(operation, **given)).json()
    return operation.model_validate(answer["data"])


page: Page = ask(Page, by=PostBySlug(slug="keyset-paging-or-why-page-500-is-slow"))
post = page.post
assert post is not None
assert post.published_at is not None
at: datetime = post.published_at
account = SignInInput(email="julien@example.org", password="a quiet conversation")
signed: SignIn = ask(SignIn, input=account)
assert signed.sign_in.user is not None

http.headers["authorization"] = f"Bearer {signed.sign_in.token}"
refused: AddComment = ask(AddComment, input=AddCommentInput(post=post.id, body=" "))
error = refused.add_comment.error
assert isinstance(error, InvalidInput)
added: AddComment = ask(AddComment, input=AddCommentInput(post=post.id, body="Written with turms"))
assert added.add_comment.comment is not None

asked = body(Feed, post=post.id, after=post.feed_cursor)
with http.stream("POST", url, json=asked, headers={"accept": "text/event-stream"}) as stream:
    line = next(line for line in stream.iter_lines() if line.startswith("data: {"))
event = Feed.model_validate(json.loads(line.removeprefix("data: "))["data"]).comment_feed
assert isinstance(event, CommentAdded)

print(
    json.dumps(
        {
            "title": post.title,
            "at": at.isoformat(),
            "user": signed.sign_in.user.username,
            "invalid": [each.model_dump(exclude={"typename"}) for each in error.fields],
            "added": added.add_comment.comment.body,
            "heard": event.comment.body,
        }
    )
)
