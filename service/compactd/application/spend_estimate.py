"""What a compaction may cost, told from its plan before a model is asked."""

from math import ceil

from compactd.application.compaction_planner import PlannedCompaction
from compactd.application.model_session import BYTES_PER_TOKEN, ModelSession
from compactd.domain.value_class import value
from compactd.ports.model_catalog import ModelCatalog
from compactd.strategies.chunks import MIN_CHUNK_TOKENS, share_room
from compactd.strategies.request_forms import FRAME_TOKENS


@value
class SpendEstimate:
    """For all requests with answers as long as they may be, and for reading one request: US dollars, which are 0 where
    the model's price is not known, and tokens."""

    usd: float
    request_usd: float
    tokens: int
    request_tokens: int


def estimate_spend(session: ModelSession, planned: PlannedCompaction, catalog: ModelCatalog) -> SpendEstimate:
    """What is certain before a model is asked. Merges of earlier parts, and what is asked for again, are not in
    it: they are rare, and counted when they have happened."""
    requests, tokens, answers = _requests(session, planned)
    terms = session.terms
    fixed = FRAME_TOKENS + len(terms.prompt.encode()) // BYTES_PER_TOKEN
    read = ceil((tokens / requests + fixed) * terms.factor)
    most = requests * read + answers
    one = catalog.cost(terms.handle, read, ceil(answers / requests))
    reading = catalog.cost(terms.handle, read, 0)
    if one is None or reading is None:
        return SpendEstimate(0.0, 0.0, most, read)
    return SpendEstimate(requests * one, reading, most, read)


def _requests(session: ModelSession, planned: PlannedCompaction) -> tuple[int, int, int]:
    """How many there are, and the tokens that all of them hold beside their prompts, and that all answers may have."""
    plan, limit = planned.plan, session.output_limit()
    room = max(session.least_room(), MIN_CHUNK_TOKENS)
    if session.terms.self_mode and plan.own_context_tokens <= room:
        return 1, plan.own_context_tokens, limit
    beside = share_room(room, planned.last_compaction.parts if planned.last_compaction else ())
    chunks = max(1, ceil(plan.transcript_tokens / beside.tokens))
    if chunks == 1:
        return 1, plan.transcript_tokens + beside.earlier_tokens, limit
    partial = session.partial_limit(beside.tokens)
    # One more merges the partial summaries.
    read = plan.transcript_tokens + chunks * (beside.earlier_tokens + partial)
    return chunks + 1, read, chunks * partial + limit
