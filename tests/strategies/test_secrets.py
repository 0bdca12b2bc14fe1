"""Every form of a credential, once: what follows it stays, the credential does not."""

import json

import pytest

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import summarize
from compactd.strategies.secrets import _NAMES, _SECRETS, REDACTED, is_secret_name, redact
from tests.builders.conversations import needs_recorded, recorded_conversations, seeds
from tests.strategies.slow_redaction import slow_redact


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


@pytest.mark.parametrize(
    "piece", ["token=", "mysql -p ", "password: '", "://:", "Basic ", "curl -u ", "pass pass ", "\\"]
)
@pytest.mark.timeout(30)  # Half a second; hours, if a pattern tried any stretch of text more than once.
def test_is_linear_whatever_the_text(piece: str) -> None:
    assert redact(piece * (500_000 // len(piece)))


_PIECES = (
    *(marker for markers, _ in _SECRETS for marker in markers.split("|")),
    *_NAMES,
    *("PaßWord", "ſecret", "to\u212aen", "API_KEY", "Bearer ", "Basic ", "Signature=", "curl ", "xoxb-"),
    *("mysql -u root ", "hunter2hunter2", "AKIA0123456789ABCDEF", "dXNlcjpwYXNzd29yZA==", "a:b@c"),
    "abcdefghijklmnop.qrstuvwxyz123456",
    *(" is ", ": ", "=", "：", "是", " = '", '": "', '\\": \\"', "'", '"', "@", "-", "_", " ", "\n"),
    *("\ud800", "é", "the", "🔑", REDACTED, "-----END", "-----", "null", "Ж"),
)  # fmt: skip


def test_one_pass_for_all_words_finds_what_a_search_for_each_finds() -> None:
    for random in seeds(5_000):
        text = "".join(random.choices(_PIECES, k=random.randint(1, 12)))
        assert redact(text) == slow_redact(text)


@needs_recorded
def test_recorded_texts_are_redacted_as_by_a_search_for_each_word() -> None:
    for _, messages in recorded_conversations():
        for message in messages:
            for text in (message.text, *(call.arguments for call in message.tool_calls)):
                assert redact(text) == slow_redact(text)
