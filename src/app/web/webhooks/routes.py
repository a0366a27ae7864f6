"""Webhooks as pages: the list, a form for each, its secret shown once, and how deliveries went."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.api.webhooks.schemas import ChangeWebhook, CreateWebhook
from app.errors import AppError, NotFound
from app.http.access import actor, settings
from app.http.paging import take_window
from app.http.schemas import Schema, load
from app.models import WebhookSubscription
from app.operations.businesses.access import get_own_business
from app.operations.webhooks import deliveries, subscriptions
from app.operations.webhooks.reach import get_subscription, list_subscriptions, names_of
from app.operations.webhooks.words import EVENTS
from app.web.admin.lists import ROWS, ListQuery, Sheet, filters, sheet
from app.web.refused import shown_again
from app.web.webhooks.place import WebhookPages, address_of, render_place

webhooks = WebhookPages()


class WebhooksQuery(Schema):
    """Which page."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class WebhookForm(CreateWebhook):
    """The form of a new one; whose it is says the address."""

    class Meta(CreateWebhook.Meta):
        exclude = ("business",)


_QUERY, _LOG, _NEW, _CHANGED = WebhooksQuery(), ListQuery(), WebhookForm(), ChangeWebhook()


@webhooks.page("/webhooks")
def list_some(slug: str | None = None) -> ResponseReturnValue:
    """Those of a business, or all; the oldest first."""
    page = filters(_QUERY)["page"]
    found, total = list_subscriptions(page, ROWS, business=slug, actor=actor())
    here = address_of(slug)
    rows = Sheet(
        found,
        first=f"{here}?page={page - 1}" if page > 1 else "",
        next=f"{here}?page={page + 1}" if page * ROWS < total else "",
    )
    names = {} if slug is not None else names_of(found)
    return render_place("webhooks/list.html", slug, page=rows, names=names)


def show_empty_form(refusal: AppError | None = None, *, slug: str | None = None) -> str:
    """The form of a webhook that does not exist yet."""
    chosen = request.form.getlist("event") if refusal else ["order.placed", "order.status_changed"]
    return render_place(
        "webhooks/new.html",
        slug,
        filled=request.form,
        chosen=chosen,
        events=EVENTS,
        refusal=refusal,
    )


def show_webhook(
    refusal: AppError | None = None, *, slug: str | None = None, webhook_id: int, **_: int
) -> str:
    """A webhook: its form, and the newest deliveries."""
    webhook = _get(slug, webhook_id)
    window = take_window(filters(_LOG))
    log = deliveries.list_deliveries(
        webhook_id, after_id=window.after_id, limit=window.limit + 1, actor=actor()
    )
    is_refused = refusal is not None and bool(request.form.get("url"))
    return render_place(
        "webhooks/webhook.html",
        slug,
        webhook=webhook,
        filled=request.form if is_refused else webhook,
        chosen=request.form.getlist("event") if is_refused else webhook.events.split(),
        events=EVENTS,
        at=g.received_at,
        log=sheet(log, window, lambda one: one.id),
        refusal=refusal,
    )


@webhooks.page("/webhooks/new")
def new(slug: str | None = None) -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form(slug=slug)


@webhooks.form("/webhooks")
@shown_again(show_empty_form)
def create(slug: str | None = None) -> ResponseReturnValue:
    """Subscribe, and show the secret in this answer and nowhere else."""
    made, secret = subscriptions.create_subscription(
        business=slug,
        **load(_NEW, _given()),
        allowed=settings().webhook_networks,
        at=g.received_at,
        actor=actor(),
    )
    page = render_place("webhooks/secret.html", slug, webhook=made, secret=secret, is_new=True)
    return page, 201


@webhooks.page("/webhooks/<int:webhook_id>")
def show(webhook_id: int, slug: str | None = None) -> ResponseReturnValue:
    """One of them."""
    return show_webhook(slug=slug, webhook_id=webhook_id)


@webhooks.form("/webhooks/<int:webhook_id>")
@shown_again(show_webhook)
def edit(webhook_id: int, slug: str | None = None) -> ResponseReturnValue:
    """Change where and of what is told, pause it, or let it go on."""
    _get(slug, webhook_id)
    subscriptions.change_subscription(
        webhook_id,
        **load(_CHANGED, {**_given(), "status": request.form.get("status") or "active"}),
        allowed=settings().webhook_networks,
        at=g.received_at,
        actor=actor(),
    )
    return _back(slug, webhook_id, "The webhook was saved.")


@webhooks.form("/webhooks/<int:webhook_id>/test")
@shown_again(show_webhook)
def send_test(webhook_id: int, slug: str | None = None) -> ResponseReturnValue:
    """Post a test event."""
    _get(slug, webhook_id)
    deliveries.send_test(webhook_id, at=g.received_at, actor=actor())
    return _back(slug, webhook_id, "A test is on its way. Reload this page in a moment.")


@webhooks.form("/webhooks/<int:webhook_id>/rotate")
def rotate(webhook_id: int, slug: str | None = None) -> ResponseReturnValue:
    """Another secret, in this answer and nowhere else."""
    _get(slug, webhook_id)
    found, secret = subscriptions.rotate_secret(webhook_id, at=g.received_at, actor=actor())
    return render_place("webhooks/secret.html", slug, webhook=found, secret=secret, is_new=False)


@webhooks.form("/webhooks/<int:webhook_id>/delete")
def delete(webhook_id: int, slug: str | None = None) -> ResponseReturnValue:
    """Tell it nothing any more."""
    _get(slug, webhook_id)
    subscriptions.delete_subscription(webhook_id, at=g.received_at, actor=actor())
    flash("The webhook was deleted.")
    return redirect(address_of(slug), 303)


@webhooks.form("/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/replay")
@shown_again(show_webhook)
def replay(webhook_id: int, delivery_id: int, slug: str | None = None) -> ResponseReturnValue:
    """Post a message once more."""
    _get(slug, webhook_id)
    deliveries.replay_delivery(webhook_id, delivery_id, at=g.received_at, actor=actor())
    return _back(slug, webhook_id, "It is sent again. Reload this page in a moment.")


def _given() -> dict[str, Any]:
    return {"url": request.form.get("url", ""), "events": request.form.getlist("event")}


def _get(slug: str | None, webhook_id: int) -> WebhookSubscription:
    """A webhook of the business that the address names, or any; raises NotFound."""
    found = get_subscription(webhook_id, actor=actor())
    if slug is not None and found.business_id != get_own_business(slug, actor=actor()).id:
        raise NotFound
    return found


def _back(slug: str | None, webhook_id: int, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"{address_of(slug)}/{webhook_id}", 303)
