"""When a worker that has died is started again."""

from compactd.workers.restarts import PAUSES, SETTLED_SECONDS, Deaths


def pauses(*lived_seconds: float) -> list[float | None]:
    deaths = Deaths()
    found = []
    for seconds in lived_seconds:
        deaths = deaths.another(seconds)
        found.append(deaths.pause)
    return found


def test_a_worker_is_started_again_at_once_and_then_after_growing_pauses_until_it_is_given_up() -> None:
    found = pauses(*[0.1] * (len(PAUSES) + 1))
    assert found[0] == 0
    assert found[:-1] == sorted(PAUSES)
    assert found[-1] is None


def test_one_that_had_settled_is_started_again_at_once() -> None:
    assert pauses(0.1, 0.1, 0.1, SETTLED_SECONDS, 0.1) == [*PAUSES[:3], 0, PAUSES[1]]
