"""The settings as they may be shown to an operator."""

import re

from pydantic import SecretStr

from compactd.config import PREFIX, Config

_URLS = ("_url", "_endpoint")
"""Ends of names of settings that are URLs, also where the scheme has been forgotten."""


def shown_settings(config: Config) -> dict[str, str]:
    """Every setting by the name of its variable, secrets masked, those in URLs too. WrongSetting for a database URL
    that cannot be read."""
    return {f"{PREFIX}{name.upper()}": _shown(name, getattr(config, name)) for name in Config.model_fields}


def _shown(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, SecretStr):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return _without_secrets(text) if "://" in text or name.endswith(_URLS) else text
    secret = value.get_secret_value()
    if name == "database_url":
        # SQLAlchemy, which is not imported before listening.
        from compactd.storage.urls import mask_url

        return mask_url(secret)
    return "********" if secret else ""


def _without_secrets(url: str) -> str:
    """A URL may hold a name and a password before its host, and keys in its query. What could be either is hidden."""
    scheme, separator, rest = url.partition("//")
    if not separator:
        scheme, rest = "", url
    before, at, host = rest.rpartition("@")
    shown = re.split(r"[?#]", host, maxsplit=1)
    return f"{scheme}{separator}{'***@' if at else ''}{shown[0]}{'?***' if len(shown) > 1 or '?' in before else ''}"
