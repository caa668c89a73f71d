"""The npm package subscriptions-transport-ws 0.11, which many have not left behind."""

from tests.clients import scripts
from tests.server.running import Server


def test_clients_of_the_protocol_before_show_why_they_are_not_served(sqlite_site: Server) -> None:
    report = scripts.run("old.js", sqlite_site.socket)
    assert (report["code"], report["reason"]) == (4406, "Speak graphql-transport-ws")
    (words,) = report["told"]
    assert words.startswith("This server speaks graphql-transport-ws, and not graphql-ws")
    assert sqlite_site.until(lambda line: "sub-protocol graphql-ws" in line["event"])
