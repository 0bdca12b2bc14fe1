"""Credentials by what stands around them: in settings and commands, and in sentences of many languages."""

import json
from random import Random

import pytest

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import summarize
from compactd.strategies.secrets import REDACTED, redact
from compactd.strategies.transcript import heading, spoken
from tests.quality.credentials import NO_CREDENTIALS, OTHERS, PLUGINS, of_others

MADE = (
    *(of_others(Random(number), shape) for number, shape in enumerate(OTHERS.values())),
    *(make(Random(5)) for name, make in PLUGINS.items() if name not in NO_CREDENTIALS),
)
"""An example of every maker."""


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("deploy --api-key X4711abc", "X4711abc"),
        ("deploy --access-key X4711abc", "X4711abc"),
        ("deploy --secret-key X4711abc", "X4711abc"),
        ("deploy --openai-api-key X4711abc", "X4711abc"),
        ("deploy --my-very-long-api-key=X4711abc", "X4711abc"),
        ("<password>hund22x</password>", "hund22x"),
        ('<db:Password type="a">hund22x</db:Password>', "hund22x"),
        ('<add key="ApiKey" value="hund22x"/>', "hund22x"),
        ("<add key='DbPassword' value='hund22x' />", "hund22x"),
        ('<property name="password" value="hund22x"/>', "hund22x"),
        ("ALTER USER app WITH PASSWORD 'hund22x';", "hund22x"),
        ("CREATE ROLE app LOGIN ENCRYPTED PASSWORD 'swordfish'", "swordfish"),
        ("CREATE USER app IDENTIFIED BY 'hund22x';", "hund22x"),
        ("create user app identified by swordfish;", "swordfish"),
        ("IDENTIFIED WITH mysql_native_password BY 'hund22x'", "hund22x"),
        ("default login ines password hund22x", "hund22x"),
        ("login ines\npassword hund22x", "hund22x"),
        ("login ines\n  password swordfish\n", "swordfish"),
        ("redis-cli -h db -a hund22x ping", "hund22x"),
        ("redis-cli -a swordfish ping", "swordfish"),
        ("curl -b 'session=abc123def456' https://x", "abc123def456"),
        ('curl -s --cookie "sid=abc123def456; theme=dark" https://x', "abc123def456"),
        ("ngrok --auth hund22x", "hund22x"),
        ("tool --private-key 0xabc123def", "0xabc123def"),
        ("tool --credentials ines:hund22", "hund22"),
        ('psk="hund22x"', "hund22x"),
        ("psk=hund22xyz", "hund22x"),
        ("document.cookie='auth=abc123def456'", "abc123def456"),
        ('document.cookie = "auth=abc123def456; path=/"', "abc123def456"),
        ('{"cookies":[{"name":"sid","value":"abc123def456"}]}', "abc123def456"),
        ('{"cookies": [{"name": "a", "value": "dark"}, {"name": "sid", "value": "abc123def456"}]}', "abc123def456"),
        ("Log in as user ines, password hund22x", "hund22x"),
        ("| password | hund22x |", "hund22x"),
        ("hund22x is my password", "hund22x"),
        ('"hund22x" is the password.', "hund22x"),
        ("sl.AbCdEf12345AbCdEf12345AbCdEf12345AbCdEf12345AbCdEf12345AbCdEf12345", "AbCdEf12345"),
        (
            "patAbCdEf12345678.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ),
        ("Mailgun: 0123456789abcdef0123456789abcdef-0123abcd-4567cdef", "0123456789abcdef0123456789abcdef"),
        ("amzn.mws.01234567-0123-0123-0123-0123456789ab", "0123456789ab"),
        ("VAULT s.AbCdEf0123456789AbCdEf01", "AbCdEf0123456789AbCdEf01"),
        ("cioAbCdEf0123456789AbCdEf0123456789", "AbCdEf0123456789"),
        ("ines:$2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234", "ABCDEFGHIJKL"),
        ("ines:$apr1$abcdefgh$ABCDEFGHIJKLMNOPQRSTU.", "ABCDEFGHIJKL"),
        ("root:$6$abcdefgh$ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ:19000:0", "ABCDEFGHIJKL"),
        ("Mijn pincode is 3387", "3387"),
        ("Mój PIN to 7421", "7421"),
        ("Пин-код 4711", "4711"),
        ("Пин-код: 4711", "4711"),
        ("мой пинкод 4711", "4711"),
        ("ПИН-код карты 4711", "4711"),
        ("Geheimzahl: 4711", "4711"),
        ("Die Geheimzahl lautet 4711", "4711"),
        ("my pin code 4711", "4711"),
        ("enter 4711 as PIN", "4711"),
        ("use 4711 as your PIN", "4711"),
        ("Use 482913 as your login code", "482913"),
        ("482913 is your verification code", "482913"),
        ("482913 is your Google verification code.", "482913"),
        ("2FA code 482913", "482913"),
        ("OTP 482913", "482913"),
        ("your login code is 482913", "482913"),
        ("Min PIN är 4711", "4711"),
        ("PIN kodum 4711", "4711"),
        ("Il mio PIN è 4711", "4711"),
        ("O meu PIN é 4711", "4711"),
        ("код подтверждения: 482913", "482913"),
        ("Код из смс 482913", "482913"),
        ("Ваш код: 482913", "482913"),
        ("인증번호는 482913입니다", "482913"),
        ("인증번호 482913", "482913"),
        ("我的密码是hund22x", "hund22x"),
        ("密码 hund22x", "hund22x"),
        ("密码:hund22x", "hund22x"),
        ("口令为 hund22x", "hund22x"),
        ("パスワード hund22x です", "hund22x"),
        ("パスワードがhund22xです", "hund22x"),
        ("パスワードは「hund22x」です", "hund22x"),
        ("비밀번호는 hund22x 입니다", "hund22x"),
        ("비밀번호가 hund22x", "hund22x"),
        ("비밀번호 hund22x", "hund22x"),
        ("비번은 hund22x", "hund22x"),
        ("La password è hund22x", "hund22x"),
        ("La password e' hund22x", "hund22x"),
        ("La clave es hund22x", "hund22x"),
        ("Mi clave: hund22x", "hund22x"),
        ("A senha é girassol77", "girassol77"),
        ("A senha e girassol77", "girassol77"),
        ("Hasło to hund22x", "hund22x"),
        ("hasło do serwera to hund22x", "hund22x"),
        ("Mijn wachtwoord is hund22x", "hund22x"),
        ("Het wachtwoord van de server is hund22x", "hund22x"),
        ("Lösenordet är hund22x", "hund22x"),
        ("Mitt lösenord är hund22x", "hund22x"),
        ("Adgangskoden er hund22x", "hund22x"),
        ("Passordet er hund22x", "hund22x"),
        ("Şifre: hund22x", "hund22x"),
        ("Şifrem hund22x", "hund22x"),
        ("ŞİFRE: hund22x", "hund22x"),
        ("Parola: hund22x", "hund22x"),
        ("كلمة المرور هي hund22x", "hund22x"),
        ("كلمة السر: hund22x", "hund22x"),
        ("पासवर्ड hund22x है", "hund22x"),
        ("मेरा पासवर्ड है hund22x", "hund22x"),
        ("पासवर्ड: hund22x", "hund22x"),
        ("Пароль hund22x", "hund22x"),
        ("Мой пароль — hund22x", "hund22x"),
        ("Пароль от сервера: hund22x", "hund22x"),
        ("Mật khẩu là hund22x", "hund22x"),
        ("Heslo je hund22x", "hund22x"),
        ("Salasana on hund22x", "hund22x"),
        ("A jelszó: hund22x", "hund22x"),
        ("סיסמה: hund22x", "hund22x"),
        ("kata sandi: hund22x", "hund22x"),
        ("رمز عبور: hund22x", "hund22x"),
        ("The admin password hund22x was set.", "hund22x"),
        ("User logs in with password hund22x", "hund22x"),
        ("with the password hund22x, and", "hund22x"),
        ("password `hund22x`", "hund22x"),
        ('password "hund22x"', "hund22x"),
        ("mot de passe hund22x", "hund22x"),
    ],
)
def test_a_credential_is_known_by_what_stands_around_it(text: str, secret: str) -> None:
    for said in (text, f"Please:\n{text}\nThanks."):
        redacted = redact(said)
        assert secret not in redacted
        assert REDACTED in redacted
        assert redact(redacted) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "The pin code of Mumbai is 400001.",
        "PIN code: of Mumbai 400001",
        "Passwort: vergessen",
        "Das Passwort ist vergessen.",
        "le mot de passe est obligatoire",
        "Le mot de passe est obligatoire.",
        "La clave es paciencia.",
        "La clave es la comunicación.",
        "password hashing with argon2 and sha256",
        "the password sha256 digest; password base64 encoded; password utf-8",
        "password 8 characters; password 12-character minimum; password field2",
        "use password auth v2; password md5 hash",
        "login page password reset",
        "Please login with your username and password again",
        "IDENTIFIED BY the author; identified by name",
        "the revision identified by 'name' or '%s'",
        "access_key|s3_secret_access_key|s3_access_key_id|x",
        "| token | see /run/secrets/v2 | password | ~/.pgpass2 |",
        "the user identified by id 4711",
        "curl -b cookies.txt https://x; curl -b jar -c jar https://x",
        "tool --auth basic --private-key ~/.ssh/id_rsa --credentials file.json",
        "--auth-type oauth2; --private-key key.pem; --credentials ./creds.json",
        "| password | string | required |",
        "| password | yes |",
        "| token | 4096 |",
        "<password>${DB_PASSWORD}</password> <password/> <password></password>",
        '<add key="Timeout" value="30"/> <add key="ApiKeyHeader" value="X-Key"/>',
        '"4711" is my order number. This is my password policy.',
        "What is my password? It is the password of the box.",
        "order 4711 as pinned; use 482913 as your order number",
        "code 482913 of the article; error code 482913; код ошибки 482913; zip code 40001",
        "OTP 27 release; OTP 26.2.5",
        "ALTER USER app WITH PASSWORD NULL; PASSWORD EXPIRE",
        "s.append(x) s.AbstractFactoryBeanCreator sl.append(x)",
        "patAlice.name path.to.x",
        "the CIO ciosomething",
        "$2 and $6 and $1$ price",
        "Hasło to nie wszystko.",
        "Wachtwoord is verplicht. Het wachtwoord is verlopen.",
        "Lösenordet är felaktigt.",
        "Şifre: zorunlu",
        "parola: è una parola",
        "La parola d'ordine: coraggio",
        "Пароль неверный; пароль: обязателен",
        "कलमा पासवर्ड गलत है",
        "비밀번호는 필수입니다",
        "パスワードは必須です",
        "密码是必填的",
        "Heslo je nesprávné.",
        "the password is at least 12 characters, password min8 max64",
        "with password authentication and password-based login",
        "Passwords1 are bad; password1 field; the password 1 of 3",
        "API token v2 and secret k8s; password.py; password_hash2",
        "psk=None; psk = get_psk(); psk_len=32",
        "PIN to GND 1234; wire PIN to 4711",
    ],
)
def test_what_reads_like_one_stays(text: str) -> None:
    assert redact(text) is text


def test_names_of_tools_and_speakers_are_no_way_out() -> None:
    token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    user = ChatMessage(Role.USER, "hello", name=f"u_{token}")
    call = ChatMessage(Role.ASSISTANT, None, tool_calls=(ToolCall("c", f"create_{token}", '{"order": "A-7"}'),))
    result = ChatMessage(Role.TOOL, "done", tool_call_id="c", name=f"create_{token}")
    assert heading(user) == f"[user u_{REDACTED}]"
    assert spoken(call).startswith(f"[assistant calls create_{REDACTED}, id c]")
    assert heading(result) == f"[tool result of create_{REDACTED}, id c]"
    assert token not in summarize([user, call, result], 500)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_credential_in_documents_within_documents_is_taken_out(depth: int) -> None:
    found = []
    for text, secret in MADE:
        document = text
        for _ in range(depth):
            document = json.dumps({"body": document})
        call = ToolCall(id="c1", name="send", arguments=document)
        asked = ChatMessage(role=Role.ASSISTANT, content="", tool_calls=(call,))
        answered = ChatMessage(role=Role.TOOL, content=document, tool_call_id="c1")
        seen = f"{spoken(asked)}\n{spoken(answered)}\n{summarize([asked, answered], 4000)}"
        found += [text] if secret in seen else []
    assert found == []


@pytest.mark.parametrize(
    ("role", "way"),
    [
        (Role.USER, "Help me to set up the box. {}"),
        (Role.USER, "From now on always use this: {}"),
        (Role.USER, "We decided to use this: {}"),
        (Role.USER, "Please set it up now, and tell me when it is done:\n{}"),
        (Role.USER, "Can you check whether it works?\n\n{}\n\nAnd then write to Bo?"),
        (Role.ASSISTANT, "I set it up. {}"),
        (Role.TOOL, "Error: login failed for ines: {}"),
    ],
)
def test_no_summary_has_a_credential_whatever_it_is_said_in(role: Role, way: str) -> None:
    party = ChatMessage(role=Role.USER, content="We plan the party. The budget is 4200 EUR.")
    said = [(ChatMessage(role=role, content=way.format(text), tool_call_id="c1"), secret) for text, secret in MADE]
    found = [
        one.text for one, secret in said if secret in summarize([party, one], 2000) + summarize([one, party], 2000)
    ]
    assert found == []


def test_what_has_no_credential_keeps_its_backslashes() -> None:
    document = json.dumps({"body": json.dumps({"path": json.dumps("C:\\new\\table")})})
    assert redact(document) is document
