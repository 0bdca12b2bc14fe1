"""Updates by mask: named fields take their new values, everything else stays."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from compactd.domain.error_shape import shortened
from compactd.domain.errors import InvalidField
from compactd.domain.settings import CompactionSettings

NESTED = "compaction_settings"
"""The one field whose own fields a mask may name; all others are replaced whole."""


def apply_mask(
    current: Mapping[str, Any], given: Mapping[str, Any], mask: Sequence[str], writable: type[BaseModel]
) -> dict[str, Any]:
    """`current` with the values that `given` has for the paths of `mask`; a path without a value is cleared.

    All three are in terms of the plain fields of `writable`. A change of `compaction_settings.mode` without its prompt
    clears the stored prompt, and a model of another provider without settings beside it drops the stored settings.
    """
    changed = dict(current)
    for path in mask:
        field, dot, below = path.partition(".")
        known = below in CompactionSettings.model_fields if field == NESTED and dot else not dot
        if field not in writable.model_fields or not known:
            raise InvalidField("update_mask", f"{shortened(path)} is no field that an update can change.")
        if below:
            changed[field] = dict(changed.get(field) or {})
            _put(changed[field], below, (given.get(field) or {}).get(below))
        else:
            _put(changed, field, given.get(field))
    _keep_pair(changed, current, mask, "")
    settings = changed.get(NESTED)
    if settings:
        changed[NESTED] = settings = dict(settings)
        before = current.get(NESTED) or {}
        _keep_pair(settings, before, mask, f"{NESTED}.")
        if f"{NESTED}.mode" in mask and f"{NESTED}.prompt" not in mask and settings.get("mode") != before.get("mode"):
            settings.pop("prompt", None)
    if not settings:
        changed.pop(NESTED, None)
    return changed


def _put(changed: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        changed.pop(name, None)
    else:
        changed[name] = value


def _keep_pair(changed: dict[str, Any], before: Mapping[str, Any], mask: Sequence[str], prefix: str) -> None:
    """Drops stored model settings under a new model of another provider."""
    if f"{prefix}model" not in mask or f"{prefix}model_settings" in mask or not before.get("model_settings"):
        return
    model, settings = changed.get("model"), before["model_settings"]
    # The model is not validated yet: if it is no handle, the settings will not matter.
    if model and model.partition("/")[0] not in settings:
        changed.pop("model_settings", None)
