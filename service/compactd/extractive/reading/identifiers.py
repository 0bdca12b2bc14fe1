"""The identifiers of a text: what an agent must find again, letter by letter.

One pass finds the tokens, each distinct token is looked at once: the cost grows with the vocabulary, not the length.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from compactd.extractive.languages.numbers import BEFORE_SIGN, DIGITS, OF_YEAR, PATTERN, SCALE, SIGNS
from compactd.extractive.languages.units import CODES, CURRENCY, MONTH, MONTHS, UNIT
from compactd.extractive.reading.grouped_numbers import grouped_numbers
from compactd.extractive.reading.name_endings import FILE_NAME, HOST
from compactd.strategies.secrets import redact

LONGEST = 240
"""Code points; a longer token is data, not a name for something."""


class Kind(StrEnum):
    """What an identifier is. NUMBER and SYMBOL are weak: most of them matter to nobody. NAME is of prose only, and not
    extracted here: two capitalized words are a name in a sentence, not in a listing."""

    URL = "url"
    EMAIL = "email"
    PATH = "path"
    ID = "id"
    HASH = "hash"
    VERSION = "version"
    DATE = "date"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    ERROR = "error"
    COMMAND = "command"
    HOST = "host"
    NAME = "name"
    NUMBER = "number"
    SYMBOL = "symbol"


class Identifier(NamedTuple):
    """`value` verbatim."""

    value: str
    kind: Kind


# Letters up to U+1FFF: a path may be in Greek or Arabic, but Chinese and Japanese do not put spaces around it. Commas
# and stops of Arabic and Hindi are none.
_LETTERS = r"0-9A-Za-z_\u00c0-\u060b\u060d-\u061a\u061c-\u061e\u0620-\u06d3\u06d5-\u0963\u0966-\u1fff"
_TOKEN_CHARACTERS = rf"{_LETTERS}./\\@:+\-#~%$"
_PLAIN_TOKEN = rf"[{_TOKEN_CHARACTERS}]++"
_TOKEN = re.compile(_PLAIN_TOKEN)
_URL = r"[a-z][a-z0-9+]{1,9}://[^\s<>\"'`\])}，。、！？；（）「」『』،؛؟۔।॥|\\]++"
# Most words are ordinary: they are passed over, and not found.
_ORDINARY = rf"[A-Za-z][a-z]*+(?![{_TOKEN_CHARACTERS}])"
_TOKENS = re.compile(rf"{_ORDINARY}|({_PLAIN_TOKEN})")
_TOKENS_AND_URLS = re.compile(rf"{_ORDINARY}|({_URL}|{_PLAIN_TOKEN})")
_QUOTED = re.compile(r"`([^`\n]{2,160})`")

# Possessive, and never begun inside a number: each digit is looked at once.
_NUMBER = r"\d++(?:[.,]\d++)*+"
_MANY = rf"(?:\s?(?:[kKmM]|{SCALE})(?!\w))?"


def _begun(words: str) -> str:
    """A pattern for the alternatives `words` whose first character has been read already."""
    return "(?:" + "|".join(f"(?<={word[0]}){word[1:]}" for word in words.split("|")) + ")"


_YEAR = rf"(?:,? (?:1[89]|2[01])\d\d(?![0-9A-Za-z-])(?! (?:{UNIT}|{CURRENCY})\b))?"
"""Behind a month; `16 March, 4417 came` has none, nor has `5 May, 2000 EUR`."""

# Behind a number that is followed by another mark stands no unit: that is found out before they are tried, first what
# logs and JSON are full of.
_NO_UNIT = (
    r"(?!\d*+(?:[-:/;\"')\]}]|\s[\d\[\"(/-]|T\d"
    rf"|(?:[.,]\d++)*+(?:[^\s\w%{SIGNS}]|\Z)))"
)
_AFTER_FIRST = (
    r"(?<![0-9A-Za-z_.].)(?<!\d,.)(?:(?<=\d)(?:"
    r"(?P<time>\d{3}-\d\d-\d\d \d\d:\d\d(?::\d\d)?(?: [A-Z]{2,4}\b)?)"
    rf"|{_NO_UNIT}(?:(?P<iso>\d{{3}}年(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?|\d?月\d{{1,2}}日)"
    rf"|(?P<date>\d?(?:st|nd|rd|th)?(?: of)? {MONTH}{_YEAR})"
    rf"|\d*+(?:[.,]\d++)*+\s?(?:(?P<amount>[{SIGNS}]|{CURRENCY}|[万億亿千]?[元円])"
    rf"|(?P<quantity>%|{UNIT}|[秒分]钟?|時間|小时|天|日間|人|個|个|名))"
    r"|(?P<counted>\d{0,2}(?:,\d{3})+ (?!(?:that|and|for|with|from|are|were|was|had|have)\b)[a-z]{3,}\b)))"
    rf"|(?<=[A-Zces])(?:(?P<coded>{_begun(CODES)}\s?{_NUMBER}{_MANY})"
    rf"|(?P<error>{_begun('SQLSTATE|HTTP|Errno|errno|exit code|status code|code')}\s[0-9A-Z]{{1,8}}\b))"
    rf"|(?P<priced>(?<=[{SIGNS}])\s?{_NUMBER}{_MANY}))"
)
# One set of first characters, then what may follow each: a pattern that begins with a set is not tried elsewhere.
_FIRST = f"{DIGITS}{SIGNS}"
_PHRASE = re.compile(rf"[{_FIRST}A-Zces]{_AFTER_FIRST}")
_PHRASE_OF_NUMBER = re.compile(rf"[{_FIRST}]{_AFTER_FIRST}")
_CODE_LIKELY = re.compile(r"[A-Z](?:[A-Z][A-Z]\s?\d|TTP\s|QLSTATE\s)")
_MONTH_FIRST = re.compile(
    rf"[JFMASOND](?<!\w.){_begun(MONTHS)}(?![0-9A-Za-z])\.? \d{{1,2}}(?:st|nd|rd|th)?(?![0-9A-Za-z]){_YEAR}"
)

# Three tables, so that a token is not tried against what it cannot be: tokens of digits and marks, of letters and
# marks, and of both. `other` is what is none of the kinds. Possessive wherever what follows is no part of what was
# repeated, and a point is looked for before it is counted on: a token that is none of the kinds is gone through once.
_HAS_POINT = r"(?=[^.]*+\.)"
_DIGITS = re.compile(
    r"(?P<date>\d{4}-\d{2}(?:-\d{2})?|\d{1,2}[.-]\d{1,2}[.-]\d{4}|(?:[01]?\d|2[0-4]):[0-5]\d)"
    # A time to the second stands at the beginning of every line of a log.
    r"|(?P<other>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)"
    r"|(?P<host>(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?)"
    r"|(?P<version>\d+\.\d+\.\d+)"
    r"|(?P<quantity>\d+(?:\.\d+)?%)"
    r"|(?P<number>[+-]?\d{3,}(?:\.\d+)?|\d+\.\d+)"
    r"|(?P<id>#\d+|\+?\d{2,}(?:-\d+)+)"
)
_WORDS = re.compile(
    r"(?P<email>[\w.+-]++@[\w-]++(?:\.[\w-]++)++)"
    rf"|{_HAS_POINT}(?:(?P<path>{FILE_NAME}|\.(?:env|gitignore|dockerignore|npmrc|bashrc))|(?P<host>{HOST}))"
    r"|(?P<error>E(?:CONN|NO|ACC|PERM|TIMED|ADDR|PIPE|EXIST|INVAL|HOST|AGAIN|BUSY|ISDIR|MFILE)[A-Z]*|ERR(?:OR)?_\w+"
    r"|[A-Za-z.]+(?:Error|Exception|Timeout|Failure)|SIG[A-Z]{3,5}|[A-Z]{2,}Killed)"
    r"|(?P<id>#[A-Za-z][\w-]+)"
    r"|(?P<symbol>--[a-z][\w-]+|[A-Z]+(?:_[A-Z]+)+|[A-Za-z_]\w*+(?:\.\w++)++|[A-Za-z]\w*_\w+"
    r"|[A-Z][a-z]+(?:[A-Z][a-z]+)+|[a-z]+(?:[A-Z][a-z]+)+)"
)
_MIXED = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)"
    r"|(?P<other>\d+(?:st|nd|rd|th)|\d+-[a-z]+|(?:\d+[dhms]){2,}|[a-z]+-\d)"
    r"|(?P<email>[\w.+-]++@[\w-]++(?:\.[\w-]++)++)"
    rf"|(?P<host>localhost:\d+|{_HAS_POINT}{HOST}(?::\d+)?)"
    r"|(?P<quantity>\d+(?:\.\d+)?(?:ms|s|m|h|d|[kKMGT]i?B|x|k))"
    r"|(?P<version>v\d+(?:\.\d+)*[\w.+-]*|\d+\.\d+\.\d+[\w.+-]*)"
    rf"|(?P<path>{_HAS_POINT}{FILE_NAME}(?::\d+)*)"
    r"|(?P<hash>(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})"
    r"|(?P<error>ERR(?:OR)?_\w+)"
    r"|(?P<id>#[\w-]+|(?=[\d.:-]*[A-Za-z_#])#?\w[\w.:#-]{2,}\w)"
    r"|(?P<symbol>[A-Za-z_]\w*+(?:\.\w++)++)"
)
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_WITHOUT_SCHEME = re.compile(rf"{HOST}(?::\d+)?/")
_SLASHED_DATE = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}")


_KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}
# A month that stands first is in no group.
_PHRASE_KINDS: Mapping[str | None, Kind] = {
    **dict.fromkeys((None, "time", "iso", "date"), Kind.DATE),
    **dict.fromkeys(("amount", "coded", "priced"), Kind.AMOUNT),
    **dict.fromkeys(("quantity", "counted"), Kind.QUANTITY),
    "error": Kind.ERROR,
}
_SYMBOL, _NUMBER_KIND, _PATH = Kind.SYMBOL, Kind.NUMBER, Kind.PATH


def extract_identifiers(text: str) -> list[Identifier]:
    """Every identifier of `text` once, phrases (dates, amounts, commands) first, each in the order they stand in it.

    Credentials are left out. Linear in the length of the text; raises nothing.
    """
    return identifiers_in(redact(text))


def identifiers_in(text: str) -> list[Identifier]:
    """As extract_identifiers, for a text that is free of credentials already."""
    found, rest = phrases_of(text)
    for token in tokens_of(rest):
        identifier = identifier_of(token)
        if identifier is not None:
            found.setdefault(identifier.value, identifier)
    return list(found.values())


def phrases_of(text: str) -> tuple[dict[str, Identifier], str]:
    """The identifiers of several words, and the text without those whose words say nothing alone."""
    found: dict[str, Identifier] = {}
    quotes = "`" in text
    if not _DIGIT.search(text) and not quotes:
        return found, text

    def take(match: re.Match[str]) -> str:
        phrase = match.group()
        if (
            phrase[4:5] == " "
            and match.lastgroup == "amount"
            and OF_YEAR.match(match.string, max(0, match.start() - 3))
        ):
            return phrase
        found[phrase] = Identifier(phrase, _PHRASE_KINDS[match.lastgroup])
        return " "

    grouped, rest = grouped_numbers(text)
    found.update((number, Identifier(number, Kind.ID)) for number in grouped)
    rest = BEFORE_SIGN.sub(take, rest) if "$" in text else rest
    rest = PATTERN.sub(take, rest)
    coded = "code" in text or "rrno" in text or _CODE_LIKELY.search(rest)
    rest = (_PHRASE if coded else _PHRASE_OF_NUMBER).sub(take, rest)
    rest = _MONTH_FIRST.sub(take, rest)
    if quotes:
        for match in _QUOTED.finditer(text):
            quoted = match.group(1).strip()
            if quoted and quoted not in found:
                kind = Kind.COMMAND if " " in quoted else classify(quoted)[1] or _SYMBOL
                found[quoted] = Identifier(quoted, kind)
    return found, rest


def phrase_kind(text: str) -> Kind | None:
    """What a text of several words is, if it is one phrase from end to end."""
    named = phrases_of(text)[0].get(text)
    return named.kind if named else None


def is_token(text: str) -> bool:
    """Whether a text without a space is one token from end to end."""
    return "://" not in text and _TOKEN.fullmatch(text) is not None


def tokens_of(text: str) -> list[str]:
    """Every token once that is more than an ordinary word, in order, with the punctuation around it."""
    if "</" in text:
        # A tag that closes is no path.
        text = text.replace("</", "<")
    pattern = _TOKENS_AND_URLS if "://" in text else _TOKENS
    tokens = dict.fromkeys(filter(None, pattern.findall(text)))
    return [token for token in tokens if not (token.isalpha() and (token.islower() or token.istitle()))]


def identifier_of(token: str) -> Identifier | None:
    """What a token names; None for a word like any other."""
    value, kind = classify(token)
    return None if kind is None else Identifier(value, kind)


def classify(token: str) -> tuple[str, Kind | None]:
    """The token without the punctuation around it, and what it is; None for a word like any other."""
    if token.isdigit():
        return token, _NUMBER_KIND if 3 <= len(token) <= LONGEST else None
    value = token.strip(".,:;+@$") if token[0] in ":+@$,;" else token.rstrip(".,:;-+#~@\\")
    if len(value) < 2 or len(value) > LONGEST:
        return (value, Kind.URL) if "://" in value[:13] and len(value) <= 2 * LONGEST else (value, None)
    if "/" in value or "\\" in value:
        return _slashed(value)
    if value[0] == "." or (value[0] == "-" and value[1] != "-"):
        value = value.lstrip("-")
    if value.isalpha() and (value.islower() or value.istitle()):
        return value, None
    return _shaped(value)


def _shaped(value: str) -> tuple[str, Kind | None]:
    shapes = _WORDS if not _DIGIT.search(value) else _MIXED if _LETTER.search(value) else _DIGITS
    match = shapes.fullmatch(value)
    if match is None and ":" in value:
        # `key:value`
        last = value.rpartition(":")[2]
        return (last, _shaped(last)[1]) if len(last) > 1 else (value, None)
    kind = _KINDS.get(str(match.lastgroup)) if match else None
    return value, None if kind is _SYMBOL and len(value) < 5 else kind


def _slashed(value: str) -> tuple[str, Kind | None]:
    """A path, a date, a URL; not `and/or`. Plain string work: a pattern for this would try too many ways."""
    if "://" in value[:13]:
        return value.rstrip("!?*_"), Kind.URL
    if _SLASHED_DATE.fullmatch(value):
        return value, Kind.DATE
    if value[0] in "/~." or value[:2] == "\\\\" or value[1:3] in (":\\", ":/"):
        return value, _PATH if len(value) > 4 else None
    path = value.replace("\\", "/")
    steps = path.split("/")
    if _WITHOUT_SCHEME.match(path) and ":" not in steps[-1]:  # with one it is an image with its tag
        return value, Kind.URL
    named = value[0] != "\\" and any(step.isalpha() or "_" in step for step in steps) and all(steps[:-1])
    return value, _PATH if named and (len(steps) > 2 or not value.replace("/", "").isalpha()) else None
