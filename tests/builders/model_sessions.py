"""Sessions with recording models, on terms of a test's choice."""

from compactd.application.circuits import Circuits
from compactd.application.deadline import Deadline
from compactd.application.learned_windows import LearnedWindows
from compactd.application.model_calls import ModelCalls, RetryRules
from compactd.application.model_session import ModelSession, SessionTerms
from compactd.application.provider_permits import ProviderPermits
from compactd.domain.allowance import Grant, Report
from compactd.domain.circuit import CircuitRules
from compactd.domain.handles import ModelHandle
from compactd.domain.provider_limits import NO_LIMITS, ProviderLimits
from compactd.ports.model import Model
from compactd.ports.observer import Observer, SilentObserver
from compactd.ports.provider_limits import CredentialKey, ProviderLimitStore, ProviderRules
from compactd.ports.trace import SilentTracer
from compactd.summarizers.providers.table import PROVIDERS
from compactd.tokenizers.counter import TiktokenTokenizer

OPENAI = ModelHandle("openai", "gpt-test")
PROMPT = "Summarize."


def session_terms(window: int, **changes: object) -> SessionTerms:
    """Terms with a window of so many tokens, for the model's own provider; `changes` are fields of SessionTerms."""
    fields: dict[str, object] = {
        "handle": OPENAI,
        "settings": None,
        "prompt": PROMPT,
        "acknowledge": False,
        "window": window,
        "output_limit": window // 4,
        "sends_limit": True,
        "tokenizer": "o200k_base",
        "factor": 1.0,
        "self_mode": False,
    }
    fields |= changes
    assert isinstance(fields["handle"], ModelHandle)
    fields["strict_turns"] = PROVIDERS[fields["handle"].provider].strict_turns
    return SessionTerms(**fields)  # type: ignore[arg-type]  # the fields of a test are checked at run time


def model_session(
    model: Model,
    tokenizer: TiktokenTokenizer,
    window: int = 8_000,
    learned: LearnedWindows | None = None,
    deadline: Deadline | None = None,
    **changes: object,
) -> ModelSession:
    """A session with `model`; `learned` where windows outlive it."""
    caller = model_calls(model).caller(deadline)
    return ModelSession(
        caller, tokenizer, learned or LearnedWindows(), session_terms(window, **changes), SilentTracer()
    )


def model_calls(
    model: Model,
    retries: int = 2,
    pause_seconds: float = 0.0,
    circuits: Circuits | None = None,
    permits: ProviderPermits | None = None,
) -> ModelCalls:
    """Calls that pause for no longer than the provider asks, unless told so, and to providers without limits."""
    closed = Circuits(CircuitRules(5, 30.0), lambda handle: b"one for all")
    return ModelCalls(model, circuits or closed, RetryRules(retries, pause_seconds), permits or provider_permits())


class OneCredential:
    """Every model is called with the same."""

    def credential(self, handle: ModelHandle, secret: bytes | None = None) -> bytes:
        return b"one for all"


class NoAllowances:
    """A store of limits that nobody may ask."""

    async def credential_secret(self) -> bytes:
        raise AssertionError("nothing is limited")

    async def take_permits(self, key: CredentialKey, limits: ProviderLimits, report: Report) -> Grant:
        raise AssertionError("nothing is limited")


def provider_permits(
    rules: ProviderRules = NO_LIMITS,
    store: ProviderLimitStore | None = None,
    observer: Observer | None = None,
) -> ProviderPermits:
    return ProviderPermits(store or NoAllowances(), rules, OneCredential(), observer or SilentObserver())
