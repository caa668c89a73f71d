"""Addresses that are nobody else's are told from those of the internet, in every form."""

import pytest

from jobs.addresses import special_use

OURS = {
    "this network": ["0.0.0.0", "0.1.2.3", "::"],
    "this machine": ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"],
    "private": [
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "::ffff:10.0.0.1",
        "::ffff:0a00:1",
        "64:ff9b::a00:1",
    ],
    "shared by a provider's customers": ["100.64.0.1", "100.100.100.200", "100.127.255.255"],
    "link-local": [
        "169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
    ],
    "a cloud's own": ["168.63.129.16"],
    "reserved": [
        "192.0.0.192",
        "192.88.99.1",
        "240.0.0.1",
        "255.255.255.255",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:10::1",
        "100::1",
        "4000::1",
        "::7f00:1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:0:0:0:1::1",
        "5f00::1",
    ],
    "for documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "for measurements": ["198.18.0.1", "198.19.255.255"],
    "a group's": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "a tunnel's": ["2002:7f00:1::", "2002:a00:1::1", "2002:5db8:d822::1", "64:ff9b:1::7f00:1"],
}


@pytest.mark.parametrize(("kind", "address"), [(kind, one) for kind, all_ in OURS.items() for one in all_])
def test_an_address_that_is_nobody_elses_is_told(kind: str, address: str) -> None:
    assert special_use(address) == kind


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "1.1.1.1",
        "11.0.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "169.253.1.1",
        "192.0.1.1",
        "198.20.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2a01:4f8::1",
        "2001:200::1",
        "2003::1",
        "::ffff:93.184.216.34",
        "64:ff9b::5db8:d822",
    ],
)
def test_an_ordinary_address_is_one(address: str) -> None:
    assert special_use(address) is None
