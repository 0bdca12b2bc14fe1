"""Models that write down what they are asked, in the place of a provider."""

from collections.abc import Callable, Sequence

from compactd.domain.compactions import Usage
from compactd.domain.messages import ChatMessage
from compactd.ports.model import ModelAnswer, ModelRequest, PromptTooLong
from compactd.tokenizers.encodings import O200K, load_encoding

_ENCODING = load_encoding(O200K)


def request_tokens(messages: Sequence[ChatMessage]) -> int:
    """Tokens of a request's messages, as a provider would count them."""
    texts = [text for message in messages for text in (message.text, *(call.arguments for call in message.tool_calls))]
    return sum(len(_ENCODING.encode_ordinary(text)) for text in texts) + 4 * len(messages)


class RecordingModel:
    """Answers with `answer`, but "too long" above `hidden_limit` tokens, naming the limit only if `names_it`; with
    `counts_output` the output limit takes its share of them."""

    def __init__(
        self,
        hidden_limit: int | None = None,
        *,
        names_it: bool = False,
        counts_output: bool = False,
        answer: Callable[[ModelRequest], str] = lambda _: "a short summary",
        finish: str = "stop",
    ) -> None:
        self.requests: list[ModelRequest] = []
        self.answered: list[ModelRequest] = []
        self._limit = hidden_limit
        self._names_it = names_it
        self._counts_output = counts_output
        self._answer = answer
        self._finish = finish

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        self.requests.append(request)
        tokens = request_tokens(request.messages)
        output = request.max_output_tokens or 0
        if self._limit is not None and tokens + output * self._counts_output > self._limit:
            window = self._limit if self._counts_output else self._limit + output
            raise PromptTooLong(window if self._names_it else None)
        self.answered.append(request)
        return ModelAnswer(self._answer(request), self._finish, Usage(tokens, 5, 0, 1, 0.001))
