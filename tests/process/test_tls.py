"""A server that speaks TLS with those alone who show a certificate, from its start to its end."""

from contextlib import AsyncExitStack
from pathlib import Path

import grpc
import httpx
import pytest
from letta_client import AsyncLetta, DefaultAsyncHttpxClient

from compactd.cli import main
from compactd.config import Config
from compactd.config.access_rules import access_of
from compactd.domain.startup import WrongSetting
from compaction.v1 import agent_service_pb2
from tests.builders.certificates import Authority, CertificateFolder, Identity
from tests.builders.chat import new_conversation, talk
from tests.process.callers import DRAINING, OK, UNAVAILABLE, Callers
from tests.process.test_commands import command
from tests.rpc.failures import failure_of
from tests.server import connected, server_process

WORKER = "spiffe://prod.example/worker"


def test_identities_by_certificate_need_an_authority_for_them(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as raised:
        access_of(Config(auth="mtls", identities_file=tmp_path / "identities"))
    assert raised.value.setting == "tls_client_ca_file"


def settings_of(folder: CertificateFolder) -> dict[str, str]:
    return {
        "COMPACTD_TLS_CERT_FILE": str(folder.files.certificate),
        "COMPACTD_TLS_KEY_FILE": str(folder.files.key),
        "COMPACTD_TLS_CLIENT_CA_FILE": str(folder.files.client_ca),
    }


async def test_both_doors_serve_those_with_a_certificate_while_the_servers_is_renewed_and_to_the_end(
    tmp_path: Path,
) -> None:
    first, second = Authority("first"), Authority("second")
    folder = CertificateFolder(tmp_path)
    folder.put(first.server(), first)
    caller, unknown = first.caller(WORKER), first.caller("spiffe://prod.example/nobody")
    identities = tmp_path / "identities"
    identities.write_text(f"{WORKER} team-a read,write\n")
    access = {"COMPACTD_AUTH": "mtls", "COMPACTD_IDENTITIES_FILE": str(identities)}
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(server_process(tmp_path, **settings_of(folder), **access))
        assert (await server.event("listening"))["tls"] == "mutual"
        await server.event("serving")
        url = server.http_url.replace("http:", "https:")

        def credentials(authority: Authority, shown: Identity = caller) -> grpc.ChannelCredentials:
            return grpc.ssl_channel_credentials(authority.certificate, shown.key, shown.certificate)

        async def agents_over_rest(authority: Authority) -> int:
            http = DefaultAsyncHttpxClient(verify=folder.context(authority, caller), trust_env=False)
            async with AsyncLetta(base_url=url, api_key="any", http_client=http, max_retries=0) as letta:
                return len([agent async for agent in await letta.agents.list()])

        async with httpx.AsyncClient(verify=folder.context(first, None), trust_env=False, timeout=60) as nobody:
            with pytest.raises(httpx.TransportError):
                await nobody.get(f"{url}/v1/agents")
        stranger = await stack.enter_async_context(connected(server.address, credentials(first, unknown)))
        failed = await failure_of(stranger.agents.ListAgents(agent_service_pb2.ListAgentsRequest()))
        assert failed.code is grpc.StatusCode.UNAUTHENTICATED
        old = await stack.enter_async_context(connected(server.address, credentials(first)))
        conversation_id = await new_conversation(old, talk(2))
        assert await agents_over_rest(first) == 1
        folder.put(second.server(), first)
        new = [await stack.enter_async_context(connected(server.address, credentials(second))) for _ in range(3)]
        assert await agents_over_rest(second) == 1
        assert (await server.event("certificates read"))["level"] == "info"
        callers = Callers([old, *new] * 4, conversation_id)
        await callers.have(OK, 16)
        assert await server.terminate() == 0
        await callers.have(UNAVAILABLE, 16)
        outcomes = await callers.end()
    assert outcomes.keys() <= {OK, DRAINING, UNAVAILABLE}
    assert [line for line in server.lines if not line.startswith("{")] == []


async def test_certificates_that_cannot_be_used_end_serve_with_a_sentence(tmp_path: Path) -> None:
    folder = CertificateFolder(tmp_path)
    authority = Authority("ours")
    folder.put(authority.server(), authority)
    folder.write("tls.key", authority.server().key)
    status, _, errors = await command(tmp_path, "serve", **settings_of(folder), COMPACTD_GRPC_ADDRESS="127.0.0.1:0")
    assert status == 2
    assert errors.startswith(f"compactd: COMPACTD_TLS_KEY_FILE: {folder.files.key} has to hold the private key")
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    ("wrong", "given"),
    [
        ("TLS_KEY_FILE", {"TLS_CERT_FILE": "tls.crt"}),
        ("TLS_KEY_FILE", {"TLS_KEY_FILE": "tls.key"}),
        ("TLS_CLIENT_CA_FILE", {"TLS_CLIENT_CA_FILE": "ca.crt"}),
    ],
)
def test_files_of_certificates_go_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wrong: str, given: dict[str, str]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"COMPACTD_{name}", value)
    assert main(["config"]) == 2
    assert capsys.readouterr().err.startswith(f"compactd: COMPACTD_{wrong}: ")
