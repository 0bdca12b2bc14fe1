"""What goes wrong with a model: its answer is no summary, it could not be asked, or its window is too small.

CompactdError
├── SummaryFailure: Summary{Empty,Truncated,Refused,NotText,NotSmaller}   FAILED_PRECONDITION
├── ProviderFailure: Provider{RateLimited,Unavailable,Unauthenticated,Rejected}
└── SummarizerWindowExceeded                                              FAILED_PRECONDITION
"""

from math import ceil

from compactd.domain.compactions import Usage
from compactd.domain.error_shape import Code, CompactdError


class SummaryFailure(CompactdError):
    """The model answered, and its answer is no usable summary. The context is unchanged."""

    code = Code.FAILED_PRECONDITION


class SummaryEmpty(SummaryFailure):
    reason = "SUMMARY_EMPTY"
    sentence = "{model} answered with an empty summary: nothing was changed; try again or use another model."


class SummaryTruncated(SummaryFailure):
    reason = "SUMMARY_TRUNCATED"
    sentence = (
        "{model} was cut off before its summary was finished: nothing was changed; "
        "raise max_output_tokens or ask for a shorter summary."
    )


class SummaryRefused(SummaryFailure):
    reason = "SUMMARY_REFUSED"
    sentence = "{model} refused to write the summary: nothing was changed; change the prompt or the model."


class SummaryNotText(SummaryFailure):
    reason = "SUMMARY_NOT_TEXT"
    sentence = "{model} answered with something other than text: nothing was changed; try another model."


class SummaryNotSmaller(SummaryFailure):
    """Sizes are in tokens, the summary with its frame."""

    reason = "SUMMARY_NOT_SMALLER"
    sentence = (
        "Summarization failed to reduce the number of messages: the context would hold {tokens_after} tokens, of "
        "{tokens_before} before and a window of {context_window}; nothing was changed; "
        "set clip_chars or ask for a shorter summary."
    )


class ProviderFailure(CompactdError):
    """The model could not be asked. The context is unchanged. What is said here beside the error is for the service."""

    transient: bool = False
    """Whether the same request may well be answered a moment later."""
    outage: bool = False
    """Whether the provider is in trouble, whatever it is asked: a 4xx is no outage."""
    provider_pause: float | None = None
    """Seconds that the provider asks to be left alone for; None if it names none."""
    usage: Usage = Usage()
    """What the request took; no calls if none was sent."""


class ProviderRateLimited(ProviderFailure):
    code = Code.RESOURCE_EXHAUSTED
    reason = "PROVIDER_RATE_LIMITED"
    sentence = "The provider of {model} limits the rate of calls: repeat after {retry_after_seconds} s."

    def __init__(self, *, model: str, retry_after_seconds: float = 1.0) -> None:
        super().__init__(model=model, retry_after_seconds=f"{retry_after_seconds:g}")
        self.retry_after = retry_after_seconds


class PermitTooLate(ProviderRateLimited):
    """The limits that the operator has set for the provider leave no room before the call's deadline."""

    sentence = (
        "The limits set for the provider of {model} leave no room in time: nothing was changed; repeat after "
        "{retry_after_seconds} s, or with allow_degraded."
    )


class JobPutOff(PermitTooLate):
    """A job has waited for its provider for so long that others are to have its place in this process. Nothing stands
    in for the model: it is asked later."""

    sentence = (
        "The limits set for the provider of {model} leave no room yet: the job makes room for others, and is tried "
        "again by itself after {retry_after_seconds} s or more."
    )


class ProviderUnavailable(ProviderFailure):
    code = Code.UNAVAILABLE
    reason = "PROVIDER_UNAVAILABLE"
    sentence = "The provider of {model} could not be reached or gave no usable reply: try again later."


class ProviderLeftAlone(ProviderUnavailable):
    """The model's circuit is open."""

    sentence = (
        "The provider of {model} has failed again and again and is not asked for now: nothing was changed; repeat "
        "after {retry_after_seconds} s, or with allow_degraded."
    )

    def __init__(self, *, model: str, retry_after_seconds: float) -> None:
        super().__init__(model=model, retry_after_seconds=ceil(retry_after_seconds))
        self.retry_after = retry_after_seconds


class ProviderUnauthenticated(ProviderFailure):
    code = Code.FAILED_PRECONDITION
    reason = "PROVIDER_UNAUTHENTICATED"
    sentence = "The provider of {model} did not accept the server's credentials: the operator has to renew them."


class ProviderKeyMissing(ProviderUnauthenticated):
    """There is no key to show. `variables` are those that may hold it, of which one is enough."""

    sentence = "The server has no key for {model}: the operator has to set {variables}."


class ProviderRejected(ProviderFailure):
    code = Code.FAILED_PRECONDITION
    reason = "PROVIDER_REJECTED"
    sentence = "The provider of {model} rejected the request (status {status}): check the model's name and settings."


class SummarizerWindowExceeded(CompactdError):
    code = Code.FAILED_PRECONDITION
    reason = "SUMMARIZER_WINDOW_EXCEEDED"
    sentence = (
        "The conversation does not fit the window of {model} even in chunks: "
        "use a model with a larger window, or a shorter prompt."
    )


class MinuteExceeded(SummarizerWindowExceeded):
    """One request would have more tokens than the operator's limit for the provider gives in a minute."""

    sentence = (
        "A request to {model} would have more tokens than the {tokens_per_minute} a minute that are set for its "
        "provider, even in chunks: use another model, a shorter prompt or a smaller max_output_tokens."
    )
