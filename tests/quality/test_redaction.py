"""What is taken out of texts as a credential, held against detect-secrets; and what is not, against ordinary text."""

from typing import cast

import pytest
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import BasePlugin

from tests.quality import bench_redaction
from tests.quality.bench_redaction import Loss, Recall
from tests.quality.credentials import NO_CREDENTIALS, PLUGINS, examples_of

EXAMPLES = 40


def missed(rows: list[Recall]) -> float:
    return 1 - sum(row.found for row in rows) / sum(row.examples for row in rows)


def test_there_are_examples_for_every_plugin_that_looks_for_credentials() -> None:
    assert {*PLUGINS, *NO_CREDENTIALS} == get_mapping_from_secret_type_to_class().keys()


@pytest.mark.parametrize("kind", PLUGINS)
def test_the_plugin_takes_the_examples_for_what_it_looks_for(kind: str) -> None:
    plugin = cast("type[BasePlugin]", get_mapping_from_secret_type_to_class()[kind])()
    seen = [bool(list(plugin.analyze_string(one.text))) for one in examples_of(PLUGINS[kind], EXAMPLES)]
    assert sum(seen) >= 0.95 * EXAMPLES


def test_what_a_plugin_finds_is_not_left() -> None:
    rows = list(bench_redaction.of_plugins(EXAMPLES))
    assert missed(rows) <= 0.02
    assert [row for row in rows if row.found < 0.95 * row.examples] == []


def test_what_other_makers_make_is_not_left() -> None:
    rows = list(bench_redaction.of_other_makers(EXAMPLES))
    assert missed(rows) <= 0.02
    assert [row for row in rows if row.found < 0.95 * row.examples] == []


@pytest.mark.timeout(120)
def test_of_ordinary_words_less_than_one_in_a_hundred_thousand_is_lost() -> None:
    losses = bench_redaction.of_ordinary_words(bench_redaction.TEXTS)
    assert [loss for loss in losses if loss.lost * 100_000 >= max(loss.words, 100_000)] == []
    assert sum(loss.words for loss in losses) > 300_000


def test_the_benchmark_prints_each_kind_with_its_figures() -> None:
    printed = bench_redaction.table([Recall("Stripe", 19, 20)], [Loss("logs", 1, 200_000)])
    assert printed.splitlines()[1].split() == ["Stripe", "19", "20"]
    assert printed.splitlines()[-1].split() == ["logs", "1", "200000"]
