"""Model handles: `provider/model-name`, as callers, settings and records name a model."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from compactd.domain.model_settings import PROVIDERS

LOCAL = "local"
"""The provider of what runs inside this service."""

MAX_HANDLE = 256
"""The most characters of a handle, which is a name."""

REMEMBERED = 1_000
"""How many handles are remembered once they are read: more models than a service is asked for."""


@dataclass(frozen=True, slots=True)
class ModelHandle:
    """A provider and the provider's own name of a model, both non-empty. The name may hold further slashes."""

    provider: str
    name: str

    @classmethod
    # A call of the service reads the same few up to eight times.
    @lru_cache(REMEMBERED)
    def parse(cls, text: str) -> "ModelHandle":
        """Splits `text` at its first slash. ValueError with a sentence for people if it is no handle.

        Only the form is looked at: whether the provider is known matters where a model is to be called.
        """
        if len(text) > MAX_HANDLE:
            raise ValueError(f"shorten the model handle to at most {MAX_HANDLE} characters; it has {len(text)}.")
        provider, _, name = text.partition("/")
        if not provider.strip() or not name.strip():
            raise ValueError("write the model as provider/model-name, such as openai/gpt-5-mini.")
        return cls(provider, name)

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}"

    @property
    def is_known(self) -> bool:
        """Whether the provider is one of the contract's, or it is the embedded summarizer itself."""
        return self.provider in PROVIDERS or self == EXTRACTIVE


EXTRACTIVE = ModelHandle(LOCAL, "extractive")
"""The embedded summarizer."""


def _check_form(text: str) -> str:
    return str(ModelHandle.parse(text))


def _check_known(text: str) -> str:
    if not ModelHandle.parse(text).is_known:
        raise ValueError(f"use {EXTRACTIVE}, or a model of one of these providers: {', '.join(PROVIDERS)}.")
    return text


_NAME_PATTERN = r"[\s\S]*\S[\s\S]*"
_FORM_PATTERN = rf"^[^/]*[^/\s][^/]*/{_NAME_PATTERN}$"
_KNOWN_PATTERN = rf"^(?:{EXTRACTIVE}|(?:{'|'.join(PROVIDERS)})/{_NAME_PATTERN})$"

HandleText = Annotated[
    str, AfterValidator(_check_form), Field(json_schema_extra={"maxLength": MAX_HANDLE, "pattern": _FORM_PATTERN})
]
"""A handle of the right form, as text: what agents and conversations keep as their model."""

KnownHandleText = Annotated[
    str,
    AfterValidator(_check_form),
    AfterValidator(_check_known),
    Field(json_schema_extra={"maxLength": MAX_HANDLE, "pattern": _KNOWN_PATTERN}),
]
"""A handle of a provider that can be called, as text: what compaction settings name."""
