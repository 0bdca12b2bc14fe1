"""The dashboard and the alerts ask for metrics that a server has, by labels that those have."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import promql_parser
import pytest
import pytest_asyncio

from compactd.telemetry.metric_table import METRICS, Kind
from tests.builders.exposed import families_of
from tests.deploy.files import DEPLOY, documents
from tests.server import NOT_DURABLE, server_process

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRAPED = {"job", "instance"}
"""Labels that Prometheus adds."""

OPENMETRICS = {"Accept": "application/openmetrics-text"}

INTERVALS = {"$__rate_interval": "5m", "$job": ".*", "$instance": ".*"}
"""What Grafana puts into a query."""

LABELS = {metric.full_name: {*metric.labels, *(["le"] if metric.kind is Kind.HISTOGRAM else [])} for metric in METRICS}


def panels() -> list[dict[str, Any]]:
    dashboard = json.loads((DEPLOY / "grafana" / "compactd.json").read_text())
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries() -> list[str]:
    """Every query of the dashboard and of the alerts."""
    found = [target["expr"] for panel in panels() for target in panel["targets"]]
    [alerts] = documents((DEPLOY / "prometheus" / "alerts.yaml").read_text())
    found += [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    for name, value in INTERVALS.items():
        found = [query.replace(name, value) for query in found]
    return found


def asked(node: Any, by: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """Each metric of a parsed query with the labels that it is chosen and grouped by."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node.name or "", by | {matcher.name for matcher in node.matchers.matchers}
    elif isinstance(node, promql_parser.MatrixSelector):
        yield from asked(node.vector_selector, by)
    elif isinstance(node, promql_parser.AggregateExpr):
        own = frozenset(node.modifier.labels) if node.modifier else frozenset()
        yield from asked(node.expr, by | own)
    elif isinstance(node, promql_parser.Call):
        for argument in node.args:
            yield from asked(argument, by)
    elif isinstance(node, promql_parser.BinaryExpr):
        yield from asked(node.lhs, by)
        yield from asked(node.rhs, by)
    elif isinstance(node, promql_parser.ParenExpr):
        yield from asked(node.expr, by)
    else:
        assert isinstance(node, promql_parser.NumberLiteral), node


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def exposed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all samples, and of all metrics that have none yet, as a server shows them."""
    folder: Path = tmp_path_factory.mktemp("exposed")
    async with (
        server_process(folder, **NOT_DURABLE, COMPACTD_ADMIN_ADDRESS="127.0.0.1:0") as server,
        httpx.AsyncClient(base_url=server.admin_url, timeout=60) as admin,
    ):
        await server.event("serving")
        families = families_of((await admin.get("/metrics", headers=OPENMETRICS)).text)
    names = set()
    for family in families:
        names |= {family.name, f"{family.name}_total", *(sample.name for sample in family.samples)}
        names |= {f"{family.name}{part}" for part in ("_bucket", "_count", "_sum") if family.type == "histogram"}
    return names


@pytest.mark.parametrize("query", queries(), ids=str)
async def test_a_query_asks_for_what_is_there(query: str, exposed: set[str]) -> None:
    found = list(asked(promql_parser.parse(query)))
    assert found
    for name, by in found:
        assert name in exposed
        metric = next((row for row in LABELS if name.removesuffix("_bucket") == row), "")
        assert metric or name.startswith("compactd_process_"), name
        assert by <= LABELS.get(metric, set()) | SCRAPED, query


async def test_every_metric_of_the_table_is_on_the_dashboard_or_said_not_to_be() -> None:
    shown = {name.removesuffix("_bucket") for query in queries() for name, _ in asked(promql_parser.parse(query))}
    left_out = {row for row in LABELS if row not in shown}
    assert (
        left_out
        == {
            "compactd_calls_started_total",  # handled and in flight say it
            "compactd_failed_compaction_tokens_total",  # their cost is shown
            "compactd_calls_in_hand",  # alerted on; by method it is compactd_calls_in_flight
            "compactd_gc_collections_total",
        }
        - shown
    )


async def test_panels_have_titles_of_their_own_and_do_not_overlap() -> None:
    cells = [
        (x, y)
        for panel in panels()
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert all(x < 24 for x, _ in cells)
    assert all(panel["title"] and panel["description"] for panel in panels())
