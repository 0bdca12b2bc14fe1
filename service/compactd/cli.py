"""The command line: `compactd serve`, `migrate`, `audit`, `sweep`, `token`, `config`, `demo`."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from compactd.access.schemes import WrongSetting
from compactd.config import PREFIX, Config
from compactd.config.access_rules import access_of
from compactd.config.sentences import sentence_of
from compactd.config.shown import shown_settings
from compactd.config.unknown_settings import unknown_settings
from compactd.log import configure_logging

if TYPE_CHECKING:
    from compactd.application.audit import Audit
    from compactd.server import Place


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0, 1 for a failure, 2 for a wrong command or configuration."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        # What the command line says comes before the environment.
        config = Config(**{name: value for name in _OVER if (value := getattr(options, name, None)) is not None})
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            _wrong("_".join(str(step) for step in item["loc"]), sentence_of(item))
        return 2
    command: Callable[[Config, argparse.Namespace], int] = options.command
    return command(config, options)


_OVER = ("workers", "jobs_at_once")
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
        prog="compactd", description="Stores LLM agents' conversations and compacts them, over gRPC."
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
    from compactd.workers.supervise import CannotBeShared, supervise

    try:
        # Before there are workers, each of which would say it.
        access_of(config)
        return supervise(config, _serve_here)
    except (CannotBeShared, WrongSetting) as error:
        return _wrong(error.setting, str(error))
    except OSError as error:
        return _failed(str(error))


def _work(config: Config, _: argparse.Namespace) -> int:
    import uvloop

    if config.database_url.get_secret_value().strip().startswith("sqlite"):
        return _wrong("database_url", "on SQLite the server itself runs jobs: start compactd serve alone.")
    if not config.jobs_at_once:
        return _wrong("jobs_at_once", "with 0 there is nothing to do here: set --concurrency to 1 or more.")
    _prepare(config)
    from compactd.work import work

    try:
        uvloop.run(work(config))
    except OSError as error:
        return _failed(str(error))
    except ValueError as error:
        return _wrong("database_url", str(error))
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


def _serve_here(config: Config, place: "Place | None" = None) -> int:
    """In this process, until it is told to stop."""
    import uvloop

    from compactd.rpc.certificates import BadCertificates
    from compactd.server import serve

    try:
        uvloop.run(serve(config, place))
    except (BadCertificates, WrongSetting) as error:
        return _wrong(error.setting, str(error))
    except OSError as error:
        return _failed(str(error))
    except ValueError as error:
        return _wrong("database_url", str(error))
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
    try:
        apply_mask = mask_url(url)
        migrate(url, partitions)
    except OSError as error:
        return _failed(str(error))
    except StoreUnavailable as error:
        return _failed(advice_for(error))
    except ValueError as error:
        return _wrong("database_url", str(error))
    print(f"{apply_mask} is at the tables of this version")
    return 0


def _audit(config: Config, options: argparse.Namespace) -> int:
    from compactd.application.audit import UnknownConversation, audit
    from compactd.domain.errors import StoreUnavailable
    from compactd.storage.store import open_existing_store
    from compactd.storage.unavailability import advice_for

    async def run() -> "Audit":
        store = open_existing_store(
            config.database_url.get_secret_value(), prepared_statements=config.database_prepared_statements
        )
        try:
            return await audit(store, options.conversation)
        finally:
            await store.close()

    try:
        done = asyncio.run(run())
    except UnknownConversation:
        return _unusable(f"There is no conversation {options.conversation}.")
    except StoreUnavailable as error:
        return _unusable(advice_for(error))
    except OSError as error:
        return _unusable(str(error))
    except ValueError as error:
        return _wrong("database_url", str(error))
    for finding in done.findings:
        print(finding)
    print(done.conclusion)
    return 1 if done.findings else 0


def _sweep(config: Config, options: argparse.Namespace) -> int:
    from compactd.domain.errors import StoreUnavailable
    from compactd.fleet.items import draw, enlist
    from compactd.storage.job_queue import JobQueue
    from compactd.storage.store import open_existing_store
    from compactd.storage.unavailability import advice_for
    from compactd.storage.urls import parse_url
    from compactd.sweep_command import run_sweep_command

    async def run() -> int:
        url = config.database_url.get_secret_value()
        store = open_existing_store(
            url,
            prepared_statements=config.database_prepared_statements,
            durable=config.database_durable,
            # What goes on has its place in the queue at once.
            queue=JobQueue(enlist, draw) if parse_url(url).get_backend_name() == "postgresql" else None,
        )
        try:
            return await run_sweep_command(store, options)
        finally:
            await store.close()

    try:
        return asyncio.run(run())
    except StoreUnavailable as error:
        return _unusable(advice_for(error))
    except OSError as error:
        return _unusable(str(error))
    except ValueError as error:
        return _wrong("database_url", str(error))


def _unusable(sentence: str) -> int:
    """Says why nothing can be said; the exit status for that."""
    _failed(sentence)
    return 2


def _token(_: Config, options: argparse.Namespace) -> int:
    from compactd.access.token_table import hash_of, new_token
    from compactd.domain.principal import is_namespace, scopes_of

    if not is_namespace(options.namespace):
        return _unusable("The namespace has a space in it, or is none: write printable ASCII.")
    try:
        scopes_of(options.scopes)
    except ValueError as error:
        return _unusable(str(error))
    token = new_token()
    print(f"{token}\n{hash_of(token)} {options.namespace} {options.scopes}")
    return 0


def _config(config: Config, _: argparse.Namespace) -> int:
    try:
        shown = shown_settings(config)
    except ValueError as error:
        return _wrong("database_url", str(error))
    for (variable, value), field in zip(shown.items(), Config.model_fields.values(), strict=True):
        print(f"{variable}={value}")
        print(f"    {field.description}")
    return 0


def _demo(_: Config, options: argparse.Namespace) -> int:
    from compactd.demo.run import run_demo

    return asyncio.run(run_demo(options.model))
