"""What a failed call means, as an error of ours. Nothing of what the provider wrote gets into it."""

import email.utils
import re
import time
import traceback
from collections.abc import Iterator
from pathlib import PurePath

import orjson

from compactd.domain.handles import ModelHandle
from compactd.domain.model_failures import (
    ProviderFailure,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnauthenticated,
    ProviderUnavailable,
)
from compactd.ports.model import PromptTooLong
from compactd.summarizers.litellm_requests.login import LoginFailed
from compactd.summarizers.provider_http import HttpAnswer

_TOO_LONG = re.compile(
    r"context[ _]length|context[ _]window|context limit|prompt is too long|input is too long|"
    r"exceeds? (the )?max(imum)? (length|number of tokens|context)|maximum prompt length|model token limit|"
    r"input tokens exceed|token count exceeds|reduce the length|tokens \+ `?max_new_tokens",
    re.IGNORECASE,
)
"""How providers say that a prompt does not fit; each alternative is some provider's sentence or error code."""

_WINDOW = re.compile(
    r"(?:context length (?:is|of)|prompt length is|model token limit:|configured limit of|must be <=|"
    r"> ?(?=\d[\d,]* maximum)|context limit: \d[\d,]* \+ \d[\d,]* >|tokens allowed \(|context length \() ?(\d[\d,]*)",
    re.IGNORECASE,
)
"""Where in such a sentence the size of the window stands."""

_RATE = re.compile(r"(?:tokens|requests) per (?:minute|hour|day)", re.IGNORECASE)
"""Groq answers 413 where one prompt alone exceeds the tokens of a minute."""

_CONTENT_FILTERED = re.compile(
    rb'"(?:content_filter|content_policy_violation|ResponsibleAIPolicyViolation|data_inspection_failed)"'
)
"""The codes by which Azure, OpenAI and others say that they filter out what a prompt contains."""

ERROR_BYTES = 16_384
"""Bytes of an error's body that are looked at."""

_SENT_TOO_LONG = frozenset({400, 413, 422})
_BUSY = frozenset({408, 409, 425})

_CREDENTIAL_ERRORS = frozenset(
    {
        # litellm, its ChatGPT login, botocore, google-auth: by name, since each is there only if its library is.
        "AuthenticationError",
        "GetAccessTokenError",
        "RefreshAccessTokenError",
        "NoCredentialsError",
        "PartialCredentialsError",
        "CredentialRetrievalError",
        "ProfileNotFound",
        "SSOTokenLoadError",
        "TokenRetrievalError",
        "UnauthorizedSSOTokenError",
        "DefaultCredentialsError",
        "MalformedError",
        "RefreshError",
    }
)
_REJECTED_BY_LITELLM = frozenset({"BadRequestError", "UnsupportedParamsError", "NotFoundError"})

MAX_RETRY_AFTER = 3600.0
"""Seconds; a provider that names more is not believed."""


def unavailable(
    handle: ModelHandle, *, transient: bool = False, outage: bool = False, pause: float | None = None
) -> ProviderUnavailable:
    """The connection failed, or the answer makes no sense. `pause` is in seconds, if the provider asks for one."""
    error = ProviderUnavailable(model=handle)
    error.transient, error.outage = transient, outage
    error.provider_pause = error.retry_after = pause
    return error


def is_content_filtered(answer: HttpAnswer) -> bool:
    """Whether the provider filtered out what the prompt contains, and did not even ask the model."""
    return answer.status == 400 and _CONTENT_FILTERED.search(answer.body[:ERROR_BYTES]) is not None


def failure_of_answer(handle: ModelHandle, answer: HttpAnswer) -> PromptTooLong | ProviderFailure:
    """What an answer with an error status says."""
    status = answer.status
    text = answer.body[:ERROR_BYTES].decode("utf-8", "replace")
    pause = _retry_after(answer)
    if status == 429:
        return _rate_limited(handle, pause)
    if status == 413 and _RATE.search(text):
        # As large as it is, the prompt is as much too large for the next minute.
        return ProviderRateLimited(model=str(handle), retry_after_seconds=1.0 if pause is None else pause)
    if status in _SENT_TOO_LONG and (status == 413 or _TOO_LONG.search(text)):
        named = _WINDOW.search(text)
        return PromptTooLong(int(named[1].replace(",", "")) if named else None)
    if status in (401, 403) or (status == 400 and "API_KEY_INVALID" in text):
        return ProviderUnauthenticated(model=handle)
    if status >= 500 or status in _BUSY:
        return unavailable(handle, transient=True, outage=status >= 500, pause=pause)
    if status < 400:
        return unavailable(handle, outage=True)
    return ProviderRejected(model=handle, status=status)


def _rate_limited(handle: ModelHandle, pause: float | None) -> ProviderRateLimited:
    error = ProviderRateLimited(model=str(handle), retry_after_seconds=1.0 if pause is None else pause)
    error.transient, error.provider_pause = True, pause
    return error


class RequestNotWritten(Exception):
    """A bug: a request could not be written. It says which errors were raised, and where, and nothing of their texts:
    they can hold messages."""

    def __init__(self, handle: ModelHandle, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        places = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]
        names = [type(cause).__name__ for cause in causes(error)]
        super().__init__(f"{handle}: {', '.join(names)} in {' '.join(places)}")


def failure_before_answer(handle: ModelHandle, error: Exception) -> ProviderFailure | RequestNotWritten:
    """What an error means that came while a request was written, without any answer of the provider."""
    names = {type(cause).__name__ for cause in causes(error)}
    if names & _CREDENTIAL_ERRORS:
        return ProviderUnauthenticated(model=handle)
    if names & _REJECTED_BY_LITELLM:
        return ProviderRejected(model=handle, status=400)
    if any(isinstance(cause, LoginFailed) for cause in causes(error)):
        return unavailable(handle)
    return RequestNotWritten(handle, error)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it came from, and so on."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _retry_after(answer: HttpAnswer) -> float | None:
    """Seconds: from the headers, else from Google's RetryInfo in the body; None if nothing is said."""
    header = answer.headers.get("retry-after", "").strip()
    milliseconds = answer.headers.get("retry-after-ms", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", milliseconds):
        return _bounded(float(milliseconds) / 1000)
    if re.fullmatch(r"\d+(\.\d+)?", header):
        return _bounded(float(header))
    if header:
        try:
            return _bounded(email.utils.parsedate_to_datetime(header).timestamp() - time.time())
        except ValueError:
            return None
    return _google_retry_delay(answer.body)


def _google_retry_delay(body: bytes) -> float | None:
    if len(body) > ERROR_BYTES or b"retryDelay" not in body:
        return None
    try:
        found = re.search(r'"retryDelay":\s*"(\d+(?:\.\d+)?)s"', orjson.dumps(orjson.loads(body)).decode())
    except orjson.JSONDecodeError:
        return None
    return _bounded(float(found[1])) if found else None


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)
