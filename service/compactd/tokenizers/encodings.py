"""The token tables: which model has which, where they lie, and how a text of any size is cut for them."""

import hashlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import tiktoken

O200K = "o200k_base"
CL100K = "cl100k_base"

_TABLES = {
    # The file's name in tiktoken's cache, and its SHA-256.
    O200K: (
        "fb374d419588a4632f3f557e76b4b70aebbca790",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    CL100K: (
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}

_OPENAI_MODELS = (
    # Longer beginnings first: gpt-4o is no gpt-4. Source: tiktoken's own list of models.
    ("gpt-4o", O200K),
    ("gpt-4.1", O200K),
    ("gpt-4.5", O200K),
    ("gpt-5", O200K),
    ("gpt-oss", O200K),
    ("chatgpt-4o", O200K),
    ("o1", O200K),
    ("o3", O200K),
    ("o4", O200K),
    ("gpt-4", CL100K),
    ("gpt-3.5", CL100K),
    ("gpt-35", CL100K),
)

SEGMENT_CHARACTERS = 16_384
"""Characters of one text that are counted at once. A megabyte of spaces at once overflows a stack in tiktoken's Rust
code."""
_SEAM_CHARACTERS = 256

_MARKER = "<|endoftext|>"
"""A token of every table, which no text becomes."""


def public_encoding(openai_model: str) -> str | None:
    """The encoding of a model of OpenAI's, which are public; None for a name that is none of its."""
    name = openai_model.removeprefix("ft:")
    return next((encoding for beginning, encoding in _OPENAI_MODELS if name.startswith(beginning)), None)


def load_encoding(name: str) -> tiktoken.Encoding:
    """Reads a table from litellm's wheel; 150 to 350 ms of CPU the first time.

    Raises RuntimeError if the table is missing or altered: tiktoken would delete it and fetch another from the
    network, which this service never does.
    """
    folder = _tables_folder()
    file, digest = _TABLES[name]
    path = folder / file
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise RuntimeError(f"the token table {name} of the installed litellm is missing or altered: install it again")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    encoding = tiktoken.get_encoding(name)
    # tiktoken keeps the table a second time, in Python, for pickling: 30 MB.
    encoding._mergeable_ranks = {}  # noqa: SLF001
    return encoding


def _tables_folder() -> Path:
    spec = importlib.util.find_spec("litellm")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("litellm is not installed: its wheel holds the token tables")
    return Path(spec.submodule_search_locations[0]) / "litellm_core_utils" / "tokenizers"


def segments(text: str) -> Iterator[str]:
    """Cuts a text where tokens are likely to end anyway: before a space, which begins the next token."""
    start = 0
    while len(text) - start > SEGMENT_CHARACTERS:
        end = start + SEGMENT_CHARACTERS
        space = text.rfind(" ", end - _SEAM_CHARACTERS, end)
        end = space if space > start else end
        yield text[start:end]
        start = end
    if start < len(text) or not text:
        yield text[start:]


def count_segments(encoding: tiktoken.Encoding, texts: list[str]) -> list[int]:
    """Tokens of each text of at most SEGMENT_CHARACTERS; markers like <|endoftext|> count as the text they are.

    All of them go through one call, with the marker between them, at which tiktoken cuts before all else: each call
    gives the interpreter's lock away and waits for it again. The counts are those of the texts by themselves.
    """
    joined = _MARKER.join(texts)
    if joined.count(_MARKER) >= len(texts):
        return [len(encoding.encode_ordinary(text)) for text in texts]
    tokens = encoding.encode(joined, allowed_special={_MARKER}, disallowed_special=())
    counts: list[int] = []
    begin = 0
    for _ in texts[1:]:
        end = tokens.index(encoding.eot_token, begin)
        counts.append(end - begin)
        begin = end + 1
    return [*counts, len(tokens) - begin]
