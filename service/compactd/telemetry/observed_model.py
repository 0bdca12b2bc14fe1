"""A model whose requests are told to an observer."""

import time

from compactd.domain.compactions import Usage
from compactd.domain.model_failures import ProviderFailure
from compactd.ports.model import Model, ModelAnswer, ModelRequest, PromptTooLong
from compactd.ports.observer import EndedModelRequest, Observer


class ObservedModel:
    """Another model, as it is, with an observer beside it."""

    def __init__(self, model: Model, observer: Observer) -> None:
        self._model = model
        self._observer = observer

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """What the model answers or raises."""
        started = time.monotonic()
        try:
            answer = await self._model.ask(request)
        except BaseException as error:
            seconds = time.monotonic() - started
            told = EndedModelRequest(request.handle, seconds, type(error).__name__, _usage_of(error))
            self._observer.model_request_ended(told)
            raise
        seconds = time.monotonic() - started
        self._observer.model_request_ended(EndedModelRequest(request.handle, seconds, usage=answer.usage))
        return answer


def _usage_of(error: BaseException) -> Usage | None:
    """What an answer took that was of no use."""
    if isinstance(error, ProviderFailure | PromptTooLong) and error.usage.calls:
        return error.usage
    return None
