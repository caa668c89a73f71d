"""The npm client @apollo/client 4 with its link for persisted queries."""

from tests.clients import scripts
from tests.server.running import Server


def test_apollo_sends_a_document_once_and_then_its_hash(site: Server) -> None:
    report = scripts.run("hashed.js", site.graphql, "postHashed", "getHashed")
    unknown, sent, again = ["POST", False, 400], ["POST", True, 200], ["POST", False, 200]
    assert report["postHashed"] == {
        "lengths": [1, 2],
        "requests": [unknown, sent, again, unknown, sent],
        "signOut": False,
    }
    assert report["getHashed"] == {
        "lengths": [1, 2],
        "requests": [["GET", False, 400], ["POST", True, 200], ["GET", False, 200], unknown, sent],
        "signOut": False,
    }
