"""What customers say of a business: answered by it, hidden by an admin."""

from __future__ import annotations

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from app.errors import AppError, NotFound
from app.http.access import actor
from app.http.paging import take_window
from app.http.schemas import Schema, Text, load
from app.operations.businesses import reviews as said
from app.operations.businesses.access import get_own_business
from app.operations.businesses.review_lists import list_reviews_of
from app.web.admin.lists import ListQuery, filters, sheet
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.refused import shown_again

reviews = DeskPages("reviews")


class ReplyForm(Schema):
    """What the business answers."""

    reply = Text(required=True, shortest=1, longest=2000)


class HideForm(Schema):
    """Why an admin hides a review, or shows it again."""

    reason = Text(required=True, shortest=1, longest=500)


_QUERY, _REPLY, _HIDE = ListQuery(), ReplyForm(), HideForm()


def show_reviews(refusal: AppError | None = None, *, slug: str, review_id: int = 0) -> str:
    """The newest, with what a refused form about one of them was told."""
    business = get_own_business(slug, actor=actor())
    window = take_window(filters(_QUERY))
    found = list_reviews_of(
        business, everything=True, after_id=window.after_id, limit=window.limit + 1
    )
    return render_desk(
        "business/reviews.html",
        business,
        page=sheet(found, window, lambda one: one.review.id),
        refused_id=review_id,
        filled=request.form,
        refusal=refusal,
    )


@reviews.page("/reviews")
def list_some(slug: str) -> ResponseReturnValue:
    """The list."""
    return show_reviews(slug=slug)


@reviews.form("/reviews/<int:review_id>/reply")
@shown_again(show_reviews)
def reply(slug: str, review_id: int) -> ResponseReturnValue:
    """Answer a review, or change the answer."""
    words = load(_REPLY, request.form)["reply"]
    _refuse_others(slug, review_id)
    said.reply_to_review(review_id, reply=words, at=g.received_at, actor=actor())
    return _back(slug, review_id, "Your answer is there for everybody to read.")


@reviews.admins_form("/reviews/<int:review_id>/hide")
@shown_again(show_reviews)
def hide(slug: str, review_id: int) -> ResponseReturnValue:
    """Take a review out of sight."""
    reason = load(_HIDE, request.form)["reason"]
    _refuse_others(slug, review_id)
    said.hide_review(review_id, reason=reason, at=g.received_at, actor=actor())
    return _back(slug, review_id, "The review is hidden.")


@reviews.admins_form("/reviews/<int:review_id>/show")
@shown_again(show_reviews)
def show(slug: str, review_id: int) -> ResponseReturnValue:
    """Let it be seen again."""
    reason = load(_HIDE, request.form)["reason"]
    _refuse_others(slug, review_id)
    said.show_review(review_id, reason=reason, at=g.received_at, actor=actor())
    return _back(slug, review_id, "The review is shown again.")


def _refuse_others(slug: str, review_id: int) -> None:
    """Raise NotFound for a review of another business than the address names."""
    business = get_own_business(slug, actor=actor())
    found = list_reviews_of(business, everything=True, after_id=review_id + 1, limit=1)
    if not found or found[0].review.id != review_id:
        raise NotFound


def _back(slug: str, review_id: int, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"{desk().home}/{slug}/reviews#review-{review_id}", 303)
