"""The JSON of a request's body, encoded once."""

import json
from collections.abc import Mapping
from typing import Any

import orjson


def encode_body(body: Mapping[str, Any]) -> bytes:
    """By orjson, forty times as fast as json; by json if there is an integer beyond 64 bits, as arguments may hold."""
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
