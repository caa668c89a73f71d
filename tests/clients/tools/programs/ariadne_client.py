"""The client that ariadne-codegen generates."""

import asyncio
import json
import sys
from datetime import datetime

from blog_client import AddCommentInput, Client, PostBy, SignInInput
from blog_client.add_comment import AddCommentAddCommentErrorInvalidInput as InvalidInput
from blog_client.feed import FeedCommentFeedCommentAdded as CommentAdded


async def main(url: str) -> dict[str, object]:
    async with Client(url) as client:
        post = (await client.page(PostBy(slug="keyset-paging-or-why-page-500-is-slow"))).post
        assert post is not None
        assert post.published_at is not None
        at: datetime = post.published_at
        account = SignInInput(email="julien@example.org", password="a quiet conversation")
        signed = (await client.sign_in(account)).sign_in
        assert signed.user is not None
    headers = {"authorization": f"Bearer {signed.token}"}
    async with Client(url, headers=headers, ws_url=url.replace("http", "ws")) as client:
        refused = (await client.add_comment(AddCommentInput(post=post.id, body=" "))).add_comment
        assert isinstance(refused.error, InvalidInput)
        given = AddCommentInput(post=post.id, body="Written with ariadne-codegen")
        added = (await client.add_comment(given)).add_comment
        assert added.comment is not None
        async for event in client.feed(post=post.id, after=post.feed_cursor):
            if isinstance(event.comment_feed, CommentAdded):
                heard = event.comment_feed.comment.body
                break
    return {
        "title": post.title,
        "at": at.isoformat(),
        "user": signed.user.username,
        "invalid": [each.model_dump() for each in refused.error.fields],
        "added": added.comment.body,
        "heard": heard,
    }


print(json.dumps(asyncio.run(main(sys.argv[1]))))
