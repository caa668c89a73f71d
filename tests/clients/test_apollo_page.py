"""The page that docs/clients.md makes with Apollo Client."""

from pathlib import Path

from tests.clients.conversation import begun, hold


def test_a_page_with_apollo_is_right_through_it_all(tmp_path: Path, sqlite_url: str) -> None:
    with begun(tmp_path, sqlite_url, "Begin", "Apollo Client") as conversation:
        hold(conversation)
