"""The settings of the server and of a compaction, and the modes."""

from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from compactd.config import PREFIX, Config
from compactd.domain.compactions import RequestForm
from compactd.strategies.modes import MODES, Cut
from compaction.v1 import compaction_settings_pb2
from pages.contract import comment_of, proto_comments
from pages.markdown import listed, number, table

DEFAULTS = {"database_url": "a SQLite file in the user's data folder"}
"""What the default is where it depends on the machine."""


def variables() -> str:
    """Every setting of the server, as `compactd config` prints them."""
    return table(
        ("variable", "values", "default", "meaning"),
        (
            (
                f"`{PREFIX}{name.upper()}`",
                _values(name, field),
                _default(name, field.get_default()),
                str(field.description),
            )
            for name, field in Config.model_fields.items()
        ),
    )


def _values(name: str, field: FieldInfo) -> str:
    """What may be given: names, or a kind of value with its bounds and its unit."""
    kinds = get_args(field.annotation) or (field.annotation,)
    if all(isinstance(kind, str) for kind in kinds):
        return listed(kinds)
    if bool in kinds:
        return "`true`, `false`"
    if not {int, float} & {*kinds}:
        return "text"
    bounds = [
        f"{words} {number(getattr(each, bound))}"
        for each in field.metadata
        for bound, words in _BOUNDS
        if hasattr(each, bound)
    ]
    return " ".join((*(bounds or ["a number"]), *(unit for unit in ("seconds", "bytes") if unit in name.split("_"))))


_BOUNDS = (("ge", "from"), ("gt", "above"), ("le", "to"))


def _default(name: str, value: object) -> str:
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    if name in DEFAULTS:
        return DEFAULTS[name]
    if isinstance(plain, bool):
        return str(plain).lower()
    if isinstance(plain, int | float):
        return number(plain)
    return f"`{plain}`" if plain else "none"


def settings() -> str:
    comments = proto_comments()
    fields = compaction_settings_pb2.CompactionSettings.DESCRIPTOR.fields
    return table(("field", "meaning"), ((f"`{field.name}`", comment_of(comments, field)) for field in fields))


def modes() -> str:
    """A mode is a cut and a request form: a line and a column."""
    forms = {
        RequestForm.TRANSCRIPT: "a summarizer reads a transcript",
        RequestForm.SELF: "the agent's own model reads its context",
    }
    cuts = {Cut.ALL: "evict everything", Cut.SLIDING_WINDOW: "keep the recent part"}
    rows = ((f"**{words}**", *(_modes_with(cut, form) for form in forms)) for cut, words in cuts.items())
    return table(("", *forms.values()), rows)


def _modes_with(cut: Cut, form: RequestForm) -> str:
    return listed(name for name, mode in MODES.items() if (mode.cut, mode.request_form) == (cut, form))
