"""Signed tokens: which keys and algorithms count, and where keys come from."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from compactd.access import jwt_keys, jwt_tokens
from compactd.access.identities import Identities
from compactd.access.jwt_keys import KeyFile, KeySet, KeySource, KeyUrl
from compactd.access.jwt_tokens import JwtRules, JwtTokens
from compactd.access.watched_file import WatchedFile
from compactd.domain.principal import Principal, Scope
from compactd.ports.access import BadCredential
from tests.access.credentials import AUDIENCE, ISSUER, TOKEN_SECONDS, Signer
from tests.access.issuer import Issuer

RULES = JwtRules(ISSUER, AUDIENCE, "tenant")
BOTH = frozenset({Scope.READ, Scope.WRITE})
EC, RSA, ED = Signer("EC"), Signer("RSA"), Signer("OKP")


@dataclass(slots=True)
class Keys:
    """A source that has what it has."""

    key_set: KeySet | None

    async def key(self, kid: str | None) -> jwt_keys.SigningKey | None:
        return None if self.key_set is None else self.key_set.key(kid)

    async def follow(self) -> None:
        """Nothing changes by itself."""


def tokens_by(source: KeySource | bytes, rules: JwtRules = RULES) -> JwtTokens:
    return JwtTokens(Keys(KeySet.of_json(source)) if isinstance(source, bytes) else source, rules, None)


async def kind_of(tokens: JwtTokens, token: str) -> str:
    """What is wrong with it."""
    with pytest.raises(BadCredential) as raised:
        await tokens.principal(token)
    return raised.value.kind


@pytest.mark.parametrize("signer", [EC, RSA, ED], ids=lambda signer: signer.algorithm)
async def test_a_token_is_known_by_the_key_of_its_issuer(signer: Signer) -> None:
    assert await tokens_by(signer.jwks()).principal(signer.token()) == Principal("team-a", BOTH, "worker-7")


async def test_a_key_signs_by_every_algorithm_of_its_kind_or_by_the_one_it_names() -> None:
    for algorithm in ("RS256", "RS512", "PS256"):
        assert await tokens_by(RSA.jwks()).principal(RSA.token(algorithm)) is not None
    named = json.dumps({"keys": [RSA.jwk(alg="PS256")]}).encode()
    assert await tokens_by(named).principal(RSA.token("PS256")) is not None
    assert await kind_of(tokens_by(named), RSA.token("RS256")) == "algorithm that is not allowed"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["HS256", "none", "None", "ES256K", ""])
async def test_a_token_does_not_choose_how_it_is_checked(algorithm: str) -> None:
    # As an attacker signs who knows the public key: with that as if it was a secret.
    claims = {"exp": int(time.time()) + 600, "iss": ISSUER, "aud": AUDIENCE, "tenant": "team-a"}
    signed = f"{_part({'alg': algorithm, 'kid': EC.kid})}.{_part(claims)}"
    secret = json.dumps(EC.jwk()).encode()
    signature = base64.urlsafe_b64encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest()).rstrip(b"=")
    assert await kind_of(tokens_by(EC.jwks()), f"{signed}.{signature.decode()}") == "algorithm that is not allowed"


@pytest.mark.parametrize("token", ["..", "a.b.c", "é.é.é", "\udcff.a.b", f"{'W1tb' * 4000}.a.b", f"{_part([])}.a.b"])
async def test_what_is_no_token_is_refused_whatever_it_is(token: str) -> None:
    assert await kind_of(tokens_by(EC.jwks()), token) == "malformed token"


@pytest.mark.parametrize("exp", ["soon", float("inf"), -1, None, [1], True])
async def test_a_token_has_an_end_that_can_be_read(exp: object) -> None:
    assert await kind_of(tokens_by(EC.jwks()), EC.token(exp=exp)) in (
        "expired token",
        "malformed token",
        "token without a required claim",
    )


async def test_a_token_without_a_key_id_is_by_the_only_key_there_is() -> None:
    token = EC.token(headers={"kid": None})
    assert await tokens_by(EC.jwks()).principal(token) is not None
    assert await kind_of(tokens_by(EC.jwks(RSA.jwk(kid="other"))), token) == "token by an unknown key"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b'{"keys": []}', b"[" * 10**5])
def test_what_is_no_set_of_keys_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"no JWKS|no public key"):
        KeySet.of_json(data)


def test_keys_for_something_else_are_passed_over() -> None:
    others = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "o"},
        RSA.jwk(kid="e", use="enc"),
        {"kty": "EC", "crv": "P-256"},
        {},
    ]
    assert set(KeySet.of_json(EC.jwks(*others)).keys) == {EC.kid}


async def test_without_a_claim_for_the_namespace_the_subject_has_a_line(tmp_path: Path) -> None:
    (tmp_path / "identities").write_text("ada team-b read\n")
    identities = WatchedFile(tmp_path / "identities", Identities.of_file)
    tokens = JwtTokens(Keys(KeySet.of_json(EC.jwks())), JwtRules(), identities)
    token = EC.token(sub="ada")
    assert await tokens.principal(token) == Principal("team-b", frozenset({Scope.READ}), "ada")
    assert await kind_of(tokens, EC.token(sub="bob")) == "subject without a line in the identities file"
    # Also a token that has been checked: the line is what it goes by.
    (tmp_path / "identities").write_text("adam team-b read\n")
    identities.look()
    assert await kind_of(tokens, token) == "subject without a line in the identities file"


@pytest.mark.parametrize("subject", ["half a pair \ud800", "two\nlines", "\x1b[2J"])
async def test_a_subject_that_cannot_be_written_down_is_nobody(subject: str, tmp_path: Path) -> None:
    token = EC.token(sub=subject)
    assert await kind_of(tokens_by(EC.jwks()), token) == "subject that is not printable"
    (tmp_path / "identities").write_text("half* team-b read\ntwo* team-b read\n* team-b read\n")
    tokens = JwtTokens(
        Keys(KeySet.of_json(EC.jwks())), JwtRules(), WatchedFile(tmp_path / "identities", Identities.of_file)
    )
    assert await kind_of(tokens, token) == "subject that is not printable"


async def test_a_token_that_was_checked_is_not_checked_again_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, token = tokens_by(EC.jwks()), EC.token()
    first = await tokens.principal(token)
    assert await tokens.principal(token) is first
    later = time.time() + TOKEN_SECONDS + jwt_tokens.LEEWAY_SECONDS
    monkeypatch.setattr(time, "time", lambda: later)
    # Checked again, it is right once more: what it says is read by PyJWT's own clock.
    again = await tokens.principal(token)
    assert (again, again is first) == (first, False)


async def test_no_more_tokens_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt_tokens, "MAX_REMEMBERED", 3)
    tokens = tokens_by(EC.jwks())
    for number in range(9):
        await tokens.principal(EC.token(jti=str(number)))
    assert len(tokens._checked) == 3


async def test_keys_in_a_file_that_changes_are_the_new_ones(tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(EC.jwks())
    file = WatchedFile(tmp_path / "keys", KeySet.of_json)
    tokens, old, new = tokens_by(KeyFile(file)), EC.token(), Signer(kid="second")
    assert await tokens.principal(old) is not None
    (tmp_path / "keys").write_bytes(new.jwks())
    file.look()
    assert await tokens.principal(new.token()) is not None
    assert await kind_of(tokens, old) == "token by an unknown key"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_keys_are_fetched_for_a_token_by_an_unknown_one_but_not_for_each() -> None:
    clock, second = Clock(), Signer(kid="second")
    async with Issuer(EC.jwks()) as issuer:
        tokens = tokens_by(KeyUrl(issuer.url, clock))
        many = await asyncio.gather(*(tokens.principal(EC.token(jti=str(number))) for number in range(20)))
        assert (len([one for one in many if one]), issuer.asked) == (20, 1)
        issuer.keys = second.jwks(EC.jwk())
        for number in range(5):
            assert await kind_of(tokens, second.token(jti=str(number))) == "token by an unknown key"
        assert issuer.asked == 1
        clock.now += jwt_keys.UNKNOWN_KEY_SECONDS
        assert await tokens.principal(second.token()) is not None
        assert await tokens.principal(EC.token()) is not None
        assert issuer.asked == 2


@pytest.mark.parametrize(("status", "keys"), [(500, b""), (302, b""), (200, b"{}"), (200, b" " * (1024 * 1024 + 1))])
async def test_a_fetch_that_fails_leaves_the_keys_as_they_are(status: int, keys: bytes) -> None:
    clock = Clock()
    async with Issuer(EC.jwks()) as issuer:
        tokens = tokens_by(KeyUrl(issuer.url, clock))
        await tokens.principal(EC.token())
        issuer.status, issuer.keys = status, keys
        clock.now += 3600
        with capture_logs() as logged:
            assert await kind_of(tokens, Signer(kid="second").token()) == "token by an unknown key"
        assert [line["event"] for line in logged] == ["keys not fetched"]
        assert await tokens.principal(EC.token(jti="2")) is not None


async def test_an_issuer_that_is_away_lets_nobody_in_and_does_no_harm() -> None:
    async with Issuer(EC.jwks()) as issuer:
        url = issuer.url
    clock = Clock()
    tokens = tokens_by(KeyUrl(url, clock))
    assert await kind_of(tokens, EC.token()) == "token by an unknown key"


async def test_keys_are_fetched_at_the_start_and_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt_keys, "REFRESH_SECONDS", 0.01)
    async with Issuer(EC.jwks()) as issuer:
        source = KeyUrl(issuer.url)
        following = asyncio.create_task(source.follow())
        await issuer.is_asked()
        await issuer.is_asked()
        assert await source.key("first") is not None
        issuer.keys = Signer(kid="second").jwks()
        # The answer to the one that comes behind it has been read by the third.
        for _ in range(3):
            await issuer.is_asked()
        # Keys that the issuer has withdrawn are gone by themselves.
        assert await source.key("first") is None
        assert await source.key("second") is not None
        following.cancel()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Keys come when it is set."""
    event = asyncio.Event()

    async def fetched(_: str) -> bytes:
        await event.wait()
        return EC.jwks()

    monkeypatch.setattr(jwt_keys, "fetched", fetched)
    return event


async def test_no_more_calls_wait_for_keys_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, held: asyncio.Event
) -> None:
    monkeypatch.setattr(jwt_keys, "MAX_WAITING", 2)
    source = KeyUrl("http://issuer")
    waiting = [asyncio.create_task(source.key("first")) for _ in range(2)]
    await asyncio.sleep(0)
    assert await source.key("first") is None
    held.set()
    assert None not in await asyncio.gather(*waiting)


async def test_no_call_waits_for_keys_for_long(monkeypatch: pytest.MonkeyPatch, held: asyncio.Event) -> None:
    monkeypatch.setattr(jwt_keys, "WAIT_SECONDS", 0.01)
    source = KeyUrl("http://issuer")
    assert await source.key("first") is None
    # The fetch goes on for those who come later.
    held.set()
    monkeypatch.setattr(jwt_keys, "WAIT_SECONDS", 20.0)
    assert await source.key("first") is not None
