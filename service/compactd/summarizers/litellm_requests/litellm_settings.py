"""How litellm has to behave, whatever its own environment variables say."""

import logging

import litellm


def configure() -> None:
    """No parameter is dropped and no message changed in silence, and nothing is logged: that can hold messages and
    keys."""
    litellm.drop_params = False
    litellm.modify_params = False
    litellm.suppress_debug_info = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "openai", "httpx"):
        logging.getLogger(name).disabled = True
