"""Sessions with recording models, on terms of a test's choice."""

from compactd.application.learned_windows import LearnedWindows
from compactd.application.model_session import ModelSession, SessionTerms
from compactd.domain.handles import ModelHandle
from compactd.summarizers.providers.table import PROVIDERS
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.recording_model import RecordingModel

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
        "exact": True,
        "self_mode": False,
        "clip_chars": 0,
        "deadline": None,
    }
    fields |= changes
    assert isinstance(fields["handle"], ModelHandle)
    fields["opens_with_user"] = PROVIDERS[fields["handle"].provider].opens_with_user
    return SessionTerms(**fields)  # type: ignore[arg-type]  # the fields of a test are checked at run time


def model_session(
    model: RecordingModel,
    tokenizer: TiktokenTokenizer,
    window: int = 8_000,
    learned: LearnedWindows | None = None,
    **changes: object,
) -> ModelSession:
    """A session with `model`; `learned` where windows outlive it."""
    return ModelSession(model, tokenizer, learned or LearnedWindows(), session_terms(window, **changes))
