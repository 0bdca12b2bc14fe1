"""The parts of the bench that need no ghz: its reports are read, its workload is what it says, goals are judged."""

import json
import os
import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.calls import match_calls
from compactd.rpc.messages import batch_from_proto
from compactd.summarizers.providers.table import openai_model
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.load.compact_steps import CLAIM, COMPACT, STEPS
from tests.load.durability import Durability
from tests.load.goals import Goal, claim_goals, goal_table, goals
from tests.load.h2load import NoH2load, find_h2load, read_log
from tests.load.load import Call, Load, percentile, read_report
from tests.load.measuring import TURNS, Figures
from tests.load.memory import MemoryCurve
from tests.load.meter import Meter, MeteredLoad
from tests.load.observing import METRICS, NOTHING, TRACES, Observing
from tests.load.page import END, PAGE, begin_of, machine, write_measured
from tests.load.prepare import EXTRACTIVE, INSTANT
from tests.load.processes import Measured, Server
from tests.load.report import memory_report
from tests.load.rows import Row, figure, table
from tests.load.scenarios import Appends, Compacts, full, quick
from tests.load.sections import SECTIONS
from tests.load.step_clock import REST, StepClock, find
from tests.load.step_profile import Profile
from tests.load.workload import BATCH, VARIANTS, batch, batches

SERVER = Server(Measured(os.getpid()), "", "", 0.5, 2.0, 300.0)


def report(*calls: tuple[str, float, str]) -> str:
    details = [
        {"timestamp": end, "latency": int(ms * 1e6), "error": "" if status == "OK" else f"{status}!", "status": status}
        for end, ms, status in calls
    ]
    return json.dumps({"count": len(calls), "total": 2_000_000_000, "details": details})


def test_a_report_of_ghz_is_read_call_by_call() -> None:
    load = read_report(
        report(("2026-11-21T06:45:51.123456789Z", 10.0, "OK"), ("2026-11-21T07:45:52+01:00", 30.0, "Unavailable"))
    )
    assert load.rate == 1.0
    assert load.failures == Counter({"Unavailable": 1})
    assert load.errors == {"Unavailable!"}
    assert [load.percentile(0.5), load.percentile(1.0)] == [10.0, 30.0]
    assert load.calls[0].ended == datetime(2026, 11, 21, 6, 45, 51, 123456, tzinfo=UTC)
    assert load.calls[1].ended == datetime(2026, 11, 21, 6, 45, 52, tzinfo=UTC)


def test_what_ghz_complains_of_is_passed_on() -> None:
    with pytest.raises(RuntimeError, match="connection refused"):
        read_report("", "connection refused")
    with pytest.raises(RuntimeError, match="no call"):
        read_report(json.dumps({"total": 0, "details": None}))


def test_a_log_of_h2load_is_read_request_by_request() -> None:
    load = read_log(["1795253325000000\t200\t500000", "1795253325500000\t404\t1500000"])
    assert load.rate == 1.0
    assert load.failures == Counter({"HTTP 404": 1})
    assert [load.percentile(0.5), load.percentile(1.0)] == [500.0, 1500.0]
    assert load.calls[1].began == datetime(2026, 11, 21, 9, 28, 45, 500000, tzinfo=UTC)


def test_without_h2load_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoH2load, match=r"apt-get install .*nghttp2-client$"):
        find_h2load()


def test_a_heartbeat_counts_only_while_the_other_load_runs() -> None:
    burst = read_report(report(("2026-11-21T06:00:05Z", 2_000.0, "OK"), ("2026-11-21T06:00:06Z", 3_000.0, "OK")))
    beats = [
        ("2026-11-21T06:00:02Z", 5.0, "OK"),
        ("2026-11-21T06:00:04Z", 5.0, "OK"),
        ("2026-11-21T06:00:07Z", 5, "OK"),
    ]
    assert [call.ended.second for call in read_report(report(*beats)).during(burst).calls] == [4]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0), (0.001, 1.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == value


async def test_messages_have_100_to_200_tokens() -> None:
    worker = CpuWorker()
    messages = [message for variant in range(VARIANTS) for message in batch_from_proto(batch(variant))[0]]
    counts = await TiktokenTokenizer(worker, openai_model).count_messages(messages, "o200k_base")
    worker.close()
    assert min(counts) >= 100
    assert max(counts) <= 200
    assert 140 <= statistics.mean(counts) <= 165


@pytest.mark.parametrize("size", [BATCH, 50, 7])
def test_every_batch_is_whole_so_any_may_follow_any(size: int) -> None:
    for variant in range(VARIANTS):
        messages, _ = batch_from_proto(batch(variant, size))
        answers, open_calls = match_calls(messages, 1, [])
        assert len(messages) == size
        assert not open_calls
        assert any(answers) or size == 7


def test_conversations_differ_and_have_the_length_that_was_asked_for() -> None:
    assert batch(1) != batch(2)
    assert batch(1) is batch(1)
    for count in (50, 100, 5_000):
        assert sum(size for _, size in batches(count, 3)) == count
    assert all(first[0] != second[0] for first, second in pairwise(batches(5_000, 3)))


def test_every_plan_gives_each_round_of_a_load_at_least_as_many_calls_as_callers() -> None:
    for plan in (full(), quick()):
        compacts = [(item.callers, item.calls // item.rounds) for item in (*plan.compacts, *plan.rest_compacts)]
        compacts += [(item.callers, item.calls // item.rounds) for item in plan.written_compacts]
        appends = [(item.callers, item.calls // TURNS) for item in (*plan.appends, *plan.written_appends)]
        reads = [(item.callers, item.calls // TURNS) for item in (*plan.agents, *plan.contexts)]
        loads = [*compacts, *appends, *reads, (1, plan.long_lists // TURNS)]
        assert all(calls >= callers for callers, calls in loads)
        assert all(item.calls % item.rounds == 0 for item in (*plan.compacts, *plan.rest_compacts))


def test_every_plan_measures_over_grpc_what_it_measures_over_rest() -> None:
    for plan in (full(), quick()):
        kinds = {(item.model, item.messages, item.mode, item.callers) for item in plan.compacts}
        assert {(item.model, item.messages, item.mode, item.callers) for item in plan.rest_compacts} <= kinds


def test_a_row_shows_what_failed_beside_its_name_and_what_it_is_in_trivial_rpcs() -> None:
    load = read_report(report(("2026-11-21T06:45:51Z", 10.0, "OK"), ("2026-11-21T06:45:51Z", 30.0, "Aborted")))
    row = Row.of_load("Compact", 8, MeteredLoad(load, 25.0), 310.4)
    row = replace(row, trivial=costing("Health/Check", 0.5, callers=8))
    assert (
        table([row]).splitlines()[-1]
        == "| Compact; **1 Aborted** | 8 | 2 | 10.0 | 30.0 | 1.00 | 12.5 | 10.0 | 25.0 | 310 |"
    )


def test_cpu_is_compared_with_a_trivial_rpc_of_as_many_callers_only() -> None:
    load = read_report(report(("2026-11-21T06:45:51Z", 10.0, "OK")))
    row = replace(Row.of_load("Compact", 128, MeteredLoad(load, 25.0), 310.4), trivial=costing("Health/Check", 0.5))
    assert table([row]).splitlines()[-1].endswith("| 25.0 | 10.0 | – | 310 |")


def test_goals_are_greatest_or_least_values() -> None:
    reached = [Goal("latency", 11.0, 11.0, "ms"), Goal("rate", 134.0, 135.0, "/s", at_least=True)]
    assert [goal.reached for goal in reached] == [True, False]
    assert goal_table(reached).splitlines()[2:] == [
        "| latency | 11.0 ms | ≤ 11.0 ms | yes |",
        "| rate | 134 /s | ≥ 135 /s | no |",
    ]


def test_the_adapter_is_judged_by_the_cpu_that_it_adds_to_the_servicer() -> None:
    figures = Figures()
    trivial = costing("Health/Check", 0.25)
    figures.agents[1] = (costing("GetAgent", 0.5, trivial), costing("GetAgent, over REST", 0.75, trivial))
    figures.long_lists = (costing("ListMessages", 10.0), costing("ListMessages, over REST", 25.0))
    judged = {goal.name.partition(":")[0]: goal.seen for goal in goals(figures, SERVER, [])}
    assert judged["GetAgent, over REST, 1 caller"] == (0.75 - (0.5 - 0.25)) / 0.25
    assert judged["ListMessages, over REST"] == 2.5


def test_each_mode_has_a_goal_of_its_own_for_one_caller_and_the_worse_one_counts_for_many() -> None:
    figures = Figures()
    for mode, p50, rate in (("sliding_window", 4.0, 90.0), ("all", 9.5, 60.0)):
        for callers in (1, 32):
            row = Row("Compact", callers, 8, p50, 9, 9, 9, rate, trivial=costing("Health/Check", 0.2, callers=callers))
            figures.compacts[Compacts(INSTANT, 50, mode, callers, 8, rounds=1)] = row
    judged = [goal for goal in goals(figures, SERVER, []) if goal.name.startswith("Compact")]
    assert [(goal.seen, goal.unit, goal.reached) for goal in judged] == [
        (4.0, "t1", True),
        (9.5, "t1", False),
        (6.0, "% of r32", False),
    ]


def test_the_embedded_summarizer_is_judged_where_the_settings_of_the_agent_choose_it() -> None:
    figures = Figures()
    for by_request, rate in ((True, 1.0), (False, 80.0)):
        row = Row("Compact", 32, 8, 4.0, 9, 9, 9, rate, trivial=costing("Health/Check", 0.2, callers=32))
        figures.compacts[Compacts(EXTRACTIVE, 50, "all", 32, 8, 1, named_by_request=by_request)] = row
    [goal] = [goal for goal in goals(figures, SERVER, []) if EXTRACTIVE in goal.name]
    assert goal.seen == 8.0


def test_the_first_compaction_is_the_median_of_the_starts() -> None:
    [goal] = [goal for goal in goals(Figures(), SERVER, [3.0, 9.0, 3.5]) if goal.name.startswith("first compaction")]
    assert (goal.seen, goal.reached) == (3.5, True)


def test_loads_in_turns_hold_all_rounds_of_their_own_runs() -> None:
    order: list[str] = []

    def run(name: str, milliseconds: float) -> Load:
        order.append(name)
        return Load([Call(datetime(2026, 11, 21, tzinfo=UTC), milliseconds, "OK")], 0.5)

    runs = {"one": [partial(run, "one", 10.0)] * 3, "other": [partial(run, "other", 30.0)] * 3}
    seen = Meter(Measured(os.getpid())).in_turns(runs)
    assert order == ["one", "other"] * 3
    rows = [Row.of_load(name, 8, metered) for name, metered in seen.items()]
    assert [(row.name, row.calls, row.p50, row.rate) for row in rows] == [
        ("one", 3, 10.0, 2.0),
        ("other", 3, 30.0, 2.0),
    ]


def costing(name: str, cpu: float, trivial: Row | None = None, callers: int = 1) -> Row:
    return Row(name, callers, 1, 1.0, 1.0, 1.0, 1.0, 1000.0, cpu, trivial=trivial)


def test_each_moment_of_a_call_belongs_to_the_innermost_step() -> None:
    calls: list[Mapping[str, float]] = []
    time = 0.0

    def take(seconds: float) -> None:
        nonlocal time
        time += seconds

    clock = StepClock(calls.append, lambda: time)
    with clock.step("read"):
        take(1)
    with clock.call():
        take(0.25)
        with clock.step("read"):
            take(0.5)
            with clock.step("plan"):
                take(2)
            take(4)
        with clock.step("read"):
            take(8)
    assert calls == [{REST: 250, "read": 12_500, "plan": 2_000}]


@pytest.mark.parametrize("place", [COMPACT, *(place for step in STEPS for place in step.places)])
def test_every_function_of_a_step_is_there(place: str) -> None:
    assert callable(find(place)[2])


def test_memory_is_judged_by_what_it_grows_over_the_second_half() -> None:
    curve = MemoryCurve(((0, 290.0), (1_000, 310.0), (2_000, 320.0), (3_000, 352.0)), {"GetContext": 3_000})
    assert curve.growth == pytest.approx(0.1)
    assert curve.table().splitlines()[-1] == "| RSS MB | 290 | 310 | 320 | 352 |"
    lines = memory_report(curve).splitlines()
    assert "Among them 3,000 of GetContext." in lines
    assert lines[-1].endswith("growth | 10.0 % | ≤ 5.00 % | no |")


def test_what_is_read_of_a_message_is_judged_by_itself() -> None:
    [goal] = [goal for goal in goals(Figures(reading=0.25), SERVER, []) if "Reading" in goal.name]
    assert (goal.seen, goal.limit, goal.unit) == (0.25, 0.2, "ms")


def test_the_claim_is_judged_as_a_share_of_a_small_compact() -> None:
    figures = Figures()
    figures.compacts[Compacts(INSTANT, 50, "all", 1, 20, rounds=1)] = costing("Compact, 50 messages", 5.0)
    steps = {"sliding_window": {CLAIM: 0.1}, "all": {CLAIM: 0.15}}
    [goal] = claim_goals(figures, Profile(5_000, 1, steps))
    assert (goal.seen, goal.unit, goal.reached) == (15.0, "%", False)


def test_a_request_id_is_judged_by_the_append_without_one() -> None:
    figures, appends = Figures(), Appends(2, 50, 1, 60, named=True)
    figures.appends[appends] = costing("AppendMessages", 2.0, costing("Health/Check", 0.5))
    figures.named_appends[appends] = costing("AppendMessages, with a request_id", 2.5, costing("Health/Check", 0.5))
    [goal] = [goal for goal in goals(figures, SERVER, []) if "request_id" in goal.name]
    assert (goal.seen, goal.limit, goal.reached) == (1.25, 1.2, False)


def test_the_longest_turn_is_judged_where_it_was_measured() -> None:
    figures = Figures()
    assert not any("turn" in goal.name for goal in goals(figures, SERVER, []))
    figures.longest_turn = 51.0
    [goal] = [goal for goal in goals(figures, SERVER, []) if "turn" in goal.name]
    assert (goal.seen, goal.reached) == (51.0, False)


def test_what_was_measured_takes_the_place_of_what_was_measured_before(tmp_path: Path) -> None:
    page, begin, other = tmp_path / "page.md", begin_of("memory"), begin_of("workers")
    kept = f"{other}\n| a section by itself |\n\n{END}\n\nTrust the ratios.\n"
    page.write_text(f"# How fast\n\n{begin}\n| old |\n\n{END}\n\n{kept}", encoding="utf-8")
    write_measured("| new |", page, begin)
    assert page.read_text(encoding="utf-8") == f"# How fast\n\n{begin}\n| new |\n\n{END}\n\n{kept}"


def test_the_page_has_a_place_for_every_section() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(text.count(begin_of(name)) == 1 for name in SECTIONS)
    assert text.count("<!-- made by make bench") == text.count(END) == len(SECTIONS)


BEGIN = begin_of("memory")


@pytest.mark.parametrize("text", ["# How fast\n", f"{END}\n{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_page_without_a_place_for_it_stays_as_it_is(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="no place for what was measured"):
        write_measured("| new |", page, BEGIN)
    assert page.read_text(encoding="utf-8") == text


def test_writes_that_wait_for_the_disk_stand_beside_those_that_do_not() -> None:
    seen = Durability([Row("Append", 1, 9, 4.0, 1, 1, 1, 200.0)], [Row("Append", 1, 9, 2.0, 1, 1, 1, 400.0)])
    assert seen.table().splitlines()[-1] == "| Append | 1 | 4.00 | 200 | 2.00 | 400 | 50.0 |"
    assert seen.failures == 0


def test_what_it_costs_to_be_observed_is_a_share_of_the_rate_and_of_the_cpu() -> None:
    rows = {NOTHING: 200.0, METRICS: 198.0, TRACES: 180.0}
    seen = Observing({name: Row("Compact", 32, 9, 4.0, 1, 1, 1, rate, 1000 / rate) for name, rate in rows.items()})
    assert seen.table().splitlines()[-1] == f"| {TRACES} | 32 | 9 | 4.00 | 180 | 5.56 |"
    assert [(round(goal.seen, 1), goal.reached) for goal in seen.goals()] == [
        (1.0, True),
        (1.0, True),
        (10.0, False),
        (11.1, False),
    ]


def test_the_machine_is_told_in_one_line() -> None:
    assert f"{os.cpu_count()} cores of " in machine()
    assert len(machine().splitlines()) == 1


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0.274, "0.27"), (11.04, "11.0"), (5403.2, "5,403")])
def test_figures_have_three_digits(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_a_process_is_asked_for_its_cpu_and_memory() -> None:
    me = Measured(os.getpid())
    before = me.cpu_seconds()
    while me.cpu_seconds() - before < 0.02:
        sum(range(10_000))
    assert 10 < me.resident_megabytes() < 5_000
