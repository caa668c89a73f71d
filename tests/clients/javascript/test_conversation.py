"""The JavaScript client's conversations on a real server: pages, what others do, what the viewer does, restarts."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.javascript.view import Failed, nodes, opened
from tests.clients.lives import DECIDE, DELETE, EDIT, Lives, alive

SIGN_OUT = "mutation { signOutEverywhere }"
POSTS = "{ posts(first: 30) { nodes { id commentCount } } }"
TITLES = "query ($id: ID!) { post(by: {id: $id}) { slug } }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("javascript")


@pytest.fixture(scope="module")
def blog(folder: Path) -> Iterator[Lives]:
    """Readers' comments wait for a moderator here, and guests' do."""
    settings = {"moderation": "before", "guests": "held", "stream_retry": "50ms"} | {
        "embed_origins": "https://elsewhere.example"
    }
    with alive(f"sqlite://{folder / 'blog.db'}", "http://elsewhere.example", **settings) as lives:
        yield lives


@pytest.fixture(scope="module")
def unused(blog: Lives) -> Iterator[str]:
    """Posts, of which each test takes its own."""
    return iter([post["id"] for post in blog.ask(POSTS)["posts"]["nodes"]])


@pytest.fixture
def post(unused: Iterator[str]) -> str:
    return next(unused)


def threads(blog: Lives, post: str) -> list[str]:
    """Three threads, the first of which is seven deep."""
    first, second, third = (blog.comment("thomas", post, f"Thread {number}") for number in range(3))
    deep = [first]
    for number in range(6):
        deep.append(blog.comment("thomas", post, f"Depth {number + 1}", deep[-1]))
    for number in range(5):
        blog.comment("thomas", post, f"Reply {number}", second)
    return [*deep, second, third]


def test_pages_make_threads(blog: Lives, post: str) -> None:
    threads(blog, post)
    with opened(blog.server.graphql, post={"id": post}, pageSize=4) as view:
        view.do("load")
        state = view.do("state")
        assert len(nodes(state)) == 4
        assert state["hasMore"]
        while view.do("state")["hasMore"]:
            assert view.do("more")
        assert all(node["moreReplies"] == 0 for node in nodes(view.is_right(blog)))
        assert view.do("more") == []


def test_the_newest_threads_come_first_with_some_replies_and_the_rest_on_demand(
    blog: Lives, post: str
) -> None:
    deep = threads(blog, post)
    slug = blog.ask(TITLES, id=post)["post"]["slug"]
    with opened(blog.server.graphql, post={"slug": slug}, pageSize=3, orderBy="NEWEST") as view:
        view.do("load")
        state = view.do("state")
        assert [it["id"] for it in state["threads"]] == [deep[8], deep[7], deep[0]]
        assert [it["moreReplies"] for it in state["threads"]] == [0, 0, 0]
        shown = {it["id"]: it["moreReplies"] for it in nodes(state)}
        assert [shown.get(id_) for id_ in deep[:7]] == [0, 0, 0, 1, None, None, None]
        assert view.do("repliesOf", deep[3]) == deep[4:7]
        while view.do("state")["hasMore"]:
            view.do("more")
        state = view.do("state")
        assert sorted(it["id"] for it in nodes(state)) == sorted({it["id"] for it in nodes(state)})
        times = [it["createdAt"] for it in state["threads"]]
        assert times == sorted(times, reverse=True)


def test_replies_that_are_not_loaded_are_counted_whatever_happens_to_the_others(
    blog: Lives, post: str
) -> None:
    above = blog.comment("thomas", post, "Many answers")
    replies = [blog.comment("thomas", post, f"Answer {number}", above) for number in range(12)]
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}, orderBy="NEWEST") as view:

        def left(count: int) -> None:
            view.until(lambda state: state["threads"][0]["moreReplies"] == count and state["known"])

        view.do("load")
        view.do("start")
        left(2)
        late = blog.comment("nadia", post, "One more", above)
        left(3)
        view.do("add", {"body": "One's own", "parent": above})
        blog.do(DELETE, "nadia", id=late)
        left(2)
        view.do("decide", replies[0], "REJECTED")
        view.do("remove", replies[1])
        view.do("decide", replies[2], "PENDING")
        blog.comment("nadia", post, "Elsewhere")
        view.shows("Elsewhere")
        assert view.do("get", above)["moreReplies"] == 2
        assert view.do("repliesOf", above) == replies[10:]
        assert view.do("get", above)["moreReplies"] == 0


def test_what_others_do_is_followed(blog: Lives, post: str) -> None:
    with opened(blog.server.graphql, post={"id": post}) as view:
        view.do("start")  # before anything is loaded
        view.do("load")
        first = blog.comment("thomas", post, "Good morning")
        reply = blog.comment("thomas", post, "Good evening", first)
        blog.do(EDIT, "thomas", input={"id": first, "body": "Good *afternoon*"})
        view.is_right(blog)
        assert view.shows("afternoon")["isNew"]
        blog.do(DELETE, "thomas", id=first)
        view.is_right(blog)  # an empty place
        blog.do(DECIDE, "thomas", input={"id": reply, "status": "REJECTED"})
        assert first not in {it["id"] for it in nodes(view.is_right(blog))}
        blog.do(DECIDE, "thomas", input={"id": reply, "status": "APPROVED"})
        view.is_right(blog)
        waiting = blog.comment("julien", post, "For a moderator to see")
        blog.comment("thomas", post, "After it")
        view.shows("After it")
        view.is_right(blog)
        blog.do(DECIDE, "thomas", input={"id": waiting, "status": "APPROVED"})
        view.is_right(blog)
        assert [it["id"] for it in view.do("state")["threads"]].index(waiting) >= 0


def test_a_comment_of_a_page_that_is_not_loaded_is_counted_and_not_shown(blog: Lives, post: str) -> None:
    deep = threads(blog, post)
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}, pageSize=3) as view:
        view.do("load")
        view.do("start")
        before = view.do("state")
        blog.comment("nadia", post, "On the last page", deep[0])
        after = view.until(lambda state: state["total"] == before["total"] + 1)
        assert [it["id"] for it in nodes(after)] == [it["id"] for it in nodes(before)]
        mine = view.do("add", {"body": "My own", "parent": deep[0]})
        answer = blog.comment("nadia", post, "To you", mine["id"])
        view.shows("To you")
        while view.do("state")["hasMore"]:
            view.do("more")
        assert answer in {it["id"] for it in nodes(view.is_right(blog, "thomas"))}


def test_a_page_that_comes_late_brings_nothing_back(blog: Lives, post: str) -> None:
    blog.comment("thomas", post, "First of the last")
    doomed = blog.comment("thomas", post, "Gone before it is shown")
    with opened(blog.server.graphql, post={"id": post}, pageSize=3) as view:
        view.do("load")
        view.do("start")
        view.until(lambda state: state["connected"])
        while len(nodes(view.do("state"))) + 3 < view.do("state")["total"]:
            view.do("more")
        view.do("network", "late")
        view.do("begin", "more")
        view.until(lambda state: state["late"] == 1)
        with blog.told_of_removal(post, doomed):
            blog.comment("thomas", post, "While the page is on its way")
            blog.do(DELETE, "thomas", id=doomed)
        view.do("network", "up")
        view.until(lambda state: not state["late"])
        while view.do("state")["hasMore"]:
            view.do("more")
        view.is_right(blog)


def test_an_answer_that_comes_after_its_event_is_shown_once(blog: Lives, post: str) -> None:
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}) as view:
        view.do("load")
        view.do("start")
        view.until(lambda state: state["connected"])
        view.do("network", "late")
        view.do("begin", "add", {"body": "Told before it is answered"})
        view.until(lambda state: state["late"] == 1)
        blog.comment("nadia", post, "After it")
        view.shows("After it")
        assert view.shows("Told before it is answered")["pending"] == "sending"
        view.do("network", "up")
        view.is_right(blog, "thomas")


def test_ones_own_comment_is_shown_at_once_and_once(blog: Lives, post: str) -> None:
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}) as view:
        view.do("load")
        view.do("start")
        view.do("begin", "add", {"body": "Two lines\nof <mine>"})
        (draft,) = (node for node in nodes(view.do("state")) if node["pending"])
        assert draft["bodyHtml"] == "<p>Two lines<br>of &#60;mine&#62;</p>"
        assert draft["author"]["id"] == view.do("state")["viewer"]["id"]
        view.until(lambda state: not any(node["pending"] for node in nodes(state)))
        view.is_right(blog, "thomas")
        mine = view.do("add", {"body": "To be changed"})
        view.do("edit", mine["id"], "Changed")
        assert view.shows("Changed")["editedAt"]
        view.do("remove", mine["id"])
        view.is_right(blog, "thomas")


def test_an_answer_that_was_lost_makes_no_second_comment(blog: Lives, post: str) -> None:
    """Whether the feed is heard, in which the comment comes, or not."""
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}) as view:
        view.do("load")
        view.do("network", "mute")
        failed = view.do("add", {"body": "Once only"})
        assert (failed["pending"], failed["error"]["code"]) == ("failed", "NETWORK")
        view.do("network", "up")
        assert view.do("retry", failed["id"])["pending"] is None
        view.do("start")
        view.until(lambda state: state["connected"])
        view.is_right(blog, "thomas")
        view.do("network", "mute")
        view.do("add", {"body": "Heard in the feed"})
        view.do("network", "up")
        blog.comment("nadia", post, "And then this")
        view.shows("And then this")
        mine = view.shows("Heard in the feed")
        if mine["pending"]:  # the feed came while answers were still lost
            view.do("retry", mine["id"])
        view.is_right(blog, "thomas")


def test_what_is_refused_or_not_sent_is_kept(blog: Lives, post: str) -> None:
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}) as view:
        view.do("load")
        refused = view.do("add", {"body": " "})
        assert refused["error"]["payload"] == {
            "typename": "InvalidInput",
            "message": "The body is empty.",
            "fields": [{"field": "body", "message": "The body is empty."}],
        }
        assert view.do("discard", refused["id"]) == " "
        view.do("network", "down")
        kept = view.do("add", {"body": "Still here"})
        assert (kept["pending"], kept["error"]["passing"]) == ("failed", True)
        view.do("network", "up")
        view.do("load")
        assert view.shows("Still here")["id"] == kept["id"]
        view.do("retry", kept["id"])
        view.is_right(blog, "thomas")


def test_a_draft_outlives_the_comment_that_it_replies_to(blog: Lives, post: str) -> None:
    first = blog.comment("nadia", post, "Soon gone")
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}) as view:
        view.do("load")
        view.do("start")
        view.do("network", "down")
        view.do("add", {"body": "A long answer", "parent": first})
        view.do("network", "up")
        blog.do(DELETE, "nadia", id=first)
        state = view.until(lambda state: first not in {it["id"] for it in nodes(state)})
        assert state["known"]
        assert state["threads"][-1]["pending"] == "failed"
        assert view.do("retry", state["threads"][-1]["id"])["error"]["code"] == "NotFound"


def test_a_moderator_decides(blog: Lives, post: str) -> None:
    waiting = [blog.comment("julien", post, f"Waiting {number}") for number in range(2)]
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}) as view:
        view.do("load")
        view.do("start")
        late = blog.comment("julien", post, "Waiting, too")
        assert view.shows("Waiting, too")["status"] == "PENDING"
        view.do("decide", waiting[0], "APPROVED")
        view.do("decide", waiting[1], "REJECTED")
        view.do("decide", late, "SPAM")
        state = view.is_right(blog, "thomas")
        assert {it["id"] for it in nodes(state)} & {*waiting, late} == {waiting[0]}
        view.do("decide", waiting[0], "PENDING")
        view.is_right(blog, "thomas")


def test_a_guests_comment_stays_on_their_page_until_it_is_approved(blog: Lives, post: str) -> None:
    guest = {"name": "Ann", "website": "https://ann.example"}
    with opened(blog.server.graphql, post={"id": post}, guest=guest) as view:
        view.do("load")
        view.do("start")
        node = view.do("add", {"body": "From outside"})
        assert (node["status"], node["pending"], node["author"]["name"]) == ("PENDING", None, "Ann")
        (theirs,) = blog.ask(PENDING, "thomas", post=post)["comments"]["nodes"]
        blog.do(DECIDE, "thomas", input={"id": theirs["id"], "status": "APPROVED"})
        view.is_right(blog)


PENDING = "query ($post: ID!) { comments(filter: {post: $post, status: PENDING}) { nodes { id } } }"


def test_what_others_may_not_see_goes_with_the_session(blog: Lives, post: str) -> None:
    with opened(blog.server.graphql, blog.token("julien"), post={"id": post}) as view:
        view.do("load")
        view.do("start")
        mine = view.do("add", {"body": "Only for me"})
        assert mine["status"] == "PENDING"
        view.until(lambda state: state["connected"])
        blog.ask(SIGN_OUT, "julien")
        blog.forget("julien")
        state = view.until(lambda state: state["viewer"] is None)
        assert state["expired"] == 1
        assert mine["id"] not in {it["id"] for it in nodes(view.is_right(blog))}
        blog.comment("thomas", post, "Still public")
        view.shows("Still public")
        view.do("token", blog.token("julien"))
        view.do("renew")
        view.shows("Only for me")
        assert view.do("state")["errors"] == []


def test_nobody_decides_who_may_not(blog: Lives, post: str) -> None:
    id_ = blog.comment("thomas", post, "Well kept")
    with opened(blog.server.graphql, blog.token("julien"), post={"id": post}) as view:
        view.do("load")
        with pytest.raises(Failed) as refused:
            view.do("remove", id_)
        assert refused.value.code == "NotAllowed"
        view.is_right(blog, "julien")


def test_what_is_new_since_the_last_visit_is_known_on_all_devices(blog: Lives, post: str) -> None:
    blog.comment("nadia", post, "Read long ago")
    blog.do(READ, "thomas", input={"post": post, "cursor": blog.ask(CURSOR, id=post)["post"]["feedCursor"]})
    blog.comment("nadia", post, "Not yet read")
    blog.comment("thomas", post, "One's own")
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}) as view:
        view.do("load")
        view.do("start")
        view.until(lambda state: state["connected"])
        blog.comment("nadia", post, "While they look")
        view.shows("While they look")
        fresh = [it["bodyHtml"] for it in nodes(view.do("state")) if it["isNew"]]
        assert fresh == ["<p>Not yet read</p>\n", "<p>While they look</p>\n"]
        view.do("markRead")
        view.do("load")
        assert not any(it["isNew"] for it in nodes(view.do("state")))


def test_somebody_without_an_account_is_told_by_a_date(blog: Lives, post: str) -> None:
    since = blog.ask(TIME, id=post)["post"]["comments"]["nodes"][0]["createdAt"]
    blog.comment("nadia", post, "Since then")
    with opened(blog.server.graphql, post={"id": post}, since=since) as view:
        view.do("load")
        assert [it["bodyHtml"] for it in nodes(view.do("state")) if it["isNew"]] == ["<p>Since then</p>\n"]


READ = "mutation ($input: MarkReadInput!) { markRead(input: $input) { error { message } } }"
CURSOR = "query ($id: ID!) { post(by: {id: $id}) { feedCursor } }"
TIME = "query ($id: ID!) { post(by: {id: $id}) { comments(flat: true, first: 1) { nodes { createdAt } } } }"


def test_the_first_comment_begins_the_conversation_of_a_page_of_another_site(blog: Lives) -> None:
    page = {"url": "https://elsewhere.example/hills", "title": "Two hills"}
    with opened(blog.server.graphql, blog.token("thomas"), post=page) as view:
        view.do("load")
        view.do("start")
        state = view.do("state")
        assert (state["post"], state["total"], state["threads"]) == (None, 0, [])
        first = view.do("add", {"body": "First"})
        assert first["pending"] is None
        state = view.until(lambda state: state["connected"])
        assert (state["post"]["title"], state["total"]) == ("Two hills", 1)
        blog.comment("nadia", state["post"]["id"], "Second", first["id"])
        view.shows("Second")
        view.is_right(blog, "thomas")


def test_nothing_is_there_where_there_is_no_post(blog: Lives) -> None:
    with opened(blog.server.graphql, blog.token("thomas"), post={"slug": "no-such-post"}) as view:
        view.do("start")
        view.do("load")
        state = view.do("state")
        assert (state["post"], state["total"], state["threads"], state["hasMore"]) == (None, 0, [], False)
        assert view.do("more") == []
        assert view.do("add", {"body": "Into the void"})["pending"] == "failed"


def test_what_is_on_the_page_already_is_not_loaded_again(blog: Lives, post: str) -> None:
    mine = blog.comment("thomas", post, "On the page")
    html = blog.ask(IN_THE_PAGE, id=post)["post"]
    comments = [it | {"parentId": it["parent"] and it["parent"]["id"]} for it in html["comments"]["nodes"]]
    page = {"post": html, "comments": comments, "pageInfo": html["comments"]["pageInfo"]}
    blog.comment("thomas", post, "Since the page was made")
    with opened(blog.server.graphql, post={"id": post}) as view:
        view.do("adopt", page)
        assert [it["id"] for it in nodes(view.do("state"))] == thread_order(comments)
        view.do("more")
        view.do("start")
        blog.do(EDIT, "thomas", input={"id": mine, "body": "Changed"})
        view.shows("Changed")
        view.shows("Since the page was made")
        assert view.do("state")["known"]


IN_THE_PAGE = """
    query ($id: ID!) { post(by: {id: $id}) { id feedCursor commentCount
        comments(first: 5, flat: true, orderBy: OLDEST) {
            nodes { id createdAt parent { id } } pageInfo { hasNextPage endCursor } } } }
"""


def thread_order(comments: list[dict[str, Any]], parent: str | None = None) -> list[str]:
    here = [it["id"] for it in comments if it["parentId"] == parent]
    return [each for id_ in here for each in [id_, *thread_order(comments, id_)]]


def test_a_restart_loses_nothing_and_a_restored_backup_begins_anew(
    blog: Lives, folder: Path, post: str
) -> None:
    with opened(blog.server.graphql, blog.token("thomas"), post={"id": post}) as view:
        view.do("load")
        view.do("start")
        view.until(lambda state: state["connected"])
        first = blog.comment("nadia", post, "Before")
        view.shows("Before")
        view.do("network", "down")
        blog.kill()
        backup = folder / "backup.db"
        shutil.copyfile(folder / "blog.db", backup)
        blog.start()
        missed(blog, post, first)
        view.do("network", "up")
        view.is_right(blog, "thomas")
        restored(blog, folder, backup)
        blog.comment("nadia", post, "Another history")
        view.shows("Another history")
        view.is_right(blog, "thomas")
        assert view.do("state")["errors"] == []


def missed(blog: Lives, post: str, first: str) -> None:
    """What happens while nobody hears of it."""
    blog.comment("nadia", post, "A reply", first)
    gone = blog.comment("nadia", post, "Never mind")
    blog.do(EDIT, "nadia", input={"id": first, "body": "Changed"})
    blog.do(DELETE, "nadia", id=gone)


def restored(blog: Lives, folder: Path, backup: Path) -> None:
    blog.stop()
    for path in folder.glob("blog.db*"):
        path.unlink()
    shutil.copyfile(backup, folder / "blog.db")
    blog.start()


def test_the_view_is_closed(blog: Lives, post: str) -> None:
    """A conversation that has stopped hears nothing, and goes on where it was."""
    with opened(blog.server.graphql, post={"id": post}) as view:
        view.do("load")
        view.do("start")
        view.until(lambda state: state["connected"])
        view.do("stop")
        blog.comment("thomas", post, "While it rested")
        assert not view.do("state")["connected"]
        before = view.do("state")
        view.do("start")
        view.shows("While it rested")
        assert before["total"] + 1 == view.is_right(blog)["total"]
