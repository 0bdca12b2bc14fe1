"""What is said to be a credential: the names under which one is assigned, and what of that is one.

`password = …`, `token: …`, `"api_key": "…"`, "the password is …", `secret("…")`; but not `max_token: 4096`,
`password: str`, `token = request.headers["x"]`, "the password is required".
"""

import re

STRONG = (
    "password", "passwort", "passwd", "passphrase", "passcode", "kennwort", "secret_key", "secretkey",
    "secret-key", "secret key", "secret", "api_key", "apikey", "api-key", "api key", "access_key",
    "accesskey", "access-key", "accountkey", "account_key", "private_key", "privatekey", "priv_key",
    "privkey", "auth_key", "authkey", "encryption_key", "signing_key", "service_key", "servicekey", "db_key",
    "dbkey", "database_key", "databasekey", "client_key", "clientkey", "key_pass", "keypass", "token",
    "authorization", "contraseña", "contrasena", "senha", "mot de passe", "пароль", "密码", "密碼", "口令",
    "パスワード", "暗証番号", "비밀번호", "كلمة المرور", "كلمة السر", "رمز المرور", "पासवर्ड",
)  # fmt: skip

SHORT = ("pass", "pwd", "pw")
"""Parts of ordinary words: they count only where no letter stands before them."""

NAMES = (*STRONG, *SHORT)

KEYS = tuple(name for name in STRONG if name != "secret_key")
"""With what the keys of a document end under which a credential stands."""

LONGEST_ASSIGNMENT = 140
"""No name with what stands between it and its value is longer."""

_SUFFIX = r"(?:\d{1,2}|(?:_(?:prod|production|dev|test|staging|secure|value|new|old|admin|root|user|\d{1,2}))){0,2}"
_SIGN = r"(?:(?::=|[=!]==?|=>?|->|:\*\*|::?|：)(?:\s{0,4}(?:@(?=[\"])|b(?=\\?[\"'])))?)"
_VERB = r"(?:(?<!\w)(?:is|was|to|ist|war|lautet|est|es|é|è)(?!\w)|是|为|為|は|는|은)"
_CLOSED = r"(?:\\?[\"'`]\]?|(?<!\[(?i:secret))\]|\[\d{0,4}\])?"
_QUOTED = r"(?<=\s)(?=\\?[\"'`])"
# "the password of the box is …"
_FAR = (
    r"(?:\s(?:of|for|on|at|für|von|zu|de|del|du|pour|para)\s[^\n.,;:=\"']{1,40}?\s"
    r"(?:is|was|ist|war|lautet|est|es|é|è)(?!\w))"
)
_CALLED = r"(?:\.assign)?\((?=\\?[\"'])"

ASSIGNS = rf"{_SUFFIX}{_CLOSED}\s{{0,4}}(?:{_SIGN}|{_VERB}|{_QUOTED})|{_FAR}|{_CALLED}"
"""What stands behind a name, in lower case, where something is assigned to it: a pattern for UTF-8."""


def _alternatives() -> str:
    """The names, whose first characters have been read already, by their second ones: most words are none by that."""
    names: dict[str, list[str]] = {}
    for name in STRONG:
        names.setdefault(name[1], []).append(f"(?<={name[:2]}){name[2:]}")
    for name in SHORT:
        names.setdefault(name[1], []).append(
            rf"(?:(?<![a-z]{name[:2]})|(?<=\\[nrt]{name[:2]}))(?<={name[:2]}){name[2:]}"
        )
    return "|".join(f"{_either_case(second)}(?i:{'|'.join(rest)})" for second, rest in names.items())


def _either_case(letter: str) -> str:
    return letter if letter.upper() == letter else f"[{letter.upper()}{letter}]"


_FIRST = "".join(sorted({case for name in NAMES for case in (name[0], name[0].upper())} | {"ſ", "\u212a"}))

# The set of first characters stands outside of what ignores case: only so is the pattern not tried everywhere. Nothing
# that has been read is read in another way where what follows is none.
ASSIGNED = re.compile(
    rf"(?P<kept>(?P<name>[{_FIRST}](?>{_alternatives()}){_SUFFIX})"
    rf"(?P<sign>{_CLOSED}\s{{0,4}}+(?:{_SIGN}|(?P<verb>(?i:{_VERB}))|{_QUOTED})\s{{0,4}}+|(?P<far>(?i:{_FAR}))\s{{1,4}}+|{_CALLED}))"
    r"(?P<open>\\?[\"'`])?+(?!(?i:\[secret\]|(?:null|none|true|false)\b))"
    r"(?P<value>(?(open)(?:(?!(?P=open))(?:[^\n\\]|\\.)){1,1024}+"
    r"|(?:(?i:apikey|basic|bearer|bot|digest|negotiate|token)\s)?(?![\[{])[^\s\"',;}\]，。；、]{4,256}))"
)

COMPARED = tuple(f"{quote}{blank}{sign}=" for quote in "\"'" for blank in ("", " ") for sign in "=!")
"""One of them is in what REVERSED finds."""

REVERSED = re.compile(
    rf"(?P<open>[\"'])(?P<value>[^\"'\n]{{4,256}}+)(?P<kept>[\"']\s{{0,4}}[=!]==?\s{{0,4}}[\w.]{{0,40}}?"
    rf"(?i:{'|'.join(map(re.escape, STRONG))}|_pass|pwd|_pw))"
)
"""`if ("…" == my_password)`."""

# What is said of a credential without telling it: "the password is required".
_SAID = (
    "abgelaufen about again already also always another any available because been before being below between "
    "boolean both bytes case changeme char char* characters check click configured const contact copied correct "
    "correcta database default defaults different does either empty enter entered erforderlich even every exactly "
    "example expected expirada expired expiré falsch field file find first flag found free from gesetzt geändert "
    "given gültig have here hidden incorrect incorrecta incorrecte inside instead integer invalid invalide just "
    "kept known leer letters like located longer made make managed masked minimum missing more most must needed "
    "never next nicht nil nothing notwendig null number nécessaire object obligatoria obligatorio only option "
    "optional optional[str] other part password placeholder please prompt protected public random read ready "
    "redacted requerida requerido required requis requise reset richtig right safe same secret secretstr "
    "secretstr() secure see self sent separate short should shown simple simply some something still stored "
    "string strong str| such that their them then there these they this those through token type unchanged "
    "undefined under ungültig unicode unique unknown unset until used user users using valid valide varchar very "
    "void want weak what when where whether which while will with without word wrong your yours "
    "vergessen verloren obligatoire oublié dimenticata esquecida errata errada expiró falsa geheim modifié "
    "obbligatoria obrigatória olvidada scaduta "
    "забыт изменён изменен истёк истек неверен неверный нужен обязателен сброшен скрыт "
)
NO_VALUES = frozenset(_SAID.split())

_TEMPLATE = re.compile(
    r"\$\{?\(?[A-Z_][A-Z0-9_]*[})]?$|\$(?:[({]|\d\b|[a-z_]+(?:->\w+|\.\w+)*$)|%\(?\w+\)?[%s]|%[sr]\b|#?\{|</?\w|\*{3,}"
    r"|<[^>]{1,64}>|&lt;|[xX]{4,}$|[•·…]|\.{3}|[)\]:|\\/]?$|[)\]]|\([A-Za-z_][\w. ]*\)?$"
)
_REFERENCE = re.compile(
    r"\(?lambda\b|(?:await |new |[*&!(])?[A-Za-z_][A-Za-z0-9_]*(?:(?:\.|->|::|\?\.)[A-Za-z_]\w*)*(?:\[|\()"
    r"|(?:self|this|cls|config|cfg|conf|settings|os|process|env|environ|args|opts|options|request|req|ctx|context|data|"
    r"params|secrets|vars|var|local|module|creds|credentials|user|body|props|state|response|resp|event|kwargs|values|"
    r"obj|auth|client|session|each|input|output|form|[A-Z][A-Za-z]+)(?:\.|->|::|\?\.)[A-Za-z_][\w.]*$"
    r"|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}$|Secret[A-Z]\w*$"
)
_PATH = re.compile(r"(?:~|\.{1,2})?(?:/[a-z_.-][a-z0-9_.-]*)+/?$|https?://[^?@\s]*$|[A-Za-z_.-]+(?:/[A-Za-z_.-]+)+$")
# `password=user_password`, `TOKEN = "x-auth-token"`.
_NAME_AGAIN = re.compile(
    r"[A-Za-z_][\w.-]*?(?:[._-][A-Za-z]*?|(?<=[a-z])(?=[A-Z]))"
    r"(?i:passwords?|passwd|tokens?|secrets?|keys?|pass|pwd|pw|credentials?|authorization)$"
)
# The name of a record, or of a secret, under what may be the name of a key: `db_key=orders:4711`, `arn:aws:…`.
_RECORD = re.compile(r"[A-Za-z]{2,20}(?:[:/._#-](?:v?\d{1,8}|[A-Za-z]{1,20})){1,6}+$")
_OF_RECORDS = re.compile(r"(?:db|database|client|service|auth)_?key", re.IGNORECASE)
_RESOURCE = re.compile(r"arn:aws[\w-]*:[\w-]+:|projects/[\w-]+/secrets/")
# Of a language's parser: "unexpected token: NEWLINE42", "token 'x2' at position 3".
_LEXED = re.compile(r"(?:unexpected|illegal|unrecognized|expected|next) $", re.IGNORECASE)
_LEXED_AT = re.compile(r"[\"']?,? (?:at|on|near) (?:position|line|column|offset|index)\b")
_CONSTANT = re.compile(r"[A-Z]+(?:_[A-Z]+)+$")
_IDENTIFIER = re.compile(r"_?[A-Za-z]+(?:_[A-Za-z]+)+$")
_NUMBER = re.compile(r"[+-]?[\d_.,]{1,10}(?:e[+-]?\d{1,3})?[kKmM%]?$|0x(?:[0-9a-fA-F]{1,8}|[0-9a-fA-F]{40})$")
"""With the public address of a contract, which is called a token there."""
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*$")
_PHRASE = re.compile(r"_{0,2}[^\W\d_]+(?:[-'’_ ,.:][^\W\d_]*)*$")
_HUMP = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CLAUSE_END = re.compile(r"[ \t]*(?:$|[\n\r.,;:!?)\"'`|&])")
_PARTICIPLE = re.compile(r"\w{2,}(?:ed|ing|ly|able|ible|ert|iert)$")
_SCHEME = re.compile(r"(?:apikey|basic|bearer|bot|digest|negotiate|token)\s", re.IGNORECASE)
_IN_A_QUERY = re.compile(r"[?&][\w.-]*$")
# `passwd = account = ''`.
_ASSIGNED_ON = re.compile(r" {1,4}=(?!=)")
# What stands behind a quote that ends a text, rather than one that begins a value: `"Password: ", stream=None)`.
_BEHIND_QUOTE = re.compile(r"[\s,;:+%.|&)\]}?]")
_LONGEST_WORD = 64
"""Characters: what is longer is no word, no phrase and no variable."""
_TAIL = "。．.)`*>!?…:"
_WEAK = re.compile(r"(?:token|secret|key|authorization)\W?\w{0,20}$", re.IGNORECASE)
_SECRET = re.compile(r"secret\w{0,20}$", re.IGNORECASE)


def secret_within(match: re.Match[str]) -> str | None:
    """What of the value that `ASSIGNED` has found, from its beginning on, is a credential; None if nothing is."""
    value = match["value"]
    if match["name"].casefold() == "token" and _is_lexed(match):
        return None
    if match["open"]:
        return value if _is_quoted_secret(match, _behind_scheme(value)) else None
    if "&" in value and _IN_A_QUERY.search(match.string, max(0, match.start() - 64), match.start()):
        value = value.partition("&")[0]
    whole = value if value.endswith("()") or "<" in value else value.rstrip(_TAIL)
    bare = _behind_scheme(whole)
    return whole if len(bare) >= 4 and _is_bare_secret(match, bare) else None


def _is_lexed(match: re.Match[str]) -> bool:
    """Whether a token is a word of a language, as its parser complains of one."""
    before = match.string[max(0, match.start() - 16) : match.start()]
    return bool(_LEXED.search(before) or _LEXED_AT.match(match.string, match.end()))


def _behind_scheme(value: str) -> str:
    scheme = _SCHEME.match(value)
    return value[scheme.end() :] if scheme else value


def _is_bare_secret(match: re.Match[str], bare: str) -> bool:
    name, verb = match["name"], "to" if match["far"] else (match["verb"] or "").casefold()
    if _is_harmless(name, bare) or _is_code(match, bare) or _CJK.match(bare):
        return False
    if _WEAK.search(name) and (verb == "to" or (_PHRASE.match(bare) and len(bare) < _LONGEST_WORD)):
        return False
    if name.casefold() == "pass" and _NUMBER.match(bare) and not _is_part(match):
        # Tests that passed.
        return False
    if not _WORD.match(bare) or len(_HUMP.findall(bare)) >= (2 if verb else 1):
        return not verb or name.casefold() not in SHORT
    # A word: of a password it may be the value, of nothing else, and said in a sentence only where that ends with it.
    if verb == "to" or name.casefold() == "pass" or _PARTICIPLE.match(bare):
        return False
    return not verb or bool(_CLAUSE_END.match(match.string, match.start("value") + len(match["value"].rstrip(_TAIL))))


def _is_code(match: re.Match[str], bare: str) -> bool:
    """Whether a value without quotes is another variable, or a part of an expression."""
    if len(bare) > _LONGEST_WORD:
        return False
    if _REFERENCE.match(bare) or _CONSTANT.match(bare) or _ASSIGNED_ON.match(match.string, match.end()):
        return True
    if bare.casefold().replace("_", "") == match["name"].casefold().replace("_", ""):
        return True
    spaced = "=" in match["sign"] and (" " in match["sign"] or match.string.startswith((",", ")"), match.end()))
    return spaced and bool(_IDENTIFIER.match(bare))


def _is_quoted_secret(match: re.Match[str], value: str) -> bool:
    name, sign = match["name"], match["sign"]
    if len(value) < 3 or _is_harmless(name, value):
        return False
    if _BEHIND_QUOTE.match(value) and not match.string.startswith(match["open"], match.end()):
        return False
    if sign.isspace() or "(" in sign:
        # `private_key "…";`, `secret("…")`: no sentences, and nothing that is a word.
        return not (" " in value or _PHRASE.match(value) or (name.casefold() in SHORT and not _is_part(match)))
    return not (_WEAK.search(name) and not _SECRET.search(name) and _PHRASE.match(value) and len(value) < _LONGEST_WORD)


def _is_part(match: re.Match[str]) -> bool:
    """Whether the name is the end of a longer one, such as DB_PASS."""
    return match.string[max(0, match.start() - 1) : match.start()] in ("_", "-")


def _is_harmless(name: str, value: str) -> bool:
    """Whether a value stands for one, or says something of one, whatever it is the value of."""
    if _TEMPLATE.match(value) or _PATH.match(value) or value.casefold() in NO_VALUES or _RESOURCE.match(value):
        return True
    if _OF_RECORDS.match(name) and len(value) <= _LONGEST_WORD and _RECORD.match(value):
        return True
    if len(value) <= _LONGEST_WORD and _NAME_AGAIN.match(value):
        return True
    return name[-5:].casefold() == "token" and bool(_NUMBER.match(value))
