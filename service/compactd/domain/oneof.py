"""A protobuf oneof as a union of pydantic models: one key names the member, its value is the model.

`Annotated[Cat | Dog, Oneof("species")]` takes `{"dog": {"legs": 4}}`, gives `Dog(legs=4)`, and dumps it as it came.
The member's name is a class variable (here `species`) of each class, not a field. Paths of errors hold the member, so
they are the paths of the proto's fields.
"""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Oneof:
    """Annotation of a union of models, each of which names its member of the oneof in the class variable `member`."""

    def __init__(self, member: str) -> None:
        self.member = member

    def __get_pydantic_core_schema__(self, union: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        classes = {getattr(cls, self.member): cls for cls in get_args(union)}
        return core_schema.tagged_union_schema(
            {name: _behind_key(name, handler.generate_schema(cls)) for name, cls in classes.items()},
            discriminator=self._member_of,
            custom_error_type="oneof",
            custom_error_message=f"Give exactly one of: {', '.join(classes)}.",
            serialization=core_schema.wrap_serializer_function_ser_schema(self._dump),
        )

    def _member_of(self, value: object) -> str | None:
        if isinstance(value, BaseModel):
            return str(getattr(value, self.member))
        if isinstance(value, Mapping) and len(value) == 1:
            return str(next(iter(value)))
        return None

    def _dump(self, value: BaseModel, dump: Callable[[BaseModel], Any]) -> dict[str, Any]:
        return {getattr(value, self.member): dump(value)}


def _behind_key(name: str, schema: CoreSchema) -> CoreSchema:
    def unwrap(value: Any) -> Any:
        return value if isinstance(value, BaseModel) else value[name]

    return core_schema.no_info_before_validator_function(unwrap, schema)
