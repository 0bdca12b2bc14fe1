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
            description="How often a request to a model is repeated after a failure that may pass (429, 408, 409, "
            "425, 5xx, a broken connection). Other failures are not repeated, and no repeat goes beyond "
            "the caller's deadline.",
        ),
    ] = 2
    model_retry_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=60,
            description="The longest pause before the first repeat; it doubles for each further one, up to 8 s. The "
            "real pause is random below that; what the provider asks for (Retry-After) is added.",
        ),
    ] = 1.0
    breaker_failures: Annotated[
        int,
        Field(
            ge=2,
            description="How many compactions in a row have to fail, after their repeats, because the model's "
            "provider is in trouble (5xx, a broken connection, no usable answer), before the model's "
            "circuit opens.",
        ),
    ] = 5
    breaker_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=3600,
            description="How long the circuit stays open: the model is not asked, and compactions get "
            "PROVIDER_UNAVAILABLE with RetryInfo. Then one request tests the model.",
        ),
    ] = 30.0
    sglang_base_url: Annotated[str, Field(description="The address of sglang/… models, such as http://host/v1.")] = ""
    sglang_api_key: Annotated[SecretStr, Field(description="The key for sglang/… models, if they need one.")] = (
        SecretStr("")
    )
    moonshot_coding_base_url: Annotated[
        str, Field(description="The address of moonshot_coding/… models, if it is not the provider's own.")
    ] = ""
    moonshot_coding_api_key: Annotated[SecretStr, Field(description="The key for moonshot_coding/… models.")] = (
        SecretStr("")
    )
    baseten_base_url: Annotated[
        str, Field(description="The address of baseten/… models, if it is not the provider's own.")
    ] = ""
