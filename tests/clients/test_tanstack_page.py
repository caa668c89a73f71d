"""The page that docs/clients.md makes with TanStack Query."""

from pathlib import Path

from playwright.sync_api import Route, expect

from tests.clients import conversation
from tests.clients.conversation import Conversation, begun


def test_a_page_with_tanstack_query_is_right_through_it_all(tmp_path: Path, sqlite_url: str) -> None:
    with begun(tmp_path, sqlite_url, "Begin", "TanStack Query") as talk:
        conversation.the_second_page_comes_while_others_write(talk)
        conversation.what_others_do_is_followed(talk)
        conversation.a_refusal_is_shown(talk)
        conversation.a_reader_signs_in_and_writes(talk)
        conversation.a_restart_loses_nothing(talk)
        _an_answer_that_was_lost_is_asked_for_again(talk)
        conversation.threads_are_deleted(talk)
        conversation.a_moderator_decides(talk)
        conversation.a_restored_backup_begins_anew(talk)


def _an_answer_that_was_lost_is_asked_for_again(talk: Conversation) -> None:
    """By itself, and with the same key."""

    def lose(route: Route) -> None:
        written.append(route.fetch().json()["data"]["addComment"]["error"])
        route.abort()

    written: list[None] = []
    talk.page.route("**/graphql", lose, times=1)
    with talk.page.expect_response("**/graphql"):
        talk.write("Once only")
    expect(talk.page.locator("main > form textarea")).to_have_value("")
    talk.named("Once only")
    talk.is_right("julien")
    assert written == [None]
