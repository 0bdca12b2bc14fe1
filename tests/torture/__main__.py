"""python -m tests.torture"""

import os
import sys


def main() -> int:
    # gRPC's handlers of fork() crash now and then in a process with threads, and no child of this one needs them.
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    from tests.torture.run import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
