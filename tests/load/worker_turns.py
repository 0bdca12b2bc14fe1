"""How long the embedded summarizer keeps the one CPU worker to itself: what others have for it waits meanwhile."""

from pathlib import Path

from tests.load.one_caller import one_caller
from tests.load.prepare import EXTRACTIVE, Preparation
from tests.load.processes import Models, compactd_server
from tests.load.scenarios import MODES


def longest_turn(folder: Path, models: Models, url: str, messages: int, calls: int) -> float:
    """Milliseconds of CPU of the longest turn in the worker, over so many compactions by local/extractive in each mode:
    for agents whose settings name it, and for a request that alone does."""
    file = folder / "turns.txt"
    with compactd_server(folder, models, url, ("tests.load.timed_worker", str(file))) as server:
        preparation = Preparation(server.address)
        agents = {"": preparation.agent(summarizer=EXTRACTIVE), EXTRACTIVE: preparation.agent()}
        names = {
            (named, mode): preparation.conversations(agent, calls, messages)
            for named, agent in agents.items()
            for mode in MODES
        }
        file.write_text("")
        with one_caller(server.address) as caller:
            for (named, mode), conversations in names.items():
                for name in conversations:
                    caller.compact(name, named, mode)
    return max(float(line) for line in file.read_text().split())
