"""The command line: `compactd serve`, `work`, `migrate`, `audit`, `sweep`, `token`, `config`, `demo`."""

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from compactd.config import PREFIX, Config
from compactd.config.access_rules import access_of
from compactd.config.sentences import sentence_of
from compactd.config.shown import shown_settings
from compactd.config.unknown_settings import unknown_settings
from compactd.domain.startup import CannotStart, WrongSetting
from compactd.log import configure_logging

if TYPE_CHECKING:
    from compactd.server import WorkerSettings
    from compactd.storage.store import SqlStore


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0, 1 for a failure, 2 for a wrong command or configuration, UNREAD if
    whoever read what it prints does so no more."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        # What the command line says comes before the environment.
        config = Config(
            **{name: value for name in _SETTING_OPTIONS if (value := getattr(options, name, None)) is not None}
        )
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            _wrong("_".join(str(step) for step in item["loc"]), sentence_of(item))
        return 2
    command: Callable[[Config, argparse.Namespace], int] = options.command
    try:
        status = command(config, options)
        sys.stdout.flush()
    except WrongSetting as error:
        return _wrong(error.setting, str(error))
    except CannotStart as error:
        return _failed(str(error))
    except BrokenPipeError:
        # What is buffered still would be written when the interpreter ends, in vain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    return status


UNREAD = 128 + signal.SIGPIPE
"""The exit status of a program that SIGPIPE ends, as it is for `compactd config | head`."""

_SETTING_OPTIONS = ("workers", "jobs_at_once")
"""Settings that options of commands stand for."""


def _wrong(setting: str, sentence: str) -> int:
    """Says what is wrong with a setting; the exit status for it."""
    print(f"compactd: {PREFIX}{setting.upper()}: {sentence}", file=sys.stderr)
    return 2


def _failed(sentence: str) -> int:
    print(f"compactd: {sentence}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="compactd", description="Stores LLM agents' conversations and compacts them, over gRPC and REST."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, function, text in (
        ("serve", _serve, "start the server"),
        ("work", _work, "run jobs, beside servers on the same PostgreSQL"),
        ("migrate", _migrate, "bring the database's tables to this version"),
        ("audit", _audit, "say whether what is stored of conversations agrees with itself; changes nothing"),
        ("sweep", _sweep, "compact many conversations in the background: start, list, status, pause, resume, cancel"),
        ("token", _token, "make a bearer token, and the line that lets it in"),
        ("config", _config, "show every setting, its value and its meaning"),
        ("demo", _demo, "compact a conversation in all four modes on a server of its own, and show it"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(command=function)
        if name == "serve":
            command.add_argument("--workers", metavar="N", help=f"in so many processes ({PREFIX}WORKERS, 1)")
        if name == "work":
            command.add_argument(
                "--concurrency",
                dest="jobs_at_once",
                metavar="N",
                help=f"so many jobs at once ({PREFIX}JOBS_AT_ONCE, 4)",
            )
        if name == "migrate":
            command.add_argument(
                "--partition-messages",
                metavar="N",
                type=int,
                default=0,
                help="move messages into so many partitions (PostgreSQL); servers wait or fail meanwhile",
            )
        if name == "sweep":
            from compactd.sweep_arguments import add_arguments

            add_arguments(command)
        if name == "audit":
            command.add_argument("conversation", nargs="?", help="the id of one conversation; without it all of them")
        if name == "token":
            command.add_argument("namespace", help="the namespace whose data it opens")
            command.add_argument("scopes", help="what may be done with it: read, write and admin, joined by commas")
        if name == "demo":
            command.add_argument("--model", default="", help="compact with this model too, as provider/model-name")
    return parser


def _serve(config: Config, _: argparse.Namespace) -> int:
    _prepare(config)
    if config.workers == 1:
        return _serve_here(config)
    from compactd.workers.supervise import supervise

    # Before there are workers, each of which would say what is wrong with it.
    access_of(config)
    return supervise(config, _serve_as_worker)


def _work(config: Config, _: argparse.Namespace) -> int:
    import uvloop

    if config.on_sqlite:
        raise WrongSetting("database_url", "on SQLite the server itself runs jobs: start compactd serve alone.")
    if not config.jobs_at_once:
        raise WrongSetting("jobs_at_once", "with 0 there is nothing to do here: set --concurrency to 1 or more.")
    _prepare(config)
    from compactd.work import work

    uvloop.run(work(config))
    return 0


def _prepare(config: Config) -> None:
    """What comes before all else in a process that stays."""
    # A fifth of the time that loading takes would be spent on looking for garbage in what is there to stay. The
    # collector is switched on when the service is warm.
    gc.disable()
    # gRPC's own lines would be no JSON, such as the one about what listened when the server hangs up. It reads this
    # when it is imported.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    configure_logging(config.log_level)
    if unknown := unknown_settings(os.environ):
        structlog.get_logger().warning(
            "unknown settings", names=list(unknown), meant=[name for name in unknown.values() if name]
        )


def _serve_as_worker(config: Config, worker: "WorkerSettings") -> int:
    """In a process of several, none of which comes back to `main`."""
    try:
        return _serve_here(config, worker)
    except WrongSetting as error:
        return _wrong(error.setting, str(error))
    except CannotStart as error:
        return _failed(str(error))


def _serve_here(config: Config, worker: "WorkerSettings | None" = None) -> int:
    """In this process, until it is told to stop."""
    import uvloop

    from compactd.server import serve

    uvloop.run(serve(config, worker))
    return 0


def _migrate(config: Config, options: argparse.Namespace) -> int:
    from compactd.domain.errors import StoreUnavailable
    from compactd.storage.migrate import migrate
    from compactd.storage.partitions import FEWEST, MOST
    from compactd.storage.unavailability import advice_for
    from compactd.storage.urls import mask_url

    url, partitions = config.database_url.get_secret_value(), options.partition_messages
    if partitions and not FEWEST <= partitions <= MOST:
        return _unusable(f"--partition-messages: messages can be in {FEWEST} to {MOST} partitions.")
    masked_url = mask_url(url)
    try:
        migrate(url, partitions)
    except StoreUnavailable as error:
        return _failed(advice_for(error))
    print(f"{masked_url} is at the tables of this version")
    return 0


def _audit(config: Config, options: argparse.Namespace) -> int:
    from compactd.application.audit import UnknownConversation, audit

    async def report(store: "SqlStore") -> int:
        try:
            done = await audit(store, options.conversation)
        except UnknownConversation:
            return _unusable(f"There is no conversation {options.conversation}.")
        for finding in done.findings:
            print(finding)
        print(done.conclusion)
        return 1 if done.findings else 0

    return _with_store(config, report)


def _sweep(config: Config, options: argparse.Namespace) -> int:
    from compactd.sweep_command import run_sweep_command

    return _with_store(config, partial(run_sweep_command, options=options))


def _with_store(config: Config, work: "Callable[[SqlStore], Coroutine[None, None, int]]") -> int:
    """Does some work in the database, which has to be there; its exit status, or the one for a database that cannot be
    used."""
    from compactd.domain.errors import StoreUnavailable
    from compactd.fleet.items import draw, enlist
    from compactd.storage.job_queue import JobQueue
    from compactd.storage.store import open_existing_store
    from compactd.storage.unavailability import advice_for

    async def run() -> int:
        store = open_existing_store(
            config.database_url.get_secret_value(),
            prepared_statements=config.database_prepared_statements,
            durable=config.database_durable,
            # What goes on has its place in the queue at once.
            queue=None if config.on_sqlite else JobQueue(enlist, draw),
        )
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(run())
    except StoreUnavailable as error:
        return _unusable(advice_for(error))


def _unusable(sentence: str) -> int:
    """Says why nothing can be said; the exit status for that."""
    _failed(sentence)
    return 2


def _token(_: Config, options: argparse.Namespace) -> int:
    from compactd.access.token_table import hash_of, new_token
    from compactd.domain.principal import is_namespace, scopes_of

    if not is_namespace(options.namespace):
        return _unusable("A namespace is printable ASCII without spaces.")
    try:
        scopes_of(options.scopes)
    except ValueError as error:
        return _unusable(str(error))
    token = new_token()
    print(f"{token}\n{hash_of(token)} {options.namespace} {options.scopes}")
    return 0


def _config(config: Config, _: argparse.Namespace) -> int:
    for (variable, value), field in zip(shown_settings(config).items(), Config.model_fields.values(), strict=True):
        print(f"{variable}={value}")
        print(f"    {field.description}")
    return 0


def _demo(_: Config, options: argparse.Namespace) -> int:
    from compactd.demo.run import run_demo

    return asyncio.run(run_demo(options.model))
