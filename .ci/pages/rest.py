"""REST: its routes and statuses, and where it differs from Letta's API and from Envoy."""

from compactd.gateway.http_statuses import STATUSES_BY_CODE
from compactd.gateway.letta.not_offered import (
    IGNORED_OPTIONS,
    NOT_OFFERED_FIELDS,
    NOT_OFFERED_OPTIONS,
    NOT_OFFERED_ROUTES,
    ListOption,
)
from compactd.gateway.routes import routes_of
from pages.contract import SERVICES
from pages.markdown import table, together
from tests.envoy.differences import DIFFERENCES


def routes() -> str:
    return table(
        ("RPC", "HTTP", "body", "answer"),
        (
            (
                f"{route.method.containing_service.name}.{route.method.name}",
                f"`{route.verb} {route.template}`",
                {"": "–", "*": "the request"}.get(route.body, f"`{route.body}`"),
                f"`{route.response_body}` alone" if route.response_body else route.method.output_type.name,
            )
            for route in routes_of(SERVICES)
        ),
    )


def statuses() -> str:
    return table(("gRPC code", "HTTP status"), ((code, str(status)) for code, status in STATUSES_BY_CODE.items()))


def not_offered() -> str:
    """What Letta's API has and compactd answers with NOT_SUPPORTED, with what it says."""
    by_path = [(f"`{verb} {path}`", why) for (verb, path), why in NOT_OFFERED_ROUTES.items()]
    by_field = [(f"`{name}` in a {' or '.join(verbs)}", why) for name, (verbs, why) in NOT_OFFERED_FIELDS.items()]
    by_option = [
        (f"`{name}` of {rpc}{_which(option)}", option.instead)
        for rpc, options in NOT_OFFERED_OPTIONS.items()
        for name, option in options.items()
    ]
    return table(("requests", "the error says"), together(by_path + by_field + by_option))


def _which(option: ListOption) -> str:
    if option.values:
        return f", where it is {' or '.join(option.values)}"
    return f", unless it is {' or '.join(option.harmless)}" if option.harmless else ""


def ignored_options() -> str:
    """What Letta's lists take and what changes nothing here."""
    rows = [(f"`{name}` of {rpc}", why) for rpc, options in IGNORED_OPTIONS.items() for name, why in options.items()]
    return table(("parameters", "because"), together(rows))


def envoy_differences() -> str:
    """Where compactd's REST and Envoy's transcoder differ, from the table that the tests try."""
    return table(("compactd", "why"), ((_capital(each.name), each.reason) for each in DIFFERENCES))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
