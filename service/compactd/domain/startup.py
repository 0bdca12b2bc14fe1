"""Why a process of compactd does not start, in sentences for the operator."""


class WrongSetting(ValueError):
    """A setting that cannot be what it is. `setting` is its name without the prefix, in lower case."""

    def __init__(self, setting: str, sentence: str) -> None:
        super().__init__(sentence)
        self.setting = setting


class CannotStart(OSError):
    """What the process needs of the machine and cannot have, such as an address."""
