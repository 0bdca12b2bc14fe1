"""One client of a run: a random stream of its own, which decides what it does next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from uuid import UUID

from compaction.v1 import conversation_service_pb2
from tests.builders import job_requests, requests
from tests.builders.requests import Request
from tests.doors import Answer
from tests.torture.batches import Batches, mark_of
from tests.torture.calls import Calls, ReplyOf, Write
from tests.torture.contexts import look_at_context
from tests.torture.history import Operation, Reply
from tests.torture.job_steps import JobSteps
from tests.torture.world import (
    EMBEDDED,
    MODEL,
    WINDOW,
    Conversation,
    World,
    appended,
    compacted,
    created,
    recompiled,
    recorded,
)

NAMED_SHARE = 0.85
"""How many of the writes that may carry a request_id do."""

REPLAYED_SHARE = 0.1
TWICE_SHARE = 0.05
"""How many of those are repeated some time later, and how many are sent twice at once."""

REMEMBERED = 20
MOST_CONVERSATIONS = 16
ATTENTION = 5.0
"""Seconds that a call waits which asks no model."""


class Client:
    """Takes one step after the other."""

    def __init__(self, number: int, random: Random, world: World, calls: Calls) -> None:
        self._number = number
        self._random = random
        self._world = world
        self._calls = calls
        self._batches = Batches(number, random)
        self._done: deque[Write] = deque()
        self._jobs = JobSteps(random, world, calls, self._conversation, self._do)
        self._steps: dict[Callable[[], Awaitable[object]], int] = {
            self._append: 50,
            self._get_context: 12,
            self._compact: 6,
            self._submit: 5,
            self._jobs.look: 3,
            self._jobs.cancel: 1,
            self._jobs.watch: 1,
            self._list_messages: 5,
            self._recompile: 4,
            self._restore: 4,
            self._look_at_compactions: 3,
            self._update_conversation: 3,
            self._update_agent: 2,
            self._update_block: 2,
            self._create_conversation: 2,
            self._delete: 1,
        }

    async def run(self, until: float) -> None:
        """Until so many seconds after the run began, and until it knows what came of what it did."""
        while self._calls.now() < until:
            step = self._random.choices(list(self._steps), list(self._steps.values()))[0]
            await step()
            await asyncio.sleep(0)

    async def create_agent(self, model: str) -> None:
        """With a conversation of its own beside the default one."""
        name = f"agent {self._random.getrandbits(40):x}"
        fields = {
            "model": model,
            "context_window_limit": WINDOW,
            "memory_blocks": [{"label": "human", "value": "Ines"}],
        }
        request_id = self._id()
        operation = await self._write(
            "create agent", name, requests.create_agent(name, request_id, **fields), created, (name,), request_id
        )
        if operation.reply is not None:
            self._world.agents.append(operation.reply.resource_id)
            await self._create_conversation()

    async def _append(self) -> None:
        conversation = self._conversation()
        messages = self._batches.batch(conversation.id)
        request_id = self._id_or_none()
        request = requests.append(conversation.id, messages, request_id)
        operation = await self._write(
            "append", conversation.id, request, appended, list(map(mark_of, messages)), request_id
        )
        if operation.reply is not None:
            self._batches.acknowledged(conversation.id, messages)
            if operation.reply.resource_id:
                self._world.hear_of_job(operation.reply.resource_id, conversation)

    async def _compact(self) -> None:
        conversation = self._conversation()
        request_id = self._id_or_none()
        request = requests.compact(
            conversation.id,
            self._random.choice(requests.MODES),
            self._random.choice((MODEL, MODEL, EMBEDDED)),
            request_id,
            allow_degraded=self._random.random() < 0.3,
        )
        seconds = self._random.choice((2.0, 10.0, 30.0))
        operation = await self._write("compact", conversation.id, request, compacted, (), request_id, seconds)
        if operation.reply is not None:
            conversation.compactions.append(operation.reply.resource_id)

    async def _submit(self) -> None:
        await self._jobs.submit(self._id_or_none())

    async def create_policy(self) -> None:
        """For contexts that are a third full, whoever appends to them."""
        name, request_id = self._text(), self._id()
        request = job_requests.create_policy(name, request_id, WINDOW // 3, requests.MODES[1], MODEL)
        await self._write("create policy", name, request, created, (name,), request_id)

    async def _recompile(self) -> None:
        conversation, request_id = self._conversation(), self._id_or_none()
        await self._write(
            "recompile", conversation.id, requests.recompile(conversation.id, request_id), recompiled, (), request_id
        )

    async def _restore(self) -> None:
        conversation, request_id = self._conversation(), self._id_or_none()
        if not conversation.compactions:
            return
        chosen = self._random.choice(conversation.compactions[-4:])
        request = requests.restore(conversation.id, chosen, request_id)
        operation = await self._write("restore", conversation.id, request, recorded, (), request_id)
        if operation.reply is not None:
            conversation.compactions.append(operation.reply.resource_id)

    async def _update_conversation(self) -> None:
        conversation, text = self._conversation(), self._text()
        request = requests.update_conversation(conversation.id, text)
        await self._write("update conversation", conversation.id, request, _stored(text), (text,))

    async def _update_agent(self) -> None:
        agent_id, text = self._random.choice(self._world.agents), self._text()
        await self._write("update agent", agent_id, requests.update_agent(agent_id, text), _stored(text), (text,))

    async def _update_block(self) -> None:
        agent_id, text = self._random.choice(self._world.agents), self._text()
        request = requests.update_block(agent_id, "human", text)
        await self._write("update block", agent_id, request, _stored(text), (text,))

    async def _create_conversation(self) -> None:
        if len(self._world.living()) >= MOST_CONVERSATIONS:
            return
        agent_id, title, request_id = self._random.choice(self._world.agents), self._text(), self._id()
        request = requests.create_conversation(agent_id, title, request_id)
        operation = await self._write("create conversation", agent_id, request, created, (title,), request_id)
        if operation.reply is not None:
            self._world.conversations.append(Conversation(operation.reply.resource_id, agent_id))

    async def _delete(self) -> None:
        conversation = self._conversation()
        if len(self._world.living()) <= MOST_CONVERSATIONS // 2:
            return
        conversation.is_deleted = True
        operation = self._world.history.open("delete", conversation.id)
        write = Write(
            operation, requests.delete_conversation(conversation.id), lambda _: Reply(), ATTENTION, idempotent=True
        )
        await self._calls.write(write)
        if operation.reply is None and operation.attempts[-1].reason == "CONVERSATION_NOT_FOUND":
            operation.reply, operation.acknowledged = Reply(), self._calls.now()

    async def _get_context(self) -> None:
        conversation = self._conversation()
        native = self._random.random() < 0.5
        request = requests.get_context(conversation.id, native=native)
        answer, attempt = await self._calls.read(request, conversation.id)
        if isinstance(answer.message, conversation_service_pb2.GetContextResponse):
            look_at_context(self._world.history, conversation.id, answer.message, attempt, native=native)

    async def _list_messages(self) -> None:
        conversation = self._conversation()
        answer, _ = await self._calls.read(requests.list_messages(conversation.id, 50), conversation.id)
        if isinstance(answer.message, conversation_service_pb2.ListMessagesResponse):
            self._world.see_messages(conversation.id, answer.message)

    async def _look_at_compactions(self) -> None:
        conversation = self._conversation()
        answer, attempt = await self._calls.read(requests.list_compactions(conversation.id, 5), conversation.id)
        door = attempt.where.rpartition(" ")[2]
        if answer.ok:
            listed = answer.plain if isinstance(answer.plain, list) else answer.plain.get("compactions", [])
            for plain in listed:
                self._world.see_record(conversation.id, door, plain)
        if conversation.compactions:
            request = requests.get_compaction(conversation.id, self._random.choice(conversation.compactions))
            answer, attempt = await self._calls.read(request, conversation.id)
            if answer.ok:
                self._world.see_record(conversation.id, attempt.where.rpartition(" ")[2], answer.plain)

    async def _write(
        self,
        kind: str,
        subject: str,
        request: Request,
        reply_of: ReplyOf,
        sent: Sequence[str],
        request_id: str = "",
        seconds: float = ATTENTION,
    ) -> Operation:
        operation = self._world.history.open(kind, subject, request_id, sent)
        await self._do(Write(operation, request, reply_of, seconds))
        return operation

    async def _do(self, write: Write) -> None:
        if write.operation.request_id and self._random.random() < TWICE_SHARE:
            await asyncio.gather(self._calls.write(write), self._calls.write(write))
        else:
            await self._calls.write(write)
        if write.operation.request_id and write.operation.reply is not None:
            await self._remember(write)

    async def _remember(self, write: Write) -> None:
        """Repeats some that are remembered, now and then; not what somebody may have deleted meanwhile: with it goes
        the answer."""
        if write.operation.kind == "create conversation":
            return
        self._done.append(write)
        if len(self._done) > REMEMBERED:
            self._calls.forget(self._done.popleft().operation)
        if self._random.random() < REPLAYED_SHARE:
            await self._calls.attempt(self._random.choice(self._done))

    def _conversation(self) -> Conversation:
        return self._random.choice(self._world.living())

    def _id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _id_or_none(self) -> str:
        return self._id() if self._random.random() < NAMED_SHARE else ""

    def _text(self) -> str:
        return f"text {self._number}.{self._random.getrandbits(40):x}"


def _stored(value: str) -> Callable[[Answer], Reply]:
    """What an update leaves, whatever its answer says of it."""
    return lambda _: Reply(value=value)
