"""The end of a run: everything is read out and held against the history, the servers are stopped, their logs read."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.torture.checker import (
    StoredConversation,
    check_conversation,
    check_created,
    check_last_write,
    check_life,
)
from tests.torture.databases import Database
from tests.torture.history import History
from tests.torture.reading import Unread, jobs_at_work, read_agents, read_conversation, read_titles
from tests.torture.replica import Replica
from tests.torture.stored import stored_lines
from tests.torture.world import World

MOST_MEGABYTES = 700.0
"""What a server may take: it has some 200 when it is warm."""


JOBS_WITHIN = 120.0
"""Seconds that jobs have to end when nothing goes wrong any more: runners that died have theirs for 15."""


async def judge(
    database: Database, replicas: Sequence[Replica], workers: Sequence[Replica], world: World, zero: float
) -> None:
    """Adds what it finds to the history; the servers and workers have ended afterwards. The run began at `zero`, in
    seconds since the epoch."""
    history = world.history
    await _settle_jobs(database, replicas[0], history)
    await _judge_conversations(replicas, world)
    await _judge_agents(replicas, world)
    replicas = [*replicas, *workers]
    await _judge_ends(replicas, history)
    await _audit(database, history)
    for replica in replicas:
        for line in replica.bugs():
            history.find("", line)
        if replica.peak_megabytes > MOST_MEGABYTES:
            history.find("", f"{replica.name} took {replica.peak_megabytes:.0f} MB")
    for conversation in world.conversations:
        if any(finding.subject == conversation.id for finding in history.findings):
            stored = await asyncio.to_thread(stored_lines, database.url, conversation.id, zero)
            history.stored[conversation.id] = stored


async def _settle_jobs(database: Database, replica: Replica, history: History) -> None:
    """Returns when all jobs have ended, those too that wait after a failure: as if their pauses were over."""
    with suppress(TimeoutError):
        async with asyncio.timeout(JOBS_WITHIN):
            while await jobs_at_work(replica.doors[0]):
                await asyncio.to_thread(database.make_jobs_due)
                await asyncio.sleep(0.5)
            return
    history.find("", f"{await jobs_at_work(replica.doors[0])} jobs have not ended within {JOBS_WITHIN:g} s")


async def _judge_conversations(replicas: Sequence[Replica], world: World) -> None:
    history = world.history
    for conversation in world.conversations:
        operations = [item for item in history.operations if item.subject == conversation.id and item.attempts]
        sentences = check_life(operations)
        if not conversation.is_deleted:
            reads = [read for read in history.contexts if read.conversation_id == conversation.id]
            try:
                stored = await read_conversation(replicas, conversation.id)
            except Unread as unread:
                sentences.append(f"it cannot be read: {unread.reason}")
            else:
                told = [job.id for job in world.jobs.values() if job.conversation is conversation]
                sentences += check_conversation(operations, stored, reads, told)
                sentences += _ended_otherwise(world, stored)
                history.jobs.update(f"{job.state} of a {'policy' if job.policy_id else 'call'}" for job in stored.jobs)
                sentences += _seen_otherwise(world, conversation.id, {m.id: m.position for m in stored.messages})
        for sentence in sentences:
            history.find(conversation.id, sentence)


def _seen_otherwise(world: World, conversation_id: str, positions: dict[str, int]) -> list[str]:
    """Messages that were read on the way and are elsewhere now."""
    return [
        f"message {message_id} was read at {seen[0]} and is at {positions[message_id]}"
        for message_id, seen in world.messages.items()
        if message_id in positions and positions[message_id] != seen[0]
    ]


def _ended_otherwise(world: World, stored: StoredConversation) -> list[str]:
    """Jobs that were seen to end on the way, and ended in another way now."""
    seen = {job.id: world.jobs[job.id].ended for job in stored.jobs if job.id in world.jobs}
    return [
        f"the job {job.id} was {seen[job.id]} and is {job.state}"
        for job in stored.jobs
        if seen.get(job.id) and seen[job.id] != job.state
    ]


async def _judge_agents(replicas: Sequence[Replica], world: World) -> None:
    history = world.history
    door = replicas[0].doors[0]
    titles = Counter(await read_titles(door, world.agents))
    creates = [item for item in history.operations if item.kind == "create conversation" and item.attempts]
    for sentence in check_created(creates, titles):
        history.find("", sentence)
    agents = {agent["id"]: agent for agent in await read_agents(door)}
    names = Counter(agent["name"] for agent in agents.values())
    for sentence in check_created([item for item in history.operations if item.kind == "create agent"], names):
        history.find("", sentence)
    for agent_id in world.agents:
        agent = agents[agent_id]
        value = agent["memory_blocks"][0].get("value", "")
        for sentence in (
            *check_last_write(history.of(["update agent"], agent_id), agent.get("description", "")),
            *check_last_write(history.of(["update block"], agent_id), value),
        ):
            history.find(agent_id, sentence)


async def _audit(database: Database, history: History) -> None:
    """Whether the stored rows agree with each other, beside what the clients know of them."""
    audit = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "compactd", "audit"),
        env={**os.environ, "COMPACTD_DATABASE_URL": database.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await audit.communicate()
    if audit.returncode:
        history.find("", f"compactd audit ended with {audit.returncode}: {output.decode()[-4000:]}")


async def _judge_ends(replicas: Sequence[Replica], history: History) -> None:
    statuses = await asyncio.gather(*(replica.drain() for replica in replicas))
    for replica, status in zip(replicas, statuses, strict=True):
        if status:
            history.find("", f"{replica.name} ended with status {status} after SIGTERM")
    left = [pid for replica in replicas for pid in replica.pids if _is_ours(pid)]
    if left:
        history.find("", f"processes {left} are left")


def _is_ours(pid: int) -> bool:
    """Whether the process is there, and still the server that was started with this id."""
    try:
        return os.fsencode("compactd") in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
