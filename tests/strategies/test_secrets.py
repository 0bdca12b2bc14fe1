"""Every form of a credential, once: what follows it stays, the credential does not."""

import json

import pytest

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import summarize
from compactd.strategies.credential_names import NAMES
from compactd.strategies.secrets import FORMS, REDACTED, is_secret_name, redact
from tests.builders.conversations import needs_recorded, recorded_conversations, seeds
from tests.builders.message_corpus import CREDENTIALS
from tests.strategies.slow_redaction import slow_redact

_PEM = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\nMIIEow8f\nMIIEow9g"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("token: a8f5f167f44f4964", "a8f5f167f44f4964"),
        ("DB_PASS=hunter2hunter2", "hunter2hunter2"),
        ("access_token: ya29.a0AfH6SMBx12", "ya29.a0AfH6SMBx12"),
        ("we saw ya29.a0AfH6SMBx12 there", "ya29.a0AfH6SMBx12"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="),
        ("the header Basic dXNlcjpwYXNzd29yZA== is sent", "dXNlcjpwYXNzd29yZA=="),
        ("https://hooks.slack.com/services/T0/B0/XyZ12345", "XyZ12345"),
        ("npm_abcdefghijklmnop1234567890", "abcdefghijklmnop1234567890"),
        ("SG.abcdefghijklmnop.qrstuvwxyz123456", "qrstuvwxyz123456"),
        ("redis://:s3cr3tpw@cache:6379/0", "s3cr3tpw"),
        ("postgres://app:s3cr3tpw@db/orders", "s3cr3tpw"),
        ("mysql -h db -u root -phunter2 orders", "hunter2"),
        ("pwd: qwertz", "qwertz"),
        ("https://b.example/k?X-Amz-Signature=0123456789abcdef&x=1", "0123456789abcdef"),
        ("https://b.example/k?sv=1&sig=AbCdEf%2Fgh", "AbCdEf%2Fgh"),
        ("密码是hunter2xyz。", "hunter2xyz"),
        ("パスワードは hunter2xyz です", "hunter2xyz"),
        ("Das Passwort ist geheim99", "geheim99"),
        ("Passwort: geheim99", "geheim99"),
        ('password: "correct horse battery staple"', "horse"),
        ("password = 'correct horse battery staple'", "staple"),
        ('{"client_secret": "correct horse, battery"}', "battery"),
        (json.dumps({"body": json.dumps({"password": "correct horse"})}), "horse"),
        ("STRIPE_WEBHOOK=whsec_0123456789abcdef0123", "0123456789abcdef0123"),
        ("docker login -u ines --password-stdin <<< dckr_pat_0123456789abcdef0123", "0123456789abcdef0123"),
        ("doctl auth init dop_v1_0123456789abcdef0123456789abcdef", "89abcdef0123"),
        ("the age identity is AGE-SECRET-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", "GF2TVDW0S3"),
        ("machine git.example login ines password hunter2", "hunter2"),
        ("Cookie: theme=dark; connect.sid=s%3Ahunter2hunter2", "hunter2"),
        ("Set-Cookie: sid=38afes7a8hunter2; HttpOnly; Path=/", "38afes7a8"),
        ("PHPSESSID=298zf09hf012fh2abc", "298zf09"),
        ("My PIN is 4711 for the safe.", "4711"),
        ("meine PIN lautet 4711", "4711"),
        ("PIN码是4711", "4711"),
        ("暗証番号は4711です", "4711"),
        ("mi PIN es 4711", "4711"),
        ("The PIN of the safe: 4711", "4711"),
        ('{"pin": 4711}', "4711"),
        ("your verification code is 482913", "482913"),
        ("Your login code is 482913", "482913"),
        ("Meine PIN 4711", "4711"),
        ("machine localhost login ines password swordfish", "swordfish"),
        ("redis-cli -h cache -a hunter2 ping", "hunter2"),
        ("<db:password>correct horse</db:password>", "horse"),
        ("| **Password** | `hunter2x` |", "hunter2x"),
        ("|password|hunter2x|", "hunter2x"),
        ("sk-abcdefghijklmnopqrstuvwx", "abcdefghijklmnop"),
        ("sk-test-secret-value", "secret-value"),
        ("sso_session_id=8sd7f6sd8f76sd8f76sdf", "8sd7f6sd8f"),
        ("db_key=hunter2x7", "hunter2x7"),
        ('password="AP6abcdefgh12"', "AP6abcdefgh12"),
        ("psql --password hunter2 -U a", "hunter2"),
        ("psql --db-password 'swordfish' -U a", "swordfish"),
        ("deploy --token abc123def", "abc123def"),
        ("mysql --password=swordfish -u x", "swordfish"),
        ("le mot de passe est soleil42", "soleil42"),
        ("la contraseña es perro99", "perro99"),
        ("пароль: hunter2", "hunter2"),
        ("password is swordfish.", "swordfish"),
        ("we set the password to Tr0ub4dor", "Tr0ub4dor"),
        ('if ("hunter2x" == my_password)', "hunter2x"),
        ('secret("b4rfoo")', "b4rfoo"),
        ('char my_password[25] = "hunter2";', "hunter2"),
        ('private_key "someth1ng";', "someth1ng"),
        ("api_key => 'foo12345'", "foo12345"),
        ('my_password := "hunter2"', "hunter2"),
        ('config["password"] = "hunter2"', "hunter2"),
        ("Authorization: ApiKey 0123abcd", "0123abcd"),
        ("- **Password:** hunter2", "hunter2"),
        ("PIN: **4711**", "4711"),
        ("{'password': b'hunter2'}", "hunter2"),
        ("the secret key: abc123def", "abc123def"),
        ("ENCRYPTION_KEY=abc123def456", "abc123def456"),
        (f"-----BEGIN RSA PRIVATE KEY-----\n{_PEM}\n-----END RSA PRIVATE KEY-----", "MIIEow"),
    ],
)
def test_a_credential_is_replaced_and_the_rest_stays(text: str, secret: str) -> None:
    redacted = redact(f"before {text} after")
    assert secret not in redacted
    assert REDACTED in redacted
    assert redacted.startswith("before ")
    assert redacted.endswith("after")
    assert redact(redacted) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "The password is required and the token is expired.",
        "Basic functionality works, the bypass: none, 5 tokens left.",
        "mkdir -p build; see https://example.com/a:b",
        "We pass the order on and compass=north stays.",
        "max_token: 4096, max_tokens: 4096, token: 15000, tokens: 12, token=0x0f",
        "password_min_length: 8, token_type: bearer, secret_name: db",
        "commit 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c",
        "key: 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c, session_id: 7f3e2a10-8b1c-4e9a-9d2f-0123456789ab",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "order ORD-2024-004711, /var/run/secrets/kubernetes.io/token, secret: /run/secrets/db",
        "password = get_password(), token = request.headers['X'], const token = await read()",
        "password: str = None, token: Optional[str], password: string",
        "password=password, api_key=self.api_key, token = auth.token, token=shard_id",
        "password: ${DB_PASSWORD}, PASSWORD=$PASSWORD, password: <your-password>, token=%s, password: ********",
        "Authorization: Bearer <token>",
        "The secret is patience. The token is generated by the server. Token: the smallest unit.",
        "Password: must have 8 characters",
        'getpass("Password: ", stream=None)',
        "if token is not None and token == other.token:",
        "user = password = name = ''",
        "the PIN is printed on the card; GPIO pin 17: high; pin 3: low; Pinned 4711 times",
        "use --token to pass it; the --password flag is missing",
        "Set-Cookie: oreo=cream; Path=/",
        "machine learning login page password reset",
        "GPIO PIN 1234, PIN 4711 on the connector, pin: 1234 of J3",
        "session_id: 2024-05-01-morning-run-7, session_id: sess-2024-0001-abcdef",
        "docker pull AP1234567890abc",
        "db_key=orders:4711, client_key: ACME-0042, service_key: users.v2",
        "sk-toggleable__control-label, sk-learn-contrib-2.0-package, task-sk-abcdefgh-ijk",
        "Basic Chemistry101 and basic understanding2024",
        "unexpected token: NEWLINE42, Unexpected token: 'export1'; token 'foo_bar2' at position 3",
        "token: 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
        "secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf",
        "run it with --token 4096",
        "| password | varchar(255) | not-null |\n| password | read-only | the users |",
        "<password>${DB_PASSWORD}</password> <password>string</password>",
    ],
)
def test_ordinary_words_are_no_credentials(text: str) -> None:
    assert redact(text) is text


@pytest.mark.parametrize(
    "name", ["token", "access_token", "accessToken", "pass", "DB_PASS", "pwd", "API-Key", "secret"]
)
def test_keys_under_which_credentials_stand(name: str) -> None:
    assert is_secret_name(name)
    assert not is_secret_name(f"{name}_id")


def test_what_stands_under_the_key_of_a_credential_is_in_no_summary() -> None:
    document = json.dumps({"pin": {"passcode": 4711471}, "order": "ORD-12345", "api_key": ["zq-first", "zq-other"]})
    said = [
        ChatMessage(role=Role.USER, content="DB_PASS=hunter2hunter2\nPlease deploy ORD-12345."),
        ChatMessage(role=Role.ASSISTANT, tool_calls=(ToolCall("c", "create_login", document),)),
        ChatMessage(role=Role.TOOL, tool_call_id="c", content=document),
    ]
    summary = summarize(said, 1500)
    assert "Done: create_login(ORD-12345)" in summary
    assert not any(secret in summary for secret in ("hunter2", "4711471", "zq-first", "zq-other"))


@pytest.mark.parametrize("name", ["p\u00e4sswort_password", *(name for name in NAMES if not name.isascii())])
def test_no_escapes_hide_the_name_of_a_credential_up_to_seven_deep(name: str) -> None:
    document: dict[str, str] = {name: "hunter2-Blau-77", "order": "ORD-12345"}
    for _ in range(7):
        text = json.dumps(document)
        redacted = redact(text)
        assert "hunter2" not in redacted
        assert "ORD-12345" in redacted
        assert json.loads(redacted).keys() == document.keys()
        document = {"body": text}


@pytest.mark.parametrize(
    "name", ["\u043f\u0430\u0440\u043e\u043b\u044c", "\u5bc6\u7801", "\u092a\u093e\u0938\u0935\u0930\u094d\u0921"]
)
def test_what_a_tool_escapes_is_in_no_summary_if_it_is_a_credential(name: str) -> None:
    said = [
        ChatMessage(role=Role.ASSISTANT, tool_calls=(ToolCall("c", "create_login", "{}"),)),
        ChatMessage(role=Role.TOOL, tool_call_id="c", content=json.dumps({name: "hunter2-77", "order": "ORD-12345"})),
    ]
    summary = summarize(said, 1500)
    assert "ORD-12345" in summary
    assert "hunter2" not in summary


@pytest.mark.parametrize(
    "text",
    [
        '{"line": "password\\u003dhunter2-77"}',
        '{"line": "password\\u003a hunter2-77"}',
        '{"line": "{\\u0022password\\u0022:\\u0022hunter2-77\\u0022}"}',
        '{"api\\u005fkey": "hunter2-77"}',
    ],
)
def test_no_escape_hides_what_joins_a_name_and_its_credential(text: str) -> None:
    redacted = redact(text)
    assert "hunter2" not in redacted
    assert len(json.loads(redacted)) == 1


def test_escapes_stay_where_no_credential_is() -> None:
    text = json.dumps({"body": json.dumps({"наименование": "насос", "数量": 3})})
    assert redact(text) is text


_HOSTILE = (
    "token=", "mysql -p ", "password: '", "://:", "Basic ", "curl -u ", "pass pass ", "\\", "Cookie: a=", "PIN for a ",
    'token: "', "password of a ", "-----BEGIN a-----A: b\n", "aws'", "key=A1", '"a" == "', "db_key=a_b.c_",
    "machine a.b login c ", "| password | a", "<password>a", "redis-cli -h ", "sk-a-b_", "session_id=a-1_",
    "db_key=aa:1.",
    "<password a>a", "curl -b a=", "| password | ", "password for ", "pin code a ", "redis-cli -a",
    '"name":"a", "value":"', "login a\npassword ", "identified by '", "a1" * 40 + " ", "$6$a$", "--auth a:",
    "\\u", "\\u043f", "\\\\\\\\u0430",
)  # fmt: skip


@pytest.mark.parametrize("piece", _HOSTILE)
@pytest.mark.timeout(30)  # Half a second; hours, if a pattern tried any stretch of text more than once.
def test_is_linear_whatever_the_text(piece: str) -> None:
    assert redact(piece * (250_000 // len(piece)))


_PIECES = (
    *(marker for form in FORMS for marker in form.markers[:12]),
    *CREDENTIALS,
    *NAMES,
    *("PaßWord", "ſecret", "to\u212aen", "API_KEY", "Bearer ", "Basic ", "Signature=", "curl ", "xoxb-"),
    *("mysql -u root ", "hunter2hunter2", "AKIA0123456789ABCDEF", "dXNlcjpwYXNzd29yZA==", "a:b@c"),
    "abcdefghijklmnop.qrstuvwxyz123456",
    *(" is ", ": ", "=", "：", "是", " = '", '": "', '\\": \\"', "'", '"', "@", "-", "_", " ", "\n"),
    *("\ud800", "é", "the", "🔑", REDACTED, "-----END", "-----", "null", "Ж"),
)  # fmt: skip


def test_one_pass_for_all_words_finds_what_a_search_for_each_finds() -> None:
    for random in seeds(2_000):
        text = "".join(random.choices(_PIECES, k=random.randint(1, 12)))
        assert redact(text) == slow_redact(text)


@needs_recorded
def test_recorded_texts_are_redacted_as_by_a_search_for_each_word() -> None:
    for _, messages in recorded_conversations():
        for message in messages:
            for text in (message.text, *(call.arguments for call in message.tool_calls)):
                assert redact(text) == slow_redact(text)
