"""What has to hold between the settings of access, and what becomes of them."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from compactd.access.schemes import HEADER, JWT, MTLS, SCHEMES, TOKENS, Access, open_access
from compactd.domain.startup import WrongSetting

if TYPE_CHECKING:
    from compactd.config import Config


def access_of(config: "Config") -> Access:
    """How callers are known. WrongSetting where settings contradict each other, leave open what has to be decided, or
    name files that cannot be read."""
    if not config.auth and (idle := _set_in_vain(config)):
        raise WrongSetting(
            "auth",
            f"{', '.join(idle)} would have no effect, and everybody be let in: write how callers are known "
            f"({', '.join(SCHEMES)}), or none if nobody is to be asked. See docs/access.md.",
        )
    reachable = doors_for_others(config)
    if not config.auth and reachable:
        listed = " and ".join(f"{address} ({name})" for name, address in reachable.items())
        raise WrongSetting(
            "auth",
            f"the server would listen on {listed}, which others can reach, and let everybody do everything: write how "
            f"callers are known ({', '.join(SCHEMES)}), or none if that is wanted. See docs/access.md.",
        )
    for setting, sentence in _lacking(config):
        raise WrongSetting(setting, sentence)
    return open_access(config)


def _set_in_vain(config: "Config") -> list[str]:
    """The variables of access that are set, where none of them would be looked at."""
    fields = type(config).model_fields
    names = [name for name in fields if name.startswith("auth_") or name == "identities_file"]
    return [
        f"{type(config).model_config['env_prefix']}{name.upper()}"
        for name in names
        if getattr(config, name) != fields[name].default
    ]


def doors_for_others(config: "Config") -> Mapping[str, str]:
    """The addresses that other machines may reach, by the names of their settings."""
    addresses = {"grpc_address": config.grpc_address, "http_address": config.http_address}
    return {name: address for name, address in addresses.items() if not is_on_this_machine(address)}


def is_on_this_machine(address: str) -> bool:
    """Whether only this machine reaches an address: a Unix socket, loopback, or off. Names other than localhost may be
    anything."""
    if address == "off" or address.startswith("unix:"):
        return True
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _lacking(config: "Config") -> Iterator[tuple[str, str]]:
    schemes = config.auth_schemes
    if TOKENS in schemes and config.auth_tokens_file is None:
        yield "auth_tokens_file", "tokens need a file with a line for each: `compactd token` makes one."
    if JWT in schemes and not config.auth_jwt_keys:
        yield "auth_jwt_keys", "jwt needs the issuer's public keys: name a JWKS file or its URL."
    if MTLS in schemes and not config.tls_client_ca_file:
        yield "tls_client_ca_file", "mtls needs certificates of clients: name the authority that they are checked by."
    if HEADER in schemes and not config.auth_header:
        yield "auth_header", "header needs the name of the mesh's header, such as x-forwarded-client-cert."
    if HEADER in schemes and not config.auth_header_peers:
        yield "auth_header_peers", "header needs the peers that it is believed from: anybody can send a header."
    if _asks_identities(config) and config.identities_file is None:
        yield "identities_file", "a file has to say which namespace and scopes each identity has."


def _asks_identities(config: "Config") -> bool:
    schemes = config.auth_schemes
    return MTLS in schemes or HEADER in schemes or (JWT in schemes and not config.auth_jwt_namespace_claim)
