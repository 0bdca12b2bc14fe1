"""What stands for an image, a file or a sound where only text can: what it is and is called, never its bytes."""

from dataclasses import replace

from compactd.domain.messages import AudioPart, ChatMessage, ContentPart, FilePart, ImagePart, Role, TextPart

_SPEAK_TEXT = (Role.ASSISTANT, Role.TOOL)


def has_parts_to_name(message: ChatMessage) -> bool:
    """Whether it has what OpenAI takes from users only, or audio without bytes, which nobody takes."""
    return bool(message.parts) and any(_is_named(part, message.role) for part in message.parts)


def name_parts(message: ChatMessage) -> ChatMessage:
    """The message with that in words."""
    role = message.role
    parts = (TextPart(in_words(part, role)) if _is_named(part, role) else part for part in message.parts)
    return replace(message, parts=tuple(parts))


def _is_named(part: ContentPart, role: Role) -> bool:
    if isinstance(part, AudioPart) and not part.data:
        return True
    return role in _SPEAK_TEXT and isinstance(part, ImagePart | FilePart | AudioPart)


def in_words(part: ContentPart, role: Role) -> str:
    """What a message of `role` says by this part, as text; empty for what only its provider can read.

    A model's own speech is what it said: an introduction would be one that it had never written.
    """
    match part:
        case TextPart():
            return part.text
        case ImagePart():
            return describe_image(part)
        case FilePart():
            return describe_file(part)
        case AudioPart():
            return part.transcript if part.transcript.strip() and role is Role.ASSISTANT else describe_audio(part)
        case _:
            return ""


def describe_image(part: ImagePart) -> str:
    """Its address, if it has one."""
    return f"[image: {part.url}]" if _is_address(part.url) else "[image]"


def describe_file(part: FilePart) -> str:
    """Such as `[file: report.pdf, application/pdf]`: its name, else its address or its provider's id, and its type."""
    called = _on_one_line(part.name) or (part.url if _is_address(part.url) else part.file_id) or ""
    known = ", ".join(filter(None, (called, _on_one_line(part.media_type))))
    return f"[file: {known}]" if known else "[file]"


def describe_audio(part: AudioPart) -> str:
    """Such as `[audio: wav] Good morning.`: its format, and what is said in it where that is known."""
    kind = f"[audio: {_on_one_line(part.format)}]" if part.format else "[audio]"
    return f"{kind} {part.transcript}" if part.transcript else kind


def _is_address(url: str | None) -> bool:
    """A data: URL is the image itself."""
    return url is not None and url[:5].lower() != "data:"


def _on_one_line(name: str) -> str:
    return " ".join(name.split())
