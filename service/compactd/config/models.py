"""How models are asked, and where those are served that litellm reads no address for."""

from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class ModelSettings(BaseSettings):
    """A section of Config."""

    model_retries: Annotated[
        int,
        Field(
            ge=0,
            le=10,
            description="How often a request to a model is repeated that failed for a moment (429, 408, 409, 425, 5xx, "
            "a broken connection); never for another reason, nor beyond the caller's deadline.",
        ),
    ] = 2
    model_retry_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=60,
            description="The longest pause before the first repeat; twice as long before each further one, up to 8 s. "
            "How long it is below that is left to chance; what a provider asks for (Retry-After) comes on top.",
        ),
    ] = 1.0
    breaker_failures: Annotated[
        int,
        Field(
            ge=2,
            description="How many compactions in a row have to fail because a model's provider is in trouble (5xx, a "
            "broken connection, no usable answer), after their repeats, until the model's circuit opens.",
        ),
    ] = 5
    breaker_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=3600,
            description="How long a model is not asked while its circuit is open, and compactions are answered "
            "PROVIDER_UNAVAILABLE, with RetryInfo; then one request tries it.",
        ),
    ] = 30.0
    sglang_base_url: Annotated[str, Field(description="Where sglang/… models are served, such as http://host/v1.")] = ""
    sglang_api_key: Annotated[SecretStr, Field(description="The key for sglang/… models, where they need one.")] = (
        SecretStr("")
    )
    moonshot_coding_base_url: Annotated[
        str, Field(description="Where moonshot_coding/… models are served, if not at the provider's own address.")
    ] = ""
    moonshot_coding_api_key: Annotated[SecretStr, Field(description="The key for moonshot_coding/… models.")] = (
        SecretStr("")
    )
    baseten_base_url: Annotated[
        str, Field(description="Where baseten/… models are served, if not at the provider's own address.")
    ] = ""
