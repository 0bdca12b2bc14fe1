"""Credentials as people say them, in their languages: "mijn wachtwoord is hund22x", "use 482913 as your login code".

In a sentence nothing but what is made up passes for a password: a digit among letters, or a sign within them. PINs and
codes for one use are digits, behind or before the word for one.
"""

from collections.abc import Collection, Iterator

from compactd.strategies.credential_form import CredentialForm, form

PASSWORDS = (
    "password", "passwort", "passwd", "passphrase", "passcode", "kennwort", "contraseña", "contrasena", "senha",
    "mot de passe", "пароль", "密码", "密碼", "口令", "パスワード", "비밀번호",
)  # fmt: skip
"""Words for a password behind which a sign assigns (`credential_names`): here it is a verb or nothing that does."""

MORE_PASSWORDS = (
    "hasło", "haslo", "wachtwoord", "lösenord", "adgangskode", "passord", "şifre", "sifre", "parola", "salasana",
    "jelszó", "jelszava", "heslo", "clave", "kata sandi", "mật khẩu", "كلمة المرور", "كلمة السر", "رمز عبور",
    "पासवर्ड", "סיסמה", "סיסמא", "รหัสผ่าน", "κωδικός πρόσβασης", "비번", "暗号",
)  # fmt: skip
"""Those of other languages: a sign or a verb."""

PINS = (
    "pincode", "pin code", "pin-code", "pinkod", "pin kod", "pin-kod", "pinnummer", "pin-nummer", "geheimzahl",
    "пин-код", "пинкод", "пин код", "pin-код", "codice pin", "código pin", "code pin",
)  # fmt: skip

CODES = (
    "код подтверждения", "код из смс", "код из sms", "код доступа", "код для входа", "ваш код", "인증번호", "인증 번호",
    "인증코드", "인증 코드", "验证码", "驗證碼", "認証コード", "確認コード", "zugangscode", "anmeldecode", "einmalcode",
    "código de acceso", "código de verificación", "código de acesso", "código de verificação", "code d'accès",
    "code de vérification", "codice di verifica", "codice di accesso", "verificatiecode", "inlogcode",
    "kod weryfikacyjny", "doğrulama kodu", "verifieringskod", "engangskode", "رمز التحقق", "सत्यापन कोड",
)  # fmt: skip
"""For one use."""

_VERBS = (
    "is was are to ist war lautet est es era é è e['’] e jest är er je on là это adalah είναι هي هو است है היא הוא คือ"
)


def _escapable(text: str) -> str:
    """A pattern for the text, whose letters beyond ASCII may be escaped as in JSON."""
    return "".join(char if char.isascii() else rf"(?:{char}|\\u{ord(char):04x})" for char in text)


_IS = "|".join(_escapable(verb) for verb in _VERBS.replace("['’]", "'").split())
_ASIAN_IS = rf"(?:{'|'.join(map(_escapable, '是为為はが는은가이'))})"
_LETTER = r"[^\W\d_]"
_OF = (
    r"(?: (?:of|for|on|at|für|von|zu|de|del|du|pour|para|do|da|van|voor|till|til|от|для|di|per)"
    r"(?: [^\s\d.,;:=\"']{1,30}){1,3}?)"
)
_OPEN = r"\\?[\"'`*«„“「『]{0,3}"
_ASIAN = r"\u3000-\u9fff\uac00-\ud7af\uff00-\uffef\u0900-\u097f\u0600-\u06ff"
_IN_A_VALUE = rf"[^\s\"'`,;:|<>()\[\]{{}}=\\/«»“”„{_ASIAN}]"
_NEVER_ONE = (
    r"(?!(?i:sha|md|utf|base|argon|pbkdf|bcrypt|oauth|http|x509|rfc|aes|k8s|s3|v|auth|field|min|max|page|step|"
    r"line|level|phase|item|version|case|section|part|table|form|rule|type|ver|python|py|web|user)[-_]?\d{0,4}(?:[-_.]?v?\d+)?(?![\w@!#$%&+]))"
    r"(?!\d{1,5}[-–]?(?i:st|nd|rd|th|min|sec|days?|hours?|h|s|ms|x|k|kb|mb|chars?|characters?|times?|digits?|bits?|letters?|"
    r"minutes?|seconds?|months?|years?|attempts?|uses?)(?![^\W_])|\d{4}-\d\d|\$|%|\*\*)"
)
_PASSWORD = (
    rf"(?<!\\){_NEVER_ONE}(?={_IN_A_VALUE}{{0,40}}?(?:\d|{_LETTER}[@#$%&!+]\w))(?=[^\s{_ASIAN}]{{0,40}}?{_LETTER})"
    rf"{_IN_A_VALUE}{{4,64}}(?<![.!?*])(?!(?![{_ASIAN}])[\w(\[=/-]|:\S|\.\w)"
)


def _one_of(words: Collection[str]) -> str:
    """One of the words, in either case, with its ending. It begins with a set of characters, for it is not tried
    elsewhere then; which of them it was is looked back at."""
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(_escapable(word[1:]))
    begun = [begun for letter, rest in rests.items() for begun in _begun(letter, f"(?i:{'|'.join(rest)})")]
    letters = "".join(sorted({case for letter in rests for case in (letter, letter.upper())}))
    return rf"[\\{letters}](?:{'|'.join(begun)}){_LETTER}{{0,4}}"


def _begun(letter: str, rest: str) -> Iterator[str]:
    """What follows the first character of a word of this letter, which may be escaped as in JSON."""
    cases = sorted({letter, letter.upper()})
    yield f"(?<=[{''.join(cases)}]){rest}"
    if not letter.isascii():
        yield from (rf"(?<=\\)u{ord(case):04x}{rest}" for case in cases)


def _markers(words: Collection[str]) -> str:
    # A capital İ is two characters where case does not matter.
    spelt = {*words} | {word.replace("i", "i̇") for word in words if "ifre" in word}
    spelt |= {_escaped(first + word[1:]).casefold() for word in words for first in (word[0], word[0].upper())}
    return "|".join(sorted(spelt))


def _escaped(word: str) -> str:
    return "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in word)


def _said(words: Collection[str], signs: str) -> CredentialForm:
    """A word for a password, and what it is: a blank alone will do."""
    is_it = rf"\s{{0,2}}(?:{signs}(?<!\w)(?:{_IS})(?!\w)|{_ASIAN_IS})\s{{0,2}}"
    kept = rf"{_one_of(words)}(?:{_OF}(?:{is_it}|\s?[:=]\s)|{is_it}|[ \t]){_OPEN}"
    return form(_markers(words), rf"(?P<kept>{kept}){_PASSWORD}")


_GIVEN = rf"\\?[\"']?(?:\s?(?:[:=：—–-]|{_ASIAN_IS})|\s(?:{_IS})(?!\w)\s?[:=]?)\s?{_OPEN}"
_DIGITS = r"\d{4,8}(?![\d.,-]?\d)(?!\w*[A-Za-z])"
# Six digits without a sign are a postal code in India: "Mumbai, pin code 400001".
_PLACE = r"(?! (?:of|for|in) [A-Z][^\d\n]{0,40}\d{6}(?!\d))"

_CODE = (
    r"(?:(?:2FA|MFA|OTP|TOTP|SMS|[Ll]og[ -]?in|[Ss]ign[ -]?in|[Vv]erification|[Aa]uth(?:entication|enticator)?|"
    r"[Oo]ne[ -]?[Tt]ime|[Tt]wo[ -][Ff]actor)[ -](?:pass)?code)"
)
_CODE_MARKERS = "|".join(
    f"{kind}{blank}{code}"
    for kind in (
        "2fa", "mfa", "otp", "totp", "sms", "login", "log in", "log-in", "signin", "sign in", "sign-in", "verification",
        "auth", "authentication", "authenticator", "onetime", "one time", "one-time", "two factor", "two-factor",
    )
    for blank in " -"
    for code in ("code", "passcode")
)  # fmt: skip
_VERB = " (?:is|as|ist|als|es|est|è|é|to|comme|como|come)"
_BEFORE = rf"[\"'`*»“”]{{0,3}}{_VERB}"

SPEECH: tuple[CredentialForm, ...] = (
    _said(PASSWORDS, "[—–]|"),
    _said(MORE_PASSWORDS, r"[:=：—–]{1,2}>?|"),
    form(
        _markers(PINS),
        rf"(?P<kept>{_one_of(PINS)}{_PLACE}(?: [^\s\d.,;:=]{{1,20}}){{0,2}}?"
        rf"(?:{_GIVEN}|\s{_OPEN}(?!\d{{6}}(?!\d)))){_DIGITS}",
    ),
    form(_markers(CODES), rf"(?P<kept>{_one_of(CODES)}(?:{_GIVEN}|\s{_OPEN})){_DIGITS}"),
    form(
        "password|passwort|contraseña|mot de passe|senha|wachtwoord",
        # First whether a verb follows at all, which is seldom; the rest is looked at behind that alone.
        rf"(?<![^\s\"'`(«„“*])(?=\S{{4,67}}+{_VERB} ){_PASSWORD}(?={_BEFORE} (?:\w{{1,6}} ){{0,2}}"
        r"(?:[Pp]assword|[Pp]asswort|contraseña|mot de passe|senha|wachtwoord)\b)",
    ),
    # A bare "PIN to" is English for a wire.
    form(
        "pin to|pin är|pin er|pin je|pin jest|pin è|pin é|pin là|pin это|пин",
        r"(?P<kept>[MmTtNnJjPПп](?:(?:(?<=[Mm])[oó]j|(?<=[Tt])w[oó]j|(?<=[Nn])asz|(?<=[Jj])ego|(?<=[Jj])ej) PIN to"
        rf"|(?:(?<=P)IN (?:är|er|je|jest|è|é|là|это)|(?<=[Пп])(?i:ин))(?!\w))\s?[:—-]?\s?{_OPEN}){_DIGITS}",
    ),
    form(" pin", rf"(?<!\d)\d{{4,8}}(?={_BEFORE} (?:\w{{1,6}} )?PIN\b)"),
    form(_CODE_MARKERS, rf"(?P<kept>{_CODE}(?:{_GIVEN}|\s{_OPEN})){_DIGITS}"),
    form(_CODE_MARKERS, rf"(?<!\d)\d{{4,8}}(?={_BEFORE} (?:(?:your|the|my|a|our) )?(?:\w{{1,20}} )?{_CODE})"),
    # Erlang's OTP 27 has fewer digits.
    form("otp ", rf"(?P<kept>OTP(?<!\wOTP) {_OPEN})\d{{6,8}}(?![\d.]?\d)"),
)
"""What redaction takes out by these; `credential_form` says how they are read."""
