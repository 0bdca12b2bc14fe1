"""How an attempt at a summary ended, and what models cost on the way, which is paid for either way."""

from dataclasses import dataclass

from compactd.application.chosen_summarizer import ChosenSummarizer
from compactd.application.observed_requests import AnsweredRequest
from compactd.application.summary import Summary
from compactd.domain.compactions import Usage
from compactd.domain.model_failures import ProviderFailure, SummarizerWindowExceeded, SummaryFailure


@dataclass(frozen=True, slots=True)
class Attempt:
    """A summary and whose it is. `degraded_reason` says why it is not by the summarizer that was chosen; empty where
    it is. `largest` is the largest request that a model has answered for it."""

    summary: Summary
    summarizer: ChosenSummarizer
    usage: Usage
    degraded_reason: str = ""
    largest: AnsweredRequest | None = None


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """Why a model gave no summary."""

    failure: ProviderFailure | SummaryFailure | SummarizerWindowExceeded
    usage: Usage
