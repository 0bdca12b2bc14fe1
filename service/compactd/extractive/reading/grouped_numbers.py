"""Numbers that are written in groups and name one thing: of accounts, of telephones, of cards."""

import re
from itertools import pairwise

_BLANK = "[ \u00a0\u202f]"
_GAP = "[ \u00a0\u202f/-]"

# Behind a number, in a row or a sum, no group begins; possessive below, for no part of one is a number of its own.
_ALONE = rf"(?<![0-9A-Za-z_.,:/+-].)(?<!\d{_BLANK}.)"
_ENDS = rf"(?![0-9A-Za-z])(?!{_BLANK}?\d|[.,:/-]\d)"
_NUMBER = re.compile(
    rf"[A-Z+(0-9]{_ALONE}(?:"
    # DE02 1203 0000 0000 2020 51, GB82 WEST 1234 5698 7654 32
    rf"(?<=[A-Z])(?P<account>[A-Z]\d\d{_BLANK}[0-9A-Z]{{4}}(?:{_BLANK}\d[0-9A-Z]{{3}})++(?:{_BLANK}\d[0-9A-Z]{{0,2}})?+)"
    # +49 170 1234567, +33 (0)6 12 34 56 78
    rf"|(?<=\+)(?P<international>[1-9]\d*+(?:{_GAP}?\(\d{{1,4}}\))?+(?:{_GAP}?\d++)*+)"
    # (0171) 5550142, (415) 555-0132, 8 (800) 555-35-35
    rf"|(?:(?<=\()|(?<=\d){_BLANK}\()"
    rf"(?P<area>(?:0\d{{1,5}}\){_GAP}?|\d{{2,5}}\){_GAP}?\d{{2,}}{_GAP})\d{{2,}}(?:{_GAP}\d{{2,}})*+)"
    # 0171 555 0142, 0049 170 1234567
    rf"|(?<=0)(?P<national>0?[1-9]\d{{0,4}}(?:{_BLANK}|/)\d{{2,}}(?:{_BLANK}\d{{2,}})*+)"
    # 4111 1111 1111 1111, 3782 822463 10005
    rf"|(?<=[1-9])(?P<card>\d{{3}}(?:(?:{_BLANK}\d{{4}}){{3}}(?:{_BLANK}\d{{1,3}})?+|{_BLANK}\d{{6}}{_BLANK}\d{{4,5}})))"
    rf"{_ENDS}"
)

_DIGITS = {"account": (8, 32), "international": (8, 16), "area": (7, 15), "national": (9, 15), "card": (14, 19)}
"""How many digits there are at least and at most, by ISO 13616, E.164 and ISO 7812."""

_ACCOUNT = 15
"""Letters and digits of the shortest account, Norway's."""

_GROUP = re.compile(r"\d+")
_YEARS = re.compile(rf"(?:(?:1[89]|20)\d\d{_BLANK}?)+")


def grouped_numbers(text: str) -> tuple[list[str], str]:
    """Each of them, in the order they stand in, and the text without them."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        number = match.group()
        if not _is_one(match):
            return number
        found.append(number)
        return " "

    return found, _NUMBER.sub(take, text)


def _is_one(match: re.Match[str]) -> bool:
    group = str(match.lastgroup)
    fewest, most = _DIGITS[group]
    digits = sum(map(str.isdigit, match.group()))
    if not fewest <= digits <= most:
        return False
    if group == "account":
        return sum(map(str.isalnum, match.group())) >= _ACCOUNT
    groups = _GROUP.findall(match.group())
    if group == "card" and (not _has_check_digit("".join(groups)) or _YEARS.fullmatch(match.group())):
        return False
    return not _is_row(groups)


def _has_check_digit(digits: str) -> bool:
    """Whether the last one follows from the others, by ISO 7812 (Luhn)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def _is_row(groups: list[str]) -> bool:
    """Whether they are numbers of their own, one as far from the next as another: ports, ids. Groups of two digits are
    no such row: a telephone in France may well be 01 23 45 67 89."""
    widths = {len(group) for group in groups}
    steps = {int(second) - int(first) for first, second in pairwise(groups)}
    return len(groups) > 2 and len(widths) == len(steps) == 1 and min(widths) > 2 and 0 not in steps
