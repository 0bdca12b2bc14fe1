"""What stands around the facts: small talk, narration with identifiers that do not matter, and noisy tool output."""

import json
import random

from tests.quality import values

USER_FILLERS = (
    "Thanks, that makes sense.",
    "Hm, okay.",
    "I'm not sure I follow, but go ahead.",
    "Could you look into that?",
    "Let me know what you find.",
    "It has been like this for a while now, and nobody has had the time to look at it properly.",
    "I was in meetings all morning, sorry for the slow answer.",
    "Sounds good to me.",
    "That is roughly what I expected, to be honest.",
    "What do you make of it?",
    "The team has been talking about this for weeks, so it would be nice to get it off the table.",
    "Right, please carry on.",
    "Is there anything you need from me?",
    "I had a coffee with the folks next door and they have the same kind of trouble.",
)

ASSISTANT_FILLERS = (
    "Let me check that.",
    "I'll look at the surrounding code first.",
    "That gives us a good starting point.",
    "I looked through {path} and did not see anything unusual there.",
    "The run took {n} seconds, which is in the usual range.",
    "There are {n} entries in the list, most of them unrelated.",
    "Next I'll compare the two sides and see where they part ways.",
    "Everything up to this point behaves as one would expect.",
    "I went over the output once more and it is consistent with what we saw before.",
    "Here is a short overview of how the pieces fit together, so that we are on the same page.",
    "Please let me know if you would like me to continue.",
    "Of course, I'm happy to help with that.",
    "The listing shows nothing new, so I'll widen the search a little.",
    "This part of the system has grown over the years and has several layers that do similar things.",
    "I can see {n} warnings in there, they are harmless.",
    "{path} only re-exports a few names.",
)

GOALS = (
    "Hi, I need help getting the nightly import back to work before the end of the week.",
    "Hello! I'd like to sort out a billing problem for one of our customers.",
    "Can you help me move our order service to the new cluster without losing anything?",
    "We want to find out why checkouts fail for some customers and fix it.",
)

TOOLS = ("read_file", "search_logs", "run_tests", "list_orders", "http_get", "query_db")


def filler(rng: random.Random, role: str) -> str:
    if role == "user":
        return rng.choice(USER_FILLERS)
    return rng.choice(ASSISTANT_FILLERS).format(path=values.path(rng), n=rng.randint(3, 400))


def tool_arguments(rng: random.Random, tool: str) -> dict[str, str | int]:
    """Plausible arguments; they matter little."""
    if tool == "read_file":
        return {"path": values.path(rng), "limit": rng.randint(50, 400)}
    if tool == "list_orders":
        return {"page": rng.randint(1, 9), "status": rng.choice(("open", "shipped"))}
    return {"query": rng.choice(("timeout", "checkout failed", "slow", "SELECT count(*) FROM jobs", "status=open"))}


def tool_output(rng: random.Random, tool: str) -> str:
    """Between 200 and 1,600 characters of the kind that fills a context."""
    make = {"search_logs": _logs, "list_orders": _orders, "run_tests": _tests, "read_file": _code}.get(tool, _table)
    return make(rng)


def _stamp(rng: random.Random) -> str:
    return (
        f"2026-02-{rng.randint(1, 28):02d}T{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}Z"
    )


def _logs(rng: random.Random) -> str:
    words = ("accepted connection", "flushed batch", "heartbeat ok", "cache miss", "GET /healthz 200", "slow query")
    lines = (
        f"{_stamp(rng)} INFO worker-{rng.randint(1, 40)} req={rng.getrandbits(40):010x} {rng.choice(words)}"
        f" in {rng.randint(1, 900)}ms"
        for _ in range(rng.randint(4, 14))
    )
    return "\n".join(lines)


def _orders(rng: random.Random) -> str:
    rows = [
        {
            "order_id": f"SO{rng.randint(100000, 999999)}",
            "sku": f"{rng.choice('ABCDEF')}{rng.randint(1000, 9999)}-{rng.choice('XYZ')}",
            "total": rng.randint(500, 99999) / 100,
            "placed_at": _stamp(rng),
            "status": rng.choice(("open", "shipped", "cancelled")),
        }
        for _ in range(rng.randint(2, 9))
    ]
    return json.dumps({"orders": rows, "next_page": rng.randint(2, 12)})


def _tests(rng: random.Random) -> str:
    lines = [
        f"tests/{rng.choice(values.FOLDERS)}/test_{rng.choice(values.HOSTS)}_{rng.randint(1, 60)}.py "
        + "." * rng.randint(3, 30)
        for _ in range(rng.randint(4, 12))
    ]
    return "\n".join(
        [*lines, f"===== {rng.randint(40, 900)} passed, {rng.randint(1, 9)} skipped in {rng.random() * 50:.2f}s ====="]
    )


def _code(rng: random.Random) -> str:
    names = ("batch", "cursor", "client", "window", "limit", "rows", "offset")
    lines = [f"# {values.path(rng)}"]
    for number in range(rng.randint(8, 26)):
        a, b = rng.sample(names, 2)
        indent, name = "    " * rng.randint(0, 2), f"{a}_{rng.randint(1, 9)}"
        lines.append(f"{number + 40:>5}  {indent}{name} = {b}.get({a!r}, {rng.randint(0, 512)})")
    return "\n".join(lines)


def _table(rng: random.Random) -> str:
    rows = (
        f"| {rng.randint(1, 9999):>5} | {rng.choice(values.HOSTS):<8} | {rng.random() * 100:7.3f} | {_stamp(rng)} |"
        for _ in range(rng.randint(5, 15))
    )
    return "\n".join(rows)
