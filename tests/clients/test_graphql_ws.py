"""The npm client graphql-ws: following a feed through restarts, and signing in on the socket."""

import signal

from tests.clients import scripts
from tests.clients.blog import Blog, connected
from tests.clients.requests import ask, comment, newest_post, sign_in
from tests.server.graphql_client import DEMO
from tests.server.running import Server

EDIT = "mutation ($input: EditCommentInput!) { editComment(input: $input) { __typename } }"
DECIDE = "mutation ($input: SetCommentStatusInput!) { setCommentStatus(input: $input) { __typename } }"
DELETE = "mutation ($id: ID!) { deleteComment(id: $id) { __typename } }"


def test_each_comment_is_heard_once_though_the_server_is_killed(database_url: str) -> None:
    blog = Blog(database_url)
    with blog.running("--demo") as server, scripts.running("follow.js", server.socket, blog.post) as follower:
        follower.until(connected(1))
        blog.write(3)
        follower.until(blog.all_was_heard)
        blog.write(2)
        blog.kill()
        with blog.running(port="0"):  # where the follower does not look
            blog.write(2)
            blog.kill()
        with blog.running():
            blog.write(1)
            follower.until(connected(2))
            blog.write(2)
            blog.kill()
        with blog.running():
            blog.write(1)
            follower.until(blog.all_was_heard)


def test_nothing_is_missed_while_the_workers_are_renewed(sqlite_url: str) -> None:
    blog = Blog(sqlite_url, comments_per_window=100_000)
    with (
        blog.running("--demo", "--workers", "2") as server,
        scripts.running("follow.js", server.socket, blog.post) as follower,
    ):
        follower.until(connected(1))
        server.process.send_signal(signal.SIGHUP)
        while len(server.events("worker retired")) < 2:
            blog.write(1)
        blog.write(1)
        follower.until(blog.all_was_heard)
        assert connected(2)(follower.lines)


def test_what_happens_to_a_comment_is_followed(site: Server) -> None:
    post, token, moderator = newest_post(site), sign_in(site, "julien"), sign_in(site, "thomas")
    with scripts.running("follow.js", site.socket, post) as follower:
        follower.until(lambda lines: "connected" in lines)
        id_ = comment(site, token, post, "first")
        ask(site, EDIT, token, input={"id": id_, "body": "second"})
        for status in ("SPAM", "APPROVED"):
            ask(site, DECIDE, moderator, input={"id": id_, "status": status})
        ask(site, DELETE, token, id=id_)
        lines = follower.until(lambda lines: len(lines) >= 6)
    assert lines == [
        "connected",
        {"__typename": "CommentAdded", "comment": {"body": "first"}},
        {"__typename": "CommentEdited", "comment": {"body": "second"}},
        {"__typename": "CommentRemoved", "commentId": id_},
        {"__typename": "CommentAdded", "comment": {"body": "second"}},
        {"__typename": "CommentRemoved", "commentId": id_},
    ]


def test_signing_in_on_the_socket_and_out_elsewhere(site: Server) -> None:
    with scripts.running("session.js", site.socket, "julien@example.org", DEMO) as script:
        *_, said = script.until(lambda lines: len(lines) >= 3)
        assert script.lines[:2] == [{"connected": None}, {"username": "julien"}]
        ask(site, "mutation { signOut }", said["token"])
        ended = script.until(lambda lines: len(lines) >= 5)[3:]
    assert ended[0] == {"closed": 4403, "reason": "The session has ended"}
    assert ended[1]["connected"]["extensions"]["authentication"]["code"] == "INVALID_TOKEN"
