"""The ratios at hand: at once here, soon for all, and neither lost nor counted twice where the store is away."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from structlog.testing import capture_logs

from compactd.application import token_ratios
from compactd.application.observed_requests import AnsweredRequest, ObservedRequests
from compactd.application.token_ratios import MOST_WAITING, TokenRatios
from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.messages import ChatMessage, ImagePart, OpaquePart, Role, TextPart, ToolCall
from compactd.domain.token_ratios import Observation, TokenRatio
from compactd.ports.model import ModelRequest
from compactd.ports.token_ratios import SHARED, RatioKey
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.model_sessions import OPENAI
from tests.builders.stored_ratios import StoredRatios

O200K = "o200k_base"
KEY = RatioKey("tests", str(OPENAI), O200K)
SEEN = Observation(1_000, 2_000)
TEXT = "paid on time " * 400


class FailingRatios(StoredRatios):
    """Fails as often as it is told to, before it adds anything or after."""

    def __init__(self, *failures: Exception, after: bool = False) -> None:
        super().__init__()
        self.failures = list(failures)
        self._after = after

    async def add_observations(
        self, namespace: str, seen: Mapping[RatioKey, Sequence[Observation]]
    ) -> dict[RatioKey, TokenRatio]:
        found = {} if self.failures and not self._after else await super().add_observations(namespace, seen)
        if self.failures:
            raise self.failures.pop()
        return found


class CountingRatios(StoredRatios):
    """Counts what it is given and how often it is read; it is read in vain while it `is_away`."""

    def __init__(self, *, is_away: bool = False) -> None:
        super().__init__()
        self.is_away = is_away
        self.added = self.reads = 0

    async def token_ratios(self, namespace: str) -> dict[RatioKey, TokenRatio]:
        self.reads += 1
        if self.is_away:
            raise StoreUnavailable
        return await super().token_ratios(namespace)

    async def add_observations(
        self, namespace: str, seen: Mapping[RatioKey, Sequence[Observation]]
    ) -> dict[RatioKey, TokenRatio]:
        self.added += sum(map(len, seen.values()))
        return await super().add_observations(namespace, seen)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_ratios, "GATHER_SECONDS", 0.01)


def ratio(ratios: TokenRatios, namespace: str = "tests") -> TokenRatio | None:
    return ratios.of(namespace, OPENAI, O200K)


async def test_what_was_seen_is_known_here_at_once_and_stored_by_the_end() -> None:
    store = StoredRatios()
    ratios = TokenRatios(store)
    ratios.observe(KEY, SEEN)
    assert ratio(ratios) == TokenRatio(2.0, 1_000)
    assert ratio(ratios, "elsewhere") is None
    await ratios.close()
    assert store.ratios == {KEY: TokenRatio(2.0, 1_000)}


async def test_what_the_service_has_seen_and_what_callers_told_count_together() -> None:
    ratios = TokenRatios(StoredRatios())
    for _ in range(3):
        ratios.observe(RatioKey(SHARED, KEY.model, O200K), Observation(3_000, 3_000))
    known = []
    for _ in range(3):
        ratios.observe(KEY, Observation(1_000, 2_000, told=True))
        known.append(ratio(ratios))
    assert known == [TokenRatio(1.0, 9_000), TokenRatio(1.0, 9_000), TokenRatio(1.25, 12_000)]
    assert ratio(ratios, "elsewhere") == TokenRatio(1.0, 9_000)
    await ratios.close()


@pytest.mark.parametrize("failures", [1, 3])
async def test_a_store_that_is_away_gets_it_later_and_once(failures: int) -> None:
    store = FailingRatios(*[StoreUnavailable()] * failures)
    ratios = TokenRatios(store)
    ratios.observe(KEY, SEEN)
    async with asyncio.timeout(30):
        while not store.ratios:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await ratios.close()
    assert store.ratios == {KEY: TokenRatio(2.0, 1_000)}
    assert ratio(ratios) == TokenRatio(2.0, 1_000)


async def test_what_may_have_been_written_is_not_written_again() -> None:
    store = FailingRatios(OutcomeUnknown(), after=True)
    ratios = TokenRatios(store)
    ratios.observe(KEY, SEEN)
    async with asyncio.timeout(30):
        while store.failures:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await ratios.close()
    assert store.ratios == {KEY: TokenRatio(2.0, 1_000)}


@pytest.mark.parametrize(
    ("failure", "level"), [(StoreUnavailable(), "debug"), (OutcomeUnknown(), "debug"), (ZeroDivisionError(), "error")]
)
async def test_a_bug_is_told_to_the_operator_and_a_store_that_is_away_is_not_told_twice(
    failure: Exception, level: str
) -> None:
    ratios = TokenRatios(FailingRatios(failure))
    ratios.observe(KEY, SEEN)
    with capture_logs() as lines:
        await ratios.close()
    [line] = [line for line in lines if line["event"].startswith("token ratios")]
    assert line["log_level"] == level


async def test_of_one_model_only_so_much_waits() -> None:
    store = CountingRatios()
    ratios = TokenRatios(store)
    for _ in range(MOST_WAITING + 50):
        ratios.observe(KEY, SEEN)
    await ratios.close()
    assert store.added == MOST_WAITING


async def test_what_others_have_seen_is_read_before_the_first_look() -> None:
    store = StoredRatios()
    await store.add_observations("tests", {KEY: [SEEN]})
    ratios = TokenRatios(store)
    assert ratio(ratios) is None
    await ratios.refresh("tests")
    assert ratio(ratios) == TokenRatio(2.0, 1_000)


async def test_a_store_that_cannot_be_read_is_not_waited_for_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store = CountingRatios(is_away=True)
    ratios = TokenRatios(store)
    for _ in range(3):
        await ratios.refresh("tests")
    assert store.reads == 1
    store.is_away = False
    await store.add_observations("tests", {KEY: [SEEN]})
    monkeypatch.setattr(token_ratios, "FRESH_SECONDS", 0.0)
    # It is asked again, and nobody waits.
    await ratios.refresh("tests")
    assert (store.reads, ratio(ratios)) == (1, None)
    async with asyncio.timeout(30):
        while ratio(ratios) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_of_too_many_namespaces_the_one_read_longest_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_ratios, "MOST_NAMESPACES", 2)
    store = CountingRatios()
    ratios = TokenRatios(store)
    names = ("one", "two", "three")
    for name in names:
        await store.add_observations(name, {RatioKey(name, KEY.model, O200K): [SEEN]})
        await ratios.refresh(name)
    assert [ratio(ratios, name) is not None for name in names] == [False, True, True]
    reads = store.reads
    for name in reversed(names):
        await ratios.refresh(name)
    assert store.reads == reads + 1
    assert ratio(ratios, "one") is not None


async def answered(
    tokenizer: TiktokenTokenizer, *messages: ChatMessage, input_tokens: int = 3_000
) -> TokenRatio | None:
    """What is known after the answer to such a request."""
    ratios = TokenRatios(StoredRatios())
    observed = ObservedRequests(ratios, tokenizer)
    request = AnsweredRequest(ModelRequest(OPENAI, None, messages, 100), input_tokens, O200K)
    for _ in range(2):
        # The second time it is too soon.
        observed.answered(request)
        while observed.is_counting:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    known = ratio(ratios)
    await observed.close()
    return known


async def test_a_request_of_text_is_held_against_its_answer_once_in_a_while(tokenizer: TiktokenTokenizer) -> None:
    known = await answered(tokenizer, ChatMessage(Role.USER, TEXT))
    assert known is not None
    assert known.ratio == pytest.approx(3_000 / 1_204, abs=0.01)
    assert known.weight == pytest.approx(1_204, abs=2)


@pytest.mark.parametrize(
    "message",
    [
        ChatMessage(Role.USER, parts=(TextPart("see"), ImagePart(url="https://example.com/a.png"))),
        ChatMessage(Role.ASSISTANT, parts=(OpaquePart("openai", "gpt-test", "reasoning", b"x"),)),
        ChatMessage(Role.ASSISTANT, "Yes.", reasoning="It was paid."),
        ChatMessage(
            Role.ASSISTANT,
            tool_calls=(ToolCall("1", "look", "{}", opaque=OpaquePart("openai", "gpt-test", "x", b"x")),),
        ),
    ],
)
async def test_a_request_that_is_not_text_alone_teaches_nothing(
    tokenizer: TiktokenTokenizer, message: ChatMessage
) -> None:
    assert await answered(tokenizer, ChatMessage(Role.USER, TEXT), message) is None


async def test_an_answer_that_says_no_tokens_teaches_nothing(tokenizer: TiktokenTokenizer) -> None:
    assert await answered(tokenizer, ChatMessage(Role.USER, TEXT), input_tokens=0) is None
