"""`python -m tests.builds` makes what tests have to build first: the clients in other languages, and kustomize.

`.ci/run` starts it before the first test, at a low priority, so that it is done beside tests that wait. A test that
comes too early waits for its lock; and one whose tools are not here says so itself, so that this is no failure.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.deploy import kustomize
from tests.polyglot import toolchains
from tests.polyglot.languages import LANGUAGES

LONGEST_FIRST = ("rust", "go", "java", "typescript", "python")


def build_all() -> None:
    """Raises what the first build raises that can be begun and fails, after all of them."""
    builds: list[Callable[[], object]] = [partial(toolchains.client_of, LANGUAGES[name]) for name in LONGEST_FIRST]
    # Two at a time, since each of them waits for the network at first.
    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(_build, build) for build in (*builds, kustomize.find_kustomize)]
    for future in futures:
        future.result()


def _build(build: Callable[[], object]) -> None:
    try:
        build()
    except (toolchains.NotHere, kustomize.NotHere) as why:
        logging.getLogger(__name__).warning("%s", why)


if __name__ == "__main__":
    build_all()
