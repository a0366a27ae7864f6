"""Where this server may post to."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from app.support.public_addresses import is_public, may_reach, read_target

LAN = (ip_network("10.1.0.0/16"),)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.9.10"),
        *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1"),
        *("192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.9"),
        *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1"),
        *("64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1"),
        *("5f00::1", "fc00::1", "fd00::1", "fe80::1", "fec0::1", "ff02::1"),
    ],
)
def test_a_special_address_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "9.255.255.255", "11.0.0.1", "172.15.0.1", "172.32.0.1", "2606:4700::1111"],
)
def test_an_ordinary_address_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("address", "may"),
    [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("10.2.0.1", False), ("8.8.8.8", True)],
)
def test_a_network_that_is_allowed_is_reached_and_no_other(address, may):
    assert may_reach(ip_address(address), LAN) is may


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hook.example",
        "ftp://hook.example/",
        "file:///etc/passwd",
        "http://hook.example/",
        "https://",
        "https:///path",
        "https://user@hook.example/",
        "https://user:word@hook.example/",
        "https://@hook.example/",
        "https://hook.example@10.0.0.1/",
        "https://hook.example/#part",
        "https://hook.example:0/",
        "https://hook.example:/",
        "https://hook.example:99999/",
        "https://hook.example:8o/",
        "https://hook example/",
        "https://hook.example/a b",
        "https://hook.example/\r\nX: y",
        "https://hook.example\\@10.0.0.1/",
        "https://hööks.example/",
        "https://-hook.example/",
        "https://hook..example/",
        f"https://{'a' * 64}.example/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://0.0.0.0/",
        "https://0/",
        "https://1.2.3.4.5/",
        "https://999.1.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:8.8.8.8]/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[hook.example]/",
        "https://[::1",
        "https://hook.example/" + "a" * 512,
    ],
)
def test_an_unsound_url_is_refused(url):
    with pytest.raises(ValueError):
        read_target(url)


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://hook.example", "hook.example", 443, "/"),
        ("https://Hook.Example./in?a=b&c=%20", "hook.example", 443, "/in?a=b&c=%20"),
        ("HTTPS://hook.example:8443/in", "hook.example", 8443, "/in"),
        ("https://8.8.8.8/", "8.8.8.8", 443, "/"),
        ("https://[2606:4700::1111]:444/", "2606:4700::1111", 444, "/"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/"),
    ],
)
def test_a_sound_url_is_read(url, host, port, path):
    target = read_target(url)
    assert (target.host, target.port, target.path, target.is_encrypted) == (host, port, path, True)


def test_without_tls_a_network_has_to_be_allowed():
    assert read_target("http://10.1.2.3:8080/", LAN).port == 8080
    with pytest.raises(ValueError, match="readable"):
        read_target("http://10.1.2.3:8080/")
    with pytest.raises(ValueError, match="host"):
        read_target("https://10.2.2.3/", LAN)
