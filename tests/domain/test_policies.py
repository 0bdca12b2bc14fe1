"""What a policy may be, and when its trigger is reached."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from compactd.domain.cron import CronTrigger
from compactd.domain.errors import InvalidField
from compactd.domain.jobs import JobPriority
from compactd.domain.policies import CompactionTrigger, Policy, PolicySpec
from compactd.domain.validation import validate

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
TRIGGER: dict[str, Any] = {"context_share": 0.8}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "policy.trigger"),
        ({"trigger": {}}, "policy.trigger"),
        ({"trigger": {"context_share": 0.5, "context_tokens": 5}}, "policy.trigger"),
        ({"trigger": {"context_share": 0.0}}, "policy.trigger.context_share"),
        ({"trigger": {"context_share": 1.01}}, "policy.trigger.context_share"),
        ({"trigger": {"context_share": float("nan")}}, "policy.trigger.context_share"),
        ({"trigger": {"context_tokens": 0}}, "policy.trigger.context_tokens"),
        ({"trigger": {"idle_for": timedelta(seconds=9)}}, "policy.trigger.idle_for"),
        ({"trigger": {"idle_for": timedelta(days=367)}}, "policy.trigger.idle_for"),
        ({"trigger": {"cron": {"expression": "0 0 30 2 *"}}}, "policy.trigger.cron.expression"),
        ({"trigger": {"cron": {"expression": "@daily"}}}, "policy.trigger.cron.expression"),
        ({"trigger": {"cron": {"expression": "0 0 0 * * *"}}}, "policy.trigger.cron.expression"),
        ({"trigger": {"cron": {"expression": "61 * * * *"}}}, "policy.trigger.cron.expression"),
        ({"trigger": {"cron": {"expression": "R R * * *"}}}, "policy.trigger.cron.expression"),
        ({"trigger": {"cron": {"expression": "r(0-10) 3 * * FRI"}}}, "policy.trigger.cron.expression"),
        (
            {"trigger": {"cron": {"expression": "0 3 * * *", "time_zone": "Mars/Olympus"}}},
            "policy.trigger.cron.time_zone",
        ),
        ({"trigger": {"cron": {"expression": "0 3 * * *", "time_zone": "../UTC"}}}, "policy.trigger.cron.time_zone"),
        ({"trigger": TRIGGER, "daily_budget": {}}, "policy.daily_budget"),
        ({"trigger": TRIGGER, "daily_budget": {"tokens": 0}}, "policy.daily_budget.tokens"),
        ({"trigger": TRIGGER, "daily_budget": {"usd": 0.0}}, "policy.daily_budget.usd"),
        ({"trigger": TRIGGER, "selector": {"agent_ids": ("conv-1",)}}, "policy.selector.agent_ids[0]"),
        ({"trigger": TRIGGER, "selector": {"tags": ("",)}}, "policy.selector.tags[0]"),
        ({"trigger": TRIGGER, "selector": {"min_context_tokens": -1}}, "policy.selector.min_context_tokens"),
        ({"trigger": TRIGGER, "name": "x" * 257}, "policy.name"),
    ],
)
def test_what_cannot_be_is_told_by_its_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as raised:
        validate(PolicySpec, given, "policy")
    assert raised.value.violations[0].field == field


@pytest.mark.parametrize(
    "trigger",
    [
        TRIGGER,
        {"context_tokens": 1},
        {"idle_for": timedelta(seconds=10)},
        {"cron": {"expression": "0 0 29 2 *", "time_zone": "Europe/Berlin"}},
    ],
)
def test_a_policy_is_the_same_after_it_was_stored(trigger: dict[str, Any]) -> None:
    spec = validate(PolicySpec, {"trigger": trigger, "priority": "low"}, "policy")
    assert spec.priority is JobPriority.LOW
    fields = {name: getattr(spec, name) for name in spec.model_fields_set}
    policy = Policy(**fields, id="policy-1", created_at=NOW, updated_at=NOW)
    assert Policy.model_validate_json(policy.model_dump_json(exclude_unset=True)) == policy


@pytest.mark.parametrize(
    ("trigger", "below", "reached"),
    [({"context_share": 0.8}, 799, 800), ({"context_tokens": 500}, 499, 500), ({"context_share": 1.0}, 999, 1000)],
)
def test_a_context_reaches_a_trigger_with_its_last_token(trigger: dict[str, Any], below: int, reached: int) -> None:
    value = CompactionTrigger.model_validate(trigger)
    assert not value.is_reached(below, 1000)
    assert value.is_reached(reached, 1000)


def test_no_context_reaches_what_waits_for_a_time() -> None:
    assert not CompactionTrigger(idle_for=timedelta(minutes=5)).is_reached(10**9, 1)


def test_a_time_of_a_zone_moves_with_its_summer() -> None:
    cron = CronTrigger(expression="30 3 * * *", time_zone="Europe/Berlin")
    assert cron.next_after(datetime(2026, 1, 10, 3, tzinfo=UTC)) == datetime(2026, 1, 11, 2, 30, tzinfo=UTC)
    assert cron.next_after(datetime(2026, 7, 10, 3, tzinfo=UTC)) == datetime(2026, 7, 11, 1, 30, tzinfo=UTC)
