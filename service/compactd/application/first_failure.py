"""Tasks at the same time, the first failure of which ends the others."""

import asyncio
from typing import Any


class FirstFailure(asyncio.TaskGroup):
    """A task group that raises the first failure as itself: callers handle failures, not groups of one."""

    async def __aexit__(self, *exc_info: Any) -> None:
        try:
            await super().__aexit__(*exc_info)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
