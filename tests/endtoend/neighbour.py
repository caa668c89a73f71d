"""An innocent neighbour: a subscription that must hear the next comment, whatever others send."""

import itertools
from dataclasses import dataclass

from tests import factories
from tests.endtoend.accounts import token_of
from tests.endtoend.asking import Client
from tests.endtoend.socket import Socket

FEED = """
subscription ($post: ID!, $after: String!) {
  commentFeed(post: $post, after: $after) { ... on CommentAdded { comment { body } } }
}
"""
ID = "the neighbour"
_numbers = itertools.count(1)


@dataclass
class Neighbour:
    """Listens on a socket; somebody else writes over HTTP."""

    socket: Socket
    client: Client
    post: str
    token: str

    @classmethod
    async def moving_in(cls, socket: Socket, client: Client) -> "Neighbour":
        post = f"post_{(await factories.post()).id}"
        answer = await client.ask("query ($id: ID!) { post(by: {id: $id}) { feedCursor } }", {"id": post})
        after = answer["data"]["post"]["feedCursor"]
        await socket.subscribe(ID, FEED, {"post": post, "after": after})
        return cls(socket, client, post, await token_of(await factories.user()))

    async def hears_the_next_comment(self) -> None:
        body = f"Comment {next(_numbers)} for the neighbour"
        answer = await self.client.do("addComment", {"post": self.post, "body": body}, self.token)
        assert answer["data"]["outcome"]["__typename"] == "AddCommentPayload"
        heard = await self.socket.hear(ID)
        assert heard["payload"] == {"data": {"commentFeed": {"comment": {"body": body}}}}
