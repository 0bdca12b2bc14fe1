"""What a run prints."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.torture.history import Fate, Finding, History

SHOWN_FINDINGS = 20
SHOWN_LINES = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run against one database: faults and what the model did, by kind."""

    database: str
    seconds: float
    history: History
    faults: Counter[str]
    moods: Counter[str]
    megabytes: float

    @property
    def findings(self) -> Sequence[Finding]:
        return self.history.findings


def report(outcome: Outcome) -> str:
    """Tables, and each finding with what its conversation went through and what is stored of it."""
    history = outcome.history
    writes = sum(operation.reply is not None for operation in history.operations)
    replays = sum(operation.replays for operation in history.operations)
    lines = [
        f"{outcome.database}: {history.answered()} acknowledged operations in {outcome.seconds:.0f} s",
        f"  {writes} writes, {replays} of them answered again; {len(history.contexts)} contexts checked",
        f"  memory of a server: {outcome.megabytes:.0f} MB at most",
        f"  faults: {_counted(outcome.faults)}",
        f"  the model: {_counted(outcome.moods)}",
        "  writes:",
    ]
    for kind, fates in sorted(history.fates().items()):
        lines.append(f"    {kind:20} " + ", ".join(f"{fates[fate]} {fate}" for fate in Fate if fates[fate]))
    lines.append(f"  jobs: {_counted(history.jobs)}")
    lines.append("  calls, by code and reason:")
    codes: dict[tuple[str, str], Counter[str]] = {}
    for (rpc, code, reason), count in history.codes.items():
        codes.setdefault((code, reason), Counter())[rpc] += count
    for (code, reason), rpcs in sorted(codes.items(), key=lambda item: -item[1].total()):
        lines.append(f"    {code + (f'/{reason}' if reason else ''):45} {rpcs.total():6}  {_counted(rpcs)}")
    lines.append(f"  findings: {len(history.findings) or 'none'}")
    return "\n".join([*lines, *_findings(history)])


def _findings(history: History) -> list[str]:
    lines: list[str] = []
    shown: set[str] = set()
    for finding in history.findings[:SHOWN_FINDINGS]:
        lines.append(f"  {finding.subject or 'the run'}: {finding.sentence}")
        if finding.subject and finding.subject not in shown:
            shown.add(finding.subject)
            lines += [f"      {line}" for line in history.lines(finding.subject)[-SHOWN_LINES:]]
            lines += [f"      stored: {line}" for line in history.stored.get(finding.subject, ())]
    if lines:
        lines += ["  what went wrong, by the clock of the calls:", *(f"      {fault}" for fault in history.faults)]
    return lines


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counter.most_common()) or "none"
