"""Credentials that people and tools paste into conversations: none of them may travel into a summary.

Transcripts and digests of messages are stored without them: a rule more or less here raises RULES_VERSION
(`strategies.rules_version`) and VERSION (`extractive.digest`), so that older ones are written again.
"""

import re
from collections.abc import Collection

from ahocorasick_rs import BytesAhoCorasick, Implementation

from compactd.strategies.steps import Steps, finished
from compactd.strategies.stretches import STRETCH, overlapping, substitute

REDACTED = "[secret]"


def _beginning(literal: str, rest: str, behind: str = r"\w") -> re.Pattern[str]:
    """`literal` where nothing of `behind` stands before it, and the rest. A pattern that begins with a literal is tried
    nowhere else; one that begins with a look behind or a \\b is tried everywhere, which takes ten times as long."""
    return re.compile(rf"{literal}(?<!{behind}{literal}){rest}")


# Before each pattern the markers of which it needs one: looking for literals first is fifty times faster than the
# patterns. No pattern may try a stretch of text twice, whatever the text is, nor look at more than LOOK_AHEAD before it
# decides (`stretches`). What the group `kept` holds stays.
_SECRETS = (
    ("-----BEGIN", re.compile(r"-----BEGIN[^-\n]{0,60}-----[A-Za-z0-9+/=\s\\]*+(?:-----END[^-\n]{0,60}-----)?")),
    ("sk-", _beginning("sk-", r"[A-Za-z0-9_-]{12,}")),
    ("k_live_", _beginning("[rsp]k_live_", r"[A-Za-z0-9]{8,}")),
    ("k_test_", _beginning("[rsp]k_test_", r"[A-Za-z0-9]{8,}")),
    ("gho_|ghp_|ghr_|ghs_|ghu_", re.compile(r"gh[opsur]_[A-Za-z0-9]{12,}")),
    ("github_pat_", _beginning("github_pat_", r"\w{12,}")),
    ("glpat-", _beginning("glpat-", r"[\w-]{12,}")),
    ("npm_", _beginning("npm_", r"[A-Za-z0-9]{16,}")),
    ("AKIA", _beginning("AKIA", r"[0-9A-Z]{12,}")),
    ("ASIA", _beginning("ASIA", r"[0-9A-Z]{12,}")),
    ("AIza", _beginning("AIza", r"[\w-]{20,}")),
    ("ya29.", _beginning(r"ya29\.", r"[\w-]{8,}")),
    ("SG.", _beginning(r"SG\.", r"[\w-]{12,8192}+\.[\w-]{12,}")),
    ("xox", _beginning("xox[abeoprs]-", r"[\w-]{8,}")),
    ("hooks.slack.com/", re.compile(r"(?P<kept>hooks\.slack\.com/)[^\s\"'<>)]+")),
    ("/api/webhooks/", re.compile(r"(?P<kept>/api/webhooks/)[^\s\"'<>)]+")),
    ("eyJ", _beginning("eyJ", r"[\w-]{8,8192}+\.[\w-]{8,}+(?:\.[\w-]++)?", r"[\w-]")),
    # The blank alone is kept: what stands before it may be the end of the credential before.
    ("earer ", re.compile(r"(?P<kept> )(?<=[Bb]earer )[\w.~+/=-]{16,}")),
    # Not "Basic functionality": base64 of a name and a password has a digit or padding in it.
    ("asic ", re.compile(r"(?P<kept> )(?<=[Bb]asic )(?=[A-Za-z+/]{0,200}+[0-9=])[A-Za-z0-9+/=]{12,}")),
    ("hf_", _beginning("hf_", r"[A-Za-z0-9]{16,}")),
    ("://", re.compile(r"(?P<kept>://)[^\s/:@]{0,64}+:[^\s/@]{1,128}+(?=@)")),
    ("ignature=", re.compile(r"(?P<kept>[Ss]ignature=)[^\s&\"'<>]{8,}")),
    ("sig=", re.compile(r"(?P<kept>[?&;]sig=)[^\s&\"'<>]{8,}")),
    # From one command to the next one only, and not from each to the end of what may be between.
    (
        "mysql",
        re.compile(
            r"(?P<kept>mysql(?<!\wmysql)\w{0,10} (?:(?!\bmysql\w{0,10} )[^\n|;&]){0,200}?-p)(?![\s-])"
            r"(?:\"[^\"\n]{0,8192}+\"|'[^'\n]{0,8192}+'|\S+)"
        ),
    ),
    (
        "-u ",
        re.compile(r"(?P<kept>curl (?<!\wcurl )(?:(?!\bcurl )[^\n|;&]){0,200}?-u [\"']?[^\s:\"']{1,64}+:)[^\s\"']+"),
    ),
)
_STRONG = (
    "password", "passwort", "passwd", "passphrase", "passcode", "secret_key", "secretkey", "secret", "api_key",
    "apikey", "api-key", "access_key", "accesskey", "accountkey", "private_key", "token", "authorization", "contraseña",
    "密码", "密碼", "口令", "パスワード",
)  # fmt: skip
# Parts of ordinary words: they count only where no letter stands before them.
_SHORT = ("pass", "pwd")
_NAMES = (*_STRONG, *_SHORT)
# What stands behind a name where something is assigned to it.
_ASSIGNS = re.compile(r"(?:\\?[\"'])?\s{0,4}(?:[:=：]|(?:is|ist|lautet)\b|是|为|為|は)")
_KEYS = tuple(name for name in _STRONG if name != "secret_key")


def _alternatives() -> str:
    """The names, whose first characters have been read already, by their second ones: most words are none by that."""
    names: dict[str, list[str]] = {}
    for name in _STRONG:
        names.setdefault(name[1], []).append(f"(?<={name[:2]}){name[2:]}")
    for name in _SHORT:
        names.setdefault(name[1], []).append(f"(?<![a-z]{name[:2]})(?<={name[:2]}){name[2:]}")
    return "|".join(f"{_either_case(second)}(?i:{'|'.join(rest)})" for second, rest in names.items())


def _either_case(letter: str) -> str:
    return f"[{letter.upper()}{letter}]" if letter.isascii() else letter


# What is said of a credential without telling it: "the password is required".
_SAID_OF = (
    "already|being|changed|correct|empty|expired|incorrect|invalid|missing|needed|never|not|only|required|reset|revoked|"
    "rotated|stored|still|that|valid|wrong"
)
# The set of first characters stands outside of what ignores case: only so is the pattern not tried everywhere. Nothing
# that has been read is read in another way where what follows is none.
_ASSIGNED = re.compile(
    rf"(?P<kept>[AaCcPpSsſTt密口パ](?>{_alternatives()})(?:\\?[\"'])?+\s{{0,4}}+"
    rf"(?:[:=：]\s{{0,4}}+|(?i:(?:\bis\b|\bist\b|\blautet\b|是|为|為|は)\s{{0,4}}+(?!(?:{_SAID_OF})\b))))"
    r"(?P<open>\\?[\"'])?+(?!(?i:\[secret\]|(?:null|none|true|false)\b))"
    r"(?(open)(?:(?!(?P=open))(?:[^\n\\]|\\.)){1,1024}+"
    r"|(?:(?i:basic|bearer|digest|token)\s)?(?![\[{])[^\s\"',;}\]，。；、]{4,256})"
)

_QUOTED_NAME = re.compile(r"(?P<quote>\\?\")\s*:\s*$")


_PLACES = {marker.casefold(): place for place, (markers, _) in enumerate(_SECRETS) for marker in markers.split("|")}
"""The place in `_SECRETS` of each marker."""

_WORDS = (*_PLACES, *_NAMES)
# One pass finds all words that matter: 2 µs for 500 characters, where a search for each of them took 20.
_FINDER = BytesAhoCorasick([word.encode() for word in _WORDS], implementation=Implementation.DFA)


_LONGEST_WORD = max(map(len, _WORDS))
_LONGEST_ASSIGNMENT = 64
"""No name with what stands between it and its value is longer."""


def redact(text: str) -> str:
    """`text` with every known form of a credential replaced by `[secret]`; the same object if there is none."""
    if len(text) > STRETCH:
        return finished(redact_in_steps(text))
    found = _words_in(text)
    return finished(_redact(text, found)) if found else text


def redact_in_steps(text: str) -> Steps[str]:
    """The same, in steps of a stretch."""
    if len(text) <= STRETCH:
        return redact(text)
    found: set[str] = set()
    for stretch in overlapping(text, _LONGEST_WORD):
        found |= _words_in(stretch)
        yield
    return (yield from _redact(text, found))


def _words_in(text: str) -> set[str]:
    folded = text.casefold().encode("utf-8", "surrogatepass")
    hits = _FINDER.find_matches_as_indexes(folded, overlapping=True)
    return {_WORDS[index] for index, _, _ in hits} if hits else set()


def _redact(text: str, found: set[str]) -> Steps[str]:
    """`found` are the words that `text` holds, folded. What replaces a credential adds none that could matter."""
    redacted = text
    for place in sorted({_PLACES[word] for word in found if word in _PLACES}):
        redacted = yield from substitute(_SECRETS[place][1], _replaced, redacted)
    # The pattern costs ten times what all the rest does: it runs only where something is assigned to a name.
    names = found.difference(_PLACES)
    if names and (yield from _assigns(names, redacted)):
        redacted = yield from substitute(_ASSIGNED, _assigned, redacted)
    return redacted


def _assigns(names: Collection[str], text: str) -> Steps[bool]:
    """Whether something is assigned to one of the names."""
    for stretch in overlapping(text, _LONGEST_ASSIGNMENT):
        folded = stretch.casefold()
        if any(_is_assigned(name, folded) for name in names):
            return True
        yield
    return False


def _is_assigned(name: str, folded: str) -> bool:
    at = folded.find(name)
    while at >= 0:
        at += len(name)
        if _ASSIGNS.match(folded, at):
            return True
        at = folded.find(name, at)
    return False


def is_secret_name(label: str) -> bool:
    """Whether what stands under this key of a document is a credential: `token`, `db_pass`, `apiKey`."""
    name = label.lower().replace("-", "_")
    return name.endswith(_KEYS) or name in _SHORT or name.endswith(("_pass", "_pwd"))


def _replaced(match: re.Match[str]) -> str:
    return match["kept"] + REDACTED if match.re.groups else REDACTED


def _assigned(match: re.Match[str]) -> str:
    kept, opened = match["kept"], match["open"] or ""
    named = _QUOTED_NAME.search(kept)
    if named and not opened:
        # A number in a JSON document, which has to stay one.
        return f"{kept}{named['quote']}{REDACTED}{named['quote']}"
    return f"{kept}{opened}{REDACTED}"
