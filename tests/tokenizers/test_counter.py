"""Counting tokens: the right table, any text, and quickly."""

from collections.abc import Iterator

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.handles import ModelHandle
from compactd.domain.messages import AudioPart, ChatMessage, FilePart, ImagePart, OpaquePart, Role, TextPart, ToolCall
from compactd.summarizers.providers.table import openai_model
from compactd.tokenizers.counter import TiktokenTokenizer
from compactd.tokenizers.encodings import CL100K, O200K, SEGMENT_CHARACTERS, count_segments, load_encoding, segments

PIECES = (*"ab1 .\n\r\t'sé字😀\u0301", "<|endoftext|>", "<|endof", "text|>")


@pytest.fixture(scope="module")
def tokenizer() -> Iterator[TiktokenTokenizer]:
    worker = CpuWorker()
    yield TiktokenTokenizer(worker, openai_model)
    worker.close()


@pytest.fixture(scope="module")
def o200k() -> tiktoken.Encoding:
    return load_encoding(O200K)


@pytest.mark.parametrize(
    ("handle", "name", "estimate"),
    [
        ("openai/gpt-4o-mini", O200K, False),
        ("openai/gpt-4.1", O200K, False),
        ("openai/gpt-5-mini", O200K, False),
        ("openai/o3-mini", O200K, False),
        ("openai/gpt-4", CL100K, False),
        ("openai/gpt-4-turbo", CL100K, False),
        ("openai/gpt-3.5-turbo", CL100K, False),
        ("openai/ft:gpt-4o:mine", O200K, False),
        ("azure/gpt-35-turbo", CL100K, False),
        ("azure/my-deployment", O200K, True),
        ("chatgpt_oauth/gpt-5.2", O200K, False),
        ("openrouter/openai/gpt-4o", O200K, False),
        ("groq/openai/gpt-oss-120b", O200K, False),
        ("bedrock/openai.gpt-oss-20b-1:0", O200K, False),
        ("anthropic/claude-haiku-4-5", O200K, True),
        ("google_ai/gemini-2.5-flash", O200K, True),
        ("together/someone/o1-like", O200K, True),
        ("local/extractive", O200K, True),
    ],
)
def test_the_tokenizer_of_a_model(handle: str, name: str, estimate: bool, tokenizer: TiktokenTokenizer) -> None:
    found = tokenizer.for_model(ModelHandle.parse(handle))
    assert (found.name, found.estimate) == (name, estimate)


def test_without_a_model_the_count_is_an_estimate(tokenizer: TiktokenTokenizer) -> None:
    found = tokenizer.for_model(None)
    assert (found.name, found.estimate) == (O200K, True)


async def test_both_tables_count_as_tiktoken_does(tokenizer: TiktokenTokenizer) -> None:
    text = "Die Straße ist gesperrt. def parse(x): return x + 1  # 要約"
    for name in (O200K, CL100K):
        assert await tokenizer.count_texts([text, "", "a"], name) == [
            len(load_encoding(name).encode_ordinary(text)),
            0,
            1,
        ]


async def test_markers_of_the_model_count_as_text(tokenizer: TiktokenTokenizer) -> None:
    (count,) = await tokenizer.count_texts(["<|endoftext|>"], O200K)
    assert count > 1


@settings(max_examples=300)
@given(st.lists(st.lists(st.sampled_from(PIECES)).map("".join)))
def test_texts_that_are_counted_together_count_as_each_by_itself(o200k: tiktoken.Encoding, texts: list[str]) -> None:
    assert count_segments(o200k, texts) == [len(o200k.encode_ordinary(text)) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        " " * 1_000_000,
        "a" * 1_000_000,
        "\n" * 1_000_000,
        "\t " * 500_000,
        "\0" * 1_000_000,
        "é" * 1_000_000,
        "字" * 300_000,
        "😀" * 250_000,
        "e\u0301" * 500_000,
        "<|endoftext|>" * 50_000,
        "\ud800" * 10_000,
    ],
    ids=lambda text: repr(text[:3]),
)
async def test_a_megabyte_of_anything_is_counted(text: str, tokenizer: TiktokenTokenizer) -> None:
    (count,) = await tokenizer.count_texts([text], O200K)
    assert count > 0


async def test_a_long_text_counts_nearly_as_a_whole(tokenizer: TiktokenTokenizer, o200k: tiktoken.Encoding) -> None:
    text = "The deployment failed at 12:03 because port 8443 was taken; see src/server.py, line 210.\n" * 3000
    (count,) = await tokenizer.count_texts([text], O200K)
    exact = len(o200k.encode_ordinary(text))
    assert abs(count - exact) <= len(text) // SEGMENT_CHARACTERS + 1


@settings(max_examples=50)
@given(st.text(), st.integers(0, 3))
def test_segments_are_the_text(text: str, times: int) -> None:
    long = text * (SEGMENT_CHARACTERS * times // max(len(text), 1) + 1)
    cut = list(segments(long))
    assert "".join(cut) == long
    assert all(len(segment) <= SEGMENT_CHARACTERS for segment in cut)


async def test_a_message_counts_what_a_model_reads_of_it(tokenizer: TiktokenTokenizer) -> None:
    async def tokens(**fields: object) -> int:
        message = ChatMessage(**({"role": Role.USER} | fields))  # type: ignore[arg-type]
        return (await tokenizer.count_messages([message], O200K))[0]

    (word,) = await tokenizer.count_texts(["hello"], O200K)
    (empty,) = await tokenizer.count_texts(["[empty]"], O200K)
    assert await tokens(content="hello") == 4 + word
    assert await tokens(content="") == await tokens() == 4 + empty
    assert await tokens(content="hello", name="hello") == 4 + word + 1 + word
    assert await tokens(parts=(TextPart("hello"), TextPart("hello"))) == 4 + 2 * word
    assert await tokens(parts=(ImagePart(data=b"x" * 500_000, media_type="image/png"),)) == 4 + 1600
    assert await tokens(parts=(FilePart("report.pdf", "application/pdf", data=b"x" * 500_000),)) == 4 + 3000
    assert await tokens(parts=(FilePart(url="https://example.com/a.pdf"), FilePart(file_id="f"))) == 4 + 2 * 3000
    assert await tokens(parts=(AudioPart("wav", b"x" * 500_000),)) == 4 + 1920
    assert await tokens(parts=(AudioPart("wav", b"x", "hello"),)) == 4 + 1920 + word
    assert await tokens(parts=(AudioPart(transcript="hello"),)) == 4 + word
    assert await tokens(parts=(OpaquePart("anthropic", "m", "thinking", b"hello"),)) == 4 + word
    call = ToolCall("some-id", "hello", "hello")
    assert await tokens(role=Role.ASSISTANT, tool_calls=(call, call)) == 4 + 2 * (8 + 2 * word)
    signed = ToolCall("some-id", "hello", "hello", opaque=OpaquePart("google_ai", "m", "thought_signature", b"hello"))
    assert await tokens(role=Role.ASSISTANT, tool_calls=(signed,)) == 4 + 8 + 3 * word


async def test_counts_come_in_the_order_of_the_messages(tokenizer: TiktokenTokenizer) -> None:
    messages = [ChatMessage(Role.USER, "word " * length) for length in (1, 5000, 2, 40_000, 3)]
    together = await tokenizer.count_messages(messages, O200K)
    alone = [(await tokenizer.count_messages([message], O200K))[0] for message in messages]
    assert together == alone


async def test_tool_schemas_count_as_json(tokenizer: TiktokenTokenizer) -> None:
    schema = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
    text = '{"type":"function","function":{"name":"look","parameters":{"type":"object"}}}'
    (counted,) = await tokenizer.count_texts([text], O200K)
    assert await tokenizer.count_tools([schema, schema], O200K) == 2 * (counted + 8)
    assert await tokenizer.count_tools([], O200K) == 0


async def test_a_whole_batch_is_counted_message_by_message(tokenizer: TiktokenTokenizer) -> None:
    messages = [ChatMessage(Role.USER, "The parser reads src/config.py and keeps port 8443. " * 11)] * 1000
    counts = await tokenizer.count_messages(messages, O200K)
    assert len(counts) == len(messages)
    assert 130 < counts[0] < 180
    assert set(counts) == {counts[0]}


def test_an_altered_table_is_never_fetched_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr("compactd.tokenizers.encodings._tables_folder", lambda: tmp_path)
    with pytest.raises(RuntimeError, match="install it again"):
        load_encoding(O200K)
