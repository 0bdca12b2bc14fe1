"""`compactd serve` with more workers than one."""

import signal
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from compactd.admin_port import ADMIN_ADVICE, OFF
from compactd.config import Config
from compactd.domain.startup import CannotStart, WrongSetting
from compactd.server import WorkerSettings
from compactd.workers.admin_server import serve_admin
from compactd.workers.held_port import HeldPort
from compactd.workers.supervisor import WATCHED, Serve, Supervisor
from compactd.workers.warm import load_what_workers_share


def supervise(config: Config, serve: Callable[[Config, WorkerSettings], int]) -> int:
    """Runs `serve` in so many processes as the configuration says; the exit status when all of them have ended.

    Raises WrongSetting for one that goes with one process only, and CannotStart if an address cannot be bound. Blocks
    the signals that end the process, and listens when what the workers share is loaded.
    """
    # Until then they wait: a container's first process would never see one that it does not handle.
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    if sys.platform != "linux":
        raise WrongSetting("workers", "several of them need Linux, which shares connections out among them.")
    held = {name: _held(name, address) for name, address in _addresses(config).items()}
    config = config.model_copy(update={name: port.address for name, port in held.items()})
    load_what_workers_share()
    # A folder that only this user can look into.
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        sockets = {number: Path(folder, f"worker-{number}") for number in range(1, config.workers + 1)}
        kept = Path(folder, "counted") if config.metrics else None
        has_admin = config.admin_address != OFF
        admin_port = held["admin_address"].port if "admin_address" in held else None

        def worker(number: int) -> Serve:
            address = f"unix:{sockets[number]}" if has_admin else OFF
            return lambda supervisor: serve(config, WorkerSettings(number, supervisor, address, admin_port))

        return Supervisor(
            list(held.values()),
            [worker(number) for number in sockets],
            partial(serve_admin, config.admin_address, sockets, kept) if has_admin else None,
        ).run()


def _held(setting: str, address: str) -> HeldPort:
    try:
        return HeldPort(address)
    except CannotStart as error:
        if setting == "admin_address":
            raise CannotStart(f"{error} {ADMIN_ADVICE}") from error
        raise


def _addresses(config: Config) -> dict[str, str]:
    """The settings that name a port, with it."""
    shared = {"grpc_address": config.grpc_address, "http_address": config.http_address}
    for setting, address in shared.items():
        if address.startswith("unix:"):
            raise WrongSetting(setting, "one process listens at a Unix socket: give host:port, or one worker.")
    # One process has the admin port, whatever it is.
    addresses = shared | {"admin_address": config.admin_address}
    return {name: address for name, address in addresses.items() if address != OFF and not address.startswith("unix:")}
