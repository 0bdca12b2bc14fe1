"""The public keys that sign tokens: a JWKS from a file, or from a URL inside the mesh."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import jwt
import structlog

from compactd.access.watched_file import WatchedFile

ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "P-521": ("ES512",),
    "Ed25519": ("EdDSA",),
}
"""Which algorithms a key may sign by: all of them are asymmetric, and no token chooses another one."""

MAX_KEYS = 100

REFRESH_SECONDS = 300.0
"""How often keys are fetched again: one that the issuer has withdrawn is believed no longer than that."""

UNKNOWN_KEY_SECONDS = 10.0
"""How long after a fetch a token by an unknown key leads to no other one."""

FETCH_SECONDS = 5.0
WAIT_SECONDS = 2.0
"""How long a call waits for keys that are being fetched."""

MAX_WAITING = 256
"""How many calls do; others are turned away at once."""

MAX_FETCHED_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SigningKey:
    key: Any
    algorithms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeySet:
    """Keys by their ids. `only` is the one of a set that has no other: a token need not name it."""

    keys: Mapping[str, SigningKey] = field(default_factory=dict)
    only: SigningKey | None = None

    @classmethod
    def of_json(cls, data: bytes) -> "KeySet":
        """ValueError for what is no JWKS, or has no key to check signatures of ours with."""
        try:
            written = [dict(item) for item in json.loads(data)["keys"][:MAX_KEYS]]
        except (ValueError, KeyError, TypeError, RecursionError):
            # What those say shows keys.
            raise ValueError("it is no JWKS: an object with a list `keys` of JSON Web Keys.") from None
        found = [(str(item.get("kid", "")), _signing_key(item)) for item in written]
        usable = [(kid, key) for kid, key in found if key is not None]
        if not usable:
            raise ValueError("it has no public key of RSA, P-256, P-384, P-521 or Ed25519 to check signatures with.")
        return cls(dict(usable), usable[0][1] if len(usable) == 1 else None)

    def key(self, kid: str | None) -> SigningKey | None:
        return self.only if kid is None else self.keys.get(kid)


def _signing_key(item: Mapping[str, Any]) -> SigningKey | None:
    """None for a key for something else, or of a kind that is not known: a set may have those too."""
    kind = "RSA" if item.get("kty") == "RSA" else item.get("crv")
    algorithms = ALGORITHMS.get(kind, ()) if isinstance(kind, str) else ()
    if named := item.get("alg"):
        algorithms = tuple(name for name in algorithms if name == named)
    if not algorithms or item.get("use", "sig") != "sig":
        return None
    try:
        return SigningKey(jwt.PyJWK(dict(item), algorithm=algorithms[0]).key, algorithms)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None


class KeySource(Protocol):
    """Where keys come from."""

    async def key(self, kid: str | None) -> SigningKey | None:
        """The key of that id; None if there is none, also if it could not be fetched in time."""
        ...

    @property
    def key_set(self) -> KeySet | None:
        """What is known now; another object once that has changed."""
        ...

    async def follow(self) -> None:
        """Keeps the keys fresh until it is cancelled."""
        ...


class KeyFile:
    """A file, read again when it changes."""

    def __init__(self, file: WatchedFile[KeySet]) -> None:
        self._file = file

    async def key(self, kid: str | None) -> SigningKey | None:
        return self._file.value.key(kid)

    @property
    def key_set(self) -> KeySet:
        return self._file.value

    async def follow(self) -> None:
        await self._file.follow()


class KeyUrl:
    """A URL, fetched when the server starts, every REFRESH_SECONDS, and for a token whose key is not known. A fetch
    that fails leaves the keys as they are, and the log says so."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._fetched: float | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._waiting = 0
        self.key_set: KeySet | None = None

    async def key(self, kid: str | None) -> SigningKey | None:
        found = self._known(kid)
        if found is not None or self._waiting >= MAX_WAITING:
            return found
        if self._fetching is None and not self._is_due():
            return None
        self._waiting += 1
        try:
            # Others wait for it too.
            await asyncio.wait({self._fetch()}, timeout=WAIT_SECONDS)
        finally:
            self._waiting -= 1
        return self._known(kid)

    async def follow(self) -> None:
        while True:
            await asyncio.wait({self._fetch()})
            await asyncio.sleep(REFRESH_SECONDS if self.key_set is not None else UNKNOWN_KEY_SECONDS)

    def _known(self, kid: str | None) -> SigningKey | None:
        return None if self.key_set is None else self.key_set.key(kid)

    def _is_due(self) -> bool:
        return self._fetched is None or self._clock() - self._fetched >= UNKNOWN_KEY_SECONDS

    def _fetch(self) -> asyncio.Task[None]:
        """The fetch that is going on, or a new one."""
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch_once())
        return self._fetching

    async def _fetch_once(self) -> None:
        log = structlog.get_logger()
        try:
            key_set = KeySet.of_json(await fetched(self._url))
        except ValueError as error:
            log.error("keys not fetched", why=f"What the URL gives is not what it should be: {error}")
        except OSError as error:
            log.error("keys not fetched", why=f"The URL of the keys could not be read: {type(error).__name__}.")
        else:
            if self.key_set is None or self.key_set.keys.keys() != key_set.keys.keys():
                log.info("keys fetched", keys=len(key_set.keys))
            self.key_set = key_set
        finally:
            self._fetched = self._clock()
            self._fetching = None


async def fetched(url: str) -> bytes:
    """What is at the URL. OSError if that could not be read in time, also for a redirection; ValueError for more than a
    megabyte."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise ConnectionError(f"status {response.status}")
            data = await response.content.read(MAX_FETCHED_BYTES + 1)
            while len(data) <= MAX_FETCHED_BYTES and (more := await response.content.read(MAX_FETCHED_BYTES)):
                data += more
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ConnectionError(type(error).__name__) from error
    if len(data) > MAX_FETCHED_BYTES:
        raise ValueError("it is more than a megabyte.")
    return data
