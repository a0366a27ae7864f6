"""Reviews: written once for each visit, answered by the business, hidden by admins."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify
from marshmallow import fields

from app.api.businesses.fields import Reason
from app.api.businesses.routes import OWNERS, area
from app.http.access import actor, allow, public
from app.http.paging import CursorQuery, cursor_headers, take_window
from app.http.schemas import Schema, Text, When, Whole
from app.models import Review
from app.operations.actors import Role
from app.operations.businesses import reviews

LONGEST_COMMENT = 2000


class WriteReview(Schema):
    """One to five, and some words."""

    rating = Whole(least=1, most=5, required=True)
    comment = Text(longest=LONGEST_COMMENT, allow_none=True, load_default=None)


class Reply(Schema):
    """What the business says to it."""

    reply = Text(shortest=1, longest=LONGEST_COMMENT, required=True)


class ReviewView(Schema):
    """A review."""

    id = fields.Integer(required=True)
    rating = fields.Integer(required=True)
    comment = fields.String(required=True, allow_none=True)
    reply = fields.String(required=True, allow_none=True)
    replied_at = When(required=True, allow_none=True)
    created_at = When(required=True)


class PublicReviewView(ReviewView):
    """A review, and the first name and initial of who wrote it."""

    author = fields.String(required=True)


class JudgedReviewView(ReviewView):
    """A review as an admin sees it."""

    hidden_at = When(required=True, allow_none=True)
    hidden_reason = fields.String(required=True, allow_none=True)


REVIEW = ReviewView()


@area.route("/appointments/<string:ref>/review", methods=["POST"])
@allow(Role.CUSTOMER)
@area.arguments(WriteReview)
@area.response(201, ReviewView)
def write_review(body: dict[str, Any], ref: str) -> Review:
    """Review a visit of one's own that took place, once."""
    return reviews.write_review(ref, **body, at=g.received_at, actor=actor())


@area.route("/businesses/<string:slug>/reviews")
@public
@area.arguments(CursorQuery(exclude=("total",)), location="query")
@area.response(200, PublicReviewView(many=True))
def list_reviews(query: dict[str, Any], slug: str) -> tuple[Response, int, dict[str, str]]:
    """List what customers say of a business, the newest first."""
    window = take_window(query)
    said = reviews.list_reviews(slug, after_id=window.after_id, limit=window.limit)
    rows = [{**REVIEW.dump(one.review), "author": one.author} for one in said]
    return jsonify(rows), 200, cursor_headers([one.review.id for one in said], window, None)


@area.route("/reviews/<int:review_id>/reply", methods=["POST"])
@allow(*OWNERS)
@area.arguments(Reply)
@area.response(200, ReviewView)
def reply_to_review(body: dict[str, str], review_id: int) -> Review:
    """Answer a review of one's business, or put another answer in its place."""
    return reviews.reply_to_review(review_id, reply=body["reply"], at=g.received_at, actor=actor())


@area.route("/admin/reviews/<int:review_id>/hide", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(Reason)
@area.response(200, JudgedReviewView)
def hide_review(body: dict[str, str], review_id: int) -> Review:
    """Take a review out of sight and out of the mean."""
    return reviews.hide_review(review_id, **body, at=g.received_at, actor=actor())


@area.route("/admin/reviews/<int:review_id>/show", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(Reason)
@area.response(200, JudgedReviewView)
def show_review(body: dict[str, str], review_id: int) -> Review:
    """Let a hidden review be seen again."""
    return reviews.show_review(review_id, **body, at=g.received_at, actor=actor())
