"""Which requests of web pages are answered: a browser on the operator's desk reaches every server there, whatever page
it shows.

A page may send requests to any address, and leads a name of its own to 127.0.0.1, so that the browser takes the server
for the page's own (DNS rebinding). Pages can forge neither Host, Origin nor Sec-Fetch-Site: that tells them apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from compactd.gateway.http_errors import HostNotAllowed, OriginNotAllowed, OtherSiteNotAllowed

Header = tuple[bytes, bytes]

ANY_HOST = "*"

_OF_NO_OTHER_PAGE = frozenset((b"same-origin", b"none"))
"""What Sec-Fetch-Site is for a request of our own page, and for an address that was typed in."""

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"

_PREFLIGHT_SECONDS = b"600"
"""How long a browser need not ask again: Chromium takes two hours at most, and a setting may change."""

_EXPOSED = b"retry-after, traceparent, x-request-id, x-should-retry"
"""What a page may read of an answer's headers, beside the ones that any may."""


@dataclass(frozen=True, slots=True)
class BrowserRules:
    """`hosts` are the names that may be used besides loopback's; None: any."""

    hosts: frozenset[bytes] | None = None
    origins: frozenset[bytes] = field(default_factory=frozenset)

    @classmethod
    def of(cls, hosts: str, origins: str, *, is_on_loopback: bool) -> "BrowserRules":
        """Of lists as the settings have them. A server that listens for others too may have a name that only a mesh
        knows."""
        names = listed(hosts)
        is_open = ANY_HOST in names or (not names and not is_on_loopback)
        return cls(
            None if is_open else frozenset(name.lower().encode() for name in names),
            frozenset(origin.encode() for origin in listed(origins)),
        )

    def check_host(self, headers: Sequence[Header]) -> None:
        """HostNotAllowed. Without a Host it is no browser. The port is not looked at: a page cannot choose the name
        before it, and a forwarded port is another one than ours."""
        if self.hosts is None:
            return
        for name, host in headers:
            if name == b"host" and not _is_loopback(host) and _without_port(host) not in self.hosts:
                raise HostNotAllowed(host=_shown(host))

    def knows_host(self, headers: Sequence[Header]) -> bool:
        """Whether `check_host` lets them pass."""
        try:
            self.check_host(headers)
        except HostNotAllowed:
            return False
        return True

    def check_origin(self, headers: Sequence[Header]) -> None:
        """OriginNotAllowed, or OtherSiteNotAllowed, for a request of another origin's page; whoever is no browser sends
        neither header."""
        given = {name: value for name, value in headers if name in (b"host", b"origin", b"sec-fetch-site")}
        origin, site = given.get(b"origin"), given.get(b"sec-fetch-site", b"none")
        if origin is not None and origin not in self.origins and not _is_same(origin, given.get(b"host", b"")):
            raise OriginNotAllowed(origin=_shown(origin))
        # Links, images and scripts of a page have no Origin, but newer browsers say how far the page is from here.
        if origin is None and site not in _OF_NO_OTHER_PAGE:
            raise OtherSiteNotAllowed(origin=_shown(site))

    def known_origin(self, headers: Sequence[Header]) -> bytes:
        """Of a page that may call from another origin; empty for any other caller."""
        origin = dict(headers).get(b"origin", b"") if self.origins else b""
        return origin if origin in self.origins else b""


def preflight_headers(headers: Sequence[Header]) -> list[Header] | None:
    """Of the answer to a browser that asks whether a page may send a request; None for any other request.

    Any header may be sent: clients have many of their own (`x-stainless-…`), and the origin is known by now. Cookies
    and the like may not, since nothing here reads any.
    """
    asked = dict(headers)
    if b"access-control-request-method" not in asked:
        return None
    allowed = asked.get(b"access-control-request-headers", b"")
    return [
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-max-age", _PREFLIGHT_SECONDS),
        *([(b"access-control-allow-headers", allowed)] if allowed else []),
    ]


def listed(text: str) -> tuple[str, ...]:
    """What stands between the commas."""
    return tuple(item for item in (part.strip() for part in text.split(",")) if item)


def page_headers(origin: bytes) -> list[Header]:
    """What lets a page of another origin read an answer."""
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", _EXPOSED),
        (b"vary", b"origin"),
    ]


def is_loopback_address(address: str) -> bool:
    """Of an address of IP, without a port; False for what is none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


def _is_loopback(host: bytes) -> bool:
    name = _without_port(host)
    return name == b"localhost" or is_loopback_address(name.strip(b"[]").decode("latin-1"))


def _without_port(host: bytes) -> bytes:
    name, colon, port = host.rpartition(b":")
    return (name if colon and port.isdigit() else host).lower().removesuffix(b".")


def _is_same(origin: bytes, host: bytes) -> bool:
    """Whether a page of that origin came from the Host. Behind a proxy with TLS the scheme is another one than ours,
    so it is not compared; browsers leave a scheme's own port out of both."""
    scheme, separator, place = origin.partition(b"://")
    return bool(separator) and scheme in (b"http", b"https") and bool(host) and place.lower() == host.lower()


def _shown(value: bytes) -> str:
    return value.decode("latin-1")
