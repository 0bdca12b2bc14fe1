"""Which values say something by themselves in a list, and which are shown already."""

from compactd.extractive.importance.facts import Value
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.value_line import Label
from compactd.extractive.wording import TOLD_BY_FORM, Wording

# Keys under which programs say when they did something, and those under which they count where they are.
_STAMPS = frozenset(("ts", "timestamp", "created", "created_at", "updated", "updated_at", "modified", "last_modified"))
_COUNTERS = frozenset(
    ("start", "end", "offset", "page", "per_page", "line", "lines", "start_line", "end_line", "column")
)
_EDITS = frozenset(("replace_from", "replace_to", "old_str", "new_str", "old_string", "new_string", "search"))
_CODE = frozenset("=(){};%")


def is_nameless(value: Value) -> bool:
    """Whether a value says nothing by itself in a list: a number or a word of which nobody said what it is, and what
    only tools were given or gave back for their own purposes."""
    if not value.label:
        return value.kind is Kind.NUMBER or value.kind is Kind.SYMBOL
    unsaid = not value.users and not value.assistants
    return unsaid and (_is_bookkeeping(value) or _is_code(value))


def label_of(value: Value, wording: Wording) -> Label:
    """What a value is listed under: the name under which a tool had it, else its kind, which some forms tell."""
    told = value.kind in TOLD_BY_FORM and value.label in ("", value.kind)
    return Label(wording.label(value.label or value.kind), shown=not told)


def is_shown(value: Value, shown: str) -> bool:
    """Whether a page says so already; the tag of a version says no more than the version."""
    plain = value.value.casefold()
    return (plain.removeprefix("v") if value.kind is Kind.VERSION else plain) in shown


def _is_code(value: Value) -> bool:
    """Whether a labelled value is a fragment of a program, as editing tools are given it."""
    return value.kind is Kind.SYMBOL and (value.label in _EDITS or not _CODE.isdisjoint(value.value))


def _is_bookkeeping(value: Value) -> bool:
    """Whether a labelled value says nothing to whoever goes on; a date under `start` does."""
    return value.label in _STAMPS or (value.label in _COUNTERS and value.value.isdigit())
