"""Every fault of a model in every mode, at a first and at a repeated compaction: an error that names it, and a context
that is byte for byte what it was; or, where the caller allows it, the embedded summarizer, which says why."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import grpc
import pytest
import pytest_asyncio

from compactd.application import compact as compact_use_case
from compaction.v1 import compaction_pb2, compaction_service_pb2, error_reason_pb2
from tests.builders.chat import append, compact, context_alone, context_of, make, talk
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.faults import FAULTS, SECRET, TRIES
from tests.rpc.models import ALL, LIGHT, MODEL, MODES, SELF_ALL, SELF_SLIDING, SLIDING, with_model
from tests.server import Client, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST, REPEATED = "first", "repeated"

TURNS = 12
"""Of a conversation, and so many more before it is compacted again."""

CALLS_ON_A_BUSY_MACHINE = 20
"""Of which one has half a second of the processor for a few milliseconds of work."""

DEGRADED = [
    *product([(ALL, REPEATED), (SLIDING, FIRST), (SELF_ALL, FIRST), (SELF_SLIDING, REPEATED)], FAULTS),
    ((ALL, FIRST), "empty"),
    ((SLIDING, REPEATED), "401"),
    ((SELF_ALL, REPEATED), "503"),
    ((SELF_SLIDING, FIRST), "tool call"),
]
"""Every fault in every mode, and the other times of each mode with one fault."""

TABLES = ("messages", "compactions", "system_texts")


class Rows:
    """What the database holds of contexts, read beside the server."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> list[tuple[object, ...]]:
        state = "id, context_start, summary_position, context_version, system_version, next_position, open_calls"
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as database:
            rows = [row for table in TABLES for row in database.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]
            return rows + list(database.execute(f"SELECT {state} FROM conversations ORDER BY id"))


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return Rows(tmp_path_factory.mktemp("faults") / "compactd.db")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(rows: Rows) -> AsyncIterator[Client]:
    """Of a server of its own, whose rows nobody else changes."""
    async with local_server(f"sqlite:///{rows.path}", model_retry_seconds=0) as running:
        yield running.client


async def conversation(client: Client, model: LoopbackModel, mode: int, time: str, handle: str = "") -> str:
    """One to be compacted, for the first time or again, with the usual models or the named one."""
    named: dict[str, Any] = {"model": handle, "compaction_settings": {"model": handle}} if handle else {}
    conversation_id = await with_model(client, TURNS, **named)
    if time == REPEATED:
        model.answer(openai_chat("Twenty invoices were paid."))
        await compact(client, conversation_id, mode)
        await append(client, conversation_id, talk(TURNS, first=TURNS + 1))
        model.requests.clear()
    return conversation_id


@pytest.fixture(scope="module")
def unchanged() -> dict[tuple[int, str], str]:
    """Conversations by mode and time, made by the first test that needs one: none of them changes it."""
    return {}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("time", [FIRST, REPEATED])
async def test_a_fault_is_an_error_that_names_it_and_changes_nothing(
    client: Client,
    model: LoopbackModel,
    rows: Rows,
    unchanged: dict[tuple[int, str], str],
    time: str,
    mode: int,
    fault: str,
) -> None:
    if (mode, time) not in unchanged:
        unchanged[mode, time] = await conversation(client, model, mode, time)
    conversation_id, expected = unchanged[mode, time], FAULTS[fault]
    before, stored = await context_alone(client, conversation_id), rows.all()
    model.always(**expected.reply)
    failed = await failure_of(compact(client, conversation_id, mode))
    assert (failed.reason, failed.code.name) == (expected.reason, expected.code)
    assert SECRET.encode() not in failed.everything
    if expected.names_model:
        assert failed.metadata["model"] == (MODEL if mode in (SELF_ALL, SELF_SLIDING) else LIGHT)
    assert (failed.preconditions == (expected.reason,)) is (expected.code == "FAILED_PRECONDITION")
    assert len(model.requests) == expected.requests
    assert len({request.raw for request in model.requests}) == 1
    assert await context_alone(client, conversation_id) == before
    assert rows.all() == stored


@pytest.mark.parametrize(("mode", "time", "fault"), [(*pair, fault) for pair, fault in DEGRADED])
async def test_where_it_is_allowed_the_embedded_summarizer_steps_in_and_says_why(
    client: Client, model: LoopbackModel, mode: int, time: str, fault: str
) -> None:
    expected = FAULTS[fault]
    conversation_id = await conversation(client, model, mode, time)
    model.always(**expected.reply)
    done = await compact(client, conversation_id, mode, allow_degraded=True)
    made = done.compaction
    assert made.degraded_reason == error_reason_pb2.ErrorReason.Value(f"ERROR_REASON_{expected.reason}")
    assert (made.method, made.model) == (compaction_pb2.COMPACTION_METHOD_EXTRACTIVE, "local/extractive")
    assert made.mode == mode
    assert made.usage.calls == len(model.requests) == expected.requests
    assert f"INV-{TURNS + 1 if time == REPEATED else 1:04d}" in done.summary


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("time", [FIRST, REPEATED])
async def test_a_prompt_that_is_always_too_long_is_made_smaller_until_it_is_given_up(
    client: Client, model: LoopbackModel, time: str, mode: int
) -> None:
    # One of its own, since what is learned of a window is kept.
    small = f"openai/small-{mode}-{time}"
    conversation_id = await conversation(client, model, mode, time, small)
    before = await context_alone(client, conversation_id)
    model.always({"error": {"message": "too long", "code": "context_length_exceeded"}}, status=400)
    failed = await failure_of(compact(client, conversation_id, mode))
    assert failed.reason == "SUMMARIZER_WINDOW_EXCEEDED"
    bodies = [request.raw for request in model.requests]
    assert 1 < len(set(bodies)) == len(bodies) < 20
    assert await context_alone(client, conversation_id) == before
    done = await compact(client, conversation_id, mode, allow_degraded=True)
    assert done.compaction.degraded_reason == error_reason_pb2.ERROR_REASON_SUMMARIZER_WINDOW_EXCEEDED
    assert done.compaction.usage.calls == len(model.requests) - len(bodies)


async def test_a_model_that_hangs_takes_the_callers_time_and_one_request(
    client: Client, model: LoopbackModel, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In all modes at once, since each takes its whole deadline."""
    cases = [(mode, time) for mode in MODES for time in (FIRST, REPEATED)]
    requests = [
        make(
            compaction_service_pb2.CompactRequest,
            conversation_id=await conversation(client, model, mode, time),
            compaction_settings={"mode": mode},
        )
        for mode, time in cases
    ]
    stored = rows.all()
    model.requests.clear()
    model.always(delay=60)
    calls = [client.compactions.Compact(request, timeout=4) for request in requests]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    codes = [outcome.code() for outcome in outcomes if isinstance(outcome, grpc.aio.AioRpcError)]
    assert codes == [grpc.StatusCode.DEADLINE_EXCEEDED] * len(cases)
    async with asyncio.timeout(30):
        while model.outstanding:  # noqa: ASYNC110 - the model has no event for the last one
            await asyncio.sleep(0.005)
    assert rows.all() == stored
    assert len(model.requests) == len(cases)
    for request in requests:
        request.allow_degraded = True
    # The model has four seconds again, and what steps in for it as long as a busy machine may take for all of them.
    monkeypatch.setattr(compact_use_case, "DEGRADE_RESERVE", 20.0)
    for done in await asyncio.gather(*(client.compactions.Compact(request, timeout=24) for request in requests)):
        assert done.compaction.degraded_reason == error_reason_pb2.ERROR_REASON_PROVIDER_UNAVAILABLE
        assert done.compaction.usage.calls == 1


async def test_what_is_kept_of_a_callers_time_lets_the_embedded_summarizer_step_in(
    client: Client, model: LoopbackModel
) -> None:
    """With the reserve as it is shipped. A machine that stands still for all of it lets a call reach its deadline, and
    the same one is made again; without a reserve none of them would ever be answered."""
    model.always(delay=60)
    request = make(
        compaction_service_pb2.CompactRequest,
        conversation_id=await with_model(client, TURNS),
        request_id="0b5f3c1e-6f0e-4c53-9d3e-6a8f9a7f2d11",
        allow_degraded=True,
    )
    done = None
    for _ in range(CALLS_ON_A_BUSY_MACHINE):
        try:
            done = await client.compactions.Compact(request, timeout=1)
            break
        except grpc.aio.AioRpcError as error:
            assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED  # noqa: PT017 - any other one is a failure
    assert done is not None
    assert done.compaction.degraded_reason == error_reason_pb2.ERROR_REASON_PROVIDER_UNAVAILABLE
    assert done.compaction.method == compaction_pb2.COMPACTION_METHOD_EXTRACTIVE
    assert done.compaction.usage.calls == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("time", [FIRST, REPEATED])
async def test_what_a_model_thought_or_gives_away_is_not_in_the_summary(
    client: Client, model: LoopbackModel, time: str, mode: int
) -> None:
    conversation_id = await conversation(client, model, mode, time)
    model.answer(openai_chat("The user wants…\n</think>\n\nPaid with token: ghp_abcdefghijklmnopqrstuvwx."))
    done = await compact(client, conversation_id, mode)
    assert done.summary.endswith("Paid with token: [secret].")
    context = await context_of(client, conversation_id)
    assert "ghp_" not in str(context)
    assert "think>" not in str(context)


@pytest.mark.parametrize(("headers", "seconds"), [({}, 1.0), ({"retry-after": "7"}, 7.0)])
async def test_a_rate_limit_that_lasts_beyond_the_deadline_is_told_at_once(
    client: Client, model: LoopbackModel, headers: dict[str, str], seconds: float
) -> None:
    conversation_id = await with_model(client)
    model.always({"error": {"message": SECRET}}, status=429, headers=headers)
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id)
    failed = await failure_of(client.compactions.Compact(request, timeout=6))
    assert failed.retry_seconds == seconds
    assert failed.metadata["retry_after_seconds"] == f"{seconds:g}"
    assert len(model.requests) == (1 if headers else TRIES)


async def test_what_fails_for_a_moment_is_repeated_and_counted(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(status=529)
    model.answer(fault="reset")
    made = (await compact(client, conversation_id)).compaction
    assert made.degraded_reason == 0
    assert made.usage.calls == len(model.requests) == TRIES
    assert (made.usage.input_tokens, made.usage.output_tokens, made.usage.cached_tokens) == (60, 50, 40)
    assert made.usage.cost_usd > 0
