"""What the OpenAPI document says of every operation alike."""

from __future__ import annotations

from typing import Any

FIELD_ERROR_SHAPE = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "string", "description": "For programs: required, invalid, invalid_choice, max_length …"},
        "message": {"type": "string", "description": "A sentence for people."},
        "allowed": {
            "type": "array",
            "items": {"type": "string"},
            "description": "With invalid_choice of a filter: what may be asked.",
        },
    },
}
ERROR_SHAPE = {
    "type": "object",
    "required": ["message", "code", "errors", "extra"],
    "properties": {
        "message": {"type": "string", "description": "A sentence for people, in the language of the request."},
        "code": {"type": "string", "description": "For programs; `invalid` where `errors` says more."},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
            "description": "By the field as it was sent (`items.0.garment`), or `non_field_errors`.",
        },
        "extra": {
            "type": "object",
            "description": "The same as version 1.0 told it.",
            "properties": {
                "fields": {"type": "object", "additionalProperties": {}, "description": "Messages a field."},
                "code": {"type": "string"},
                "retry_after_s": {"type": "integer", "description": "With 429: ask again after so many seconds."},
            },
        },
    },
    "example": {
        "message": "This field is required.",
        "code": "invalid",
        "errors": {"email": [{"code": "required", "message": "This field is required."}]},
        "extra": {"fields": {"email": ["This field is required."]}},
    },
}
HEADERS: dict[str, dict[str, Any]] = {
    "RateLimit-Limit": {"description": "Requests in the window that is nearest to its end.", "type": "integer"},
    "RateLimit-Remaining": {"description": "How many of them are left.", "type": "integer"},
    "RateLimit-Reset": {"description": "Seconds until one more is free.", "type": "integer"},
    "Retry-After": {"description": "With 429, always: seconds.", "type": "integer"},
    "ETag": {"description": "Of a GET: send it back as If-None-Match, or with a PATCH as If-Match.", "type": "string"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The ETag that the thing was read with: 412 if it changed since.",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Of a member's: the same key with the same request within 24 hours is answered as the first time "
    "(`Idempotency-Replayed: true`), with another request 422, while the first is on its way 409.",
}


def enums_joined(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A drf-spectacular hook: one enum where a field may also be empty or null. Generators know no union of enums."""
    schemas = result["components"]["schemas"]
    for schema in [*schemas.values()]:
        _join_enums(schema, schemas)
    for name in ("BlankEnum", "NullEnum"):
        schemas.pop(name, None)
    return result


def _join_enums(schema: Any, schemas: dict[str, Any]) -> None:
    if isinstance(schema, list):
        for one in schema:
            _join_enums(one, schemas)
    if not isinstance(schema, dict):
        return
    names = [str(one.get("$ref", "")).rsplit("/", 1)[-1] for one in schema.get("oneOf", ())]
    if len(names) > 1 and {"BlankEnum", "NullEnum"} & {*names[1:]}:
        del schema["oneOf"]
        known, joined = schemas[names[0]], names[0].removesuffix("Enum")
        values = [*known["enum"]]
        if "BlankEnum" in names:
            values, joined = [*values, ""], f"{joined}OrBlank"
        schemas.setdefault(f"{joined}Enum", {**known, "enum": values})
        choice = {"$ref": f"#/components/schemas/{joined}Enum"}
        schema |= {"oneOf": [choice, {"type": "null"}]} if "NullEnum" in names else {"allOf": [choice]}
    for one in schema.values():
        _join_enums(one, schemas)


def blanks_joined(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A drf-spectacular hook: an address that may be empty is a string. Of a union generators make a class without
    fields, which no answer fits."""
    _join_blanks(result["components"]["schemas"])
    return result


def _join_blanks(schema: Any) -> None:
    for one in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _join_blanks(one)
    either: list[Any] = schema.get("oneOf", []) if isinstance(schema, dict) else []
    if len(either) == 2 and either[1] == {"type": "string", "maxLength": 0}:
        del schema["oneOf"]
        schema |= {name: value for name, value in either[0].items() if name != "format"}


def contract_described(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A drf-spectacular hook: what operations share. How errors look, headers, If-Match of a PATCH, keys of a POST."""
    result["components"]["schemas"] |= {"Error": ERROR_SHAPE, "FieldError": FIELD_ERROR_SHAPE}
    result["components"]["headers"] = {
        name: {"description": told["description"], "schema": {"type": told["type"]}} for name, told in HEADERS.items()
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    quota = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS if name.startswith("RateLimit")}
    failed = quota | {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    for path in result["paths"].values():
        for verb, operation in path.items():
            for answer in operation["responses"].values():
                tag = {"ETag": {"$ref": "#/components/headers/ETag"}} if verb in ("get", "patch") else {}
                answer["headers"] = quota | tag
            operation["responses"]["default"] = {
                "description": "What went wrong.", "content": content, "headers": failed
            }  # fmt: skip
            if (
                verb == "patch" and "application/json" in operation["requestBody"]["content"]
            ):  # not a piece of an upload
                operation.setdefault("parameters", []).append(IF_MATCH)
            if verb == "post":
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    return result
