"""From which web pages the server may be called over REST."""

import re
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from compactd.gateway.browser_rules import ANY_HOST, listed

_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")


class BrowserSettings(BaseSettings):
    """A section of Config."""

    http_hosts: Annotated[
        str,
        Field(
            description="Further names for REST beside those of loopback, joined by commas, without ports. A "
            "request's Host has to be one of them. On loopback any other Host is refused, since a web "
            "page may lead a name of its own there; on other addresses any Host is accepted while no "
            "names are given here. `*`: any Host."
        ),
    ] = ""
    http_origins: Annotated[
        str,
        Field(
            description="Other origins whose web pages may call REST, joined by commas, as browsers send them: "
            "https://console.example or http://localhost:3000. Pages of any other origin are refused, "
            "except for /docs. Callers that are not browsers send no Origin."
        ),
    ] = ""

    @field_validator("http_hosts")
    @classmethod
    def _hosts(cls, text: str) -> str:
        for host in listed(text):
            if host != ANY_HOST and not _HOST.fullmatch(host):
                raise ValueError("write names or addresses without ports, joined by commas: desk.example,[::1], or *.")
        return text

    @field_validator("http_origins")
    @classmethod
    def _origins(cls, text: str) -> str:
        for origin in listed(text):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    "write origins in small letters, joined by commas, as scheme://host or scheme://host:port "
                    "without a slash behind: https://console.example. None may stand for all."
                )
        return text
