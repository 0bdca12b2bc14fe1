"""One form of a credential: a pattern with the words without which nothing is it."""

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class CredentialForm:
    """A pattern, and the markers of which a text that it matches holds one, in any case: looking for literals first is
    fifty times faster than the patterns. What the group `kept` holds stays."""

    markers: tuple[str, ...]
    expression: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Half a millisecond the first time, when a text has one of the markers: few forms are ever met."""
        return re.compile(self.expression)


# No pattern may try a stretch of text twice, whatever the text is, nor look at more than LOOK_AHEAD before it decides
# (`stretches`).


def form(markers: str, pattern: str) -> CredentialForm:
    return CredentialForm(tuple(markers.casefold().split("|")), pattern)


def behind(literal: str, word: str = r"\w") -> str:
    """Stands behind `literal`, where nothing of `word` stands before it, but the end of an escape of JSON."""
    return rf"(?:(?<!{word}{literal})|(?<=\\[nrt]{literal})|(?<=\\u00[0-9a-fA-F]{{2}}{literal}))"


def beginning(literal: str, rest: str, word: str = r"\w", markers: str = "") -> CredentialForm:
    """`literal` at the beginning of a word, and the rest. A pattern that begins with a literal is tried nowhere else;
    one that begins with a look behind or a \\b is tried everywhere, which takes ten times as long."""
    return form(markers or literal.replace("\\", ""), rf"{literal}{behind(literal, word)}{rest}")


def prefixed(prefix: str, least: int = 20) -> CredentialForm:
    """A token by its prefix: at least so many characters more, early among them what names in code lack: a digit or,
    where the prefix ends in no letter, a capital one."""
    before, early = ("A-Za-z", r"\d") if prefix[-1].isalpha() else ("a-z", r"[\dA-Z]")
    rest = rf"(?=[{before}_=+/-]{{0,60}}+{early})[A-Za-z0-9_=+/-]{{{least},}}+(?:\.[A-Za-z0-9_=-]{{6,}}+)*+"
    return beginning(re.escape(prefix), rest, markers=prefix)
