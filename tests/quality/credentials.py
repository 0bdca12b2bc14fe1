"""Credentials by the formats that their makers document, seeded: what detect-secrets' plugins look for, and others."""

import base64
import json
import string
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import NamedTuple

HEX = "0123456789abcdef"
LETTERS = string.ascii_letters
ALNUM = string.ascii_letters + string.digits
URL_SAFE = ALNUM + "-_"
BASE64 = ALNUM + "+/"


class Example(NamedTuple):
    """A text, and what of it may not be left."""

    text: str
    secret: str


Maker = Callable[[Random], Example]

_AROUND = ("{}", "it is {} now", "  - {}", 'use("{}")', "X_VALUE={}", "値は {} です", "Ist {} richtig?\nJa.")


def chars(random: Random, alphabet: str, count: int) -> str:
    return "".join(random.choices(alphabet, k=count))


def _bare(random: Random, token: str) -> Example:
    return Example(random.choice(_AROUND).format(token), token)


def _artifactory(random: Random) -> Example:
    token = random.choice(
        ("AKCp" + chars(random, ALNUM, 69), "AP" + random.choice("0123456789ABCDEF") + _mixed(random, 30))
    )
    return Example(random.choice(("{}", "key {} here", "X_VALUE={}", 'use "{}"')).format(token), token)


def _mixed(random: Random, count: int) -> str:
    return chars(random, ALNUM, count - 2) + random.choice(string.digits) + random.choice(string.ascii_lowercase)


def _aws(random: Random) -> Example:
    if random.random() < 0.5:
        prefix = random.choice(("AKIA", "ASIA", "ABIA", "ACCA", "A3T" + random.choice(string.ascii_uppercase)))
        return _bare(random, prefix + chars(random, string.ascii_uppercase + string.digits, 16))
    name = random.choice(("aws_secret_key", "AWS_SECRET_ACCESS_KEY", "aws-prod-key", "awsToken"))
    secret = chars(random, BASE64, 40)
    return Example(random.choice(('{} = "{}"', "{}='{}'", '{}: "{}"')).format(name, secret), secret)


def _azure_storage(random: Random) -> Example:
    secret = chars(random, BASE64, 86) + "=="
    return Example(f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={secret};EndpointSuffix=c", secret)


def _basic_auth(random: Random) -> Example:
    scheme, secret = random.choice(("https", "postgres", "amqp", "redis")), chars(random, ALNUM + "-._~%", 12)
    return Example(f"see {scheme}://ines:{secret}@host.example/path", f":{secret}@")


def _assigned(random: Random, name: str, secret: str) -> Example:
    name = random.choice((name, f'"{name}"', f"[{name}]", name.upper()))
    sign = random.choice(("=", ": ", " := ", " => ", " ", "::"))
    quote = random.choice(("", '"', "'"))
    return Example(f"{name}{sign}{quote}{secret}{quote}", secret)


def _cloudant(random: Random) -> Example:
    name = random.choice(("cloudant", "clou", "cl")) + random.choice(("_", "-", "")) + random.choice(("", "api"))
    name += random.choice(("key", "pwd", "pw", "password", "pass", "token"))
    secret = random.choice((chars(random, HEX, 64), chars(random, string.ascii_lowercase, 24)))
    if random.random() < 0.3:
        return Example(f"https://acme:{secret}@acme.cloudant.com", secret)
    return _assigned(random, name, secret)


def _discord(random: Random) -> Example:
    user = base64.b64encode(str(random.randrange(10**17, 10**19)).encode()).decode().rstrip("=")
    return _bare(random, f"{user}.{chars(random, URL_SAFE, 6)}.{chars(random, URL_SAFE, 27)}")


def _github(random: Random) -> Example:
    return _bare(random, random.choice(("ghp_", "gho_", "ghu_", "ghs_", "ghr_")) + chars(random, ALNUM, 36))


_GITLAB = {
    "glpat-": 20, "gldt-": 20, "glft-": 20, "glsoat-": 20, "glrt-": 20, "GR1348941": 20, "glcbt-": 24, "glimt-": 25,
    "glptt-": 40, "glagent-": 50, "gloas-": 64,
}  # fmt: skip


def _gitlab(random: Random) -> Example:
    prefix, count = random.choice(tuple(_GITLAB.items()))
    return _bare(random, prefix + chars(random, URL_SAFE, count - 1) + random.choice(ALNUM))


def _ibm_iam(random: Random) -> Example:
    name = random.choice(("ibm_cloud_iam", "ibm-cloud", "ibm_iam", "cloud_iam", "ibm", "iam", "")) + random.choice(
        ("_", "-")
    )
    name = name.lstrip("_-") + random.choice(("api", "")) + random.choice(("key", "pwd", "password", "pass", "token"))
    return _assigned(random, name, chars(random, URL_SAFE, 44))


def _ibm_cos(random: Random) -> Example:
    name = random.choice(("cos_hmac_", "ibm_cos_", "")) + random.choice(
        ("secret_access_key", "secret_key", "secret-key")
    )
    return _assigned(random, name, chars(random, HEX, 48))


def _jwt(random: Random) -> Example:
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": str(random.random()), "name": "Bo"}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return _bare(random, ".".join((*encoded, chars(random, URL_SAFE, 43))))


def _keyword(random: Random) -> Example:
    secret = _mixed(random, random.randrange(8, 24))
    name = random.choice(("api_key", "apikey", "auth_key", "service_key", "account_key", "db_key", "database_key"))
    name = random.choice(
        (name, "private_key", "client_key", "db_pass", "key_pass", "password", "passwd", "pwd", "secret")
    )
    name = random.choice((name, name.upper(), f"my_{name}", f"{name}_prod"))
    shapes = ('{} = "{}"', "{}: '{}'", '{} => "{}"', '{} == "{}"', '{} != "{}"', '{} "{}";', 'config["{}"] = "{}"')
    if random.random() < 0.1:
        return Example(f'if ("{secret}" == {name}) exit', secret)
    return Example(random.choice(shapes).format(name, secret), secret)


def _mailchimp(random: Random) -> Example:
    secret = chars(random, HEX, 32)
    return Example(random.choice(_AROUND).format(f"{secret}-us{random.randrange(1, 22)}"), secret)


def _npm(random: Random) -> Example:
    uuid = "-".join(chars(random, HEX, count) for count in (8, 4, 4, 4, 12))
    secret = random.choice(("npm_" + chars(random, ALNUM, 36), uuid))
    return Example(f"//registry.npmjs.org/:_authToken={secret}", secret)


def _openai(random: Random) -> Example:
    middle = random.choice(("", "proj-", "svcacct-"))
    return _bare(random, f"sk-{middle}{chars(random, ALNUM, 20)}T3BlbkFJ{chars(random, ALNUM, 20)}")


def _private_key(random: Random) -> Example:
    lines = [chars(random, BASE64, 64) for _ in range(4)]
    kind = random.choice(("RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY"))
    if random.random() < 0.2:
        body = "\n".join(("Encryption: none", "Private-Lines: 4", *lines, f"Private-MAC: {chars(random, HEX, 40)}"))
        return Example(f"PuTTY-User-Key-File-2: ssh-rsa\n{body}", lines[-1])
    if random.random() < 0.2:
        begin, end = (f"---- {edge} SSH2 ENCRYPTED PRIVATE KEY ----" for edge in ("BEGIN", "END"))
        return Example("\n".join((begin, 'Comment: "key of Bo"', *lines, end)), lines[-1])
    if random.random() < 0.3:
        kind, lines = "PGP PRIVATE KEY BLOCK", ["Version: GnuPG v2", "", *lines]
    joint = random.choice(("\n", "\\n"))
    return Example(joint.join((f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----")), lines[-1])


def _pypi(random: Random) -> Example:
    return _bare(
        random, random.choice(("pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw")) + chars(random, URL_SAFE, 90)
    )


def _sendgrid(random: Random) -> Example:
    return _bare(random, f"SG.{chars(random, URL_SAFE, 22)}.{chars(random, URL_SAFE, 43)}")


def _slack(random: Random) -> Example:
    if random.random() < 0.4:
        places = chars(random, ALNUM, 8).upper(), chars(random, ALNUM, 8).upper()
        secret = chars(random, ALNUM, 24)
        return Example(f"post to https://hooks.slack.com/services/T{places[0]}/B{places[1]}/{secret}", secret)
    numbers = chars(random, string.digits, 12), chars(random, string.digits, 12)
    return _bare(random, f"xox{random.choice('abposr')}-{numbers[0]}-{numbers[1]}-{chars(random, ALNUM.lower(), 24)}")


def _softlayer(random: Random) -> Example:
    secret = chars(random, string.ascii_lowercase + string.digits, 64)
    if random.random() < 0.3:
        return Example(f"https://api.softlayer.com/soap/v3/{secret}", secret)
    name = random.choice(("softlayer", "sl")) + random.choice(("_", "-", "")) + random.choice(("", "api"))
    return _assigned(random, name + random.choice(("key", "pwd", "password", "pass", "token")), secret)


def _square(random: Random) -> Example:
    return _bare(random, "sq0csp-" + chars(random, URL_SAFE, 43))


def _stripe(random: Random) -> Example:
    return _bare(random, random.choice(("sk_live_", "rk_live_")) + chars(random, ALNUM, 24))


def _telegram(random: Random) -> Example:
    secret = "AA" + chars(random, URL_SAFE, 33)
    return Example(random.choice(_AROUND).format(f"{random.randrange(10**7, 10**10)}:{secret}"), secret)


def _twilio(random: Random) -> Example:
    return _bare(random, random.choice(("AC", "SK")) + chars(random, HEX, 32))


PLUGINS: Mapping[str, Maker] = {
    "Artifactory Credentials": _artifactory,
    "AWS Access Key": _aws,
    "Azure Storage Account access key": _azure_storage,
    "Basic Auth Credentials": _basic_auth,
    "Cloudant Credentials": _cloudant,
    "Discord Bot Token": _discord,
    "GitHub Token": _github,
    "GitLab Token": _gitlab,
    "IBM Cloud IAM Key": _ibm_iam,
    "IBM COS HMAC Credentials": _ibm_cos,
    "JSON Web Token": _jwt,
    "Secret Keyword": _keyword,
    "Mailchimp Access Key": _mailchimp,
    "NPM tokens": _npm,
    "OpenAI Token": _openai,
    "Private Key": _private_key,
    "PyPI Token": _pypi,
    "SendGrid API Key": _sendgrid,
    "Slack Token": _slack,
    "SoftLayer Credentials": _softlayer,
    "Square OAuth Secret": _square,
    "Stripe Access Key": _stripe,
    "Telegram Bot Token": _telegram,
    "Twilio API Key": _twilio,
}
"""By the plugin's `secret_type`."""

NO_CREDENTIALS = {"Base64 High Entropy String", "Hex High Entropy String", "Public IP (ipv4)"}
"""Plugins that look for what is only random, as hashes and identifiers are, and for addresses: both stay."""

OTHERS: Mapping[str, str] = {
    "1Password": "ops_eyJ{w200}",
    "age": "AGE-SECRET-KEY-1{q58}",
    "Airtable, by its name": 'airtable_token = "pat{a14}.{h64}"',
    "Anthropic": "sk-ant-api03-{w93}AA",
    "Atlassian": "ATATT3xFfGF0{w180}",
    "Azure SAS": "https://x.blob.example/a?sv=2022-11-02&sig={a43}%3D",
    "Basic header": "Authorization: Basic {b30}0=",
    "Bearer header": "curl -H 'Authorization: Bearer {a40}' https://x.example",
    "Bitbucket": "ATBB{a24}1234ABCD",
    "Buildkite": "bkua_{h40}",
    "Cookie": "Cookie: theme=dark; connect.sid=s%3A{a32}.{a43}",
    "Set-Cookie": "Set-Cookie: sessionid={a32}; Path=/; HttpOnly",
    "Databricks": "dapi{h32}",
    "DigitalOcean": "dop_v1_{h64}",
    "Discord webhook": "https://discord.com/api/webhooks/{d18}/{w68}",
    "Docker": "dckr_pat_{w27}",
    "Docker config.json": '{{"auths": {{"r.example": {{"auth": "{b40}"}}}}}}',
    "Doppler": "dp.pt.{a43}",
    "Figma": "figd_{w40}",
    "Flag": "psql --password {a12} -U ines",
    "Fly.io": "fm2_{b200}",
    "GitHub, fine-grained": "github_pat_{a22}_{a59}",
    "Google API": "AIza{w35}",
    "Google OAuth": "GOCSPX-{w28}",
    "Grafana": "glsa_{a32}_{h8}",
    "Groq": "gsk_{a52}",
    "HashiCorp Vault": "hvs.{w95}",
    "Heroku": "HRKU-AA{w58}",
    "Hugging Face": "hf_{a34}",
    "Linear": "lin_api_{a40}",
    "Mailgun": "key-{h32}",
    "netrc": "machine git.example\n  login ines\n  password {a14}",
    "New Relic": "NRAK-{u27}",
    "Notion": "ntn_{d11}{a35}",
    "npm": "npm_{a36}",
    "NuGet": "oy2{l43}",
    "Password in a sentence": "The password of the box is {a10}.",
    "Passwort in einem Satz": "Das Passwort lautet {a10}.",
    "PIN": "My PIN is {d4} for the safe.",
    "PIN in JSON": '{{"pin": {n6}, "name": "Bo"}}',
    "PlanetScale": "pscale_tkn_{w43}",
    "Password in Italian": "La password è {a9}7.",
    "Password in Portuguese": "A senha é {a9}7",
    "Password in Dutch": "Mijn wachtwoord is {a9}7.",
    "Password in Polish": "Hasło to {a9}7",
    "Password in Swedish": "Lösenordet är {a9}7.",
    "Password in Turkish": "Şifre: {a9}7",
    "Password in Arabic": "كلمة المرور هي {a9}7",
    "Password in Hindi": "पासवर्ड {a9}7 है",
    "Password in Japanese": "パスワードが{a9}7です",
    "Password in Korean": "비밀번호는 {a9}7입니다",
    "Password in a table": "| user | ines |\n|---|---|\n| password | {a11}7 |",
    "Password in SQL": "CREATE USER app IDENTIFIED BY '{a12}';",
    "Password in XML": "<db><password>{a12}</password></db>",
    "Password without a sign": "Log in as ines with the password {a9}7.",
    "PIN without a sign": "pin code {d4}",
    "PIN in Dutch": "Mijn pincode is {d4}",
    "PIN before its word": "enter {d4} as PIN",
    "Code before its word": "Use {d6} as your login code",
    "Key by an option": "deploy --openai-api-key {a24}",
    "Cookie of curl": "curl -b 'session={a24}' https://x.example",
    "Cookies in JSON": '{{"cookies": [{{"name": "sid", "value": "{a32}"}}]}}',
    "Redis": "redis-cli -a {a12} ping",
    "Hash of a password": "root:$6${a8}${a86}:19000:0",
    "Airtable": "pat{a14}.{h64}",
    "Dropbox": "sl.{w134}",
    "crates.io": "cio{a32}",
    "Postman": "PMAK-{h24}-{h34}",
    "Pulumi": "pul-{h40}",
    "Redis, at its prompt": "redis-cli -h cache -a {a14} ping",
    "RubyGems": "rubygems_{h48}",
    "Sentry": "sntryu_{h64}",
    "Session": "JSESSIONID={h32}",
    "Shopify": "shpat_{h32}",
    "Stripe webhook": "whsec_{a32}",
    "Supabase": "sbp_{h40}",
    "Tailscale": "tskey-auth-{a17}-{a32}",
    "Table": "| user | ines |\n| password | A7{a14} |",
    "xAI": "xai-{a80}",
    "XML": "<username>ines</username><password>{a12}</password>",
    "YAML": "db:\n  user: app\n  password: {a12}\n",
}
"""Other makers' formats. In braces is how much of what: letters and digits, base64, digits, hex, and so on."""

_ALPHABETS = {
    "a": ALNUM, "b": BASE64, "d": string.digits, "h": HEX, "l": string.ascii_lowercase + string.digits,
    "n": "123456789", "q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", "u": string.ascii_uppercase + string.digits,
    "w": URL_SAFE,
}  # fmt: skip


def of_others(random: Random, shape: str) -> Example:
    """A text of one of OTHERS: what is random in it may not be left."""
    made: list[str] = []

    class Makes(dict[str, str]):
        def __missing__(self, key: str) -> str:
            made.append(chars(random, _ALPHABETS[key[0]], int(key[1:])))
            return made[-1]

    return Example(shape.format_map(Makes()), max(made, key=len))


def examples_of(maker: Maker, count: int) -> Iterator[Example]:
    return (maker(Random(seed)) for seed in range(count))
