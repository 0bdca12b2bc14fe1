"""Credentials that people and tools paste into conversations: none of them may travel into a summary.

Transcripts and digests of messages are stored without them: a rule more or less here raises RULES_VERSION
(`strategies.rules_version`) and VERSION (`extractive.digest`), so that older ones are written again.
"""

import re

from ahocorasick_rs import BytesAhoCorasick, Implementation

REDACTED = "[secret]"

# Before each pattern the markers of which it needs one: looking for literals first is fifty times faster than the
# patterns. No pattern may try a stretch of text twice, whatever the text is. What the group `kept` holds stays.
_SECRETS = (
    ("-----BEGIN", re.compile(r"-----BEGIN[^-\n]{0,60}-----[A-Za-z0-9+/=\s\\]*+(?:-----END[^-\n]{0,60}-----)?")),
    ("sk-", re.compile(r"\bsk-[A-Za-z0-9_-]{12,}")),
    ("k_live_", re.compile(r"\b[rsp]k_live_[A-Za-z0-9]{8,}")),
    ("k_test_", re.compile(r"\b[rsp]k_test_[A-Za-z0-9]{8,}")),
    ("gho_|ghp_|ghr_|ghs_|ghu_", re.compile(r"gh[opsur]_[A-Za-z0-9]{12,}")),
    ("github_pat_", re.compile(r"\bgithub_pat_\w{12,}")),
    ("glpat-", re.compile(r"\bglpat-[\w-]{12,}")),
    ("npm_", re.compile(r"\bnpm_[A-Za-z0-9]{16,}")),
    ("AKIA", re.compile(r"\bAKIA[0-9A-Z]{12,}")),
    ("ASIA", re.compile(r"\bASIA[0-9A-Z]{12,}")),
    ("AIza", re.compile(r"\bAIza[\w-]{20,}")),
    ("ya29.", re.compile(r"\bya29\.[\w-]{8,}")),
    ("SG.", re.compile(r"\bSG\.[\w-]{12,}+\.[\w-]{12,}")),
    ("xox", re.compile(r"\bxox[abeoprs]-[\w-]{8,}")),
    ("hooks.slack.com/", re.compile(r"(?P<kept>hooks\.slack\.com/)[^\s\"'<>)]+")),
    ("/api/webhooks/", re.compile(r"(?P<kept>/api/webhooks/)[^\s\"'<>)]+")),
    ("eyJ", re.compile(r"(?<![\w-])eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]++)?")),
    ("earer ", re.compile(r"(?<=[Bb]earer )[\w.~+/=-]{16,}")),
    # Not "Basic functionality": base64 of a name and a password has a digit or padding in it.
    ("asic ", re.compile(r"(?<=[Bb]asic )(?=[A-Za-z+/]{0,200}[0-9=])[A-Za-z0-9+/=]{12,}")),
    ("hf_", re.compile(r"\bhf_[A-Za-z0-9]{16,}")),
    ("://", re.compile(r"(?<=://)[^\s/:@]{0,64}:[^\s/@]{1,128}(?=@)")),
    ("ignature=", re.compile(r"(?<=[Ss]ignature=)[^\s&\"'<>]{8,}")),
    ("sig=", re.compile(r"(?<=[?&;]sig=)[^\s&\"'<>]{8,}")),
    ("mysql", re.compile(r"(?P<kept>\bmysql\w{0,10} [^\n|;&]{0,200}?-p)(?![\s-])(?:\"[^\"\n]*\"|'[^'\n]*'|\S+)")),
    ("-u ", re.compile(r"(?P<kept>\bcurl [^\n|;&]{0,200}?-u [\"']?[^\s:\"']{1,64}:)[^\s\"']+")),
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
    """The names by their first characters, each of which has been read already."""
    strong = "|".join(f"(?<={name[0]}){name[1:]}" for name in _STRONG)
    return f"{strong}|(?<![a-z].)(?<=p)(?:ass|wd)"


# What is said of a credential without telling it: "the password is required".
_SAID_OF = (
    "already|being|changed|correct|empty|expired|incorrect|invalid|missing|needed|never|not|only|required|reset|revoked|"
    "rotated|stored|still|that|valid|wrong"
)
# The set of first characters stands outside of what ignores case: only so is the pattern not tried everywhere.
_ASSIGNED = re.compile(
    rf"(?P<kept>[AaCcPpSsſTt密口パ](?i:(?:{_alternatives()})(?:\\?[\"'])?\s{{0,4}}"
    rf"(?:[:=：]\s{{0,4}}|(?:\bis\b|\bist\b|\blautet\b|是|为|為|は)\s{{0,4}}(?!(?:{_SAID_OF})\b))))"
    r"(?P<open>\\?[\"'])?(?!(?i:\[secret\]|(?:null|none|true|false)\b))"
    r"(?(open)(?:(?!(?P=open))(?:[^\n\\]|\\.)){1,1024}+"
    r"|(?:(?i:basic|bearer|digest|token)\s)?(?![\[{])[^\s\"',;}\]，。；、]{4,256})"
)

_QUOTED_NAME = re.compile(r"(?P<quote>\\?\")\s*:\s*$")


_PLACES = {marker.casefold(): place for place, (markers, _) in enumerate(_SECRETS) for marker in markers.split("|")}
"""The place in `_SECRETS` of each marker."""

_WORDS = (*_PLACES, *_NAMES)
# One pass finds all words that matter: 2 µs for 500 characters, where a search for each of them took 20.
_FINDER = BytesAhoCorasick([word.encode() for word in _WORDS], implementation=Implementation.DFA)


def redact(text: str) -> str:
    """`text` with every known form of a credential replaced by `[secret]`; the same object if there is none."""
    folded = text.casefold()
    hits = _FINDER.find_matches_as_indexes(folded.encode("utf-8", "surrogatepass"), overlapping=True)
    return _redact(text, folded, {_WORDS[index] for index, _, _ in hits}) if hits else text


def _redact(text: str, folded: str, found: set[str]) -> str:
    """`found` are the words that `folded` holds. What replaces a credential adds none that could matter."""
    redacted = text
    if not found.isdisjoint(_PLACES):
        for place in sorted({_PLACES[word] for word in found if word in _PLACES}):
            redacted = _SECRETS[place][1].sub(_replaced, redacted)
        folded = redacted.casefold()
    # The pattern costs ten times what all the rest does: it runs only where something is assigned to a name.
    for name in found:
        if name not in _PLACES and _is_assigned(name, folded):
            return _ASSIGNED.sub(_assigned, redacted)
    return redacted


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
    return f"{match.groupdict().get('kept') or ''}{REDACTED}"


def _assigned(match: re.Match[str]) -> str:
    kept, opened = match["kept"], match["open"] or ""
    named = _QUOTED_NAME.search(kept)
    if named and not opened:
        # A number in a JSON document, which has to stay one.
        return f"{kept}{named['quote']}{REDACTED}{named['quote']}"
    return f"{kept}{opened}{REDACTED}"
