"""An audit: whether what is stored of conversations agrees with itself, found from records and rows alone."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from compactd.application.audited_conversation import ConversationFindings, audit_conversation
from compactd.domain.keys import ConversationKey
from compactd.ports.audit import AuditStore

KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a conversation, in a sentence without contents."""

    conversation_id: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found, and how much was looked at."""

    findings: Sequence[Finding]
    conversations: int
    messages: int
    records: int

    @property
    def conclusion(self) -> str:
        """What was found of how much, in a sentence."""
        seen = f"(conversations: {self.conversations}, messages: {self.messages}, records: {self.records})"
        if not self.findings:
            return f"Nothing is wrong {seen}."
        wrong = len({finding.conversation_id for finding in self.findings})
        return f"Faults: {len(self.findings)}, in conversations: {wrong} {seen}."


class UnknownConversation(LookupError):
    """There is no conversation with the id that an audit was asked for."""


async def audit(store: AuditStore, conversation_id: str | None = None) -> Audit:
    """Audits one conversation, or all of all namespaces. Each is read in one unit of work, so as it is at one moment,
    in pages: servers may go on meanwhile. Raises UnknownConversation, and what the store raises."""
    findings: list[Finding] = []
    conversations = messages = records = 0
    async for key in _keys(store, conversation_id):
        found: ConversationFindings | None = await store.read_for_audit(key, audit_conversation)
        if found is None:
            continue
        conversations += 1
        messages += found.messages
        records += found.records
        findings += [Finding(key.conversation_id, sentence) for sentence in found.sentences]
    return Audit(findings, conversations, messages, records)


async def _keys(store: AuditStore, conversation_id: str | None) -> AsyncIterator[ConversationKey]:
    if conversation_id is not None:
        key = await store.audited_key(conversation_id)
        if key is None:
            raise UnknownConversation(conversation_id)
        yield key
        return
    page = await store.audited_keys("", KEYS_AT_ONCE)
    while page:
        for key in page:
            yield key
        page = await store.audited_keys(page[-1].conversation_id, KEYS_AT_ONCE)
