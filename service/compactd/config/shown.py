"""The settings as they may be shown to an operator."""

from pydantic import SecretStr

from compactd.config import PREFIX, Config


def shown_settings(config: Config) -> dict[str, str]:
    """Every setting by the name of its variable, secrets masked. ValueError for a database URL that cannot be read."""
    return {f"{PREFIX}{name.upper()}": _shown(name, getattr(config, name)) for name in Config.model_fields}


def _shown(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, SecretStr):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return _without_user(text) if name.endswith("_base_url") else text
    secret = value.get_secret_value()
    if name == "database_url":
        # SQLAlchemy, which is not imported before listening.
        from compactd.storage.urls import mask_url

        return mask_url(secret)
    return "********" if secret else ""


def _without_user(url: str) -> str:
    """A base URL may hold a name and a password before its host."""
    scheme, separator, rest = url.partition("//")
    host = rest.rpartition("@")[2]
    return url if host == rest else f"{scheme}{separator}***@{host}"
