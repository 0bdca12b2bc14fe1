"""Each damage that an audit is to find, with the sentence that names it."""

from sqlalchemy import delete, select, update

from compactd.domain.operations import KEEP_OF_JOB_SECONDS
from compactd.storage.database_clock import NOW
from compactd.storage.tables import CONVERSATIONS, MESSAGES
from tests.storage.damage import (
    JOB,
    REQUEST_ID,
    Damage,
    of_body,
    of_conversation,
    of_job,
    of_message,
    of_operation,
    of_parts,
    of_record,
    of_some_message,
    of_system_texts,
    other_summary,
    without_message,
    without_record,
    without_summary,
)

_C, _M = CONVERSATIONS.c, MESSAGES.c

DAMAGES: dict[str, tuple[Damage, str]] = {
    "a message is lost": (without_message(5), "No message stands at position 5."),
    "the last message is lost": (
        lambda connection, stored: without_message(
            connection.execute(select(_C.last_position).where(_C.id == stored.key.conversation_id)).scalar_one()
        )(connection, stored),
        r"The last message stands at position \d+, and the conversation says \d+.",
    ),
    "the next position is taken": (
        of_conversation(next_position=9),
        r"The next position is 9, and there are messages up to \d+.",
    ),
    "the last position is another": (
        of_conversation(last_position=7),
        r"The last message stands at position \d+, and the conversation says 7.",
    ),
    "the system message is none": (
        of_message(0, role="user"),
        "A user message stands at position 0, and no system message.",
    ),
    "a receipt retains more than there was": (
        of_body("first", lambda body: body["receipt"]["by_kind"][0].update(evicted=1, retained=2)),
        r"The receipt of the record compaction-\S+ has 2 identifiers retained of 1 evicted.",
    ),
    "a receipt has a count below zero": (
        of_body("first", lambda body: body["receipt"].update(unfounded=-1)),
        r"The receipt of the record compaction-\S+ has fewer unfounded identifiers than none.",
    ),
    "a restore has a receipt": (
        of_body("restored", lambda body: body.update(receipt={"by_kind": [], "unfounded": 0})),
        r"The record compaction-\S+ is of a restore, and has a receipt.",
    ),
    "the context starts elsewhere": (
        of_conversation(context_start=3),
        r"The context starts at position 3, and by the record in force at \d+.",
    ),
    "the context has no summary": (
        of_conversation(summary_position=None),
        r"The summary of the context is at position None, and by the record in force at \d+.",
    ),
    "the version is another": (
        of_conversation(context_version=7),
        "The context has version 7; records: 4.",
    ),
    "another record is in force": (
        of_conversation(last_compaction_id="compaction-none"),
        "The record in force is compaction-none by the conversation, and {last} is the last one.",
    ),
    "more are evicted": (
        of_conversation(evicted_count=2),
        r"Messages before the context: \d+; the conversation counts 2.",
    ),
    "a record is lost": (without_record("second"), "The record {restored} made version 3, and is number 2."),
    "a record cannot be read": (of_record("second", body=b"{"), "The record {second} cannot be read."),
    "a record has no parent": (
        of_record("second", parent_id=None),
        "The record {second} names None as the one before it, which is {first}.",
    ),
    "a restore undid nothing": (
        of_record("restored", restored_compaction_id="compaction-none"),
        "The record {restored} undid compaction-none, which is no record before it.",
    ),
    "a restore left another context": (
        of_record("restored", restored_compaction_id=None, context_start=2),
        "The record {restored} undid None, which is no record before it.",
    ),
    "a restore went back elsewhere": (
        of_record("restored", context_start=2),
        "The record {restored} left another context than {second} had found.",
    ),
    "a record counts otherwise": (
        of_record("first", evicted_count=3),
        r"Messages where the record {first} evicted them: \d+; it counts 3.",
    ),
    "a record evicted others": (
        of_record("first", first_evicted_position=2),
        r"The record {first} evicted other messages than those between the context's starts, 1 and \d+.",
    ),
    "a record saw less than it evicted": (
        of_record("first", last_seen_position=3),
        r"The record {first} saw messages up to position 3, evicted up to \d+, and has its summary at \d+.",
    ),
    "a part stands for less": (
        of_parts("first", lambda parts: parts[0].update(first_position=3)),
        "Between positions 1 and 2 no part of the record {first} stands for messages: 2.",
    ),
    "the last part stands for less": (
        of_parts("last", lambda parts: parts[-1].update(last_position=parts[-1]["last_position"] - 1)),
        r"Between positions \d+ and \d+ no part of the record {last} stands for messages: 1.",
    ),
    "two parts stand for one message": (
        of_parts("last", lambda parts: parts[1].update(first_position=parts[0]["last_position"])),
        r"Two parts of the record {last} stand for the message at position \d+.",
    ),
    "a part reaches into the context": (
        of_parts("first", lambda parts: parts[0].update(last_position=parts[0]["last_position"] + 1)),
        r"A part of the record {first} stands for messages that are in the context, from position \d+ on.",
    ),
    "a part stands for nothing": (
        of_parts("first", lambda parts: parts.insert(0, parts[0] | {"first_position": 2, "last_position": 1})),
        "A part of the record {first} stands for no message.",
    ),
    "a part is kept that was not there": (
        of_parts("last", lambda parts: parts[0].update(text="Nothing happened.")),
        "The record {last} keeps a part that the one before it does not have.",
    ),
    "a part says something else": (
        of_parts("first", lambda parts: parts[0].update(text="Nothing happened.")),
        r"The summary at position \d+ is not the parts of the record {first}.",
    ),
    "a summary says something else": (
        other_summary,
        r"The summary at position \d+ is not the parts of the record {first}.",
    ),
    "a summary is lost": (without_summary, r"No summary stands at position \d+, where the record {first} has its own."),
    "a summary is nobody's": (
        of_message(4, role="summary"),
        "The summary at position 4 is that of no record.",
    ),
    "a context is said to be smaller": (
        of_record("first", tokens_after=100),
        r"The record {first} says \d+ tokens before and 100 after it; by the messages it is \d+ fewer.",
    ),
    "a context is said to be smaller than what is in it": (
        of_record("first", tokens_before=900, tokens_after=100),
        r"The record {first} says 100 tokens after it, and summary and kept messages alone have \d+.",
    ),
    "an evicted message takes more": (
        of_message(4, token_count=9_000),
        r"The record {first} says \d+ tokens before and \d+ after it; by the messages it is \d+ fewer.",
    ),
    "a message cannot be read": (of_message(4, body=b"\xff\xff"), "The message at position 4 cannot be read."),
    "a message has other calls": (
        of_message(2, call_count=7),
        "The message at position 2 has another number of calls than its row says.",
    ),
    "a result answers another call": (
        of_message(3, answers_position=1),
        "The result at position 3 is stored as the answer to another call than it answers.",
    ),
    "a late result is not late": (
        of_some_message(_M.late.is_(True), late=False),
        r"The result at position \d+ is stored as the answer to another call than it answers.",
    ),
    "a result of a call is said to have none": (
        of_message(3, answers_position=None, answers_index=None, late=True, late_tool=b""),
        "The result at position 3 is stored as the answer to another call than it answers.",
    ),
    "a result without a call is not late": (
        of_some_message(_M.late_tool == b"", late=False),
        r"The result at position \d+ answers no call that waits for one.",
    ),
    "a call is lost": (without_message(2), "The result at position 3 answers no call that waits for one."),
    "the open calls cannot be read": (
        of_conversation(open_calls=b"none"),
        "The calls that wait for results cannot be read.",
    ),
    "the open calls are others": (
        of_conversation(open_calls=b"[]", live_calls=0),
        "Other calls wait for results by the messages, or others of them are dead, than are stored.",
    ),
    "the live calls are others": (
        of_conversation(live_calls=3),
        "Calls that wait for results and are not dead: 1; the conversation counts 3.",
    ),
    "a system message is of later": (
        of_system_texts(update, system_version=9),
        "A kept system message has version 9, and 3 is in force.",
    ),
    "a system message was not kept": (
        of_system_texts(delete),
        "The system message of version 2 was not kept.",
    ),
    "a done operation has no reply": (
        of_operation(reply=None),
        f"The operation {REQUEST_ID} is done, and what is kept of it is not that.",
    ),
    "an operation is in no state": (
        of_operation(state="half"),
        f"The operation {REQUEST_ID} is half, and what is kept of it is not that.",
    ),
    "an operation has a lease that nobody gave": (
        of_operation(lease_token=1_000),
        f"The operation {REQUEST_ID} has attempt 1 under lease 1000, and the conversation gave \\d+.",
    ),
    "an operation is kept for ever": (
        of_operation(expires_at=1e11),
        f"The operation {REQUEST_ID} is kept for \\d+ seconds more.",
    ),
    "the operation of a call is kept as long as a job's": (
        of_operation(expires_at=NOW + KEEP_OF_JOB_SECONDS),
        f"The operation {REQUEST_ID} is kept for \\d+ seconds more.",
    ),
    "a job is of another namespace": (
        of_job("queued", namespace="other"),
        f"The job {JOB} is of another namespace or agent than the conversation.",
    ),
    "a job that waits has ended": (
        of_job("queued", ended_at=1.0),
        f"The job {JOB} is queued; its end or its runner says otherwise.",
    ),
    "a job runs and nobody runs it": (
        of_job("queued", state="running", attempts=1),
        f"The job {JOB} is running; its end or its runner says otherwise.",
    ),
    "a job is its runner's for ever": (
        of_job("queued", state="running", attempts=1, runner="one", held_until=1e11),
        f"The job {JOB} runs with attempt 1, and is its runner's for \\d+ seconds more.",
    ),
    "a job has made what is not there": (
        of_job("succeeded", compaction_id="compaction-none"),
        f"The job {JOB} succeeded, and its compaction is no record.",
    ),
    "a job names a compaction that it has not made": (
        of_job("succeeded", state="failed"),
        f"The job {JOB} is failed, and names a compaction.",
    ),
    "a lease has no end": (
        of_conversation(lease_until=1e11),
        r"The lease of the conversation holds for \d+ seconds more.",
    ),
    **{
        f"{name} is not of the message": (
            of_message(2, **{name: value}),
            f"What is stored as {name} of the message at position 2 is not what its content gives.",
        )
        for name, value in {
            "has_text": True,
            "body_bytes": 1,
            "plain": False,
            "call_ids": b'["other"]',
            "heading": b"[nobody]",
            "transcript": b"nothing",
        }.items()
    },
}
