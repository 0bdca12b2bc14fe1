"""What an operator may write of the limits of providers, and what is said of a file that is wrong."""

import re
from pathlib import Path

import pytest
import structlog

from compactd.config.providers_file import ProvidersFile, parse_providers
from compactd.domain.provider_limits import JOBS_SHARE, ProviderLimits

LIMITS = "requests_per_minute, tokens_per_minute, calls_at_once, jobs_share"
WHOLE = "a whole number from 1 on"
SHARE = "a number above 0 and at most 1, such as 0.5"


def test_a_provider_has_the_limits_of_its_table_and_others_have_none() -> None:
    providers = parse_providers(b"[openai]\nrequests_per_minute = 500\njobs_share = 1\n[anthropic]\n")
    assert providers.of("openai") == ProviderLimits(requests_per_minute=500, jobs_share=1)
    assert providers.of("anthropic") == ProviderLimits(jobs_share=JOBS_SHARE)
    assert providers.of("groq") is None
    assert providers.told == {
        "openai": {"requests_per_minute": 500, "jobs_share": 1},
        "anthropic": {"jobs_share": JOBS_SHARE},
    }


@pytest.mark.parametrize(("calls", "share", "of_jobs"), [(10, 0.5, 5), (3, 0.5, 1), (1, 0.01, 1), (8, 1, 8)])
def test_jobs_have_their_share_of_the_calls_at_once_and_never_less_than_one(
    calls: int, share: float, of_jobs: int
) -> None:
    assert ProviderLimits(calls_at_once=calls, jobs_share=share).job_calls_at_once == of_jobs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            (f"[openai]\n{limit} = {value}", f"openai.{limit}: write {WHOLE}.")
            for limit in ("requests_per_minute", "tokens_per_minute", "calls_at_once")
            for value in ("0", "-1", "1.5", "'canary'", "true", "9007199254740993")
        ),
        *((f"[openai]\njobs_share = {value}", f"openai.jobs_share: write {SHARE}.") for value in ("0", "1.1", "nan")),
        ("[openai]\nrequests_per_second = 5", f"openai.requests_per_second: there is no such limit: write {LIMITS}."),
        ("openai = 5", f"openai: write a table of limits: {LIMITS}."),
        ("[open_ai]", "open_ai: there is no such provider: write a table for one of "),
        (" \n", "it is empty; a line that begins with # is enough for a file without limits."),
        ("[openai", "it is no TOML: "),
        ("\udce4", "it is no TOML: "),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_the_name_of_the_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "providers.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match="^" + re.escape(f"{path}: {said}")) as refused:
        ProvidersFile(path)
    assert "canary" not in str(refused.value)


def test_a_change_of_the_file_is_taken_and_one_that_is_wrong_is_not(tmp_path: Path) -> None:
    path = tmp_path / "providers.toml"
    path.write_text("[openai]\ncalls_at_once = 3\n")
    file = ProvidersFile(path)

    def calls_at_once() -> int | None:
        limits = file.of("openai")
        return None if limits is None else limits.calls_at_once

    with structlog.testing.capture_logs() as lines:
        for text, now in (
            ("[openai]\ncalls_at_once = 40\n", 40),
            ("[openai]\ncalls_at_once = 'canary'\n", 40),
            ("", 40),
            ("# none\n", None),
        ):
            path.write_text(text)
            file.look()
            assert calls_at_once() == now
    assert [line["event"] for line in lines] == [
        "file reloaded",
        "file not reloaded",
        "file not reloaded",
        "file reloaded",
    ]
    assert f"openai.calls_at_once: write {WHOLE}." in lines[1]["why"]


def test_without_a_file_no_provider_has_limits() -> None:
    file = ProvidersFile(None)
    assert file.of("openai") is None
    assert file.in_force.told == {}
