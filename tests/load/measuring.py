"""Puts the loads of a plan on one server, and collects the figures."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from google.protobuf.json_format import MessageToDict

from compaction.v1 import conversation_service_pb2
from tests.load import workload
from tests.load.h2load import H2load
from tests.load.load import Ghz, Request, together
from tests.load.meter import Meter, Run
from tests.load.prepare import EXTRACTIVE, INSTANT, SLOW, Preparation
from tests.load.processes import Server, model_environment
from tests.load.rest_calls import RestCalls
from tests.load.rows import Row
from tests.load.scenarios import MODES, Compacts, Plan
from tests.load.timing import timing_of

HEALTH = "grpc.health.v1.Health/Check"
TRIVIAL = "Health/Check, the trivial RPC"
GET_AGENT = "compaction.v1.AgentService/GetAgent"
APPEND = "compaction.v1.ConversationService/AppendMessages"
GET_CONTEXT = "compaction.v1.ConversationService/GetContext"
LIST_MESSAGES = "compaction.v1.ConversationService/ListMessages"
COMPACT = "compaction.v1.CompactionService/Compact"

BEATS_PER_SECOND = 100

LONG_LIST = 1_000
"""The longest page of ListMessages."""

ROUNDS = 4
"""How often calls over gRPC and over REST take turns."""

Key = tuple[str, int, str, int]
"""Model, messages, mode, callers."""

Turns = Sequence[Row]
"""Rows that were measured in turns, gRPC before REST."""


@dataclass(slots=True)
class Figures:
    """All that was measured. `rows` holds the lines of the table in their order, the others the same for goals."""

    rows: list[Row] = field(default_factory=list)
    trivial: dict[int, Row] = field(default_factory=dict)
    compact: dict[Key, Row] = field(default_factory=dict)
    small_calls: dict[int, Turns] = field(default_factory=dict)
    """By callers: the trivial RPC, GetAgent, GetAgent over REST."""
    long_lists: Turns = ()
    sql: dict[tuple[int, str], Row] = field(default_factory=dict)
    model: dict[int, Row] = field(default_factory=dict)
    history: list[Row] = field(default_factory=list)
    burst: Row | None = None
    heartbeats: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> Row:
        self.rows.append(row)
        print(f"  {row.name}, {row.callers} callers: p50 {row.p50:.1f} ms, {row.rate:.1f}/s", file=sys.stderr)
        return row


class Measuring:
    """One run over one server."""

    def __init__(self, server: Server, ghz: Ghz, h2load: H2load, database_url: str, instant_url: str) -> None:
        self._meter = Meter(server.process)
        self._ghz = ghz
        self._rest = RestCalls(h2load)
        self._database_url = database_url
        self._instant_url = instant_url
        self._preparation = Preparation(server.address)
        self._agent = self._preparation.agent()
        self._figures = Figures()

    def run(self, plan: Plan) -> Figures:
        figures = self._figures
        self._warm_up()
        for callers, calls in plan.trivial:
            row = self._load(TRIVIAL, HEALTH, [{}], callers, calls)
            figures.trivial[callers] = figures.add(row)
        for callers, calls in plan.appends:
            figures.add(self._appends(callers, calls))
        for compacts in plan.compacts:
            row = figures.add(self._compacts(compacts))
            figures.compact[compacts.model, compacts.messages, compacts.mode, compacts.callers] = row
        self._both_ways(plan)
        self._burst(plan.burst)
        self._history(*plan.history)
        for messages, calls in plan.sql_calls:
            for mode in MODES:
                figures.sql[messages, mode] = figures.add(self._bare_sql(messages, mode, calls))
        for messages, calls in plan.model_calls:
            figures.model[messages] = figures.add(self._bare_model(messages, calls))
        return figures

    def _warm_up(self) -> None:
        for model in (INSTANT, EXTRACTIVE, SLOW):
            self._compacts(Compacts(model, 50, "all", 1, 3))
        self._compacts_over_rest(Compacts(INSTANT, 50, "all", 1, 3))

    def _appends(self, callers: int, calls: int) -> Row:
        names = self._preparation.conversations(self._agent, calls, 0)
        batches = [MessageToDict(_append_request(variant))["messages"] for variant in range(workload.VARIANTS)]
        requests = [
            {"conversationId": name, "messages": batches[number % len(batches)]} for number, name in enumerate(names)
        ]
        return self._load("AppendMessages, batches of 100", APPEND, requests, callers)

    def _compacts(self, compacts: Compacts) -> Row:
        names = self._preparation.conversations(self._agent, compacts.calls, compacts.messages)
        requests = _compact_requests(names, compacts.model, compacts.mode)
        return self._load(compacts.name, COMPACT, requests, compacts.callers)

    def _compacts_over_rest(self, compacts: Compacts) -> Row:
        names = self._preparation.conversations(self._agent, compacts.calls, compacts.messages)
        run = partial(self._rest.compact, names, compacts.model, compacts.mode, compacts.callers)
        return self._meter.row(f"{compacts.name}, over REST", compacts.callers, run)

    def _both_ways(self, plan: Plan) -> None:
        """Reads over gRPC and over REST in turns, and Compact over REST: over gRPC it has been measured."""
        short, long = (self._preparation.conversations(self._agent, 1, messages)[0] for messages in (50, LONG_LIST))
        for callers, calls in plan.reads:
            self._figures.small_calls[callers] = self._in_turns(callers, self._small_calls(callers, calls // ROUNDS))
            self._in_turns(callers, self._get_context(short, callers, calls // ROUNDS))
        self._figures.long_lists = self._in_turns(1, self._list_messages(long, plan.long_lists // ROUNDS))
        for compacts in plan.rest_compacts:
            self._figures.add(self._compacts_over_rest(compacts))

    def _in_turns(self, callers: int, runs: Mapping[str, Run]) -> Turns:
        return [self._figures.add(row) for row in self._meter.rows_in_turns(callers, runs, ROUNDS)]

    def _small_calls(self, callers: int, calls: int) -> Mapping[str, Run]:
        return {
            f"{TRIVIAL}, in turns with GetAgent": partial(self._ghz.run, HEALTH, [{}], callers, calls),
            "GetAgent": partial(self._ghz.run, GET_AGENT, [{"agentId": self._agent}], callers, calls),
            "GetAgent, over REST": partial(self._rest.get_agent, self._agent, callers, calls),
        }

    def _get_context(self, conversation: str, callers: int, calls: int) -> Mapping[str, Run]:
        name, request = "GetContext, 50 messages", {"conversationId": conversation}
        return {
            name: partial(self._ghz.run, GET_CONTEXT, [request], callers, calls),
            f"{name}, over REST": partial(self._rest.get_context, conversation, callers, calls),
        }

    def _list_messages(self, conversation: str, calls: int) -> Mapping[str, Run]:
        name, request = f"ListMessages of {LONG_LIST:,}", {"conversationId": conversation, "limit": LONG_LIST}
        return {
            name: partial(self._ghz.run, LIST_MESSAGES, [request], 1, calls),
            f"{name}, over REST": partial(self._rest.list_messages, conversation, LONG_LIST, 1, calls),
        }

    def _burst(self, count: int) -> None:
        """So many compactions at once with the slow model, and what other calls see meanwhile."""
        names = self._preparation.conversations(self._agent, count, 50)
        requests = _compact_requests(names, SLOW, "sliding_window")
        name = f"Compact, 50 messages, sliding_window, model of 1 s, {count:,} at once"
        beats = (
            (f"Health/Check during these {count:,}", self._ghz.beat(HEALTH, {}, BEATS_PER_SECOND)),
            (f"GetAgent during these {count:,}", self._ghz.beat(GET_AGENT, {"agentId": self._agent}, BEATS_PER_SECOND)),
        )
        with beats[0][1], beats[1][1]:
            # Both beat before the burst begins.
            time.sleep(1.0)
            load, cpu = self._meter.measured(partial(self._ghz.run, COMPACT, requests, count))
        self._figures.burst = self._figures.add(self._meter.row_of(name, count, load, cpu))
        for beat_name, beat in beats:
            meanwhile = beat.load.during(load)
            self._figures.heartbeats.append(self._figures.add(Row.of_load(beat_name, 8, meanwhile)))

    def _history(self, before: int, conversations: int, rounds: int) -> None:
        """Windows of 50 after a long history, and after a short one that was compacted as often."""
        for count in (50, before):
            names = self._preparation.conversations(self._agent, conversations, count)
            self._preparation.compact_all(names)
            loads = []
            cpu = 0.0
            for number in range(rounds):
                self._preparation.append(names, 50, number)
                requests = _compact_requests(names, INSTANT, "all")
                load, used = self._meter.measured(partial(self._ghz.run, COMPACT, requests, 1))
                loads.append(load)
                cpu += used
            name = f"Compact, 50 messages after {count:,} compacted ones, all"
            row = self._meter.row_of(name, 1, together(loads), cpu)
            self._figures.history.append(self._figures.add(row))

    def _bare_sql(self, messages: int, mode: str, calls: int) -> Row:
        names = self._preparation.conversations(self._agent, calls, messages)
        timing = timing_of("bare_sql", "--database", self._database_url, "--mode", mode, *names)
        return Row.of_timing(f"the SQL of one Compact by itself, {messages:,} messages, {mode}", timing)

    def _bare_model(self, messages: int, calls: int) -> Row:
        arguments = ("--messages", str(messages), "--calls", str(calls))
        timing = timing_of("bare_model", *arguments, environment=model_environment(self._instant_url))
        return Row.of_timing(f"the litellm call by itself, {messages:,} messages", timing)

    def _load(self, name: str, method: str, requests: Sequence[Request], callers: int, calls: int | None = None) -> Row:
        return self._meter.row(name, callers, partial(self._ghz.run, method, requests, callers, calls))


def _append_request(variant: int) -> conversation_service_pb2.AppendMessagesRequest:
    return conversation_service_pb2.AppendMessagesRequest(messages=workload.batch(variant))


def _compact_requests(conversations: Sequence[str], model: str, mode: str) -> list[Mapping[str, object]]:
    settings = {"mode": f"COMPACTION_MODE_{mode.upper()}", "model": model}
    return [{"conversationId": name, "compactionSettings": settings} for name in conversations]
