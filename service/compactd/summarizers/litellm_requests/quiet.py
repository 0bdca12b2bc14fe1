"""Keeps litellm quiet."""

import logging

import litellm


def keep_quiet() -> None:
    """No banners, no lines in the log: those can hold messages and keys."""
    litellm.suppress_debug_info = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "openai", "httpx"):
        logging.getLogger(name).disabled = True
