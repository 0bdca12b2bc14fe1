"""What a model reads of evicted messages, and what the receipt reads of a context, in one go."""

from sqlalchemy import Connection, func, select

from compactd.domain.keys import ConversationKey
from compactd.ports.contexts import Mentions
from compactd.storage.contexts import select_between
from compactd.storage.conversation_state import parameters_of
from compactd.storage.mentions import OF_MENTIONS, in_sqlite, is_kept, joined_mentions, load_mentions, mentions_from
from compactd.storage.statements import Statement
from compactd.storage.transcripts import IN_TRANSCRIPTS, LINES, joined_lines, load_transcript

# In SQLite most of what either costs is to get at the rows. Of 5,000 messages that are not in its cache the transcript
# alone takes 13 ms of CPU, both one after the other 17 to 21, and this 14.
_ROWS = select_between(*LINES, *OF_MENTIONS[1:]).where(IN_TRANSCRIPTS).subquery()
_LINES, _IS_BY_TODAYS_RULES = joined_lines(_ROWS)
_IS_EVICTED = ~is_kept(_ROWS)
_READ = Statement(
    select(
        _LINES.filter(_IS_EVICTED),
        func.count().filter(_IS_EVICTED),
        func.count().filter(_IS_EVICTED, _IS_BY_TODAYS_RULES),
        *joined_mentions(_ROWS, in_sqlite),
    )
)


def load_transcript_and_mentions(
    connection: Connection, key: ConversationKey, first: int, last: int, kept: int
) -> tuple[str, Mentions | None, list[int]]:
    """The transcript of the messages from `first` up to `kept`, what all up to `last` mention, as `load_mentions` has
    it, and the positions of rows that have to be filled in."""
    if connection.dialect.name != "sqlite":
        mentions = load_mentions(connection, key, first, last, kept)
    else:
        between = {"first": first, "last": last, "kept": kept}
        [(transcript, count, by_todays_rules, *joined)] = _READ.rows(connection, {**parameters_of(key), **between})
        mentions = mentions_from(tuple(joined))
        if count and count == by_todays_rules:
            return transcript, mentions, []
    transcript, unfilled = load_transcript(connection, key, first, kept - 1)
    return transcript, mentions, unfilled
