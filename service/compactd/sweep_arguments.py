"""What `compactd sweep` takes: by itself, so that other commands load no more than this."""

import argparse

LISTED = 50
"""The most sweeps that are listed: the youngest ones."""

MODES = ("all", "sliding_window", "self_compact_all", "self_compact_sliding_window")
PRIORITIES = ("high", "normal", "low")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What `compactd sweep` takes."""
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    start = actions.add_parser("start", help="start a sweep over the conversations that all of this means")
    start.add_argument("--name", default="", help="what it is called")
    _add_selector(start)
    _add_settings(start)
    _add_budget(start, "")
    actions.add_parser("list", help=f"show the youngest {LISTED} sweeps")
    for name, text in (
        ("status", "show how far a sweep is"),
        ("pause", "have a sweep wait"),
        ("resume", "have a sweep go on, with another budget if one is given"),
        ("cancel", "end a sweep and those of its jobs that wait"),
    ):
        actions.add_parser(name, help=text).add_argument("sweep", help="the id of the sweep")
    _add_budget(actions.choices["resume"], ", with what it has taken already")
    for name in ("start", "status", "resume"):
        actions.choices[name].add_argument(
            "--follow", action="store_true", help="show a bar until it runs no more; Ctrl-C ends the bar alone"
        )
    for action in actions.choices.values():
        action.add_argument("--namespace", default="default", help="whose conversations they are (default)")


def _add_selector(start: argparse.ArgumentParser) -> None:
    group = start.add_argument_group("which conversations (all of the namespace)")
    group.add_argument("--agent", action="append", default=[], metavar="ID", help="of this agent; may be repeated")
    group.add_argument("--tag", action="append", default=[], help="of agents with this tag; may be repeated")
    group.add_argument("--match-all-tags", action="store_true", help="of agents with all of the tags, not with one")
    group.add_argument("--min-tokens", type=int, default=0, metavar="N", help="with so many tokens in context at least")


def _add_settings(start: argparse.ArgumentParser) -> None:
    group = start.add_argument_group("how (as each conversation, its agent and the service have it)")
    group.add_argument("--mode", choices=MODES, help="what is replaced, and what the summarizer reads")
    group.add_argument("--model", metavar="HANDLE", help="the summarizer, as provider/model-name")
    group.add_argument(
        "--settings", metavar="JSON", help="compaction_settings as over REST, such as '{\"clip_chars\": 4000}'"
    )
    group.add_argument(
        "--allow-degraded", action="store_true", help="let the embedded summarizer answer where the model fails"
    )
    group.add_argument(
        "--include-ledger", action="store_true", help="end each new part of a summary with its identifiers"
    )
    group.add_argument("--priority", choices=PRIORITIES, help="which jobs come first (low)")


def _add_budget(action: argparse.ArgumentParser, more: str) -> None:
    group = action.add_argument_group("budget (no limit); one that is spent pauses the sweep")
    group.add_argument("--tokens", type=int, metavar="N", help=f"so many tokens that models read and write{more}")
    group.add_argument("--usd", type=float, metavar="AMOUNT", help=f"so many US dollars{more}")
