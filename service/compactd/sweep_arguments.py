"""What `compactd sweep` takes: by itself, so that other commands load no more than this."""

import argparse

LISTED = 50
"""The most sweeps that are listed: the youngest ones."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What `compactd sweep` takes."""
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    start = actions.add_parser("start", help="start a sweep over the conversations that all of this means")
    start.add_argument("--agent", action="append", default=[], help="of this agent; may be given several times")
    start.add_argument("--tag", action="append", default=[], help="of agents with this tag; may be given several times")
    start.add_argument("--min-tokens", type=int, default=0, metavar="N", help="with so many tokens in context at least")
    start.add_argument("--name", default="", help="what it is called")
    start.add_argument("--model", help="the summarizer, as provider/model-name")
    start.add_argument("--tokens", type=int, metavar="N", help="its budget: tokens that models read and write")
    start.add_argument("--usd", type=float, metavar="AMOUNT", help="its budget: US dollars")
    actions.add_parser("list", help=f"show the youngest {LISTED} sweeps")
    for name, text in (
        ("status", "show how far a sweep is"),
        ("pause", "have a sweep wait"),
        ("resume", "have a sweep go on"),
        ("cancel", "end a sweep and those of its jobs that wait"),
    ):
        actions.add_parser(name, help=text).add_argument("sweep", help="the id of the sweep")
    for name in ("start", "status", "resume"):
        actions.choices[name].add_argument("--follow", action="store_true", help="show a bar until it has ended")
    for action in actions.choices.values():
        action.add_argument("--namespace", default="default", help="whose conversations they are (default)")
