"""The npm client graphql-sse, with a connection for each operation."""

from tests.clients import scripts
from tests.clients.blog import Blog, connected
from tests.server.graphql_client import DEMO
from tests.server.running import Server


def test_each_operation_is_answered_on_a_stream(site: Server) -> None:
    assert scripts.run("once.js", site.graphql, "claire@example.org", DEMO) == {
        "title": [{"data": {"site": {"title": "Causerie"}}}],
        "viewer": [{"data": {"viewer": {"username": "claire"}}}],
        "wrong": ["GRAPHQL_VALIDATION_FAILED"],
        "out": [{"data": {"signOut": True}}],
        "again": [{"status": 401}],
    }


def test_each_comment_is_heard_once_though_the_server_is_stopped_and_killed(database_url: str) -> None:
    blog = Blog(database_url)
    with (
        blog.running("--demo") as server,
        scripts.running("stream.js", server.graphql, blog.post) as follower,
    ):
        follower.until(connected(1))
        blog.write(3)
        follower.until(blog.all_was_heard)
        blog.write(2)
        server.stop()
        with blog.running(port="0"):  # where the follower does not look
            blog.write(2)
            blog.kill()
        with blog.running():
            blog.write(1)
            follower.until(connected(2))
            blog.write(2)
            follower.until(blog.all_was_heard)
