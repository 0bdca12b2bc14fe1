"""Every failure a caller can see, as one type each that owns its code, reason, sentence and metadata.

CompactdError
├── InvalidField, MalformedRequest, RequestIdReused                       INVALID_ARGUMENT
├── AgentNotFound, BlockNotFound, ConversationNotFound, CompactionNotFound  NOT_FOUND
├── JobNotFound, PolicyNotFound, SweepNotFound, RequestNotFound           NOT_FOUND
├── NothingToCompact, CannotHelp, DefaultConversation, NothingToRestore   FAILED_PRECONDITION
├── JobEnded, SweepEnded                                                  FAILED_PRECONDITION
├── ContextChanged                                                        ABORTED
├── StoreUnavailable, OutcomeUnknown, Draining                            UNAVAILABLE
├── RequestTooLarge, Overloaded                                           RESOURCE_EXHAUSTED
├── Unauthenticated                                                       UNAUTHENTICATED
├── PermissionDenied                                                      PERMISSION_DENIED
└── NotSupported                                                          UNIMPLEMENTED

Those of quotas and budgets are in quotas.py, those of models in model_failures.py, those of HTTP alone in
gateway/http_errors.py; what all have is in error_shape.py, with how a sentence is written.
"""

from collections.abc import Sequence

from compactd.domain.error_shape import MAX_ECHO, MAX_PATH, MAX_SENTENCE, Code, CompactdError, FieldViolation, shortened

MAX_VIOLATIONS = 10
"""How many violations are listed; the others are counted."""


class InvalidField(CompactdError):
    """A field is malformed or out of its limits, or fields contradict each other."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_FIELD"
    sentence = "{field}: {description}"
    max_value = MAX_SENTENCE

    def __init__(self, field: str, description: str, *others: FieldViolation) -> None:
        super().__init__(field=shortened(field, MAX_PATH), description=description)
        first = FieldViolation(self.metadata["field"], self.metadata["description"])
        self.violations = (first, *_listed(others))

    @classmethod
    def of(cls, violations: Sequence[FieldViolation]) -> "InvalidField":
        """The error for one violation or more; the sentence tells the first."""
        first, *others = violations
        return cls(first.field, first.description, *others)


def _listed(others: Sequence[FieldViolation]) -> list[FieldViolation]:
    """As many beside the first as are listed; the last of them says how many are not."""
    shown = [
        FieldViolation(shortened(item.field, MAX_PATH), shortened(item.description, MAX_ECHO))
        for item in others[: MAX_VIOLATIONS - 1]
    ]
    if left := len(others) - len(shown):
        shown[-1] = FieldViolation(shown[-1].field, f"{shown[-1].description} And {left} more fields are wrong.")
    return shown


class MalformedRequest(CompactdError):
    code = Code.INVALID_ARGUMENT
    reason = "MALFORMED_REQUEST"
    sentence = "The request's bytes are not a {message}: check that client and server use the same protos."


class RequestIdReused(CompactdError):
    code = Code.INVALID_ARGUMENT
    reason = "REQUEST_ID_REUSED"
    sentence = "The request_id {request_id} was used for another request: take a new UUID4 for each new request."


class AgentNotFound(CompactdError):
    code = Code.NOT_FOUND
    reason = "AGENT_NOT_FOUND"
    sentence = "There is no agent {agent_id}: check the id, or create the agent first."
    resource_type = "compaction.v1.Agent"

    def __init__(self, agent_id: str, field: str = "") -> None:
        """`field`: what names it, where a request has more than one that may."""
        super().__init__(agent_id=agent_id)
        missing = FieldViolation(field, "there is no such agent: check the id, or create the agent first.")
        self.violations = (missing,) if field else ()


class BlockNotFound(CompactdError):
    code = Code.NOT_FOUND
    reason = "BLOCK_NOT_FOUND"
    sentence = "The agent has no memory block labelled {block_label}: ListBlocks shows those it has."
    resource_type = "compaction.v1.Block"


class ConversationNotFound(CompactdError):
    code = Code.NOT_FOUND
    reason = "CONVERSATION_NOT_FOUND"
    sentence = "There is no conversation {conversation_id}: check the id, or create the conversation first."
    resource_type = "compaction.v1.Conversation"


class CompactionNotFound(CompactdError):
    code = Code.NOT_FOUND
    reason = "COMPACTION_NOT_FOUND"
    sentence = "The conversation has no compaction {compaction_id}: ListCompactions shows those it has."
    resource_type = "compaction.v1.Compaction"


class JobNotFound(CompactdError):
    code = Code.NOT_FOUND
    reason = "JOB_NOT_FOUND"
    sentence = (
        "There is no job {job_id}: check the id; jobs are removed 30 days after their end, or with a conversation."
    )
    resource_type = "compaction.v1.Job"


class PolicyNotFound(CompactdError):
    code = Code.NOT_FOUND
    reason = "POLICY_NOT_FOUND"
    sentence = "There is no policy {policy_id}: check the id; ListPolicies shows those there are."
    resource_type = "compaction.v1.Policy"


class PolicyUnreadable(PolicyNotFound):
    """What is stored is none of this version. It is as if it were not there, but for its deletion."""

    sentence = (
        "What is stored as the policy {policy_id} cannot be read, and asks for nothing: update the servers if a newer "
        "version wrote it; otherwise delete it, and create it anew."
    )


class RequestNotFound(CompactdError):
    code = Code.NOT_FOUND
    reason = "REQUEST_NOT_FOUND"
    sentence = (
        "Nothing is known of a Compact with the request_id {request_id}: watch it once it runs, and within a day of "
        "its end."
    )


class SweepNotFound(CompactdError):
    code = Code.NOT_FOUND
    reason = "SWEEP_NOT_FOUND"
    sentence = "There is no sweep {sweep_id}: check the id; ListSweeps shows those there are."
    resource_type = "compaction.v1.Sweep"


class NothingToCompact(CompactdError):
    """Found before any model call. Existing clients recognise it by the first words of the sentence."""

    code = Code.FAILED_PRECONDITION
    reason = "NOTHING_TO_COMPACT"
    sentence = "Summarization failed to reduce the number of messages, for there is nothing to compact: {why}"
    max_value = MAX_SENTENCE


class CannotHelp(CompactdError):
    """What may not be evicted is larger than the window by itself. Sizes are in tokens."""

    code = Code.FAILED_PRECONDITION
    reason = "CANNOT_HELP"
    sentence = (
        "The parts that compaction must keep do not fit the context window of {context_window} tokens "
        "(system message and tools {fixed_tokens}, pending call {pending_tokens}, room for a summary "
        "{summary_tokens}): shorten them or use a larger context_window_limit."
    )


class DefaultConversation(CompactdError):
    code = Code.FAILED_PRECONDITION
    reason = "DEFAULT_CONVERSATION"
    sentence = "{conversation_id} is its agent's default conversation: it is deleted only with the agent."


class NothingToRestore(CompactdError):
    code = Code.FAILED_PRECONDITION
    reason = "NOTHING_TO_RESTORE"
    sentence = "The context is already as it was before {compaction_id}: nothing was changed."


class JobEnded(CompactdError):
    code = Code.FAILED_PRECONDITION
    reason = "JOB_ENDED"
    sentence = "The job {job_id} has ended already, {state}: nothing was changed; submit another one if it is needed."


class SweepEnded(CompactdError):
    code = Code.FAILED_PRECONDITION
    reason = "SWEEP_ENDED"
    sentence = (
        "The sweep {sweep_id} has ended already, {state}: nothing was changed; start another one if it is needed."
    )


class ContextChanged(CompactdError):
    code = Code.ABORTED
    reason = "CONTEXT_CHANGED"
    sentence = "The context is no longer the one this request was made for: read it again with GetContext and repeat."


class StoreUnavailable(CompactdError):
    code = Code.UNAVAILABLE
    reason = "STORE_UNAVAILABLE"
    sentence = (
        "The database cannot take this call at the moment (it is away, busy, full, locked, read-only or damaged; the "
        "server's log says more): nothing was changed; try again later."
    )


class OutcomeUnknown(CompactdError):
    code = Code.UNAVAILABLE
    reason = "OUTCOME_UNKNOWN"
    sentence = (
        "The database could not say whether the commit happened: repeat the call with its request_id; if it had none, "
        "read first what it changes."
    )


class RequestTooLarge(CompactdError):
    code = Code.RESOURCE_EXHAUSTED
    reason = "REQUEST_TOO_LARGE"
    sentence = "The request has {size_bytes} bytes, more than the {limit_bytes} allowed: send it in smaller batches."


class Overloaded(CompactdError):
    """The server has as many calls, or as many bytes of requests, in hand as it takes."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "OVERLOADED"
    sentence = "The server has as much in hand as it can hold: repeat after a second."

    def __init__(self) -> None:
        super().__init__()
        self.retry_after = 1.0


class Draining(CompactdError):
    """The call came when the server was stopping: nothing was done."""

    code = Code.UNAVAILABLE
    reason = "DRAINING"
    sentence = "The server is stopping and did not begin with the call: repeat it with another server."


class BrokenOff(Draining):
    """The call did not end before the server did. Its commit may have happened."""

    sentence = (
        "The server is stopping and broke the call off. It may have been committed: repeat it with its request_id; if "
        "it had none, check first, as with GetContext for a compaction."
    )


class Unauthenticated(CompactdError):
    """One answer for whatever is wrong: what it was would help whoever guesses. The log has it."""

    code = Code.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"
    sentence = (
        "The server does not know who calls: send a valid credential, such as a bearer token in authorization; what "
        "it takes, the operator has decided."
    )


class PermissionDenied(CompactdError):
    code = Code.PERMISSION_DENIED
    reason = "PERMISSION_DENIED"
    sentence = "The caller's identity may not do this: it needs the scope {scope}, which the operator gives."


class NotSupported(CompactdError):
    code = Code.UNIMPLEMENTED
    reason = "NOT_SUPPORTED"
    sentence = "{method} is not available in this version of compactd."
