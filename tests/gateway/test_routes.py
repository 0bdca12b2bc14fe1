"""Which route a path means, without a server: the table alone."""

from urllib.parse import unquote

import pytest

from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import InvalidField
from compactd.gateway.http_errors import MethodNotAllowed, NotOffered, RouteNotFound
from compactd.gateway.letta.not_offered import NOT_OFFERED_ROUTES
from compactd.gateway.routes import Route, RouteTable, routes_of
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from tests.rpc.services import service_with

ROUTES = routes_of(SERVICE_DESCRIPTORS)
TABLE = RouteTable(ROUTES, NOT_OFFERED_ROUTES)


def found(verb: str, path: bytes) -> tuple[str, dict[str, str]]:
    route, values = TABLE.find(verb, path)
    return route.rpc.rpartition("/")[2], values


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.verb} {route.template}")
def test_every_template_is_found_with_its_variables(route: Route) -> None:
    values = {name: f"{name} value" for name in route.variables}
    path = route.template.format_map({name: value.replace(" ", "%20") for name, value in values.items()})
    for spelling in (path, f"{path}/"):
        assert TABLE.find(route.verb, spelling.encode()) == (route, values)


def test_a_variable_may_hold_an_encoded_slash() -> None:
    values = {"agent_id": "agent", "block_label": "a/b/"}
    assert found("GET", b"/v1/agents/agent/core-memory/blocks/a%2Fb%2f") == ("GetBlock", values)


def test_a_variable_is_unquoted_once() -> None:
    assert found("GET", b"/v1/agents/%2541") == ("GetAgent", {"agent_id": "%41"})


@pytest.mark.parametrize(("raw", "value"), [(b"%zz", "%zz"), (b"100%", "100%"), (b"a+b", "a+b"), (b"%3F%23", "?#")])
def test_a_variable_keeps_what_is_no_encoding(raw: bytes, value: str) -> None:
    assert found("GET", b"/v1/agents/" + raw) == ("GetAgent", {"agent_id": value})


@pytest.mark.parametrize("raw", [b"{}", b"%7B%7D", b"{agent_id}", b"*", b"%2A%2A", b"."])
def test_what_templates_are_written_with_is_a_value_like_any_other(raw: bytes) -> None:
    assert found("GET", b"/v1/agents/" + raw) == ("GetAgent", {"agent_id": unquote(raw.decode())})


def test_a_variables_name_is_no_literal() -> None:
    with pytest.raises(RouteNotFound):
        TABLE.find("GET", b"/v1/{}")


def test_a_variable_is_utf_8() -> None:
    assert found("GET", b"/v1/agents/%E8%AC%9D")[1] == {"agent_id": "謝"}
    with pytest.raises(InvalidField) as raised:
        TABLE.find("GET", b"/v1/agents/%ff")
    assert raised.value.metadata["field"] == "agent_id"


@pytest.mark.parametrize("raw", [b"messages:append", b"messages%3Aappend", b"%6Dessages%3aappend"])
def test_a_verb_of_its_own_is_a_literal_however_it_is_encoded(raw: bytes) -> None:
    assert found("POST", b"/v1/conversations/x/" + raw) == ("AppendMessages", {"conversation_id": "x"})


def test_an_encoded_colon_in_a_variable_is_the_variables() -> None:
    assert found("GET", b"/v1/conversations/x%3Amessages")[1] == {"conversation_id": "x:messages"}


def test_a_literal_goes_before_a_variable() -> None:
    method = SERVICE_DESCRIPTORS[0].methods[0]
    named = Route("GET", "/v1/a/default", method, "", "", ())
    variable = Route("GET", "/v1/a/{id}", method, "", "", ("id",))
    table = RouteTable([variable, named], {})
    assert table.find("GET", b"/v1/a/default") == (named, {})
    assert table.find("GET", b"/v1/a/other") == (variable, {"id": "other"})


def test_a_literal_that_leads_nowhere_gives_way_to_a_variable() -> None:
    method = SERVICE_DESCRIPTORS[0].methods[0]
    literal = Route("GET", "/v1/default/x", method, "", "", ())
    variable = Route("GET", "/v1/{id}/y", method, "", "", ("id",))
    table = RouteTable([literal, variable], {})
    assert table.find("GET", b"/v1/default/y") == (variable, {"id": "default"})


def test_a_verb_behind_a_variable_goes_before_the_variable_alone() -> None:
    method = SERVICE_DESCRIPTORS[0].methods[0]
    alone = Route("GET", "/v1/{id}", method, "", "", ("id",))
    with_verb = Route("POST", "/v1/{id}:stop", method, "", "", ("id",))
    table = RouteTable([alone, with_verb], {})
    assert table.find("POST", b"/v1/a:b:stop/") == (with_verb, {"id": "a:b"})
    assert table.find("GET", b"/v1/a:go") == (alone, {"id": "a:go"})
    assert table.find("GET", b"/v1/a%3Astop") == (alone, {"id": "a:stop"})
    assert table.find("GET", b"/v1/:stop") == (alone, {"id": ":stop"})
    with pytest.raises(MethodNotAllowed):
        table.find("GET", b"/v1/a:stop")


def test_a_variable_is_a_whole_segment() -> None:
    method = SERVICE_DESCRIPTORS[0].methods[0]
    for template in ("/v1/{id}-x", "/v1/{id=**}", "/v1/*"):
        with pytest.raises(ValueError, match="only whole segments"):
            RouteTable([Route("GET", template, method, "", "", ())], {})


def test_head_is_get() -> None:
    assert found("HEAD", b"/v1/agents")[0] == "ListAgents"


@pytest.mark.parametrize(
    "path",
    [
        b"",
        b"/",
        b"//",
        b"*",
        b"v1/agents",
        b"/v1",
        b"/V1/agents",
        b"/v1/agent",
        b"//v1/agents",
        b"/v1//agents",
        b"/v1/agents//",
        b"/v1/agents///",
        b"/v1/agents//messages",
        b"/v1/agents/x/y",
        b"/v1/agents/./x",
        b"/v1/conversations/x/messages:",
        b"/v1/conversations/x/messages:append:append",
        b"/v1/agents%2Fx",
        b"/v1%2fagents",
        b"/v1/agents/x/" + b"a/" * 1000,
    ],
)
def test_what_is_no_template_is_not_found(path: bytes) -> None:
    with pytest.raises(RouteNotFound):
        TABLE.find("GET", path)


@pytest.mark.parametrize(
    ("verb", "path", "allowed"),
    [
        ("PUT", b"/v1/agents", "GET, HEAD, POST"),
        ("POST", b"/v1/agents/x", "DELETE, GET, HEAD, PATCH"),
        ("GET", b"/v1/conversations/x/compact", "POST"),
        ("HEAD", b"/v1/conversations/x/compact", "POST"),
        ("OPTIONS", b"/v1/conversations/x/messages:append", "POST"),
        ("get", b"/v1/agents", "GET, HEAD, POST"),
    ],
)
def test_another_method_is_told_which_there_are(verb: str, path: bytes, allowed: str) -> None:
    with pytest.raises(MethodNotAllowed) as raised:
        TABLE.find(verb, path)
    assert raised.value.metadata["allowed"] == allowed


@pytest.mark.parametrize(("verb", "template"), NOT_OFFERED_ROUTES)
def test_what_only_lettas_api_has_is_not_offered_and_says_what_to_do(verb: str, template: str) -> None:
    with pytest.raises(NotOffered) as raised:
        TABLE.find(verb, template.replace("{", "").replace("}", "").encode())
    assert NOT_OFFERED_ROUTES[verb, template] in str(raised.value)


@pytest.mark.parametrize(("verb", "template"), NOT_OFFERED_ROUTES)
def test_what_is_not_offered_is_so_by_its_method_alone(verb: str, template: str) -> None:
    path = template.replace("{", "").replace("}", "").encode()
    with pytest.raises(CompactdError) as raised:
        TABLE.find("PUT", path)
    has_route = any(route.template.split("/")[2:] == template.split("/")[2:] for route in ROUTES)
    assert isinstance(raised.value, MethodNotAllowed if has_route else RouteNotFound)


def test_no_route_is_among_what_is_not_offered() -> None:
    assert set(NOT_OFFERED_ROUTES).isdisjoint((route.verb, route.template) for route in ROUTES)


def test_a_stream_has_a_route_only_if_it_is_one_of_events() -> None:
    with pytest.raises(ValueError, match=r"MadeService/Watch answers with a stream of what has no ordinal and kind"):
        routes_of([service_with("Watch", server_streaming=True, path="/v1/watch")])
    assert routes_of([service_with("Follow", server_streaming=True)]) == []
