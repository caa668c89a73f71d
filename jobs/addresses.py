"""Which addresses belong to somebody else in the internet: only those are connected to.

Whoever can make us fetch something must not reach what only we can reach: this machine, its network, the cloud's
metadata. Of IPv6 only what is given out is let through; the lists are IANA's registries of special-purpose addresses.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

SPECIAL = {
    "this network": ("0.0.0.0/8", "::/128"),
    "this machine": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
    "shared by a provider's customers": ("100.64.0.0/10",),
    "link-local": ("169.254.0.0/16", "fe80::/10"),
    "a cloud's own": ("168.63.129.16/32",),
    "reserved": ("192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "2001::/23", "5f00::/16", "100::/63"),
    "for documentation": (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "2001:db8::/32",
        "3fff::/20",
    ),
    "for measurements": ("198.18.0.0/15",),
    "a group's": ("224.0.0.0/4", "ff00::/8"),
    "a tunnel's": ("2002::/16", "64:ff9b:1::/48"),
}
"""What may not be connected to, by what it is. Teredo and other tunnels' ends are in 2001::/23."""
NETWORKS = [(ip_network(text), kind) for kind, texts in SPECIAL.items() for text in texts]
GIVEN_OUT = ip_network("2000::/3")
TRANSLATED = ip_network("64:ff9b::/96")
"""NAT64: the last four bytes are an IPv4 address, which is how a machine without any reaches it."""


def special_use(address: str) -> str | None:
    """What an address is for, if it is not an ordinary one of the internet; None: it is."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        inner = _embedded(parsed)
        if inner is not None:
            return special_use(str(inner))
    for network, kind in NETWORKS:
        if parsed.version == network.version and parsed in network:
            return kind
    return None if isinstance(parsed, IPv4Address) or parsed in GIVEN_OUT else "reserved"


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a connection to this one ends at."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    assert isinstance(TRANSLATED, IPv6Network)  # noqa: S101 - for the type checker
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else None
