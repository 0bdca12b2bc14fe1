"""What keeps Letta's clients from repeating by themselves what cannot succeed."""

LONGEST_RETRY_SECONDS = 60.0
"""The longest that they wait before they repeat a call."""


def may_repeat(http_status: int, retry_seconds: float | None) -> bool:
    """Whether a client may repeat a call that ended with `http_status`; `retry_seconds` are those of RetryInfo, None
    without one. Without `x-should-retry: false` they send 408, 409, 429 and every 5xx again."""
    is_soon = retry_seconds is not None and retry_seconds <= LONGEST_RETRY_SECONDS
    return http_status == 503 or (http_status == 429 and is_soon)
