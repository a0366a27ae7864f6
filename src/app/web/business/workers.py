"""Who works in a business: the list, a page for each, and the code that makes an account theirs."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from app.errors import AppError, NotFound
from app.http.access import actor
from app.http.credentials import passwords
from app.operations.businesses import workers as staff
from app.operations.businesses.access import get_own_business
from app.operations.businesses.joining import invite_worker
from app.operations.businesses.offers import list_offers
from app.operations.businesses.workers import Employed
from app.web.admin.order_edit import chosen_services
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.business.forms import read_worker
from app.web.refused import shown_again

workers = DeskPages("workers")


@workers.page("/workers")
def list_all(slug: str) -> ResponseReturnValue:
    """Everybody, those who have left as well."""
    business = get_own_business(slug, actor=actor())
    found = staff.show_workers(slug, everybody=True, actor=actor())
    return render_desk("business/workers.html", business, workers=[one.worker for one in found])


def show_empty_form(refusal: AppError | None = None, *, slug: str) -> str:
    """The form of somebody who is not here yet."""
    return _form(slug, None, request.form, refusal, chosen_services())


def show_filled_form(refusal: AppError | None = None, *, slug: str, worker_id: int) -> str:
    """One of them."""
    one = _get(slug, worker_id)
    filled = request.form if refusal else one.worker
    return _form(slug, one, filled, refusal, chosen_services() if refusal else one.service_ids)


def _form(slug: str, one: Employed | None, filled: Any, refusal: AppError | None, able: Any) -> str:
    business = get_own_business(slug, actor=actor())
    return render_desk(
        "business/worker.html",
        business,
        worker=one and one.worker,
        filled=filled,
        services=[offer.service for offer in list_offers(business.id)],
        able=set(able),
        refusal=refusal,
    )


@workers.page("/workers/new")
def new(slug: str) -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form(slug=slug)


@workers.form("/workers")
@shown_again(show_empty_form)
def create(slug: str) -> ResponseReturnValue:
    """Take somebody on, and show once the token of their first device."""
    values = read_worker()
    password = values.pop("password")
    made = staff.hire_worker(
        slug, values, password=password, passwords=passwords(), at=g.received_at, actor=actor()
    )
    if able := chosen_services():
        staff.set_abilities(slug, made.worker.id, able, at=g.received_at, actor=actor())
    business = get_own_business(slug, actor=actor())
    page = render_desk("business/worker_made.html", business, worker=made.worker, token=made.token)
    return page, 201


@workers.page("/workers/<int:worker_id>")
def show(slug: str, worker_id: int) -> ResponseReturnValue:
    """One of them."""
    return show_filled_form(slug=slug, worker_id=worker_id)


@workers.form("/workers/<int:worker_id>")
@shown_again(show_filled_form)
def edit(slug: str, worker_id: int) -> ResponseReturnValue:
    """Change what is told of them, what they can do, and their PIN where a new one was typed."""
    values = read_worker()
    _update(slug, worker_id, values, values.pop("password"))
    if set(able := chosen_services()) != set(_get(slug, worker_id).service_ids):
        staff.set_abilities(slug, worker_id, able, at=g.received_at, actor=actor())
    return _back(slug, worker_id, "Saved.")


@workers.form("/workers/<int:worker_id>/deactivate")
@shown_again(show_filled_form)
def deactivate(slug: str, worker_id: int) -> ResponseReturnValue:
    """They have left: nobody can book them any more."""
    staff.dismiss_worker(slug, worker_id, at=g.received_at, actor=actor())
    return _back(slug, worker_id, "They can no longer be booked.")


@workers.form("/workers/<int:worker_id>/reactivate")
@shown_again(show_filled_form)
def reactivate(slug: str, worker_id: int) -> ResponseReturnValue:
    """They are back."""
    _update(slug, worker_id, {"is_active": True})
    return _back(slug, worker_id, "They can be booked again.")


@workers.form("/workers/<int:worker_id>/invite")
@shown_again(show_filled_form)
def invite(slug: str, worker_id: int) -> ResponseReturnValue:
    """A code with which they make their own account this worker's, in this answer and nowhere else."""
    invitation = invite_worker(slug, worker_id, at=g.received_at, actor=actor())
    business = get_own_business(slug, actor=actor())
    return render_desk("business/worker_invited.html", business, invitation=invitation)


def _update(slug: str, worker_id: int, values: dict[str, Any], password: str | None = None) -> None:
    staff.update_worker_of(
        slug,
        worker_id,
        values,
        password=password,
        passwords=passwords(),
        at=g.received_at,
        actor=actor(),
    )


def _get(slug: str, worker_id: int) -> Employed:
    found = staff.show_workers(slug, everybody=True, actor=actor())
    one = next((each for each in found if each.worker.id == worker_id), None)
    if one is None:
        raise NotFound
    return one


def _back(slug: str, worker_id: int, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"{desk().home}/{slug}/workers/{worker_id}", 303)
