"""The base of every API area: parsing, documentation and access in one declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, NoReturn, TypeVar, cast

import marshmallow as ma
from flask import Request, request
from flask_smorest import Api, Blueprint
from webargs import ValidationError
from webargs.flaskparser import FlaskParser

from app.http.bodies import json_object
from app.http.schemas import ErrorView, refusal
from app.operations.actors import Role

V1 = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])


class Parser(FlaskParser):
    """Bad input is 400 in the one error shape."""

    DEFAULT_VALIDATION_STATUS = 400

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Every body goes through the one strict reader."""
        return json_object()

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Name each field, once."""
        messages = error.messages_dict
        located = next(iter(messages.values())) if len(messages) == 1 else messages
        raise refusal(located if isinstance(located, Mapping) else messages) from None


class Area(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A part of /api/v1; each route documents the refusals that its declarations imply."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, import_name: str, *, description: str, prefix: str = "") -> None:
        super().__init__(name, import_name, url_prefix=V1 + prefix, description=description)
        self._prepare_doc_cbks.append(self._prepare_refusals_doc)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Bind a view to a path, and describe it."""
        return cast("Callable[[View], View]", super().route(rule, **options))

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        """Parse a part of the request by a schema; the view's first free argument."""
        return cast("Callable[[View], View]", super().arguments(schema, **options))

    def response(
        self, status_code: int, schema: Any = None, **options: Any
    ) -> Callable[[View], View]:
        """Say what comes out on success."""
        return cast("Callable[[View], View]", super().response(status_code, schema, **options))

    def alt_response(self, status_code: int, **options: Any) -> Callable[[View], View]:
        """Describe another answer."""
        return cast("Callable[[View], View]", super().alt_response(status_code, **options))

    def doc(self, **options: Any) -> Callable[[View], View]:
        """Add to the description as it is."""
        return cast("Callable[[View], View]", super().doc(**options))

    def _store_endpoint_docs(
        self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any
    ) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        for method, info in self._docs[endpoint].items():
            if method != "parameters":
                info["access"] = getattr(obj, "access", frozenset())
                info["limit_rule"] = getattr(obj, "limit_rule", None)
                info["takes_body"] = any(
                    one["in"] == "json" for one in info.get("arguments", {}).get("parameters", [])
                )

    @staticmethod
    def _prepare_refusals_doc(
        doc: dict[str, Any], info: dict[str, Any], **_: Any
    ) -> dict[str, Any]:
        statuses = {"400", "404", "405", "503"}
        roles = info["access"]
        if roles != {Role.NOBODY}:
            statuses |= {"401", "403"}
            doc["security"] = [{name: []} for name in _schemes(roles)]
        if info["takes_body"]:
            statuses |= {"413", "415", "409"}
        if info["limit_rule"]:
            statuses.add("429")
        responses = doc.setdefault("responses", {})
        for derived in ("default", 400):
            responses.pop(derived, None)
        for status in sorted(statuses - {str(one) for one in responses}):
            responses[status] = {"$ref": f"#/components/responses/Refusal{status}"}
        return doc


def _schemes(roles: frozenset[Role]) -> list[str]:
    names = {
        Role.CUSTOMER: "customerToken",
        Role.WORKER: "deviceToken",
        Role.REVOKED_DEVICE: "deviceToken",
        Role.ADMIN: "adminSession",
    }
    return sorted({names[role] for role in roles if role in names})


class Document(Api):  # type: ignore[misc]  # flask-smorest has no types
    """The OpenAPI document; errors are rendered by http.errors alone."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ErrorView

    def _register_error_handlers(self) -> None:
        """flask-smorest's own error shape is not ours."""

    def describe_refusals(self, phrases: Mapping[int, str]) -> None:
        """One component for each status that a refusal may have."""
        for status, phrase in phrases.items():
            self.spec.components.response(
                f"Refusal{status}",
                {
                    "description": phrase,
                    "content": {"application/json": {"schema": ErrorView}},
                },
            )

    def as_dict(self) -> dict[str, Any]:
        """The whole document as plain data."""
        document: dict[str, Any] = deepcopy(self.spec.to_dict())
        return document


def if_match() -> int | None:
    """The version named by If-Match, None without the header or with `*` (RFC 9110 13.1.1)."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        return None
    tag = given.removeprefix("W/").strip('"')
    return int(tag) if tag.isdecimal() and len(tag) < 19 else -1
