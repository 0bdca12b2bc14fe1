"""Times of a clock, as cron writes them."""

import re
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterBadDateError, CroniterError, croniter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from compactd.domain.limits import MAX_NAME

FIELDS = 5
"""Minute, hour, day of the month, month, day of the week. What croniter takes beside them (seconds, years, `@daily`)
is no cron of others."""

_BY_CHANCE = re.compile(r"(?<![a-z])[rh](?![a-z])", re.IGNORECASE)
"""What croniter draws lots for, anew each time that it is asked: such a time cannot be kept."""

_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)
"""From here on it is looked whether a time comes at all: the year is a leap year."""


def _check_expression(text: str) -> str:
    if len(text.split()) != FIELDS or _BY_CHANCE.search(text):
        raise ValueError('write minute, hour, day of the month, month and day of the week, such as "0 3 * * *".')
    try:
        croniter(text, _SOME_DAY).get_next(datetime)
    except CroniterBadDateError:
        raise ValueError("that time never comes: change the day or the month.") from None
    except (CroniterError, ValueError, OverflowError):
        raise ValueError('is nothing that cron reads: write it such as "0 3 * * *".') from None
    return text


def _check_time_zone(name: str) -> str:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('is no time zone: give an IANA name, such as "Europe/Berlin".') from None
    return name


class CronTrigger(BaseModel):
    """The times of an expression, by the clock of a time zone (IANA; empty for UTC)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    expression: Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_check_expression)]
    time_zone: Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_check_time_zone)] = ""

    def next_after(self, moment: datetime) -> datetime:
        """The first time behind `moment`, in UTC."""
        local = moment.astimezone(ZoneInfo(self.time_zone or "UTC"))
        found: datetime = croniter(self.expression, local).get_next(datetime)
        return found.astimezone(UTC)
