"""Which settings of access go together, and which addresses need a decision."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from compactd.config import Config
from compactd.config.access_rules import access_of, doors_for_others, is_on_this_machine
from compactd.config.sentences import sentence_of
from compactd.config.unknown_settings import unknown_settings
from compactd.domain.startup import WrongSetting
from tests.access.credentials import SIGNER

HERE = ["unix:/run/x", "off", "127.0.0.1:1", "127.8.9.1:1", "[::1]:1", "localhost:1", "LOCALHOST:0"]
REACHABLE = [
    "0.0.0.0:1",
    "[::]:1",
    "10.0.0.1:1",
    ":1",
    "*:1",
    "compactd.local:1",
    "[::ffff:10.0.0.1]:1",
    "127.0.0.1.evil:1",
]


@pytest.mark.parametrize("address", HERE)
def test_addresses_that_this_machine_alone_reaches(address: str) -> None:
    assert is_on_this_machine(address)


@pytest.mark.parametrize("address", REACHABLE)
def test_addresses_that_others_may_reach(address: str) -> None:
    assert not is_on_this_machine(address)


@pytest.mark.parametrize("door", ["grpc_address", "http_address"])
def test_a_door_for_others_needs_a_decision(door: str, tmp_path: Path) -> None:
    settings: dict[str, Any] = {door: "0.0.0.0:0"}
    with pytest.raises(WrongSetting) as raised:
        access_of(Config(**settings))
    assert (raised.value.setting, f"0.0.0.0:0 ({door})" in str(raised.value)) == ("auth", True)
    assert access_of(Config(auth="none", **settings)).verifiers == ()
    assert doors_for_others(Config(auth="none", **settings)) == {door: "0.0.0.0:0"}
    (tmp_path / "tokens").write_text("# nobody yet\n")
    assert len(access_of(Config(auth="tokens", auth_tokens_file=tmp_path / "tokens", **settings)).verifiers) == 1


def test_without_a_decision_the_doors_of_a_desk_ask_nobody() -> None:
    access = access_of(Config())
    assert (access.verifiers, access.followed) == ((), ())


@pytest.mark.parametrize(
    "settings", [{"auth_tokens_file": "nothing"}, {"identities_file": "nothing"}, {"auth_jwt_scopes_claim": "scp"}]
)
def test_settings_of_access_without_the_decision_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(WrongSetting, match=f"COMPACTD_{next(iter(settings)).upper()} would have no effect") as raised:
        access_of(Config(**settings))
    assert raised.value.setting == "auth"
    assert access_of(Config(auth="none", **settings)).verifiers == ()


@pytest.mark.parametrize("setting", ["grpc_address", "http_address", "admin_address"])
def test_what_is_no_address_is_refused_with_the_form_of_one(setting: str) -> None:
    for odd in ("29464", "host", "host:", "host:http", "host:65536", "::1:50051", "http://host:1", "unix:", "a b:1"):
        settings: dict[str, Any] = {setting: odd}
        with pytest.raises(ValidationError, match="write host:port"):
            Config(**settings)
    for address in (*HERE, *REACHABLE):
        if address != "off" or setting != "grpc_address":
            settings = {setting: address}
            assert getattr(Config(**settings), setting) == address


@pytest.mark.parametrize(
    ("setting", "written", "said"),
    [
        ("workers", "two", "write a whole number."),
        ("workers", "0", "write a number from 1 on."),
        ("workers", "65", "write a number of at most 64."),
        ("reflection", "perhaps", "write true or false."),
        ("handshake_seconds", "0", "write a number above 0.0."),
        ("handshake_seconds", "soon", "write a number."),
        ("log_level", "loud", "write debug, info, warning or error."),
        ("grpc_address", "off", "write host:port, such as 127.0.0.1:50051 or [::1]:50051, or unix:/path of a socket."),
    ],
)
def test_a_wrong_setting_is_told_as_what_to_write(setting: str, written: str, said: str) -> None:
    settings: dict[str, Any] = {setting: written}
    with pytest.raises(ValidationError) as raised:
        Config(**settings)
    assert [sentence_of(item) for item in raised.value.errors()] == [said]


def test_what_looks_like_a_setting_and_is_none_is_named() -> None:
    of_kubernetes = ["COMPACTD_SERVICE_HOST", "COMPACTD_SERVICE_PORT_GRPC", "COMPACTD_PORT", "COMPACTD_PORT_1_TCP_ADDR"]
    others = ["PATH", "COMPACTD_AUTH", "compactd_workers", "OPENAI_API_KEY"]
    assert unknown_settings([*of_kubernetes, *others, "COMPACTD_WORKRES", "COMPACTD_X"]) == {
        "COMPACTD_WORKRES": "COMPACTD_WORKERS",
        "COMPACTD_X": "",
    }


@pytest.mark.parametrize(("written", "read"), [("none", ()), ("JWT , tokens,jwt", ("jwt", "tokens")), ("", ())])
def test_schemes_are_a_list_of_words(written: str, read: tuple[str, ...]) -> None:
    assert Config(auth=written).auth_schemes == read


@pytest.mark.parametrize("written", ["basic", "tokens,basic", "none,tokens", "tokens none"])
def test_a_scheme_that_there_is_not_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="write none, or one or several of tokens, jwt, mtls, header"):
        Config(auth=written)


CONTRADICTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "tokens without a file": ({"auth": "tokens"}, "auth_tokens_file"),
    "jwt without keys": ({"auth": "jwt", "auth_jwt_namespace_claim": "ns"}, "auth_jwt_keys"),
    "jwt by subject without identities": ({"auth": "jwt", "auth_jwt_keys": "keys"}, "identities_file"),
    "mtls without an authority": ({"auth": "mtls", "identities_file": "identities"}, "tls_client_ca_file"),
    "a header without a name": ({"auth": "header", "auth_header_peers": "unix"}, "auth_header"),
    "a header from anybody": ({"auth": "header", "auth_header": "x-identity"}, "auth_header_peers"),
    "a header without identities": (
        {"auth": "header", "auth_header": "x-identity", "auth_header_peers": "unix"},
        "identities_file",
    ),
    "a file that is not there": ({"auth": "tokens", "auth_tokens_file": "nothing"}, "auth_tokens_file"),
    "a file that says something else": ({"auth": "tokens", "auth_tokens_file": "odd"}, "auth_tokens_file"),
    "keys that are none": ({"auth": "jwt", "auth_jwt_keys": "odd", "auth_jwt_namespace_claim": "n"}, "auth_jwt_keys"),
    "odd identities": ({"auth": "jwt", "auth_jwt_keys": "keys", "identities_file": "odd"}, "identities_file"),
}


@pytest.mark.parametrize(("settings", "setting"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_a_scheme_lacks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], setting: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("odd").write_text("canary of a token")
    Path("keys").write_bytes(SIGNER.jwks())
    with pytest.raises(WrongSetting) as raised:
        access_of(Config(**settings))
    assert raised.value.setting == setting
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("scheme", "why"),
    [
        ("https", "a URL with a name or a password in it"),
        ("HTTPS", "a URL with a name or a password in it"),
        ("ftp", "the path of a file, or a URL that begins with"),
    ],
)
def test_a_url_of_keys_holds_no_password(scheme: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why) as raised:
        Config(auth_jwt_keys=f"{scheme}://ines:canary@issuer.local/keys")
    assert "canary" not in str(raised.value)
    assert Config(auth_jwt_keys="HTTPS://issuer.local/keys").auth_jwt_keys == "https://issuer.local/keys"
    assert Config(auth_jwt_keys="https://issuer.local/keys?of=a@b").auth_jwt_keys


def test_peers_that_are_none_are_refused_with_the_setting() -> None:
    with pytest.raises(ValidationError, match="auth_header_peers"):
        Config(auth_header_peers="envoy")
