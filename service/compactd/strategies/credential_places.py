"""Where a credential stands that nothing in itself tells: behind words of headers, commands and files, and behind what
names it.
"""

from itertools import product

from compactd.strategies.credential_form import behind, form

_GAP = r"(?:\s|\\[nrt]){1,8}+"
_BEARER = r"[\w.~+/=-]{16,}+"
# Not "Basic functionality": base64 of a name and a password has a digit or padding in it.
_BASIC = r"(?![A-Z]?[a-z]{1,60}+\d{1,6}(?![A-Za-z0-9+/=]))(?=[A-Za-z+/]{0,100}+[0-9=])[A-Za-z0-9+/=]{12,}+"

PLACED = (
    form("hooks.slack.com/", r"(?P<kept>hooks\.slack\.com/)[^\s\"'<>)]+"),
    form("/api/webhooks/", r"(?P<kept>/api/webhooks/)[^\s\"'<>)]+"),
    form(".webhook.office.com/", r"(?P<kept>\.webhook\.office\.com/)[^\s\"'<>)]+"),
    form("api.telegram.org/", r"(?P<kept>api\.telegram\.org/(?:file/)?bot)[^\s\"'<>)/]+"),
    form("api.softlayer.com/", r"(?P<kept>api\.softlayer\.com/soap/v[0-9.]{1,4}/)\w{32,}"),
    # What follows a credential at once may be the word for the next one.
    form("earer ", rf"(?P<kept>earer )(?<=[Bb]earer ){_BEARER}(?: (?<=[Bb]earer ){_BEARER})*+"),
    form("asic ", rf"(?P<kept>asic )(?<=[Bb]asic ){_BASIC}(?: (?<=[Bb]asic ){_BASIC})*+"),
    form("://", r"(?P<kept>://)[^\s/:@]{0,64}+:[^\s/@]{1,128}+(?=@)"),
    form("ignature=", r"(?P<kept>[Ss]ignature=)(?=[^\d\s&\"'<>]{0,100}+\d)[^\s&\"'<>]{8,}"),
    form("sig=", r"(?P<kept>[?&;]sig=)[^\s&\"'<>]{8,}"),
    # From one command to the next one only, and not from each to the end of what may be between.
    form(
        "mysql",
        rf"(?P<kept>mysql{behind('mysql')}\w{{0,10}} "
        r"(?:(?!\bmysql\w{0,10} )[^\n|;&]){0,200}?(?<=\s)-p)(?![\s-])"
        r"(?:\"[^\"\n]{0,8192}+\"|'[^'\n]{0,8192}+'|\S+)",
    ),
    form(
        "-u |--user",
        rf"(?P<kept>curl {behind('curl ')}"
        r"(?:(?!\bcurl )[^\n|;&]){0,200}?(?:-u|--user)[ =][\"']?[^\s:\"']{1,64}+:)[^\s\"']+",
    ),
    form("sshpass", r"(?P<kept>sshpass +-p ?)(?:\"[^\"\n]{1,200}+\"|'[^'\n]{1,200}+'|[^\s\"'$-]\S*+)"),
    form("docker login", r"(?P<kept>docker login (?:(?!docker login )[^\n|;&]){0,200}?(?<= )-p )[^\s$-]\S*+"),
    # .netrc: its words may stand on lines of their own. Its machine is like a host's name, or else what stands behind
    # is no word ("machine learning login page password reset").
    form(
        "machine",
        rf"(?P<kept>machine{_GAP}(?:(?=[^\s\\]{{0,128}}[.:\d])|(?=localhost\b)|(?P<word>))[^\s\\]{{1,128}}+{_GAP}login{_GAP}"
        rf"[^\s\\]{{1,128}}+{_GAP}password{_GAP})(?(word)(?=[A-Za-z]?[a-z]{{0,60}}+[^\sa-z.,:;!?]))[^\s$<\\][^\s\\]*+",
    ),
    # All of what a browser sends; of what a server sets, the value and not the attributes.
    form(
        "set-cookie",
        r"(?P<kept>[Ss]et-[Cc]ookie(?:\\?[\"'])?\s?:\s?(?:\\?[\"'])?[\w.%-]{1,64}+=)"
        r"(?:(?=[^\d%;\s]{0,64}+[\d%])[^;\s\"'\\]{6,}|[^;\s\"'\\]{16,})",
    ),
    form(
        'cookie:|cookie"|cookie\\"|cookie\'',
        r"(?P<kept>[Cc]ookie(?<![Ss]et-.ookie)(?:\\?[\"'])?\s?:\s?(?:\\?[\"'])?)(?=[\w.%-]{1,64}+=)"
        r"(?=[^\n\r\"'\\]{0,100}?=(?:[^\d%;\s]{0,24}+[\d%]|[^;\s]{16}))"
        r"[\w.%-]{1,64}+=[^;\s\"'\\]*+(?:;\s?[\w.%-]{1,64}+=[^;\s\"'\\]*+)*+",
    ),
    form(
        "sessid|sessionid|session_id|.sid|_session",
        r"(?P<kept>[Ss._](?i:(?<=s)ess(?:ion_?)?id|(?<=\.)sid|(?<=_)session)\\?[\"']?\s?[:=]\s?\\?[\"']?)(?=[A-Za-z_%.+/-]{0,40}+\d)"
        r"(?![0-9a-f]{8}-[0-9a-f]{4}-)"
        # `2024-05-01-morning-run-7`
        r"(?!(?:[A-Za-z]{1,12}|\d{1,8})(?:[_.-](?:[A-Za-z]{1,12}|\d{1,8}))++(?!\.?[\w%+/-]))[\w%.+/-]{16,}",
    ),
    form('"auth"|"auth\\"', r"(?P<kept>\"auth\\?\"\s{0,4}:\s{0,4}\\?\")[A-Za-z0-9+/=]{8,}"),
    form("_auth", r"(?P<kept>_auth\s{0,4}=\s{0,4}\"?)(?=[A-Za-z+/]{0,100}+[0-9=])[A-Za-z0-9+/=]{8,}"),
    form('assword" value=', r"(?P<kept>[Pp]assword\" value=\")[^\"\n]{4,200}"),
    form(
        "-password|-passwd|-passphrase|-pass|-pw|-token|-secret|-api-key|-apikey|-access-key|-secret-key|-account-key",
        r"(?P<kept>--(?:(?!(?:api|access|account|secret)-key)[a-z]{1,20}-){0,3}+(?:(?<=-)password|passwd|"
        r"passphrase|pass|pw|token|secret|api-?key|"
        r"(?:access|secret|account)-key)(?: {1,4}|=)[\"']?)(?![-$<{[\s]|\w{1,20}=|(?<=token.)\d{1,7}(?!\S))"
        r"(?:(?=[A-Za-z]?[a-z]{0,60}[^\sa-z.,:;!?)\"'`])(?:[^\s\"'`\\]|\\(?![nrt])){4,200}"
        r"|(?!(?:arguments?|file|flags?|from|here|instead|into|must|needs?|option|options|parameter|that|this|value|with)\b)"
        r"[a-z]{4,60}(?=[ ]?(?:[\"'`|&;\n\\]|-\w|$)))",
    ),
)

_ASSIGNMENT = r"[\\\"'\]]{0,3}\s{0,2}(?:[:=]{1,2}>?)\s{0,2}\\?[\"']?"
# Letters of both cases and two digits within the first characters: what no name, no word and no hash has.
RANDOM = r"(?=[A-Z0-9_+/-]{0,40}[a-z])(?=[a-z0-9_+/-]{0,40}[A-Z])(?=[A-Za-z_+/-]{0,40}\d[A-Za-z_+/-]{0,40}\d)"
_OF_A_KEY = "|".join(map("".join, product(("key", "pwd", "password", "pass", "token"), "= :'\"]\\")))
_OF_IBM = "|".join(map("".join, product(("clou", "cl", "sl"), ("", "api"), ("key", "pw", "pass", "token"))))
_WHOSE = ("my", "your", "his", "her", "our", "eine", "ihre", "mi", "tu", "mon", "card", "door", "safe")
_IS = r"(?:\b(?:is|was|ist|war|lautet|est|es|é|è)\b|是|为|為|は)"

# "PIN 4711" may be one of a connector.
_WHOSE_PIN = "(?:" + "|".join(f"(?<=[{w[0].upper()}{w[0]}]{w[1:]} PIN )" for w in _WHOSE) + r")(?=\d)"

NAMED = (
    # A key of any kind, where nothing but chance can have made it.
    form(
        _OF_A_KEY,
        rf"(?P<kept>[kptKPT](?i:ey|wd|assword|ass|oken)(?:{_ASSIGNMENT}(?!0x[0-9a-fA-F]{{40}}(?!\w))(?={RANDOM}[\w+/-]{{32}})"
        rf"|[\\\"'\]]{{0,3}} {{1,8}}\\?[\"']?"
        rf"(?=(?:{RANDOM}[\w-]{{44}}|[a-f0-9]{{48}})(?![\w-]))))[\w+/-]{{32,}}+={{0,2}}",
    ),
    form(
        f"cloudant|softlayer|clou_|clou-|cl_|cl-|sl_|sl-|{_OF_IBM}",
        r"(?P<kept>[CcSs](?i:(?:(?<=c)l(?:ou(?:dant)?)?|(?<=s)(?:oftlayer|l))[_-]?(?:api)?"
        r"(?:key|pwd|password|pw|pass|token))"
        r"[\\\"'\]]{0,3} {0,8}(?:[:=]{1,2}>?)? {0,8}\\?[\"']?)(?<=[ :=>\"'])(?:[0-9a-z]{64}|[a-z]{24})(?![A-Za-z0-9])",
    ),
    form(
        "aws",
        r"(?P<kept>(?i:aws)[^\n\"']{0,46}[\"'](?:[^\n\"']{0,20}[\"'])?)(?=[a-z0-9/+]{0,39}[A-Z])[\w/+]{40}(?=\\?[\"'])",
    ),
    form(
        "pin |pin:|pin=|pin-|pin\"|pin'|pin\\|pin是|pin码|pin码|pinは|pin：",
        rf"(?P<kept>[Pp][Ii][Nn]{behind('...', '[A-Za-z]')}(?<!(?i:gpio)[ _-]...)"
        r"(?:[ -]?(?:[Cc]ode(?! (?:of|for|in) [A-Z][^\d\n]{0,40}\d{6}(?!\d))|[Nn]umber|[Nn]ummer|番号|コード)|码|碼)?"
        r"\\?[\"']?[^\S\n]?(?:(?:(?:for|of|to|für|zu|von|de|du|del|della|pour|para|do|da)\b[^\d\n.;:=]{0,40}?)?"
        rf"(?:[:=：]|{_IS}|が)|{_WHOSE_PIN})[\t *`]{{0,4}}\\?[\"']?)\d{{4,12}}(?![\d.]?\d)"
        # Of a connector: "pin: 1234 of J3".
        r"(?! (?:of|on|at|to) (?:the |a )?(?:[A-Z]{1,4}\d|(?i:board|chip|connector|gpio|header|plug|port|socket)))",
    ),
    form(
        "verification code|login code|sign-in code|authentication code|time code|time password|security code|fa code|"
        "otp|tan:|tan ist|tan lautet|"
        "验证码|驗證碼|認証コード|sicherheitscode|bestätigungscode|code de vérification|código de verificación",
        r"(?P<kept>[VvOoSs2MTBCcLlAa验驗認](?:(?<=[Vv])erification code|(?<=[Ll])ogin code|(?<=[Ss])ign-in code"
        r"|(?<=[Aa])uthentication code|(?<=[Oo])ne-?[Tt]ime (?:code|password)"
        r"|(?<=[Ss])ecurity code|(?<=[2M])FA code|TP(?<=OTP)(?: code)?|AN(?<=TAN)(?<!\wTAN)|(?<=验)证码|(?<=驗)證碼"
        r"|(?<=認)証コード|(?<=S)icherheitscode|(?<=B)estätigungscode|(?<=[Cc])ode de vérification"
        r"|(?<=[Cc])ódigo de verificación)"
        rf"\s?(?:[:=：]|{_IS})\s{{0,2}}[\"'`*]{{0,2}})\d{{4,10}}(?!\d)",
    ),
)
