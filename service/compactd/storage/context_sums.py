"""A context as sums: one statement, which reads no more than an index and three rows."""

from sqlalchemy import BindParameter, Connection, Integer, and_, bindparam, func, literal_column, select, type_coerce

from compactd.domain.context import SHOWN_AS_USER, ContextSums
from compactd.domain.messages import Role
from compactd.storage.contexts import IN_CONTEXT, context_bounds
from compactd.storage.conversation_state import Head
from compactd.storage.statements import Statement
from compactd.storage.tables import MESSAGES

_M = MESSAGES.c

_NO_OPENING = (None, *(role.value for role in SHOWN_AS_USER))

_SUMS = (
    select(
        func.count().label("count"),
        func.coalesce(func.sum(_M.token_count), 0).label("tokens"),
        func.coalesce(func.sum(_M.call_count), 0).label("calls"),
        func.count().filter(_M.role == Role.TOOL.value).label("results"),
        func.count().filter(_M.late).label("late_results"),
        func.min(_M.tokenizer).label("least"),
        func.max(_M.tokenizer).label("greatest"),
        func.min(_M.position).label("first"),
    )
    .where(*IN_CONTEXT)
    .subquery()
)
_SYSTEM, _SUMMARY, _FIRST = MESSAGES.alias("system"), MESSAGES.alias("summary"), MESSAGES.alias("first")
_CONVERSATION: BindParameter[str] = bindparam("conversation_id")
_READ_SUMS = Statement(
    select(
        *_SUMS.c,
        _SYSTEM.c.token_count,
        _SYSTEM.c.tokenizer,
        _SUMMARY.c.token_count,
        _SUMMARY.c.tokenizer,
        _FIRST.c.role,
        # A number or a truth value, as the drivers have it.
        type_coerce(_FIRST.c.late, Integer),
    )
    .select_from(_SUMS)
    .join(_SYSTEM, and_(_SYSTEM.c.conversation_id == _CONVERSATION, _SYSTEM.c.position == literal_column("0")))
    .outerjoin(
        _SUMMARY,
        and_(
            _SUMMARY.c.conversation_id == _CONVERSATION,
            _SUMMARY.c.position == bindparam("summary", type_=_M.position.type),
        ),
    )
    .outerjoin(_FIRST, and_(_FIRST.c.conversation_id == _CONVERSATION, _FIRST.c.position == _SUMS.c.first))
)


def read_sums(connection: Connection, head: Head) -> ContextSums:
    """The sums of the context whose head was read in the same transaction."""
    [row] = _READ_SUMS.rows(connection, context_bounds(head))
    count, tokens, calls, results, late_results, least, greatest, first, *others = row
    system_tokens, system_tokenizer, summary_tokens, summary_tokenizer, first_role, first_is_late = others
    tokenizers = {system_tokenizer, summary_tokenizer, least, greatest} - {None}
    state = head.state
    return ContextSums(
        system_tokens=system_tokens,
        tools_tokens=state.tools_tokens,
        summary_tokens=summary_tokens or 0,
        entry_count=count,
        entry_tokens=tokens,
        calls=calls,
        results=results,
        late_results=late_results,
        live_calls=head.live_calls,
        opening=summary_tokens is None and first_role not in _NO_OPENING and not first_is_late,
        first_position=first or 0,
        last_position=state.last_position,
        tokenizer=tokenizers.pop() if len(tokenizers) == 1 else None,
    )
