"""One's own account, of customers and owners: how one is reached and told, and the password."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.api.auth.schemas import Preferences, RegisterUser, channels_of
from app.api.customers.profile import change_profile
from app.errors import AppError
from app.http.access import actor, before_password_change, even_unverified
from app.http.credentials import THE_PASSWORD, guesses, passwords
from app.http.schemas import Schema, Secret, load
from app.operations.auth import person_sessions
from app.operations.auth.accounts import CHANNELS, get_account, update_profile
from app.operations.auth.proving import login_of
from app.operations.auth.second_factors import SecondFactorState, get_second_factor
from app.web.page_access import PASSWORD, person_form, person_page
from app.web.refused import shown_again

account = Blueprint("my_account", __name__)

PAGE = "/my/account"


class ProfileForm(RegisterUser):
    """The whole form: an emptied phone number is cleared."""

    password = Secret(load_default=None)


class PasswordForm(Schema):
    """The password that was, and the one that will be."""

    password = Secret(required=True)
    new_password = Secret(required=True)


_PROFILE, _PASSWORD, _PREFERENCES = ProfileForm(), PasswordForm(), Preferences()
_WITHOUT_ADDRESS = ProfileForm(exclude=("email",))

LANGUAGES = (
    *(("en", "English"), ("en-GB", "English (Britain)"), ("en-IN", "English (India)")),
    *(("en-US", "English (United States)"), ("de", "Deutsch"), ("es", "Español")),
    *(
        ("fr", "Français"),
        ("hi", "हिन्दी"),
        ("it", "Italiano"),
        ("nl", "Nederlands"),
        ("pl", "Polski"),
    ),
)
CHANNEL_WORDS = {"email": "By e-mail", "sms": "By text message", "inbox": "On these pages"}


def render_page(refusal: AppError | None = None) -> str:
    """The forms, with what a refused one was told."""
    is_profile = refusal is not None and request.path == PAGE
    account = get_account(actor=actor())
    known = dict(LANGUAGES)
    return render_template(
        "booking/account.html",
        filled=request.form if is_profile else account,
        account=account,
        channels=channels_of(account),
        channel_words=CHANNEL_WORDS,
        languages=tuple({account.locale: account.locale, **known}.items()),
        second_factor=_second_factor(),
        refusal=refusal,
    )


def _second_factor() -> SecondFactorState | None:
    """Of those who run a business."""
    return get_second_factor(at=g.received_at, actor=actor()) if actor().is_owner else None


@account.get(PAGE)
@person_page
@even_unverified
def show() -> ResponseReturnValue:
    """The forms, filled."""
    return render_page()


@account.post(PAGE)
@person_form
@even_unverified
@shown_again(render_page)
def save() -> ResponseReturnValue:
    """Change name, address or phone; who signs in by phone alone may go on without an address."""
    is_without = not request.form.get("email") and get_account(actor=actor()).email is None
    given = {name: typed for name, typed in request.form.items() if typed or name != "password"}
    changes = load(_WITHOUT_ADDRESS if is_without else _PROFILE, given)
    changes["phone"] = changes["phone"] or None
    change_profile(changes)
    flash("Your account was saved.")
    return redirect(PAGE, 303)


@account.post(f"{PAGE}/preferences")
@person_form
@shown_again(render_page)
def prefer() -> ResponseReturnValue:
    """Change language, time zone and the ways of telling."""
    form = request.form
    preferences = {
        "locale": form.get("locale", ""),
        "timezone": form.get("timezone", "").strip() or None,
        "channels": [one for one in CHANNELS if one in form.getlist("channel")],
    }
    update_profile(load(_PREFERENCES, preferences), at=g.received_at, actor=actor())  # type: ignore[arg-type]
    flash("Your preferences were saved.")
    return redirect(PAGE, 303)


def render_password_page(refusal: AppError | None = None) -> str:
    """The form of the password alone, when nothing else may be done; after that, the whole page."""
    if not actor().must_change_password:
        return render_page(refusal)
    return render_template("booking/password.html", refusal=refusal)


@account.get(PASSWORD)
@person_page
@before_password_change
@even_unverified
def show_password() -> ResponseReturnValue:
    """Where somebody with a temporary password is led first."""
    return render_password_page()


@account.post(PASSWORD)
@person_form
@before_password_change
@even_unverified
@shown_again(render_password_page)
def change_password() -> ResponseReturnValue:
    """Change the password; somebody at an open browser has no more guesses than at the sign-in."""
    given = load(_PASSWORD, request.form)
    with guesses(THE_PASSWORD, login_of(get_account(actor=actor()))):
        person_sessions.change_own_password(
            **given, passwords=passwords(), at=g.received_at, actor=actor()
        )
    flash("Your password is changed. Your other browsers and apps are signed out.")
    return redirect(PAGE, 303)
