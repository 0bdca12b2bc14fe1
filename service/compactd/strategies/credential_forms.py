"""What a credential looks like that can be told by itself: by its first characters, or by what it stands in.

The formats are those that their makers document, and that the lists of secret scanners (GitHub's partners, gitleaks,
detect-secrets) agree on.
"""

import re
from itertools import product
from typing import NamedTuple


class CredentialForm(NamedTuple):
    """A pattern, and the markers of which a text that it matches holds one, in any case: looking for literals first is
    fifty times faster than the patterns. What the group `kept` holds stays."""

    markers: tuple[str, ...]
    pattern: re.Pattern[str]


# No pattern may try a stretch of text twice, whatever the text is, nor look at more than LOOK_AHEAD before it decides
# (`stretches`).


def _form(markers: str, pattern: str) -> CredentialForm:
    return CredentialForm(tuple(markers.casefold().split("|")), re.compile(pattern))


def _behind(literal: str, word: str = r"\w") -> str:
    """Stands behind `literal`, where nothing of `word` stands before it, but the end of an escape of JSON."""
    return rf"(?:(?<!{word}{literal})|(?<=\\[nrt]{literal})|(?<=\\u00[0-9a-fA-F]{{2}}{literal}))"


def _beginning(literal: str, rest: str, word: str = r"\w", markers: str = "") -> CredentialForm:
    """`literal` at the beginning of a word, and the rest. A pattern that begins with a literal is tried nowhere else;
    one that begins with a look behind or a \\b is tried everywhere, which takes ten times as long."""
    return _form(markers or literal.replace("\\", ""), rf"{literal}{_behind(literal, word)}{rest}")


def _prefixed(prefix: str, least: int = 20) -> CredentialForm:
    """A token by its prefix: at least so many characters more, early among them what names in code lack: a digit or,
    where the prefix ends in no letter, a capital one."""
    before, early = ("A-Za-z", r"\d") if prefix[-1].isalpha() else ("a-z", r"[\dA-Z]")
    rest = rf"(?=[{before}_=+/-]{{0,60}}+{early})[A-Za-z0-9_=+/-]{{{least},}}+(?:\.[A-Za-z0-9_=-]{{6,}}+)*+"
    return _beginning(re.escape(prefix), rest, markers=prefix)


PREFIXES = (
    # Models and what is around them.
    "xai-", "gsk_", "r8_", "fw_", "csk-", "pplx-", "nvapi-", "lsv2_pt_", "lsv2_sk_", "api_org_",
    # Registries of packages and images.
    "pypi-Ag", "dckr_pat_", "dckr_oat_", "rubygems_", "CLOJARS_", "AKC", "cmVmdGtu",
    # Clouds, and what runs in them.
    "dop_v1_", "doo_v1_", "dor_v1_", "hvs.", "hvb.", "hvr.", "fo1_", "fm1a_", "fm1r_", "fm2_", "pscale_tkn_",
    "pscale_pw_", "pscale_oauth_", "sbp_", "sb_secret_", "nfp_", "rnd_", "tskey-", "HRKU-AA", "tk-us-", "sha256~",
    "GOCSPX-", "1//0", "LTAI", "AQVN", "ABSK", "bedrock-api-key-", "dp.pt.", "dp.st.", "dp.ct.", "dt0c01.", "pul-",
    # Development.
    "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-", "glagent-", "gloas-", "glffct-", "GR1348941",
    "ATATT3", "ATCTT3", "ATBB", "CCIPAT_", "bkua_", "pnu_", "sgp_", "squ_", "sqp_", "sqa_", "sntrys_", "sntryu_",
    "glc_", "glsa_", "NRAK-", "NRII-", "NRJS-", "PMAK-", "figd_", "lin_api_", "lin_oauth_", "ntn_", "rdme_", "CFPAT-",
    "p8e-", "dnkey-", "ops_eyJ", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-PQ-1",
    # Shops, payment, mail, messages.
    "shpat_", "shpca_", "shppa_", "shpss_", "shippo_live_", "shippo_test_", "whsec_", "sq0csp-", "sq0atp-", "EAA",
    "EZAK", "EZTK", "FLWSECK-", "FLWSECK_TEST-", "duffel_live_", "duffel_test_", "xkeysib-", "xsmtpsib-", "tfp_",
    "xapp-", "fio-u-",
)  # fmt: skip

_HEX = "0123456789abcdef"
_TWO_HEX = tuple(map("".join, product(_HEX, repeat=2)))
# The first four characters of the base64 of three digits, in lower case.
_THREE_DIGITS = "|".join(map("".join, product("mno", "dtjz", "aeimquycgk", "wxyz012345")))
_NEW_LINE = r"(?:\r?\n|\\{1,2}r\\{1,2}n|\\{1,2}n)"
_LINE_END = rf"(?:{_NEW_LINE}|\s)"

_UNIQUE = (
    # A header or two (Proc-Type, Version) may stand before the base64.
    _form(
        "-----BEGIN",
        rf"-----BEGIN[^-\n]{{0,60}}-----(?:{_LINE_END}{{0,4}}+[A-Z][\w-]{{1,30}}+:[^\n\\]{{0,200}}+{_LINE_END}){{0,8}}+"
        r"\s{0,8}+[A-Za-z0-9+/=\\]{4,}+[A-Za-z0-9+/=\s\\]*+(?:-----END[^-\n]{0,60}-----)?",
    ),
    _form(
        "---- BEGIN SSH2",
        rf"---- BEGIN SSH2[^-\n]{{0,60}}----(?:{_LINE_END}{{0,4}}+[A-Z][\w-]{{1,30}}+:[^\n]{{0,80}}?{_NEW_LINE}){{0,8}}"
        rf"(?:[A-Za-z0-9+/=]{{1,80}}+{_LINE_END}|{_LINE_END})*+(?:---- END[^-\n]{{0,60}}----)?",
    ),
    _form("Private-Lines:", rf"(?P<kept>Private-Lines: \d{{1,4}}{_LINE_END})(?:[A-Za-z0-9+/=]{{1,80}}+{_LINE_END})+"),
    _form("Private-MAC:", r"(?P<kept>Private-MAC: )\w{8,}"),
    _beginning("sk-", r"[A-Za-z0-9_-]{12,}"),
    _beginning("[rsp]k_live_", r"[A-Za-z0-9]{8,}", markers="k_live_"),
    _beginning("[rsp]k_test_", r"[A-Za-z0-9]{8,}", markers="k_test_"),
    _beginning("[rsp]k_prod_", r"[A-Za-z0-9]{8,}", markers="k_prod_"),
    _form("gho_|ghp_|ghr_|ghs_|ghu_", r"gh[opsur]_[A-Za-z0-9]{12,}"),
    _beginning("github_pat_", r"\w{12,}"),
    _beginning("glpat-", r"[\w-]{12,}+(?:\.[\w-]{2,}+)*+"),
    _beginning("npm_", r"[A-Za-z0-9]{16,}"),
    _beginning("AKIA", r"[0-9A-Z]{12,}"),
    _beginning("ASIA", r"[0-9A-Z]{12,}"),
    _beginning("ABIA", r"(?=[A-Z]{0,15}\d)[0-9A-Z]{16,}"),
    _beginning("ACCA", r"(?=[A-Z]{0,15}\d)[0-9A-Z]{16,}"),
    _beginning("A3T", r"(?=[A-Z]{0,16}\d)[0-9A-Z]{17,}"),
    _beginning("AIza", r"[\w-]{20,}"),
    _beginning(r"ya29\.", r"[\w-]{8,}"),
    _beginning(r"SG\.", r"[\w-]{12,8192}+\.[\w-]{12,}"),
    _beginning("xox[abeoprs]-", r"[\w-]{8,}", markers="xox"),
    _beginning("hf_", r"[A-Za-z0-9]{16,}"),
    _beginning("eyJ", r"[\w=-]{8,8192}+\.[\w=-]{8,}+(?:\.[\w-]++)?", r"[\w-]"),
    _beginning("key-", r"[0-9a-f]{32}(?!\w)", r"[\w-]"),
    _beginning("secret_", r"[A-Za-z0-9]{43}(?!\w)"),
    _beginning("oy2", r"[a-z0-9]{43}(?!\w)"),
    _beginning("dapi", r"[a-f0-9]{32}(?!\w)"),
    _beginning("4b1d", r"[A-Za-z0-9]{38}(?!\w)"),
    _beginning("API-", r"(?=[A-Z]{0,25}\d)[A-Z0-9]{26}(?!\w)", r"[\w-]"),
    _beginning("ico-", r"(?=[A-Za-z]{0,31}\d)[A-Za-z0-9]{32}(?!\w)"),
    _beginning("sm_[aps]at_", r"[A-Za-z0-9]{16,}", markers="sm_aat_|sm_pat_|sm_sat_"),
    _form("s-s4t2", r"s-s4t2(?:ud|af)-[a-f0-9]{32,}"),
    _beginning(r"v1\.0-", r"[a-f0-9]{24}-[a-f0-9]{100,}"),
    _beginning(r"sl\.", r"[\w=-]{100,}+(?:\.[\w-]++)?"),
    _beginning("A3-", r"[A-Z0-9]{6}(?:-[A-Z0-9]{5,11}){3,5}(?!\w)"),
    _form("access-", r"access-(?:production|development|sandbox)-[0-9a-f]{8}-[0-9a-f-]{27}"),
    _form(".atlasv1.", r"\.atlasv1\.[\w=-]{40,}"),
    _form("_mmk", _behind("") + r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk(?!\w)"),
    _form("Q~", _behind("", r"[\w~.-]") + r"[\w~.]{3}\dQ~[\w~.-]{28,40}"),
    _form("AZDO", _behind("") + r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?!\w)"),
    # An encrypted password of Artifactory: nothing but random letters and digits.
    _beginning("AP[0-9A-F]", r"(?=[A-Za-z]{0,200}+\d)(?=[A-Z0-9]{0,200}+[a-z])[A-Za-z0-9]{8,}(?!\w)", r"[\w/+-]",
               "|".join(f"ap{digit}" for digit in _HEX)),
    _beginning("AC", r"[0-9a-z]{32}(?!\w)", markers="|".join(f"ac{two}" for two in _TWO_HEX)),
    _beginning("SK", r"[0-9a-z]{32}(?!\w)", markers="|".join(f"sk{two}" for two in _TWO_HEX)),
    _form(
        "|".join(f"-us{digit}" for digit in "123456789"),
        _behind("", "[0-9a-z]") + r"[0-9a-z]{32}(?P<kept>-us[0-9]{1,2})(?!\w)",
    ),
    _form("|".join(f"{digit}:a" for digit in "0123456789"), r"(?P<kept>:)(?<=\d{8}:)A[\w-]{34}(?![\w-])"),
    _form(_THREE_DIGITS, r"[MNO][DTjz][AEIMQUYcgk][w-z0-5][\w-]{19,24}\.[\w-]{6}\.[\w-]{27,40}"),
)  # fmt: skip


_GAP = r"(?:\s|\\[nrt]){1,8}+"
_BEARER = r"[\w.~+/=-]{16,}+"
# Not "Basic functionality": base64 of a name and a password has a digit or padding in it.
_BASIC = r"(?=[A-Za-z+/]{0,100}+[0-9=])[A-Za-z0-9+/=]{12,}+"

_PLACED = (
    _form("hooks.slack.com/", r"(?P<kept>hooks\.slack\.com/)[^\s\"'<>)]+"),
    _form("/api/webhooks/", r"(?P<kept>/api/webhooks/)[^\s\"'<>)]+"),
    _form(".webhook.office.com/", r"(?P<kept>\.webhook\.office\.com/)[^\s\"'<>)]+"),
    _form("api.telegram.org/", r"(?P<kept>api\.telegram\.org/(?:file/)?bot)[^\s\"'<>)/]+"),
    _form("api.softlayer.com/", r"(?P<kept>api\.softlayer\.com/soap/v[0-9.]{1,4}/)\w{32,}"),
    # What follows a credential at once may be the word for the next one.
    _form("earer ", rf"(?P<kept>earer )(?<=[Bb]earer ){_BEARER}(?: (?<=[Bb]earer ){_BEARER})*+"),
    _form("asic ", rf"(?P<kept>asic )(?<=[Bb]asic ){_BASIC}(?: (?<=[Bb]asic ){_BASIC})*+"),
    _form("://", r"(?P<kept>://)[^\s/:@]{0,64}+:[^\s/@]{1,128}+(?=@)"),
    _form("ignature=", r"(?P<kept>[Ss]ignature=)(?=[^\d\s&\"'<>]{0,100}+\d)[^\s&\"'<>]{8,}"),
    _form("sig=", r"(?P<kept>[?&;]sig=)[^\s&\"'<>]{8,}"),
    # From one command to the next one only, and not from each to the end of what may be between.
    _form(
        "mysql",
        rf"(?P<kept>mysql{_behind('mysql')}\w{{0,10}} "
        r"(?:(?!\bmysql\w{0,10} )[^\n|;&]){0,200}?(?<=\s)-p)(?![\s-])"
        r"(?:\"[^\"\n]{0,8192}+\"|'[^'\n]{0,8192}+'|\S+)",
    ),
    _form(
        "-u |--user",
        rf"(?P<kept>curl {_behind('curl ')}"
        r"(?:(?!\bcurl )[^\n|;&]){0,200}?(?:-u|--user)[ =][\"']?[^\s:\"']{1,64}+:)[^\s\"']+",
    ),
    _form("sshpass", r"(?P<kept>sshpass +-p ?)(?:\"[^\"\n]{1,200}+\"|'[^'\n]{1,200}+'|[^\s\"'$-]\S*+)"),
    _form("docker login", r"(?P<kept>docker login (?:(?!docker login )[^\n|;&]){0,200}?(?<= )-p )[^\s$-]\S*+"),
    # .netrc: its words may stand on lines of their own.
    _form(
        "machine",
        rf"(?P<kept>machine{_GAP}[^\s\\]{{1,128}}+{_GAP}login{_GAP}[^\s\\]{{1,128}}+{_GAP}password{_GAP})[^\s$<\\][^\s\\]*+",
    ),
    # All of what a browser sends; of what a server sets, the value and not the attributes.
    _form(
        "set-cookie",
        r"(?P<kept>[Ss]et-[Cc]ookie(?:\\?[\"'])?\s?:\s?(?:\\?[\"'])?[\w.%-]{1,64}+=)"
        r"(?:(?=[^\d%;\s]{0,64}+[\d%])[^;\s\"'\\]{6,}|[^;\s\"'\\]{16,})",
    ),
    _form(
        'cookie:|cookie"|cookie\\"|cookie\'',
        r"(?P<kept>[Cc]ookie(?<![Ss]et-.ookie)(?:\\?[\"'])?\s?:\s?(?:\\?[\"'])?)(?=[\w.%-]{1,64}+=)"
        r"(?=[^\n\r\"'\\]{0,100}?=(?:[^\d%;\s]{0,24}+[\d%]|[^;\s]{16}))"
        r"[\w.%-]{1,64}+=[^;\s\"'\\]*+(?:;\s?[\w.%-]{1,64}+=[^;\s\"'\\]*+)*+",
    ),
    _form(
        "sessid|sessionid|session_id|.sid|_session",
        r"(?P<kept>[Ss._](?i:(?<=s)ess(?:ion_?)?id|(?<=\.)sid|(?<=_)session)\\?[\"']?\s?[:=]\s?\\?[\"']?)(?=[A-Za-z_%.+/-]{0,40}+\d)"
        r"(?![0-9a-f]{8}-[0-9a-f]{4}-)[\w%.+/-]{16,}",
    ),
    _form('"auth"|"auth\\"', r"(?P<kept>\"auth\\?\"\s{0,4}:\s{0,4}\\?\")[A-Za-z0-9+/=]{8,}"),
    _form("_auth", r"(?P<kept>_auth\s{0,4}=\s{0,4}\"?)(?=[A-Za-z+/]{0,100}+[0-9=])[A-Za-z0-9+/=]{8,}"),
    _form('assword" value=', r"(?P<kept>[Pp]assword\" value=\")[^\"\n]{4,200}"),
    _form(
        "-password|-passwd|-passphrase|-pass|-pw|-token|-secret|-api-key|-apikey|-access-key|-secret-key|-account-key",
        r"(?P<kept>--(?:[a-z]{1,20}-){0,3}+(?:(?<=-)password|passwd|passphrase|pass|pw|token|secret|api-?key|"
        r"(?:access|secret|account)-key)(?: {1,4}|=)[\"']?)(?![-$<{[\s]|\w{1,20}=)"
        r"(?:(?=[A-Za-z]?[a-z]{0,60}[^\sa-z.,:;!?)\"'`])[^\s\"'`]{4,200}"
        r"|(?!(?:arguments?|file|flags?|from|here|instead|into|must|needs?|option|options|parameter|that|this|value|with)\b)"
        r"[a-z]{4,60}(?=[ ]?(?:[\"'`|&;\n\\]|-\w|$)))",
    ),
)

_ASSIGNMENT = r"[\\\"'\]]{0,3}\s{0,2}(?:[:=]{1,2}>?)\s{0,2}\\?[\"']?"
# Letters of both cases and two digits within the first characters: what no name, no word and no hash has.
_RANDOM = r"(?=[A-Z0-9_+/-]{0,40}[a-z])(?=[a-z0-9_+/-]{0,40}[A-Z])(?=[A-Za-z_+/-]{0,40}\d[A-Za-z_+/-]{0,40}\d)"
_OF_A_KEY = "|".join(map("".join, product(("key", "pwd", "password", "pass", "token"), "= :'\"]\\")))
_OF_IBM = "|".join(map("".join, product(("clou", "cl", "sl"), ("", "api"), ("key", "pw", "pass", "token"))))
_IS = r"(?:\b(?:is|was|ist|war|lautet|est|es|é|è)\b|是|为|為|は)"

_NAMED = (
    # A key of any kind, where nothing but chance can have made it.
    _form(
        _OF_A_KEY,
        rf"(?P<kept>[kptKPT](?i:ey|wd|assword|ass|oken)(?:{_ASSIGNMENT}(?={_RANDOM}[\w+/-]{{32}})"
        rf"|[\\\"'\]]{{0,3}} {{1,8}}\\?[\"']?"
        rf"(?=(?:{_RANDOM}[\w-]{{44}}|[a-f0-9]{{48}})(?![\w-]))))[\w+/-]{{32,}}+={{0,2}}",
    ),
    _form(
        f"cloudant|softlayer|clou_|clou-|cl_|cl-|sl_|sl-|{_OF_IBM}",
        r"(?P<kept>[CcSs](?i:(?:(?<=c)l(?:ou(?:dant)?)?|(?<=s)(?:oftlayer|l))[_-]?(?:api)?"
        r"(?:key|pwd|password|pw|pass|token))"
        r"[\\\"'\]]{0,3} {0,8}(?:[:=]{1,2}>?)? {0,8}\\?[\"']?)(?<=[ :=>\"'])(?:[0-9a-z]{64}|[a-z]{24})(?![A-Za-z0-9])",
    ),
    _form(
        "aws",
        r"(?P<kept>(?i:aws)[^\n\"']{0,46}[\"'](?:[^\n\"']{0,20}[\"'])?)(?=[a-z0-9/+]{0,39}[A-Z])[\w/+]{40}(?=\\?[\"'])",
    ),
    _form(
        "pin |pin:|pin=|pin-|pin\"|pin'|pin\\|pin是|pin码|pin码|pinは|pin：",
        rf"(?P<kept>[Pp][Ii][Nn]{_behind('...', '[A-Za-z]')}"
        r"(?:[ -]?(?:[Cc]ode|[Nn]umber|[Nn]ummer|番号|コード)|码|碼)?\\?[\"']?"
        r"[^\S\n]?(?:(?:(?:for|of|to|für|zu|von|de|du|del|della|pour|para|do|da)\b[^\d\n.;:=]{0,40}?)?"
        rf"(?:[:=：]|{_IS}|が)|(?<=PIN )(?=\d))[\t *`]{{0,4}}\\?[\"']?)\d{{4,12}}(?![\d.]?\d)",
    ),
    _form(
        "verification code|time code|time password|security code|fa code|otp|tan:|tan ist|tan lautet|"
        "验证码|驗證碼|認証コード|sicherheitscode|bestätigungscode|code de vérification|código de verificación",
        r"(?P<kept>[VvOoSs2MTBCc验驗認](?:(?<=[Vv])erification code|(?<=[Oo])ne-?[Tt]ime (?:code|password)"
        r"|(?<=[Ss])ecurity code|(?<=[2M])FA code|TP(?<=OTP)|AN(?<=TAN)(?<!\wTAN)|(?<=验)证码|(?<=驗)證碼"
        r"|(?<=認)証コード|(?<=S)icherheitscode|(?<=B)estätigungscode|(?<=[Cc])ode de vérification"
        r"|(?<=[Cc])ódigo de verificación)"
        rf"\s?(?:[:=：]|{_IS})\s{{0,2}}[\"'`*]{{0,2}})\d{{4,10}}(?!\d)",
    ),
)

FORMS: tuple[CredentialForm, ...] = (*map(_prefixed, PREFIXES), *_UNIQUE, *_PLACED, *_NAMED)
