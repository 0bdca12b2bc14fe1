"""What a credential looks like that can be told by itself: by its first characters, or by what it stands in.

The formats are those that their makers document, and that the lists of secret scanners (GitHub's partners, gitleaks,
detect-secrets) agree on.
"""

from itertools import product

from compactd.strategies.credential_form import CredentialForm, beginning, behind, form, prefixed
from compactd.strategies.credential_places import NAMED, PLACED

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

# `sk-toggleable__control-label`, `sk-learn-contrib-2.0`: names in style sheets and of packages; keys begin otherwise.
_WORDS = (
    r"(?!(?:admin|ant|lf|live|my|or|proj|secret|service|svcacct|test)[_-])"
    r"[a-z]{1,14}(?:[_-]{1,2}[a-z]{1,14}){1,6}+(?:[_-]\d{1,3})?"
)

_UNIQUE = (
    # A header or two (Proc-Type, Version) may stand before the base64.
    form(
        "-----BEGIN",
        rf"-----BEGIN[^-\n]{{0,60}}-----(?:{_LINE_END}{{0,4}}+[A-Z][\w-]{{1,30}}+:[^\n\\]{{0,200}}+{_LINE_END}){{0,8}}+"
        r"\s{0,8}+[A-Za-z0-9+/=\\]{4,}+[A-Za-z0-9+/=\s\\]*+(?:-----END[^-\n]{0,60}-----)?",
    ),
    form(
        "---- BEGIN SSH2",
        rf"---- BEGIN SSH2[^-\n]{{0,60}}----(?:{_LINE_END}{{0,4}}+[A-Z][\w-]{{1,30}}+:[^\n]{{0,80}}?{_NEW_LINE}){{0,8}}"
        rf"(?:[A-Za-z0-9+/=]{{1,80}}+{_LINE_END}|{_LINE_END})*+(?:---- END[^-\n]{{0,60}}----)?",
    ),
    form("Private-Lines:", rf"(?P<kept>Private-Lines: \d{{1,4}}{_LINE_END})(?:[A-Za-z0-9+/=]{{1,80}}+{_LINE_END})+"),
    form("Private-MAC:", r"(?P<kept>Private-MAC: )\w{8,}"),
    beginning("sk-", rf"(?!{_WORDS}(?![\w-]))[A-Za-z0-9_-]{{12,}}"),
    beginning("[rsp]k_live_", r"[A-Za-z0-9]{8,}", markers="k_live_"),
    beginning("[rsp]k_test_", r"[A-Za-z0-9]{8,}", markers="k_test_"),
    beginning("[rsp]k_prod_", r"[A-Za-z0-9]{8,}", markers="k_prod_"),
    form("gho_|ghp_|ghr_|ghs_|ghu_", r"gh[opsur]_[A-Za-z0-9]{12,}"),
    beginning("github_pat_", r"\w{12,}"),
    beginning("glpat-", r"[\w-]{12,}+(?:\.[\w-]{2,}+)*+"),
    beginning("npm_", r"[A-Za-z0-9]{16,}"),
    beginning("AKIA", r"[0-9A-Z]{12,}"),
    beginning("ASIA", r"[0-9A-Z]{12,}"),
    beginning("ABIA", r"(?=[A-Z]{0,15}\d)[0-9A-Z]{16,}"),
    beginning("ACCA", r"(?=[A-Z]{0,15}\d)[0-9A-Z]{16,}"),
    beginning("A3T", r"(?=[A-Z]{0,16}\d)[0-9A-Z]{17,}"),
    beginning("AIza", r"[\w-]{20,}"),
    beginning(r"ya29\.", r"[\w-]{8,}"),
    beginning(r"SG\.", r"[\w-]{12,8192}+\.[\w-]{12,}"),
    beginning("xox[abeoprs]-", r"[\w-]{8,}", markers="xox"),
    beginning("hf_", r"[A-Za-z0-9]{16,}"),
    beginning("eyJ", r"[\w=-]{8,8192}+\.[\w=-]{8,}+(?:\.[\w-]++)?", r"[\w-]"),
    beginning("key-", r"[0-9a-f]{32}(?!\w)", r"[\w-]"),
    beginning("secret_", r"[A-Za-z0-9]{43}(?!\w)"),
    beginning("oy2", r"[a-z0-9]{43}(?!\w)"),
    beginning("dapi", r"[a-f0-9]{32}(?!\w)"),
    beginning("4b1d", r"[A-Za-z0-9]{38}(?!\w)"),
    beginning("API-", r"(?=[A-Z]{0,25}\d)[A-Z0-9]{26}(?!\w)", r"[\w-]"),
    beginning("ico-", r"(?=[A-Za-z]{0,31}\d)[A-Za-z0-9]{32}(?!\w)"),
    beginning("sm_[aps]at_", r"[A-Za-z0-9]{16,}", markers="sm_aat_|sm_pat_|sm_sat_"),
    form("s-s4t2", r"s-s4t2(?:ud|af)-[a-f0-9]{32,}"),
    beginning(r"v1\.0-", r"[a-f0-9]{24}-[a-f0-9]{100,}"),
    beginning(r"sl\.", r"[\w=-]{100,}+(?:\.[\w-]++)?"),
    beginning("A3-", r"[A-Z0-9]{6}(?:-[A-Z0-9]{5,11}){3,5}(?!\w)"),
    form("access-", r"access-(?:production|development|sandbox)-[0-9a-f]{8}-[0-9a-f-]{27}"),
    form(".atlasv1.", r"\.atlasv1\.[\w=-]{40,}"),
    form("_mmk", behind("") + r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk(?!\w)"),
    form("Q~", behind("", r"[\w~.-]") + r"[\w~.]{3}\dQ~[\w~.-]{28,40}"),
    form("AZDO", behind("") + r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?!\w)"),
    # An encrypted password of Artifactory: nothing but random letters and digits; a short one is that only in quotes or
    # assigned, elsewhere it is the number of a part.
    beginning("AP[0-9A-F]", r"(?=[A-Za-z]{0,200}+\d)(?=[A-Z0-9]{0,200}+[a-z])"
               r"(?:[A-Za-z0-9]{20,}|(?<=[=\"']...)[A-Za-z0-9]{8,})(?!\w)", r"[\w/+-]",
               "|".join(f"ap{digit}" for digit in _HEX)),
    beginning("AC", r"[0-9a-z]{32}(?!\w)", markers="|".join(f"ac{two}" for two in _TWO_HEX)),
    beginning("SK", r"[0-9a-z]{32}(?!\w)", markers="|".join(f"sk{two}" for two in _TWO_HEX)),
    form(
        "|".join(f"-us{digit}" for digit in "123456789"),
        behind("", "[0-9a-z]") + r"[0-9a-z]{32}(?P<kept>-us[0-9]{1,2})(?!\w)",
    ),
    form("|".join(f"{digit}:a" for digit in "0123456789"), r"(?P<kept>:)(?<=\d{8}:)A[\w-]{34}(?![\w-])"),
    form(_THREE_DIGITS, r"[MNO][DTjz][AEIMQUYcgk][w-z0-5][\w-]{19,24}\.[\w-]{6}\.[\w-]{27,40}"),
)  # fmt: skip

FORMS: tuple[CredentialForm, ...] = (*map(prefixed, PREFIXES), *_UNIQUE, *PLACED, *NAMED)
