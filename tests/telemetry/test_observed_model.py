"""Requests to a model are told to the observer, and changed in nothing."""

import pytest

from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.model_failures import ProviderUnavailable
from compactd.ports.model import ModelAnswer, ModelRequest
from compactd.telemetry.observed_model import ObservedModel
from tests.builders.recording_model import RecordingModel
from tests.builders.recording_observer import RecordingObserver

REQUEST = ModelRequest(ModelHandle.parse("openai/gpt-5-mini"), None, [ChatMessage(Role.USER, "canary")], None)


class AbsentModel:
    """A model that cannot be reached."""

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        raise ProviderUnavailable(model=request.handle)


async def test_an_answer_passes_and_is_told_with_what_it_cost() -> None:
    model, observer = RecordingModel(), RecordingObserver()
    answer = await ObservedModel(model, observer).ask(REQUEST)
    assert answer.text == "a short summary"
    assert model.requests == [REQUEST]
    [told] = observer.model_requests
    assert (told.model, told.error, told.usage) == (REQUEST.handle, "", answer.usage)
    assert "canary" not in str(told)


async def test_an_error_passes_and_is_told_by_name() -> None:
    observer = RecordingObserver()
    with pytest.raises(ProviderUnavailable):
        await ObservedModel(AbsentModel(), observer).ask(REQUEST)
    assert [(told.error, told.usage) for told in observer.model_requests] == [("ProviderUnavailable", None)]
