"""`python -m tests.process.dying_workers`: a supervisor with a worker that dies whenever it is started, without pauses
between, and one that does what it is told."""

import os
import signal
import sys

from compactd.log import configure_logging
from compactd.workers import restarts
from compactd.workers.supervisor import WATCHED, Supervisor


def die(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def wait(_: int) -> int:
    return 0 if signal.sigwait({signal.SIGTERM, signal.SIGINT}) == signal.SIGTERM else 70


def main() -> int:
    configure_logging("info")
    restarts.PAUSES = (0.0,) * len(restarts.PAUSES)
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    return Supervisor([], [die, wait], None).run()


if __name__ == "__main__":
    sys.exit(main())
