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
    blind_models: tuple[str, ...] = ()
    """What the name of a model that takes none has in it."""
    silence_is_blind: bool = False
    """Whether a model that litellm's table knows, and says nothing about images of, takes none: its entries of this
    provider name those that do."""
    most_images: int | None = None
    """How many images a request may have; None for any number. The last ones are sent."""
    image_bytes: int | None = None
    """How large an image may be, in bytes of base64; None for any size."""
    all_image_bytes: int | None = None
    """How large all images of a request may be together, in bytes of base64. The last ones are sent."""

    files: frozenset[str] = _NONE
    """Media types that are taken by their bytes, and from `file_urls`."""
    file_urls: tuple[str, ...] = ()
    """How the addresses begin that the provider itself fetches files from."""
    file_ids: tuple[str, ...] = ()
    """How the ids of files begin that were uploaded to this provider, and to no other."""
    files_need_sight: bool = False
    """Whether files are for models that take images only: their pages are looked at."""
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

OPENAI = AcceptedParts(
    blind_models=("audio",),
    silence_is_blind=True,
    most_images=500,
    all_image_bytes=48_000_000,
    files=PDF,
    file_ids=("file-",),
    files_need_sight=True,
    audio=OPENAI_AUDIO,
    audio_models=("audio",),
)
"""Files are PDFs. Of the chat models those take audio that are called so (gpt-audio, gpt-4o-audio-preview), and no
images. Its guide "Images and vision": 500 images and 50 MB a request, of which some is left for text."""
AZURE = AcceptedParts(blind_models=("audio",), audio=OPENAI_AUDIO, audio_models=("audio",))
"""Its chat API takes no files."""
ANTHROPIC = AcceptedParts(
    image_urls=("https://",),
    most_images=100,
    image_bytes=5 * 2**20,
    all_image_bytes=28_000_000,
    files=PDF,
    file_urls=("https://",),
    file_ids=("file_",),
)
"""Other files than PDFs it takes as text only. Its page "Vision", general limits: 100 images a request, 5 MB each (as
base64, as its errors have it), and 32 MB a request, of which some is left for text and files."""
MOONSHOT = AcceptedParts(image_urls=(), silence_is_blind=True)
"""Images come by their bytes, or by an id of its own."""
GOOGLE_AI = AcceptedParts(
    images=GOOGLE_IMAGES, image_urls=(), files=GOOGLE_FILES, file_ids=(GOOGLE_FILE_IDS,), audio=GOOGLE_AUDIO
)
GOOGLE_VERTEX = AcceptedParts(
    images=GOOGLE_IMAGES,
    image_urls=(),
    most_images=900,
    image_bytes=7_000_000 // 3 * 4,
    files=GOOGLE_FILES,
    file_urls=("gs://",),
    audio=GOOGLE_AUDIO,
)
"""Its page "Image understanding": 7 MB an image that is sent inline, and for Gemini 3 Pro 900 images."""
BEDROCK = AcceptedParts(
    image_urls=(),
    most_images=20,
    image_bytes=3_750_000 // 3 * 4,
    files=CONVERSE_FILES,
    files_need_text=True,
    most_files=5,
)
"""API reference, Message: 20 images of 3.75 MB each, and five documents."""
GROQ = AcceptedParts(silence_is_blind=True, most_images=5, all_image_bytes=3_500_000)
"""Its page "Images and Vision": five images, and 4 MB for a request with images in it, of which some is left for
text."""
ZAI = AcceptedParts(silence_is_blind=True)
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
