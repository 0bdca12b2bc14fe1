"""Sweeps as clients start them and look after them."""

import asyncio
from typing import Any

from compaction.v1 import job_pb2, job_service_pb2, policy_service_pb2, sweep_pb2, sweep_service_pb2
from tests.builders.chat import make, new_agent, new_conversation, talk
from tests.rpc.jobs import PATIENCE
from tests.server import Client, LocalServer

EMBEDDED: dict[str, Any] = {"mode": 1, "model": "local/extractive"}


async def fleet_of(client: Client, count: int, turns: int = 20, **fields: Any) -> tuple[str, list[str]]:
    """An agent, and so many conversations of it that there is something to compact in; its default one is empty."""
    agent = await new_agent(client, **fields)
    made = [await new_conversation(client, talk(turns), agent_id=agent.id) for _ in range(count)]
    return agent.id, made


async def start(client: Client, agent_id: str = "", request_id: str = "", /, **fields: Any) -> sweep_pb2.Sweep:
    """A sweep over the agent's conversations, or as the selector says."""
    given = ({"selector": {"agent_ids": [agent_id]}} if agent_id else {}) | {"compaction_settings": EMBEDDED} | fields
    return await client.sweeps.StartSweep(make(sweep_service_pb2.StartSweepRequest, sweep=given, request_id=request_id))


async def get(client: Client, sweep_id: str) -> sweep_pb2.Sweep:
    return await client.sweeps.GetSweep(sweep_service_pb2.GetSweepRequest(sweep_id=sweep_id))


async def pause(client: Client, sweep_id: str) -> sweep_pb2.Sweep:
    return await client.sweeps.PauseSweep(sweep_service_pb2.PauseSweepRequest(sweep_id=sweep_id))


async def resume(client: Client, sweep_id: str, **fields: Any) -> sweep_pb2.Sweep:
    return await client.sweeps.ResumeSweep(make(sweep_service_pb2.ResumeSweepRequest, sweep_id=sweep_id, **fields))


async def cancel(client: Client, sweep_id: str) -> sweep_pb2.Sweep:
    return await client.sweeps.CancelSweep(sweep_service_pb2.CancelSweepRequest(sweep_id=sweep_id))


async def jobs_of(client: Client, sweep_id: str, *states: int) -> list[job_pb2.Job]:
    request = make(job_service_pb2.ListJobsRequest, limit=1000, states=states, sweep_id=sweep_id)
    return list((await client.jobs.ListJobs(request)).jobs)


def counts(sweep: sweep_pb2.Sweep) -> dict[tuple[str, str], int]:
    """How many jobs have ended, by state and reason."""
    return {
        (job_pb2.JobState.Name(found.state).removeprefix("JOB_STATE_"), found.reason): found.count
        for found in sweep.outcomes
    }


async def ended(server: LocalServer, sweep_id: str) -> sweep_pb2.Sweep:
    """The sweep, which goes on until it has ended."""
    async with asyncio.timeout(PATIENCE):
        while not (sweep := await get(server.client, sweep_id)).HasField("ended_at"):
            await server.service.clockwork.tick()
            await asyncio.sleep(0.02)
    return sweep


async def leave_nothing(client: Client) -> None:
    """Cancels sweeps and deletes policies, which tests of other modules on the same database would meet."""
    for sweep in (await client.sweeps.ListSweeps(sweep_service_pb2.ListSweepsRequest(limit=1000))).sweeps:
        if not sweep.HasField("ended_at"):
            await cancel(client, sweep.id)
    for policy in (await client.policies.ListPolicies(policy_service_pb2.ListPoliciesRequest(limit=1000))).policies:
        await client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy.id))
