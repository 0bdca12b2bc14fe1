"""Requests as data, the stored data they are about, and both ways to send them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class RestRequest:
    """An HTTP request. `{agent}`, `{conversation}` and the other names of StoredIds stand for its ids, in the path
    and in the body. A body that is a text is sent as it is, anything else as JSON."""

    verb: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        body = "" if self.body is None else self.body if isinstance(self.body, str) else json.dumps(self.body)
        headers = "".join(f" {name}: {value}" for name, value in self.headers.items())
        line = f"{self.verb} {self.path}{headers} {body}".strip()
        return line if len(line) <= 160 else f"{line[:159]}…"


@dataclass(frozen=True, slots=True)
class StoredIds:
    """Ids of stored data by the names that requests use for them."""

    ids: Mapping[str, str]

    def fill(self, text: str) -> str:
        for name, value in self.ids.items():
            text = text.replace(f"{{{name}}}", value)
        return text


async def send(door: httpx.AsyncClient, sent: RestRequest, stored: StoredIds) -> httpx.Response:
    content = None if sent.body is None else sent.body if isinstance(sent.body, str) else json.dumps(sent.body)
    kind = {} if content is None else {"Content-Type": "application/json"}
    return await door.request(
        sent.verb,
        stored.fill(sent.path),
        content=None if content is None else stored.fill(content).encode(),
        headers=kind | dict(sent.headers),
    )


def json_of(answer: httpx.Response) -> Any:
    """The answer's JSON; for one that is none, its text."""
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    return json.loads(answer.text) if is_json and answer.text else answer.text
