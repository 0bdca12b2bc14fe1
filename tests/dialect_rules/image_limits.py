"""How many images a request may have, and how large: from each provider's pages, with no code of what writes them.

Anthropic, "Vision": 100 images a request, 5 MB each, 32 MB a request. Bedrock, API reference of Message: 20 images of
3.75 MB. Groq, "Images and Vision": five images, and 4 MB for a request with base64 in it. Google Cloud, "Image
understanding": 7 MB an image. OpenAI, "Images and vision": 500 images, 50 MB a request; its page of the audio models:
text and audio alone. Model cards of gpt-oss and GLM-4.6: text alone.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MANY = 10**9


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes of base64."""

    images: int = MANY
    image: int = MANY
    request: int = MANY


LIMITS = {
    "anthropic": Limits(images=100, image=5 * 2**20, request=32_000_000),
    "bedrock": Limits(images=20, image=5_000_000),
    "groq": Limits(images=5, request=4_000_000),
    "google_vertex": Limits(image=9_333_336),
    "openai": Limits(images=500, request=50_000_000),
}

_BLIND = re.compile(r"gpt-oss|glm-4\.6$|gpt-3\.5|(?:openai|azure)/.*audio")


def faults(handle: str, body: dict[str, Any]) -> Iterator[str]:
    images = list(_images(body))
    limits = LIMITS.get(handle.partition("/")[0], Limits())
    if images and _BLIND.search(handle):
        yield f"{len(images)} images for a model that reads text only"
    if len(images) > limits.images:
        yield f"{len(images)} images"
    for image in images:
        if len(image) > limits.image:
            yield f"an image of {len(image)} bytes"
    if images and len(json.dumps(body)) > limits.request:
        yield "a request that is too large for one with images"


def _images(value: Any) -> Iterator[str]:
    """The base64 or the address of each image, in the shape of any dialect."""
    if isinstance(value, list):
        for item in value:
            yield from _images(item)
    elif isinstance(value, dict):
        found = _image(value)
        if found is not None:
            yield found
            return
        for item in value.values():
            yield from _images(item)


def _image(value: dict[str, Any]) -> str | None:
    image_url, source = value.get("image_url"), value.get("source")
    blob = value.get("inlineData") or value.get("inline_data")
    if value.get("type") in ("image_url", "input_image"):
        return str(image_url.get("url") if isinstance(image_url, dict) else image_url).partition(";base64,")[2]
    if value.get("type") == "image" and isinstance(source, dict):
        return str(source.get("data") or source.get("url"))
    if isinstance(value.get("image"), dict) and "format" in value["image"]:
        return str(value["image"]["source"]["bytes"])
    if isinstance(blob, dict) and str(blob.get("mimeType") or blob.get("mime_type")).startswith("image/"):
        return str(blob["data"])
    return None
