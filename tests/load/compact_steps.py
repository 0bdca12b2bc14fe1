"""The steps of a Compact, and the functions that each is made of: the one place to change where functions move.

A moment belongs to the innermost of these functions that is at work, so that an outer one has what its inner ones
leave: of a unit of work its SQL, rows and hop.
"""

from dataclasses import dataclass

COMPACT = "compactd.rpc.compaction_servicer:CompactionServicer.Compact"
"""The whole, as the server sees it."""


@dataclass(frozen=True, slots=True)
class Step:
    """`places` are `module:function` or `module:Class.method`."""

    name: str
    places: tuple[str, ...]


CLAIM = "claim: the conversation's lease and the operation, committed"

STEPS = (
    Step(CLAIM, ("compactd.storage.store:SqlStore.claim",)),
    Step("read: head, sums and the hop to a thread", ("compactd.storage.database:Database.read",)),
    Step("plan, with the tail that it reads", ("compactd.strategies.cut:make_plan",)),
    Step(
        "text of what is evicted, and what is mentioned",
        ("compactd.storage.context_reading:SqlContextReading.transcript_and_mentions",),
    ),
    Step(
        "model: the request made",
        (
            "compactd.strategies.request_forms:transcript_request",
            "compactd.summarizers.litellm_model:LitellmModel._write",
        ),
    ),
    Step("model: HTTP", ("compactd.summarizers.provider_http:ProviderHttp.post",)),
    Step("model: the answer read", ("compactd.summarizers.litellm_model:LitellmModel._model_answer",)),
    Step("the summary's tokens counted", ("compactd.tokenizers.counter:TiktokenTokenizer.count_texts",)),
    Step("receipt", ("compactd.application.receipts:Receipts.draw_up",)),
    Step("commit", ("compactd.storage.store:SqlStore.commit_compaction",)),
)

OUTSIDE = "gRPC, interceptors and the client's own time"
