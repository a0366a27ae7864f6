"""Everybody who has an account, as admins look after them (contract.md 8: LAST_ADMIN)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify

from app.api.users.schemas import (
    ChangeRole,
    EndedView,
    RegisterPerson,
    TemporaryPasswordView,
    UsersQuery,
    UserView,
)
from app.http.access import actor, allow
from app.http.areas import Area
from app.http.credentials import passwords
from app.http.paging import page_headers
from app.operations.actors import Role
from app.operations.users import change, find, register
from app.operations.users.find import UserFilter

area = Area("users", __name__, description="Everybody who has an account.", prefix="/admin/users")

USERS = UserView(many=True)


@area.route("", methods=["GET"])
@allow(Role.ADMIN)
@area.arguments(UsersQuery, location="query")
@area.response(200, UserView(many=True))
def list_users(query: dict[str, Any]) -> Response:
    """List accounts in pages, of one role, or those whom some words mean."""
    wanted = UserFilter(query.pop("role"), query.pop("query"))
    rows, total = find.page_users(wanted, **query, actor=actor())
    answer = jsonify(USERS.dump(rows))
    answer.headers.extend(page_headers(**query, total=total))
    return answer


@area.route("", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(RegisterPerson)
@area.response(201, TemporaryPasswordView)
def register_person(body: dict[str, Any]) -> Any:
    """Register somebody by phone or e-mail, with a temporary password that is shown once."""
    return register.register_person(**body, passwords=passwords(), at=g.received_at, actor=actor())


@area.route("/<int:user_id>", methods=["GET"])
@allow(Role.ADMIN)
@area.response(200, UserView)
def show_user(user_id: int) -> Any:
    """Show one account."""
    return find.get_user(user_id, actor=actor())


@area.route("/<int:user_id>", methods=["DELETE"])
@allow(Role.ADMIN)
@area.response(200, UserView)
def delete_user(user_id: int) -> Any:
    """Deactivate an account; what it did stays."""
    return change.deactivate_user(user_id, at=g.received_at, actor=actor())


@area.route("/<int:user_id>/role", methods=["PATCH"])
@allow(Role.ADMIN)
@area.arguments(ChangeRole)
@area.response(200, UserView)
def change_role(body: dict[str, str], user_id: int) -> Any:
    """Give an account another role; the last active admin stays one."""
    return change.change_role(user_id, body["role"], at=g.received_at, actor=actor())


@area.route("/<int:user_id>/reset-password", methods=["POST"])
@allow(Role.ADMIN)
@area.response(200, TemporaryPasswordView)
def reset_password(user_id: int) -> Any:
    """Give an account a temporary password, shown once and good for 24 hours."""
    return change.reset_password(user_id, passwords=passwords(), at=g.received_at, actor=actor())


@area.route("/<int:user_id>/activate", methods=["POST"])
@allow(Role.ADMIN)
@area.response(200, UserView)
def activate_user(user_id: int) -> Any:
    """Let an account sign in again."""
    return change.activate_user(user_id, at=g.received_at, actor=actor())


@area.route("/<int:user_id>/deactivate", methods=["POST"])
@allow(Role.ADMIN)
@area.response(200, UserView)
def deactivate_user(user_id: int) -> Any:
    """Refuse an account, and end its sign-ins; never one's own, nor the last active admin's."""
    return change.deactivate_user(user_id, at=g.received_at, actor=actor())


@area.route("/<int:user_id>/end-sessions", methods=["POST"])
@allow(Role.ADMIN)
@area.response(200, EndedView)
def end_sessions(user_id: int) -> Any:
    """Sign an account out of every browser and app."""
    return {"ended": change.end_all_sessions(user_id, at=g.received_at, actor=actor())}
