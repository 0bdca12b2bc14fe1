"""`compactd serve`, which says at its end what it has imported of Prometheus, OpenTelemetry and PyJWT."""

import json
import sys

from compactd.cli import main

LIBRARIES = ("prometheus_client", "opentelemetry", "jwt")


def run() -> int:
    status = main(["serve"])
    found = sorted({name.partition(".")[0] for name in sys.modules} & set(LIBRARIES))
    sys.stderr.write(json.dumps({"event": "imported", "libraries": found}) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(run())
