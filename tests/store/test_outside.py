"""Nobody's address leads into the house, and nobody who answers slowly holds anybody up."""

import ssl
import time
from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from receiver import answers, drips, hangs, pours, receiving

from store.outside import NotAllowed, Outside, Unreached, target_of
from store.public_addresses import Allowed, is_public

HERE = Allowed("127.0.0.1")
LONG = 60.0
"""Seconds: for those that answer, however slow this machine is."""
PUBLIC = [
    "203.0.114.5",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::",
]
INSIDE = [
    "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255",
    "192.0.2.1", "198.18.0.1", "240.0.0.1", "192.88.99.1", "3fff::1", "5f00::1", "100::1",
    "2001:10::1",
    "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::",
    "2001::1",
]  # fmt: skip


def leads_to(*addresses: str) -> Outside:
    return Outside(Allowed(), lookup=lambda host, port: addresses)


def why_not(outside: Outside, url: str) -> str:
    with pytest.raises(Unreached) as refused:
        outside.post(url, b"{}", {})
    return str(refused.value)


def test_what_leads_into_somebodys_house_is_not_public() -> None:
    assert [one for one in INSIDE if is_public(ip_address(one))] == []
    assert [one for one in PUBLIC if not is_public(ip_address(one))] == []


@pytest.mark.parametrize("address", ["10.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fe80::1%1"])
def test_one_address_that_is_ours_spoils_all_of_a_name(address: str) -> None:
    with pytest.raises(NotAllowed):
        leads_to("203.0.114.5", address).post("https://neighbour.example/", b"", {})


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/", "https://", "https://a:b@c.example/", "https://a.example:99999/",
     "https://a.example/\n", "//a.example", "https://[::1", "https://a.example/" + "x" * 2000],
)  # fmt: skip
def test_what_is_no_web_address_is_asked_nothing(url: str) -> None:
    with pytest.raises(NotAllowed):
        target_of(url)


def test_an_address_is_asked_as_http_wants_it() -> None:
    told = target_of("https://役所.example:8443/通知?町=本町 1&x=%20")
    assert told.authority == "xn--4gqr1k.example:8443" or told.host.startswith("xn--")
    assert told.path.isascii()
    assert " " not in told.path
    assert target_of("https://[2a00::1]/").authority == "[2a00::1]"


def test_the_name_is_looked_up_once_and_the_connection_goes_there() -> None:
    """Who answers with another address the second time is not asked a second time."""
    asked: list[str] = []

    def changing(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with receiving() as there:
        outside = Outside(HERE, lookup=changing, seconds=LONG)
        url = f"http://neighbour.example:{there.port}/hook"
        assert outside.post(url, b"{}", {"x-a": "b"}).status == 204
        assert "10.0.0.1" in why_not(outside, url)
    (one,) = there.taken
    assert asked == ["neighbour.example"] * 2
    assert one.headers["host"] == f"neighbour.example:{there.port}"
    assert (one.path, one.body, one.headers["x-a"]) == ("/hook", b"{}", "b")


def test_a_redirect_into_the_house_is_not_followed() -> None:
    with receiving() as inside, receiving(answers(302, ("Location", inside.url))) as there:
        assert Outside(HERE, seconds=LONG).post(there.url, b"", {}).status == 302
        assert inside.taken == []


@pytest.mark.parametrize("act", [hangs, drips], ids=["hangs", "drips"])
def test_who_answers_slowly_is_left(act: object) -> None:
    with receiving(act) as there:  # type: ignore[arg-type]
        began = time.monotonic()
        assert "within" in why_not(Outside(HERE, seconds=0.2), there.url)
        assert time.monotonic() - began < 10  # one byte after the other it would be a minute


def test_who_says_too_much_is_left() -> None:
    with receiving(pours) as there:
        assert "HTTP" in why_not(Outside(HERE, seconds=LONG), there.url)


def test_who_does_not_answer_for_a_name_is_left() -> None:
    def sleeps(host: str, port: int) -> Sequence[str]:
        time.sleep(0.5)
        return ["127.0.0.1"]

    assert "DNS" in why_not(Outside(HERE, lookup=sleeps, seconds=0.1), "https://a.example/")


def test_nobody_is_asked_without_encryption_who_is_not_allowed() -> None:
    assert "https" in why_not(leads_to("203.0.114.5"), "http://neighbour.example/")
    named = Outside(Allowed("gis.inside"), lookup=lambda host, port: ["127.0.0.1"], seconds=LONG)
    with receiving() as there:
        assert named.post(f"http://gis.inside:{there.port}/", b"", {}).status == 204


def test_a_certificate_must_be_of_the_name_though_the_connection_goes_to_an_address(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = tls
    with receiving(wrapped=server) as there:
        outside = Outside(
            HERE, lookup=lambda host, port: ["127.0.0.1"], context=client, seconds=LONG
        )
        assert outside.post(f"https://gis.example:{there.port}/", b"", {}).status == 204
        assert "TLS" in why_not(outside, f"https://other.example:{there.port}/")
        assert "TLS" in why_not(
            Outside(HERE, lookup=lambda host, port: ["127.0.0.1"], seconds=LONG),
            f"https://gis.example:{there.port}/",
        )
    assert [one.headers["host"] for one in there.taken] == [f"gis.example:{there.port}"]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of a server with a certificate for gis.example, and of a client that believes its maker."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gis.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("gis.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "pem").write_bytes(pem + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "pem")
    return server, ssl.create_default_context(cadata=pem.decode())
