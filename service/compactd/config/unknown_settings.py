"""Variables that look like settings and are none: a misspelt one would otherwise have no effect, and nobody be told."""

import re
from collections.abc import Iterable, Mapping

from compactd.config import PREFIX, Config

_OF_KUBERNETES = re.compile(
    r"_SERVICE_HOST$|_SERVICE_PORT(_[A-Z0-9_]+)?$|_PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$"
)
"""What Kubernetes adds to every container for a service that is named compactd."""


def unknown_settings(variables: Iterable[str]) -> Mapping[str, str]:
    """Those among the names of `variables` that begin as settings do and are none, each with the setting that it is
    most like; empty where none is."""
    known = {f"{PREFIX}{name.upper()}" for name in Config.model_fields}
    odd = sorted(name for name in variables if _is_odd(name.upper(), known))
    return {name: _most_like(name.upper(), known) for name in odd}


def _is_odd(name: str, known: set[str]) -> bool:
    return name.startswith(PREFIX) and name not in known and not _OF_KUBERNETES.search(name)


def _most_like(name: str, known: set[str]) -> str:
    # Imported where it is wanted: most environments have no such name.
    from difflib import get_close_matches

    near = get_close_matches(name.removeprefix(PREFIX), [setting.removeprefix(PREFIX) for setting in known], 1, 0.7)
    return f"{PREFIX}{near[0]}" if near else ""
