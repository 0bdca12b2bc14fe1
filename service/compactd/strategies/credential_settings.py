"""Credentials by what they stand in: options of commands, statements of SQL, elements of XML, cookies, tables; and
forms that can be told only where their maker is named.
"""

from compactd.strategies.credential_form import CredentialForm, beginning, form
from compactd.strategies.credential_places import RANDOM

_SECRETS = (
    r"password|passwort|passwd|passphrase|passcode|pwd|secret|token|(?:api|access|account|private|secret|auth)[_.-]?key"
)
_NO_VALUE = r"(?![$%{*@\[#<]|(?i:string|str|text|null|none|true|false|required|optional|password|changeme|example)\b)"
_COOKIES = r"[\w.%-]{1,64}+=[^;\s\"'\\]*+(?:;\s?[\w.%-]{1,64}+=[^;\s\"'\\]*+)*+"
_LINE = r"(?:\r?\n|\\{1,2}n)[ \t]{0,8}"
_MADE_UP = r"(?=[^\s\"'<>|]{0,60}?[\d!@#$%&+=])"

_NAMES = ("password", "passwort", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "key")
# The name's cell of a table, and the next one.
_CELL = CredentialForm(
    tuple(name + end for name in _NAMES for end in (" |", "|", "  ", "*", "`")),
    rf"(?P<kept>\|\s{{0,40}}\*{{0,2}}(?:[\w-]{{1,20}}[ _-])?(?i:{_SECRETS})\*{{0,2}} {{0,40}}\|"
    r"\s{0,40}[`*]{0,2})"
    rf"{_NO_VALUE}(?![/~-]|https?:|[A-Za-z0-9]{{1,20}}(?:_[A-Za-z0-9]{{1,20}}){{1,6}}[`* |])"
    rf"(?!(?i:sha|md|v|utf-?|base|argon|pbkdf|oauth|aes-?)\d|[\d.,]{{1,12}}\s)(?=[^\s|]{{0,60}}?[A-Za-z]){_MADE_UP}"
    r"[^\s|()`*]{4,200}(?=[`*]{0,2}\s{0,80}\|)",
)

SETTINGS: tuple[CredentialForm, ...] = (
    form(
        "--auth|--credential|--private-key",
        r"(?P<kept>--(?:auth|credentials?|private-key)(?: {1,4}|=)[\"']?)(?![-$<{[~./\s]|\w{1,20}=|(?:oauth|sha|v)\d)"
        r"(?=[^\s\"'`]{0,60}?(?:\d|\w:\w))(?![^\s\"'`]{0,100}?\.(?:json|ya?ml|pem|key|txt|ini|env)\b)(?:[^\s\"'`\\]|\\(?![nrt])){4,200}",
    ),
    form(
        "redis-cli",
        r"(?P<kept>redis-cli (?:(?!redis-cli )[^\n|;&]){0,200}?(?<= )(?:-a|--pass)[ =])"
        r"(?:\"[^\"\n]{1,200}+\"|'[^'\n]{1,200}+'|[^\s\"'$<-][^\s\"'\\]*+)",
    ),
    form(
        "curl",
        rf"(?P<kept>curl (?:(?!curl )[^\n|;&]){{0,200}}?(?<= )(?:-b|--cookie)[ =]?\\?[\"']?){_COOKIES}",
    ),
    form("document.cookie", rf"(?P<kept>document\.cookie\s?\+?=\s?\\?[\"'`]){_COOKIES}"),
    form(
        "password>|passwort>|passwd>|passphrase>|passcode>|pwd>|secret>|token>|key>",
        rf"(?P<kept><[\w.:-]{{0,60}}?(?i:(?P<weak>secret|token|\w{{3,7}}[_.-]?key)|{_SECRETS})(?:\s[^<>]{{0,200}})?>"
        rf"\s{{0,8}}(?:<!\[CDATA\[)?){_NO_VALUE}(?(weak)(?=[^\s<>\d]{{0,100}}\d))[^\n<>\]]{{3,400}}+(?=\s{{0,8}}(?:\]\]>)?</[\w.:-]{{0,60}}?(?i:{_SECRETS})>)",
    ),
    form(
        "value=",
        rf"(?P<kept>[kni](?:ey|ame|d)=\\?[\"'][\w.:-]{{0,60}}?(?i:{_SECRETS})\\?[\"']\s{{1,8}}value=\\?[\"'])"
        rf"{_NO_VALUE}(?=[^\"'\n\d]{{0,100}}\d)[^\"'\n\\]{{4,400}}",
    ),
    form(
        "identified",
        r"(?P<kept>[Ii](?i:dentified\s{1,4}(?:with\s{1,4}[\"'`]?\w{1,40}[\"'`]?\s{1,4})?(?:by|as)\s{1,4}(?:password\s{1,4})?)\\?[\"'])"
        r"(?!\[secret\])(?:(?<=[A-Z]\s.)|(?<=[A-Z]\s\\.)|(?=[^\"'\n\d]{0,100}\d))[^\"'\n\\]{1,200}(?=\\?[\"'])",
    ),
    form(
        "identified",
        r"(?P<kept>[CcAa](?i:(?:reate|lter)\s{1,4}user\s{1,4}\S{1,80}\s{1,4}identified\s{1,4}by\s{1,4}))"
        r"[^\s;\"'<$\[\\][^\s;\"'\\]{2,200}(?=\s{0,4}(?:[;\"'\\\n]|$))",
    ),
    form(
        "with password|encrypted password|login password|set password",
        r"(?P<kept>[WwEeLlSs](?i:(?:(?<=w)ith|(?<=e)ncrypted|(?<=l)ogin|(?<=s)et) password\s{1,4}(?:=\s{0,4})?)')"
        r"(?!\[secret\])[^'\n]{1,200}(?=')",
    ),
    # .netrc without a machine, and with its words on lines of their own.
    form(
        "default",
        r"(?P<kept>default\s{1,8}login\s{1,8}[^\s\\]{1,128}+\s{1,8}password\s{1,8})[^\s$<\\\[][^\s\\]*+",
    ),
    form(
        "login",
        rf"(?P<kept>login(?:(?<![^\n]login)|(?<=[\t\\]nlogin)|(?<=\\nlogin)|(?<=  login)|(?<=\tlogin))"
        r"[ \t]{1,8}[^\s\\]{1,128}+"
        rf"{_LINE}password[ \t]{{1,8}})[^\s$<\\\[][^\s\\]*+(?=[ \t]{{0,8}}(?:[\r\n\\]|$))",
    ),
    form(
        "psk",
        r"(?P<kept>[Pp](?i:sk)\\?[\"']?\s?[:=]\s?)(?!\\?[\"']?[$%{*\[<])"
        r"(?:\\?[\"'](?=[^\"'\\\n]{6,64}\\?[\"'])[^\"'\\\n]*+\\?[\"']|(?=[^\s\"'\d]{0,60}\d)[^\s\"',;(){}\[\]\\]{6,64}(?![\w(]))",
    ),
    _CELL,
    beginning(r"sl\.", rf"(?={RANDOM})[\w-]{{20,}}"),
    beginning("pat", r"[A-Za-z0-9]{14}\.[a-f0-9]{64}(?!\w)"),
    beginning("cio", r"(?=[A-Za-z]{0,31}\d)[A-Za-z0-9]{32}(?!\w)"),
    form("amzn.mws.", r"amzn\.mws\.[0-9a-f]{8}-[0-9a-f-]{27}"),
    # What a password was hashed to can be guessed from: bcrypt, crypt(3), Apache's MD5, argon2, LDAP.
    form("$2a$|$2b$|$2x$|$2y$", r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{40,60}"),
    form(
        "$1$|$5$|$6$|$y$|$7$|$apr1$|$gy$|$argon2",
        r"\$(?:1|5|6|7|g?y|apr1|argon2(?:id?|d))\$(?:[\w=,./+-]{1,64}\$){1,3}[./A-Za-z0-9+]{20,}",
    ),
    form("{ssha|{sha", r"(?P<kept>\{S?SHA(?:256|512)?\})[A-Za-z0-9+/]{20,}={0,2}"),
)  # fmt: skip
"""What redaction takes out by these; `credential_form` says how they are read."""

NEAR: tuple[CredentialForm, ...] = (
    # Of a list of cookies in JSON, as browsers' tools write it.
    form(
        'cookies"|cookies\\"|httponly"|httponly\\"',
        r"(?P<kept>\"name\\?\"\s{0,4}:\s{0,4}\\?\"[^\"\\\n]{1,100}+\\?\"\s{0,4},\s{0,40}\\?\"value\\?\"\s{0,4}:\s{0,4}\\?\")"
        r"(?=[^\d%\s\"]{0,64}[\d%]|[^\s\"]{16})[^\s\"\\\[]{6,}",
    ),
    form("mailgun", r"(?<![\w-])[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}(?![\w-])"),
    form("vault", rf"(?<![\w.])s\.(?={RANDOM})[A-Za-z0-9]{{24}}(?!\w)"),
)
"""What is a credential only in a text that has one of the markers anywhere: the pattern holds none."""
