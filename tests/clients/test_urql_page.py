"""The page that docs/clients.md makes with urql and its normalised cache."""

from pathlib import Path

from tests.clients.conversation import begun, hold


def test_a_page_with_urql_is_right_through_it_all(tmp_path: Path, sqlite_url: str) -> None:
    with begun(tmp_path, sqlite_url, "Begin", "urql") as conversation:
        hold(conversation)
