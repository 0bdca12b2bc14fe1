"""`compactd serve`, which waits a second for others that keep its SQLite file locked, and not a minute; and which heeds
the permissions of files, also where root runs it (Linux)."""

import ctypes
import os
import sys

from compactd.cli import main
from compactd.storage import sqlite

BUSY_SECONDS = 1.0

# Of <linux/capability.h>: the version of capset(2) with two words a set, and the rights that go beyond permissions.
VERSION = 0x20080522
DAC_OVERRIDE, DAC_READ_SEARCH = 1, 2


class Header(ctypes.Structure):
    """Whose rights: those of the calling thread, which all others come from."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class Rights(ctypes.Structure):
    """A word of each set."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def give_up(*rights: int) -> None:
    """For good."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = Header(VERSION, 0), (Rights * 2)()
    left = ~sum(1 << right for right in rights)
    check(libc.capget(ctypes.byref(header), sets))
    sets[0].effective &= left
    sets[0].permitted &= left
    check(libc.capset(ctypes.byref(header), sets))


def check(status: int) -> None:
    if status:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    sqlite.BUSY_SECONDS = BUSY_SECONDS
    give_up(DAC_OVERRIDE, DAC_READ_SEARCH)
    sys.exit(main(["serve"]))
