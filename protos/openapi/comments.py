"""What the protos say about themselves: the comments in a descriptor set's source information."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto


@dataclass(frozen=True, slots=True)
class Comments:
    """Comments as Markdown, by full name; that of an enum's value is below the enum's, not beside it."""

    texts: Mapping[str, str]

    def of(self, *names: str) -> str:
        """The comments of these, each a paragraph; what has none is left out."""
        return "\n\n".join(text for name in names if (text := self.texts.get(name)))


def comments_of(files: Iterable[FileDescriptorProto]) -> Comments:
    return Comments({name: text for file in files for name, text in _commented(file)})


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence, and the rest."""
    first, *rest = re.split(r"(?<=\.)\s+", text, maxsplit=1)
    return first, "".join(rest)


def without_subject(sentence: str, name: str) -> str:
    """`sentence` about the RPC of that name as one about an operation: "GetAgent answers …" is "Answers …". What the
    RPC is, rather than does, needs its name."""
    predicate = sentence.removeprefix(f"{name} ")
    if predicate == sentence or predicate.startswith("is "):
        return sentence
    return predicate[0].upper() + predicate[1:]


def over_rest(text: str) -> str:
    """`text` about a request with a field mask, which over REST need not be given."""
    return text.replace("the mask names", "the body or `update_mask` names")


def _commented(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    for location in file.source_code_info.location:
        if location.leading_comments and (names := _names(file, location.path)):
            yield ".".join((file.package, *names)), _reflowed(location.leading_comments)


def _names(file: FileDescriptorProto, path: Iterable[int]) -> list[str]:
    """From the file down to what `path` leads to, which goes by field number and index in turns. Empty for what has no
    name, like an option."""
    names = []
    message: Any = file
    steps = iter(path)
    for number, index in zip(steps, steps, strict=False):
        message = getattr(message, message.DESCRIPTOR.fields_by_number[number].name)
        if not hasattr(message, "add"):
            return []
        message = message[index]
        names.append(message.name)
    return names


def _reflowed(comment: str) -> str:
    """A paragraph on one line; what is indented in it becomes a block of code."""
    paragraphs = re.split(r"\n\s*\n", comment.strip("\n"))
    return "\n\n".join(_paragraph(paragraph.split("\n")) for paragraph in paragraphs)


def _paragraph(lines: list[str]) -> str:
    text = " ".join(line.strip() for line in lines if not line.startswith("  "))
    code = [line.removeprefix(" ") for line in lines if line.startswith("  ")]
    return "\n\n".join(filter(None, (text, "\n".join(code))))
