"""Run out of the fork server: writes which modules a server has imported that is loaded, and has no settings."""

import sys

if __name__ == "__main__":
    sys.stderr.write("\n".join(sys.modules))
