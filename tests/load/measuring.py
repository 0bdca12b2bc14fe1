"""Puts the loads of a plan on one server, and collects the figures."""

import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from google.protobuf.json_format import MessageToDict

from compaction.v1 import conversation_service_pb2
from tests.load import workload
from tests.load.compact_request import compact_request
from tests.load.h2load import H2load
from tests.load.load import Ghz, Load, Request
from tests.load.meter import Meter, MeteredLoad, Run, metered_together
from tests.load.one_caller import one_caller
from tests.load.prepare import EXTRACTIVE, INSTANT, SLOW, Preparation
from tests.load.processes import Server
from tests.load.rest_calls import RestCalls
from tests.load.rows import Row
from tests.load.scenarios import Appends, Compacts, History, Plan, Reads

HEALTH = "grpc.health.v1.Health/Check"
TRIVIAL = "Health/Check, the trivial RPC"
GET_AGENT = "compaction.v1.AgentService/GetAgent"
APPEND = "compaction.v1.ConversationService/AppendMessages"
GET_CONTEXT = "compaction.v1.ConversationService/GetContext"
LIST_MESSAGES = "compaction.v1.ConversationService/ListMessages"
COMPACT = "compaction.v1.CompactionService/Compact"

TRIVIAL_CALLS = {1: 500, 32: 2_000}
"""By callers: how many calls of the trivial RPC are made in each turn. Other loads are measured beside one caller."""

BEATS_PER_SECOND = 100

LONG_LIST = 1_000
"""The longest page of ListMessages."""

TURNS = 4
"""How often small calls take turns with the trivial RPC."""

APPENDED_CONVERSATIONS = 40
"""Over how many conversations small batches are spread, so that none gets long."""

T = TypeVar("T")


@dataclass(slots=True)
class Figures:
    """All that was measured. `rows` holds the lines of the table in their order, the others the same for goals; pairs
    are of a call over gRPC and over REST. `longest_turn` and `reading` are milliseconds
    of CPU, of a turn in the worker and of what is read of a message."""

    rows: list[Row] = field(default_factory=list)
    compacts: dict[Compacts, Row] = field(default_factory=dict)
    appends: dict[Appends, Row] = field(default_factory=dict)
    named_appends: dict[Appends, Row] = field(default_factory=dict)
    agents: dict[int, tuple[Row, Row]] = field(default_factory=dict)
    contexts: dict[Reads, Row] = field(default_factory=dict)
    long_lists: tuple[Row, Row] | None = None
    history: list[Row] = field(default_factory=list)
    burst: Row | None = None
    heartbeats: list[Row] = field(default_factory=list)
    longest_turn: float | None = None
    reading: float | None = None

    def add(self, row: Row) -> Row:
        self.rows.append(row)
        print(f"  {row.name}, {row.callers} callers: p50 {row.p50:.1f} ms, {row.rate:.1f}/s", file=sys.stderr)
        return row


class Measuring:
    """One run over one server."""

    def __init__(self, server: Server, ghz: Ghz, h2load: H2load) -> None:
        self._address = server.address
        self._meter = Meter(server.process)
        self._ghz = ghz
        self._rest = RestCalls(h2load)
        self._preparation = Preparation(server.address)
        self._agent = self._preparation.agent()
        self._extractive_agent = self._preparation.agent(summarizer=EXTRACTIVE)
        self._trivial: defaultdict[int, list[MeteredLoad]] = defaultdict(list)
        self._figures = Figures()

    def run(self, plan: Plan) -> Figures:
        """All of the plan that is a load on one server."""
        figures = self._figures
        self._warm_up()
        for appends in plan.appends:
            self._appends(appends)
        for compacts in plan.compacts:
            figures.compacts[compacts] = self._compacts(compacts)
        self._reads(plan)
        for compacts in plan.rest_compacts:
            self._compacts_over_rest(compacts)
        self._burst(plan.burst)
        self._history(plan.history)
        merged = [
            self._row(TRIVIAL, callers, metered_together(parts)) for callers, parts in sorted(self._trivial.items())
        ]
        figures.rows = [*merged, *figures.rows]
        return figures

    def writes(self, appends: Sequence[Appends], compacts: Sequence[Compacts]) -> Sequence[Row]:
        """These loads alone, a row for each."""
        self._warm_up()
        for each in appends:
            self._appends(each)
        for every in compacts:
            self._compacts(every)
        return self._figures.rows

    def _warm_up(self) -> None:
        for model in (INSTANT, EXTRACTIVE, SLOW):
            names = self._conversations(Compacts(model, 50, "all", 1, 3, rounds=1))
            self._ghz.run(COMPACT, _compact_requests(names, model, "all"), 1)
        self._ghz.run(HEALTH, [{}], 32, TRIVIAL_CALLS[32])
        self._rest.get_agent(self._agent, 8, 100)

    def _appends(self, appends: Appends) -> None:
        after = f", to conversations of {appends.before}" if appends.before else ""
        name = f"AppendMessages of {appends.size}{after}"
        runs = {name: self._append_runs(appends, self._agent)}
        figures = self._figures
        measured = [figures.appends]
        if appends.named:
            runs[f"{name}, with a request_id"] = self._append_runs(appends, self._agent, named=True)
            measured.append(figures.named_appends)
        for rows, row in zip(measured, self._in_turns(appends.callers, runs), strict=True):
            rows[appends] = row

    def _append_runs(self, appends: Appends, agent: str, *, named: bool = False) -> Sequence[Run]:
        count = APPENDED_CONVERSATIONS if appends.before else appends.calls
        names = self._preparation.conversations(agent, count, appends.before)
        batches = [_messages(variant, appends.size) for variant in range(workload.VARIANTS)]
        requests = [
            {
                "conversationId": names[number % count],
                "messages": batches[number % len(batches)],
                **({"requestId": str(uuid.uuid4())} if named else {}),
            }
            for number in range(appends.calls)
        ]
        return [partial(self._ghz.run, APPEND, share, appends.callers) for share in _shares(requests, TURNS)]

    def _compacts(self, compacts: Compacts) -> Row:
        chosen = "" if compacts.model == EXTRACTIVE and not compacts.named_by_request else compacts.model
        requests = _compact_requests(self._conversations(compacts), chosen, compacts.mode)
        shares = _shares(requests, compacts.rounds)
        runs = [partial(self._ghz.run, COMPACT, share, compacts.callers) for share in shares]
        [row] = self._in_turns(compacts.callers, {compacts.name: runs})
        return row

    def _compacts_over_rest(self, compacts: Compacts) -> None:
        shares = _shares(self._conversations(compacts), compacts.rounds)
        runs = [partial(self._rest.compact, part, compacts.model, compacts.mode, compacts.callers) for part in shares]
        self._in_turns(compacts.callers, {f"{compacts.name}, over REST": runs})

    def _conversations(self, compacts: Compacts) -> list[str]:
        by_agent = compacts.model == EXTRACTIVE and not compacts.named_by_request
        agent = self._extractive_agent if by_agent else self._agent
        return self._preparation.conversations(agent, compacts.calls, compacts.messages)

    def _reads(self, plan: Plan) -> None:
        figures, rest = self._figures, self._rest
        for reads in plan.agents:
            request = {"agentId": self._agent}
            runs = self._read_runs("GetAgent", GET_AGENT, request, reads, partial(rest.get_agent, self._agent))
            grpc, over_rest = self._in_turns(reads.callers, runs)
            figures.agents[reads.callers] = (grpc, over_rest)
        for reads in plan.contexts:
            [name] = self._preparation.conversations(self._agent, 1, reads.messages)
            request, title = {"conversationId": name}, f"GetContext of {reads.messages}"
            runs = self._read_runs(title, GET_CONTEXT, request, reads, partial(rest.get_context, name))
            figures.contexts[reads] = self._in_turns(reads.callers, runs)[0]
        [name] = self._preparation.conversations(self._agent, 1, LONG_LIST)
        list_request: Request = {"conversationId": name, "limit": LONG_LIST}
        list_messages = partial(rest.list_messages, name, LONG_LIST)
        title, reads = f"ListMessages of {LONG_LIST:,}", Reads(1, plan.long_lists)
        runs = self._read_runs(title, LIST_MESSAGES, list_request, reads, list_messages)
        grpc, over_rest = self._in_turns(1, runs)
        figures.long_lists = (grpc, over_rest)

    def _read_runs(
        self, name: str, method: str, request: Request, reads: Reads, over_rest: Callable[[int, int], Load]
    ) -> Mapping[str, Sequence[Run]]:
        each = reads.calls // TURNS
        runs: dict[str, Sequence[Run]] = {
            name: [partial(self._ghz.run, method, [request], reads.callers, each)] * TURNS
        }
        if reads.over_rest:
            runs[f"{name}, over REST"] = [partial(over_rest, reads.callers, each)] * TURNS
        return runs

    def _burst(self, count: int) -> None:
        """So many compactions at once with the slow model, and what other calls see meanwhile."""
        names = self._preparation.conversations(self._agent, count, 50)
        requests = _compact_requests(names, SLOW, "sliding_window")
        beats = {
            f"Health/Check during these {count:,}": self._ghz.beat(HEALTH, {}, BEATS_PER_SECOND),
            f"GetAgent during these {count:,}": self._ghz.beat(GET_AGENT, {"agentId": self._agent}, BEATS_PER_SECOND),
        }

        def run() -> Load:
            with ExitStack() as stack:
                for beat in beats.values():
                    stack.enter_context(beat)
                # Both beat before the burst begins.
                time.sleep(1.0)
                return self._ghz.run(COMPACT, requests, count)

        beside = self._beside(1)
        metered = self._meter.measured(run)
        name = f"Compact, 50 messages, sliding_window, model of 1 s, {count:,} at once"
        self._figures.burst = self._figures.add(replace(self._row(name, count, metered), trivial=beside))
        for beat_name, beat in beats.items():
            meanwhile = MeteredLoad(beat.load.during(metered.load), 0.0)
            row = replace(self._row(beat_name, 8, meanwhile), megabytes=None, trivial=beside)
            self._figures.heartbeats.append(self._figures.add(row))

    def _history(self, history: History) -> None:
        """Windows of 50 after a long history, and after a short one, one call here and one there; appends between."""
        names = {}
        for count in (50, history.before):
            [names[count]] = self._preparation.conversations(self._agent, 1, count)
        self._preparation.compact_all(list(names.values()))
        with one_caller(self._address) as caller:
            # The first windows warm the connection.
            caller.append_and_compact(list(names.values()), 50, INSTANT)
            seen: dict[str, list[MeteredLoad]] = {}
            for turn in range(history.turns):
                for count, name in names.items():
                    caller.append(name, 50, turn)
                    metered = self._meter.measured(partial(caller.compact, name, INSTANT, "all"))
                    title = f"Compact, 50 messages after {count:,} compacted ones, all"
                    seen.setdefault(title, []).append(metered)
        for title, parts in seen.items():
            self._figures.history.append(self._figures.add(self._row(title, 1, metered_together(parts))))

    def _in_turns(self, callers: int, runs: Mapping[str, Sequence[Run]]) -> list[Row]:
        """A row for each of the runs, which take turns with the trivial RPC."""
        compared = callers if callers in TRIVIAL_CALLS else 1
        rounds = max(len(turns) for turns in runs.values())
        seen = self._meter.in_turns({TRIVIAL: [self._trivial_run(compared)] * rounds, **runs})
        beside = self._trivial_row(compared, seen[TRIVIAL])
        return [self._figures.add(replace(self._row(name, callers, seen[name]), trivial=beside)) for name in runs]

    def _beside(self, callers: int) -> Row:
        """The trivial RPC now."""
        return self._trivial_row(callers, self._meter.measured(self._trivial_run(callers)))

    def _trivial_run(self, callers: int) -> Run:
        return partial(self._ghz.run, HEALTH, [{}], callers, TRIVIAL_CALLS[callers])

    def _trivial_row(self, callers: int, metered: MeteredLoad) -> Row:
        self._trivial[callers].append(metered)
        return self._row(TRIVIAL, callers, metered)

    def _row(self, name: str, callers: int, metered: MeteredLoad) -> Row:
        """With the memory as it is now."""
        for error in sorted(metered.load.errors):
            print(f"  {name}: {error}", file=sys.stderr)
        return Row.of_load(name, callers, metered, self._meter.process.resident_megabytes())


def _messages(variant: int, size: int) -> list[object]:
    request = conversation_service_pb2.AppendMessagesRequest(messages=workload.batch(variant, size))
    messages: list[object] = MessageToDict(request)["messages"]
    return messages


def _compact_requests(conversations: Sequence[str], model: str, mode: str) -> list[Request]:
    """`model` may be empty: the agent's settings choose."""
    return [MessageToDict(compact_request(name, model, mode)) for name in conversations]


def _shares(items: Sequence[T], count: int) -> list[Sequence[T]]:
    """So many parts of about the same size, none of them twice."""
    return [items[number::count] for number in range(count)]
