"""Which addresses of the internet are everybody's, and which lead into somebody's house. Pure."""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_CARRY_IPV4: Final = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped (RFC 4291)
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64 (RFC 6052)
    (IPv6Network("2002::/16"), 80),  # 6to4 (RFC 3056)
)
"""IPv6 that is sent on as IPv4: the network, and by how many bits the IPv4 address is shifted."""
_OF_THE_HOUSE: Final[Sequence[Network]] = (
    IPv6Network("::/96"),  # IPv4-compatible, long given up
    IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated (RFC 2765)
    IPv6Network("64:ff9b:1::/48"),  # NAT64 of one's own network (RFC 8215)
    IPv6Network("fec0::/10"),  # site-local, given up
    IPv6Network("100::/64"),  # thrown away (RFC 6666)
    IPv6Network("2001::/23"),  # for protocols, Teredo among them (RFC 2928)
    IPv6Network("3fff::/20"),  # for documents (RFC 9637)
    IPv6Network("5f00::/16"),  # segments of a route (RFC 9602)
    IPv4Network("192.0.0.0/24"),  # for protocols (RFC 6890)
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, given up (RFC 7526)
    IPv4Network("168.63.129.16/32"),  # Azure's own service, seen from its machines alone
)
"""What Python's list of public networks does not keep out, in one of its versions."""


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could have it: not of this machine, a private network, a
    provider's inside, a link (where clouds tell machines their secrets), or a group."""
    if isinstance(address, IPv6Address):
        for network, shift in _CARRY_IPV4:
            if address in network:
                return is_public(IPv4Address(int(address) >> shift & 0xFFFF_FFFF))
    is_inside = any(
        address.version == network.version and address in network for network in _OF_THE_HOUSE
    )
    return address.is_global and not address.is_multicast and not is_inside


def read(written: str) -> Address | None:
    """None for what is no address; a zone (fe80::1%eth0) is none of anybody else's."""
    try:
        return ip_address(written.strip("[]"))
    except ValueError:
        return None


class Allowed:
    """Hosts and networks that may be reached though they are not everybody's."""

    def __init__(self, words: str = "") -> None:
        """`words`: hosts by name or address and networks, with commas between."""
        self.hosts: set[str] = set()
        self.networks: list[Network] = []
        for each in filter(None, (one.strip().lower() for one in words.split(","))):
            try:
                self.networks.append(ip_network(each))
            except ValueError:
                self.hosts.add(each.rstrip("."))

    def names(self, host: str) -> bool:
        """Whether this host may be reached wherever it leads."""
        return host.lower().rstrip(".") in self.hosts

    def has(self, address: Address) -> bool:
        """Whether this address is in one of the networks; a mapped one as the IPv4 that it is."""
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        plain = mapped or address
        return any(plain.version == one.version and plain in one for one in self.networks)
