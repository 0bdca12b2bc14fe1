"""Quotas: what a namespace may have a limit of, and the error of a call that would go beyond it."""

from enum import StrEnum

from compactd.domain.error_shape import Code, CompactdError


class Quota(StrEnum):
    """What a namespace may have a limit of, by the name of its setting; and the budgets of its policies and sweeps."""

    CALLS_IN_HAND = "calls_in_hand"
    STORED_MESSAGES = "stored_messages"
    STORED_BYTES = "stored_bytes"
    MODEL_USD_PER_DAY = "model_usd_per_day"
    QUEUED_JOBS = "queued_jobs"
    UNFINISHED_SWEEPS = "unfinished_sweeps"
    BUDGET_TOKENS = "budget_tokens"
    BUDGET_USD = "budget_usd"


class QuotaExceeded(CompactdError):
    """The call would take its namespace beyond a limit that the operator has set. `used` is what is taken already, and
    what others are about to take; nothing was done."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "QUOTA_EXCEEDED"
    sentence = "The namespace {namespace} has used {used} of the {limit} that its quota {quota} allows: {description}"

    def __init__(
        self,
        quota: Quota,
        namespace: str,
        limit: float,
        used: float,
        description: str,
        retry_after_seconds: float | None = None,
    ) -> None:
        """`description`: what would be too much, and what to do."""
        amounts = {"limit": f"{limit:.12g}", "used": f"{used:.12g}"}
        super().__init__(namespace=namespace, quota=quota.value, **amounts, description=description)
        self.retry_after = retry_after_seconds
        self.quota_of = f"namespace:{self.metadata['namespace']}"


class BudgetExceeded(QuotaExceeded):
    """The same of the budget of a policy or a sweep, which `description` names."""

    sentence = "Of the {limit} that the budget {quota} allows, {used} are used or reserved: {description}"
