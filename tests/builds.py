"""`python -m tests.builds [NAME…]` makes what tests have to build first: the clients in other languages, and kustomize
where kubectl has none.

`.ci/run` starts it before the first test, at a low priority, so that it is done beside tests that wait. A test that
comes too early waits for its lock; and one whose tools are not here says so itself, so that this is no failure.

`EARLY` need nothing but Python's own library, and begin before anything is installed.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.deploy import kustomize
from tests.polyglot import toolchains
from tests.polyglot.languages import LANGUAGES

BUILDS: dict[str, Callable[[], object]] = {
    "kustomize": kustomize.find_kustomize,
    **{name: partial(toolchains.client_of, language) for name, language in LANGUAGES.items()},
}
EARLY = ("kustomize", "rust", "java")
# The client in Go takes from Go's cache what kustomize has left there, if it is built.
LATE = ("typescript", "python", "go")


def build(names: Sequence[str]) -> None:
    """Raises what the first of them raises that can be begun and fails, after all of them."""
    # Two at a time, since each of them waits for the network at first.
    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(_build, BUILDS[name]) for name in names]
    for future in futures:
        future.result()


def _build(make: Callable[[], object]) -> None:
    try:
        make()
    except (toolchains.NotHere, kustomize.NotHere) as why:
        logging.getLogger(__name__).warning("%s", why)


if __name__ == "__main__":
    build(sys.argv[1:] or (*LATE, *EARLY))
