"""A user's content parts as litellm takes them: OpenAI's shape, or in words where the provider does not take them."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from compactd.domain.messages import AudioPart, ChatMessage, ContentPart, FilePart, ImagePart, OpaquePart, Role
from compactd.strategies.placeholders import describe_file, in_words
from compactd.summarizers.media_types import media_type_of
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.providers.accepted_parts import AcceptedParts
from compactd.summarizers.providers.row import Dialect


def shows_parts(message: ChatMessage) -> bool:
    """Whether a message goes out with images, files and sounds: those of assistants and tools are told in words."""
    return message.role not in (Role.ASSISTANT, Role.TOOL)


class PartWriter:
    """Writes the parts that a user says to one model in one request. Bytes go under the type that they are of."""

    def __init__(
        self,
        accepted: AcceptedParts,
        dialect: Dialect,
        model: str,
        facts: ModelFacts | None,
        messages: Sequence[ChatMessage],
    ) -> None:
        """`messages` are those of the request, in the order in which they will be written."""
        self._accepted = accepted
        self._dialect = dialect
        self._sees = _sees(accepted, model, facts)
        # The responses API takes no audio.
        self._files: set[bytes] = set()
        self._hears = dialect is not Dialect.RESPONSES and _is_one_of(model, accepted.audio_models)
        self._surplus_images = self._images_beyond_limits(messages)

    def content(self, parts: Sequence[ContentPart]) -> str | list[dict[str, Any]]:
        """A text where all of it is text, or in words."""
        spoken = [_inlined(part) for part in parts if not isinstance(part, OpaquePart)]
        written = [(part, self._written(part)) for part in spoken]
        if all(block is None for _, block in written):
            return "\n".join(map(_in_words, spoken))
        blocks = [block or _text(_in_words(part)) for part, block in written]
        if self._accepted.files_need_text and not any(block["type"] == "text" for block in blocks):
            names = [describe_file(part) for part in spoken if isinstance(part, FilePart)]
            return [_text("\n".join(names)), *blocks] if names else blocks
        return blocks

    def _written(self, part: ContentPart) -> dict[str, Any] | None:
        """None for what stands in words."""
        match part:
            case ImagePart():
                return self._image(part)
            case FilePart():
                return self._file(part)
            case AudioPart():
                return self._audio(part)
            case _:
                return None

    def _image(self, part: ImagePart) -> dict[str, Any] | None:
        if not self._takes(part):
            return None
        if self._surplus_images:
            self._surplus_images -= 1
            return None
        return _image_url(part.url or "" if part.data is None else _data_url(media_type_of(part), part.data))

    def _takes(self, part: ImagePart) -> bool:
        media_type = media_type_of(part)
        if not self._sees or (media_type and media_type not in self._accepted.images):
            return False
        if part.data is not None:
            largest = self._accepted.image_bytes
            return bool(media_type) and (largest is None or _encoded_size(part.data) <= largest)
        # What tells its type nowhere may be an image of any.
        return part.url is not None and part.url.startswith(self._accepted.image_urls)

    def _images_beyond_limits(self, messages: Sequence[ChatMessage]) -> int:
        """How many of the images that it would take are left out, the oldest first."""
        most, room = self._accepted.most_images, self._accepted.all_image_bytes
        images = [
            part
            for message in messages
            if shows_parts(message)
            for part in message.parts
            if isinstance(part, ImagePart)
        ]
        if not self._sees or (
            (most is None or len(images) <= most)
            and (
                room is None or sum(_encoded_size(image.data or b"") + len(image.url or "") for image in images) <= room
            )
        ):
            return 0
        taken = [image for image in map(_inlined, images) if isinstance(image, ImagePart) and self._takes(image)]
        kept, size = 0, 0
        for image in reversed(taken):
            size += _encoded_size(image.data or b"")
            if kept == most or (room is not None and size > room):
                break
            kept += 1
        return len(taken) - kept

    def _file(self, part: FilePart) -> dict[str, Any] | None:
        media_type = media_type_of(part)
        if self._accepted.files_need_sight and not self._sees:
            return None
        if part.file_id is not None:
            file = self._by_id(part.file_id, media_type)
        elif media_type not in self._accepted.files:
            return None
        elif part.data is not None:
            file = self._by_bytes(part.data, media_type, part.name)
        else:
            file = self._by_url(part.url or "", media_type)
        return None if file is None else {"type": "file", "file": file}

    def _by_bytes(self, data: bytes, media_type: str, name: str) -> dict[str, str] | None:
        if (most := self._accepted.most_files) is not None:
            if data in self._files or len(self._files) == most:
                return None
            self._files.add(data)
        # OpenAI wants a name, whatever it is.
        return {"filename": name or f"file.{media_type.rpartition('/')[2]}", "file_data": _data_url(media_type, data)}

    def _by_id(self, file_id: str, media_type: str) -> dict[str, str] | None:
        if not file_id.startswith(self._accepted.file_ids):
            return None
        if self._dialect in (Dialect.CHAT, Dialect.RESPONSES):
            return {"file_id": file_id}
        # Which kind of block it becomes is told by its type; of one without it nobody knows.
        return {"file_id": file_id, "format": media_type} if media_type in self._accepted.files else None

    def _by_url(self, url: str, media_type: str) -> dict[str, str] | None:
        if not url.startswith(self._accepted.file_urls):
            return None
        match self._dialect:
            case Dialect.CHAT:
                return {"file_data": url}
            case Dialect.GEMINI:
                return {"file_id": url, "format": media_type}
            case _:
                return {"file_id": url}

    def _audio(self, part: AudioPart) -> dict[str, Any] | None:
        form = part.format.lower()
        if not (self._hears and part.data and form in self._accepted.audio):
            return None
        encoded = base64.b64encode(part.data).decode()
        return {"type": "input_audio", "input_audio": {"data": encoded, "format": form}}


def _sees(accepted: AcceptedParts, model: str, facts: ModelFacts | None) -> bool:
    """Whether the model takes images, as far as its name and the table of models tell."""
    if any(mark in model.lower() for mark in accepted.blind_models):
        return False
    if facts is not None and (facts.sees is False or (facts.sees is None and accepted.silence_is_blind)):
        return False
    return _is_one_of(model, accepted.image_models)


def _encoded_size(data: bytes) -> int:
    """Bytes of base64."""
    return -(-len(data) // 3) * 4


def _is_one_of(model: str, marks: tuple[str, ...]) -> bool:
    return not marks or any(mark in model.lower() for mark in marks)


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _in_words(part: ContentPart) -> str:
    """Of an image that has no address its type, for which it may have been left out."""
    if isinstance(part, ImagePart) and part.data is not None and (kind := media_type_of(part)):
        return f"[image: {kind}]"
    return in_words(part, Role.USER)


def _inlined(part: ContentPart) -> ContentPart:
    """With the bytes of a data: URL as bytes: as it stands it may be none, or lie about its type."""
    if not isinstance(part, ImagePart | FilePart) or part.url is None or part.url[:5].lower() != "data:":
        return part
    head, _, encoded = part.url[5:].rpartition(",")
    if not head.endswith(";base64"):
        return part
    try:
        data = base64.b64decode(encoded, validate=True)
    except ValueError:
        return part
    return replace(part, url=None, data=data, media_type=head.removesuffix(";base64")) if data else part


def _image_url(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def _data_url(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
