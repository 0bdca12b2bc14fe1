"""Tells what goes wrong at a login from what goes wrong while a request is written: the second is a bug."""

from collections.abc import Iterator
from contextlib import contextmanager


class LoginFailed(Exception):
    """No credentials, no address, or who gives them cannot be reached: the cause says which."""


@contextmanager
def logging_in() -> Iterator[None]:
    """Whatever is raised inside becomes the cause of LoginFailed: libraries for logins raise what they like."""
    try:
        yield
    except Exception as error:
        raise LoginFailed from error
