"""What a proxy says of its caller, and whose word is taken."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.access.certificates import Certificates, spiffe_id
from compactd.access.identities import Identities
from compactd.access.mesh_header import MeshHeader, TrustedPeers, last_hop_uris
from compactd.access.watched_file import WatchedFile
from compactd.domain.peer import UNIX, UNKNOWN_PEER, Peer, PeerSource
from compactd.ports.access import BadCredential

ENVOY = 'By=spiffe://m/proxy;Hash=468e;Subject="/C=US/O=a, \\"b\\"; c";URI={};DNS=a.example;DNS=b.example'


@pytest.mark.parametrize(
    ("header", "uris"),
    [
        (ENVOY.format("spiffe://m/x"), ["spiffe://m/x"]),
        (f"{ENVOY.format('spiffe://m/evil')},{ENVOY.format('spiffe://m/x')}", ["spiffe://m/x"]),
        ('By=spiffe://m/proxy;Hash=0;Subject="";URI=spiffe://m/x', ["spiffe://m/x"]),
        ('URI="spiffe://m/x"', ["spiffe://m/x"]),
        ("URI=spiffe://m/x;URI=spiffe://m/y", ["spiffe://m/x", "spiffe://m/y"]),
        ("URI=spiffe://m/evil,By=spiffe://m/proxy;Hash=0", []),
        ("URI=spiffe://m/evil,", []),
        ("By=spiffe://m/proxy;URI=", [""]),
        ("spiffe://m/x", []),
        ('Subject="never closed;URI=spiffe://m/x', []),
        ("", []),
    ],
)
def test_the_last_hop_is_what_our_own_peer_has_seen(header: str, uris: list[str]) -> None:
    assert list(last_hop_uris(header)) == uris


@given(st.text(alphabet='URIBySubject=;,"\\ x:/', max_size=60))
def test_whatever_a_client_has_sent_the_element_of_the_proxy_counts_or_nothing(sent: str) -> None:
    for own in (ENVOY.format("spiffe://m/x"), 'By=p;Hash=0;Subject="";URI=spiffe://m/x', "By=p;URI=spiffe://m/x"):
        assert list(last_hop_uris(f"{sent},{own}")) in (["spiffe://m/x"], [])


@pytest.mark.parametrize(
    ("peer", "is_trusted"),
    [
        (Peer("10.1.2.3"), True),
        (Peer("11.1.2.3"), False),
        (Peer("fd00::7"), True),
        (Peer("192.0.2.1"), True),
        (Peer("192.0.2.2"), False),
        (Peer("192.0.2.2", ("spiffe://m/proxy",)), True),
        (Peer("192.0.2.2", ("spiffe://m/other",)), False),
        (Peer("192.0.2.2", ("spiffe://m/proxy", "spiffe://m/other")), False),
        (Peer(UNIX), False),
        (UNKNOWN_PEER, False),
    ],
)
def test_peers_are_trusted_by_address_network_or_certificate(peer: Peer, *, is_trusted: bool) -> None:
    peers = TrustedPeers("10.0.0.0/8, fd00::/8, 192.0.2.1, spiffe://m/proxy")
    assert peers.include(peer) is is_trusted


def test_those_on_a_unix_socket_are_trusted_where_it_is_named() -> None:
    assert TrustedPeers("unix").include(Peer(UNIX))
    assert not TrustedPeers("unix").include(Peer("127.0.0.1"))


@pytest.mark.parametrize("names", ["", " , ", "localhost", "10.0.0.1/8", "10.0.0.0/33", "envoy"])
def test_what_is_no_peer_is_refused(names: str) -> None:
    with pytest.raises(ValueError, match="peer"):
        TrustedPeers(names)


@dataclass(frozen=True, slots=True)
class Caller:
    peer_: Peer
    metadata: dict[str, str | bytes] = field(default_factory=dict)

    @property
    def peer(self) -> PeerSource:
        return lambda: self.peer_


@pytest.fixture
def identities(tmp_path: Path) -> WatchedFile[Identities]:
    (tmp_path / "identities").write_text("spiffe://m/x team-a read\nada team-b read\n")
    return WatchedFile(tmp_path / "identities", Identities.of_file)


async def test_a_header_of_another_name_is_the_identity_itself(identities: WatchedFile[Identities]) -> None:
    header = MeshHeader("X-Identity", TrustedPeers("10.0.0.1"), identities)
    principal = await header.principal(Caller(Peer("10.0.0.1"), {"x-identity": " ada "}))
    assert principal is not None
    assert (principal.namespace, principal.name) == ("team-b", "ada")


async def test_a_header_from_anybody_else_is_as_if_it_was_not_there(identities: WatchedFile[Identities]) -> None:
    header = MeshHeader("x-identity", TrustedPeers("10.0.0.1"), identities)
    assert await header.principal(Caller(Peer("10.0.0.2"), {"x-identity": "ada"})) is None
    assert await header.principal(Caller(Peer("10.0.0.1"))) is None


@pytest.mark.parametrize("value", ["", "bob", b"ada"])
async def test_a_proxy_that_names_nobody_we_know_is_refused(
    identities: WatchedFile[Identities], value: str | bytes
) -> None:
    header = MeshHeader("x-identity", TrustedPeers("10.0.0.1"), identities)
    with pytest.raises(BadCredential):
        await header.principal(Caller(Peer("10.0.0.1"), {"x-identity": value}))


@pytest.mark.parametrize(
    ("uris", "namespace"),
    [
        (("spiffe://m/x",), "team-a"),
        (("https://m/x", "spiffe://m/x"), "team-a"),
        (("spiffe://m/x", "spiffe://m/y"), None),
        (("spiffe://m/y",), None),
        (("ada",), None),
        ((), None),
    ],
)
async def test_a_certificate_is_known_by_the_one_spiffe_id_in_it(
    identities: WatchedFile[Identities], uris: tuple[str, ...], namespace: str | None
) -> None:
    principal = await Certificates(identities).principal(Caller(Peer("10.0.0.9", uris)))
    assert (principal and principal.namespace) == namespace
    assert spiffe_id(uris) or principal is None
