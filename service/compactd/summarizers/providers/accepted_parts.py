"""Which images, files and sounds a provider's API takes, as its pages have it (looked at in November 2026).

What it does not take it is told of in words: most APIs refuse the whole request for one part that they do not know.
"""

from dataclasses import dataclass

_NONE: frozenset[str] = frozenset()

WEB_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""OpenAI's, Anthropic's, Bedrock's, DeepSeek's and Moonshot's pages name these four, and no others."""
GOOGLE_IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"})
XAI_IMAGES = frozenset({"image/png", "image/jpeg"})

PDF = frozenset({"application/pdf"})
GOOGLE_FILES = PDF | {"text/plain", "text/html", "text/css", "text/markdown", "text/csv", "text/xml", "text/rtf"}
CONVERSE_FILES = PDF | {
    "text/csv",
    "text/html",
    "text/plain",
    "text/markdown",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The formats pdf, csv, doc, docx, xls, xlsx, html, txt and md of a DocumentBlock."""

OPENAI_AUDIO = frozenset({"wav", "mp3"})
GOOGLE_AUDIO = frozenset({"wav", "mp3", "aiff", "aac", "ogg", "flac"})


@dataclass(frozen=True, slots=True)
class AcceptedParts:
    """One provider's; without anything given: images of the web's four types, no files, no audio."""

    images: frozenset[str] = WEB_IMAGES
    """Media types."""
    image_urls: tuple[str, ...] = ("http://", "https://")
    """How the addresses begin that the provider itself fetches images from: this server fetches none."""
    image_models: tuple[str, ...] = ()
    """What the name of a model that takes images has in it; empty where nothing in a name tells."""

    files: frozenset[str] = _NONE
    """Media types that are taken by their bytes, and from `file_urls`."""
    file_urls: tuple[str, ...] = ()
    """How the addresses begin that the provider itself fetches files from."""
    file_ids: tuple[str, ...] = ()
    """How the ids of files begin that were uploaded to this provider, and to no other."""
    files_need_text: bool = False
    """Whether a message with a file has to have a text too."""
    most_files: int | None = None
    """How many files a request may have, each another one; None for any number."""

    audio: frozenset[str] = _NONE
    """Formats, as OpenAI calls them."""
    audio_models: tuple[str, ...] = ()
    """What the name of a model that takes audio has in it; empty for every model."""


USUAL = AcceptedParts()

GOOGLE_FILE_IDS = "https://generativelanguage.googleapis.com/"
"""An uploaded file is named by an address, which only Google itself can read."""

OPENAI = AcceptedParts(files=PDF, file_ids=("file-",), audio=OPENAI_AUDIO, audio_models=("audio",))
"""Files are PDFs. Of the chat models those take audio that are called so (gpt-audio, gpt-4o-audio-preview)."""
AZURE = AcceptedParts(audio=OPENAI_AUDIO, audio_models=("audio",))
"""Its chat API takes no files."""
ANTHROPIC = AcceptedParts(image_urls=("https://",), files=PDF, file_urls=("https://",), file_ids=("file_",))
"""Other files than PDFs it takes as text only."""
MOONSHOT = AcceptedParts(image_urls=())
"""Images come by their bytes, or by an id of its own."""
GOOGLE_AI = AcceptedParts(
    images=GOOGLE_IMAGES, image_urls=(), files=GOOGLE_FILES, file_ids=(GOOGLE_FILE_IDS,), audio=GOOGLE_AUDIO
)
GOOGLE_VERTEX = AcceptedParts(
    images=GOOGLE_IMAGES, image_urls=(), files=GOOGLE_FILES, file_urls=("gs://",), audio=GOOGLE_AUDIO
)
BEDROCK = AcceptedParts(image_urls=(), files=CONVERSE_FILES, files_need_text=True, most_files=5)
XAI = AcceptedParts(images=XAI_IMAGES)
DEEPSEEK = AcceptedParts(image_models=("vision",))
"""Its other models read text only."""
OPENROUTER = AcceptedParts(
    files=PDF,
    file_urls=("http://", "https://"),
    audio=OPENAI_AUDIO,
    audio_models=("audio", "gemini", "voxtral"),
)
"""PDFs it reads out for models that take none. Audio it passes on to models that take it, and else has no endpoint."""
