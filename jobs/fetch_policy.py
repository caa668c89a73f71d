"""How much the fetcher asks of others, and takes from them."""

from dataclasses import dataclass, field

WEB_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """Limits of a fetch.

    Args:
        user_agent: who asks; it names the site.
        hosts: names with a port, or None for the web's, that are asked although their addresses are private.
        seconds: for all of a fetch, redirects included; waiting for others who ask the same host does not count.
        connect_seconds: for one address.
        most_bytes: of a body, as it is sent and as it is meant.
        redirects: how many are followed.
        at_once_per_host: how many fetches from one host are under way.
    """

    user_agent: str
    hosts: frozenset[tuple[str, int | None]] = field(default_factory=frozenset)
    seconds: float = 30.0
    connect_seconds: float = 10.0
    most_bytes: int = 2 * 2**20
    redirects: int = 5
    at_once_per_host: int = 2

    def admits(self, host: str, port: int) -> bool:
        """Whether the owner of the site has named this host, so that nothing of it is held against a list."""
        return (host, port) in self.hosts or (port in WEB_PORTS.values() and (host, None) in self.hosts)
