"""What Letta's official clients can ask their lists for, by their signatures: done, not offered or without effect."""

import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args, get_type_hints

import httpx
import pytest
from letta_client import BadRequestError, Letta
from letta_client.types import AgentListParams, ConversationListParams, agents, conversations

from compactd.domain.errors import InvalidField
from compactd.gateway.http_errors import MethodNotAllowed, RouteNotFound
from compactd.gateway.letta.not_offered import IGNORED_OPTIONS, NOT_OFFERED_OPTIONS
from compactd.gateway.routes import Route, RouteTable, routes_of
from compactd.rpc.contract import SERVICE_DESCRIPTORS

TABLE = RouteTable(routes_of(SERVICE_DESCRIPTORS), {})

LISTS = {"ListAgents", "ListBlocks", "ListConversations", "ListMessages"}

OF_ANY_CALL = {"extra_headers", "extra_query", "extra_body", "timeout"}

# Where make install puts the npm client: beside the interpreter's own files.
NPM = Path(sys.prefix) / "node/node_modules/@letta-ai/letta-client"

PARAMETERS: dict[str, list[Any]] = {
    "ListAgents": [AgentListParams],
    "ListBlocks": [agents.BlockListParams],
    "ListConversations": [ConversationListParams],
    "ListMessages": [agents.MessageListParams, conversations.MessageListParams],
}
"""The Python client's types of what each list takes."""

DECLARATIONS = {
    "ListAgents": ("agents/agents.d.ts", "AgentListParams"),
    "ListBlocks": ("agents/blocks.d.ts", "BlockListParams"),
    "ListConversations": ("conversations/conversations.d.ts", "ConversationListParams"),
    "ListMessages": ("conversations/messages.d.ts", "MessageListParams"),
}
"""Where the npm client declares the same."""


def resources(holder: Any) -> Iterator[Any]:
    """The parts of the Python client, and theirs."""
    for name, kind in vars(type(holder)).items():
        if hasattr(kind, "func") and not name.startswith(("_", "with_")):
            yield (part := getattr(holder, name))
            yield from resources(part)


def lists() -> dict[str, set[str]]:
    """The names that the Python client's lists take, by the RPC that they reach; found by calling every one of them."""
    found: dict[str, set[str]] = {}
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(400)

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        for part in resources(Letta(base_url="http://compactd", api_key="any", http_client=http)):
            if (method := getattr(part, "list", None)) is None:
                continue
            parameters = inspect.signature(method).parameters.values()
            path = [item.name for item in parameters if item.default is inspect.Parameter.empty]
            with suppress(BadRequestError):
                method(**dict.fromkeys(path, "x"))
            if (route := route_of(asked[-1])) is not None:
                names = {item.name for item in parameters} - OF_ANY_CALL - set(path)
                found.setdefault(route.method.name, set()).update(names)
    return found


def route_of(request: httpx.Request) -> Route | None:
    try:
        return TABLE.find(request.method, request.url.raw_path)[0]
    except (RouteNotFound, MethodNotAllowed, InvalidField):
        return None


def known(rpc: str) -> set[str]:
    """What is decided about the options of a list."""
    [fields] = {
        frozenset(route.method.input_type.fields_by_name)
        for route in routes_of(SERVICE_DESCRIPTORS)
        if route.method.name == rpc
    }
    return {*fields, *NOT_OFFERED_OPTIONS.get(rpc, ()), *IGNORED_OPTIONS.get(rpc, ())}


def test_every_option_of_the_python_client_is_decided() -> None:
    found = lists()
    assert set(found) == LISTS
    assert {rpc: names - known(rpc) for rpc, names in found.items()} == {rpc: set() for rpc in LISTS}


def test_every_option_that_is_not_offered_is_one_of_the_python_client() -> None:
    found = lists()
    for rpc in LISTS:
        assert {*NOT_OFFERED_OPTIONS[rpc], *IGNORED_OPTIONS.get(rpc, ())} <= found[rpc]


@pytest.mark.parametrize("rpc", sorted(LISTS))
def test_every_option_of_the_npm_client_is_decided(rpc: str) -> None:
    where, interface = DECLARATIONS[rpc]
    page = members((NPM / "core/pagination.d.ts").read_text(encoding="utf-8"), "ArrayPageParams")
    assert page == {"before", "after", "limit", "order", "order_by"}
    own = members((NPM / "resources" / where).read_text(encoding="utf-8"), interface)
    assert page | own <= known(rpc)


def members(declarations: str, interface: str) -> set[str]:
    body = re.search(rf"^export interface {interface}\b[^{{]*\{{(.*?)^\}}", declarations, re.DOTALL | re.MULTILINE)
    assert body is not None, f"{interface} is declared elsewhere"
    return set(re.findall(r"^    (\w+)\??:", body[1], re.MULTILINE))


@pytest.mark.parametrize("rpc", sorted(LISTS))
def test_every_order_that_the_python_client_names_is_done_or_not_offered(rpc: str) -> None:
    for parameters in PARAMETERS[rpc]:
        orders = set(get_args(get_type_hints(parameters)["order_by"]))
        done = orders_of(rpc)
        option = NOT_OFFERED_OPTIONS[rpc].get("order_by")
        refused = {order for order in orders if option is not None and option.changes(order)}
        ignored = set(option.harmless) if option is not None else set()
        assert orders <= done | refused | ignored


def orders_of(rpc: str) -> set[str]:
    """The values of the field order_by of a list, as REST writes them."""
    [route] = [route for route in routes_of(SERVICE_DESCRIPTORS) if route.method.name == rpc][:1]
    field = route.method.input_type.fields_by_name.get("order_by")
    if field is None or field.enum_type is None:
        return set()
    return {value.name.partition("_ORDER_BY_")[2].lower() for value in field.enum_type.values}
