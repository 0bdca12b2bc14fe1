"""The file of namespaces before a real server: refused at the start, taken when it changes, whoever the caller is."""

from hashlib import sha256
from pathlib import Path

from compactd.domain.namespaces import NamespaceSettings
from compaction.v1 import agent_pb2, agent_service_pb2
from tests.process.test_commands import command
from tests.rpc.failures import failure_of
from tests.server import NOT_DURABLE, Client, connected, server_process

TOKENS = {"ada": "team-a", "bob": "team-b"}


async def test_a_wrong_file_ends_the_start_with_the_key(tmp_path: Path) -> None:
    file = tmp_path / "namespaces.toml"
    file.write_text("[namespaces.team-a]\ncalls_at_once = 3\n")
    status, output, errors = await command(tmp_path, "serve", COMPACTD_NAMESPACES_FILE=str(file))
    assert (status, output) == (2, "")
    assert errors == (
        f"compactd: COMPACTD_NAMESPACES_FILE: {file}: namespaces.team-a.calls_at_once: "
        f"there is no such limit: write {', '.join(NamespaceSettings.model_fields)}.\n"
    )


async def create_as(client: Client, who: str) -> None:
    request = agent_service_pb2.CreateAgentRequest(agent=agent_pb2.Agent())
    await client.agents.CreateAgent(request, metadata=(("authorization", f"Bearer {who}"),))


async def test_each_caller_has_the_limits_of_its_own_namespace_and_new_ones_as_soon_as_they_are_written(
    tmp_path: Path,
) -> None:
    file, tokens = tmp_path / "namespaces.toml", tmp_path / "tokens"
    file.write_text("[namespaces.team-a]\nstored_messages = 1\n")
    tokens.write_text("".join(f"{sha256(t.encode()).hexdigest()} {name} read,write\n" for t, name in TOKENS.items()))
    settings = {
        "COMPACTD_NAMESPACES_FILE": str(file),
        "COMPACTD_AUTH": "tokens",
        "COMPACTD_AUTH_TOKENS_FILE": str(tokens),
    }
    async with server_process(tmp_path, **settings, **NOT_DURABLE) as server, connected(server.address) as client:
        await create_as(client, "ada")
        failed = await failure_of(create_as(client, "ada"))
        assert (failed.reason, failed.metadata["namespace"]) == ("QUOTA_EXCEEDED", "team-a")
        for _ in range(2):
            await create_as(client, "bob")
        before = len(server.lines)
        file.write_text("[namespaces.team-a]\nstored_messages = 'many'\n")
        assert "namespaces.team-a.stored_messages" in (await server.event("file not reloaded", before))["why"]
        file.write_text("[namespaces.team-b]\nstored_messages = 2\n")
        await server.event("file reloaded", before)
        await create_as(client, "ada")
        assert (await failure_of(create_as(client, "bob"))).metadata["namespace"] == "team-b"
        assert await server.terminate() == 0
