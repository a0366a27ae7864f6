"""What a view that signs somebody in needs: the hasher, the signer, and patience with guesses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from flask import current_app, g

from app.errors import InvalidCredentials
from app.http.addresses import client_address
from app.http.limits import FREE_FAILURES, limits
from app.http.turns import hold_place
from app.operations.auth.proving import login_behind, login_key
from app.operations.workers.login import worker_behind
from app.support.passwords import PasswordHasher
from app.support.tokens import JwtSigner

Guesses = AbstractContextManager[None]

ANYWHERE = "anywhere"
THE_PASSWORD = "password"  # noqa: S105 - what is guessed
FREE_GUESSES_OF_A_PIN = 100
"""Of one worker in an hour: a million PINs then take a year, whoever has how many addresses."""


def passwords() -> PasswordHasher:
    """This application's hasher of passwords; raises Unavailable while too many hash at once."""
    hold_place()
    return cast(PasswordHasher, current_app.extensions["handover_passwords"])


def signer() -> JwtSigner:
    """This application's signer of customers' tokens."""
    return cast(JwtSigner, current_app.extensions["handover_jwt"])


@contextmanager
def guesses(
    surface: str, account: str, *, typed: str | None = None, free_anywhere: int | None = None
) -> Iterator[None]:
    """Slow guessing down: failures of an account at an address make it wait there (contract.md 9).

    Raises RateLimited while it has to wait; a stranger elsewhere cannot make a person wait, but
    for `free_anywhere`: so many failures in an hour, wherever they come from, make it wait at
    every address. It is for secrets so short that somebody with many addresses guesses them.
    A failure is told of under the name that was `typed`.
    """
    key = login_key(account)
    g.tried_login = key if typed is None else login_key(typed)
    address = client_address()
    counted = {address: FREE_FAILURES}
    if free_anywhere is not None:
        counted[ANYWHERE] = free_anywhere
    for place in counted:
        limits().refuse_guessing(surface, key, place)
    try:
        yield
    except InvalidCredentials:
        for place, free in counted.items():
            limits().count_failure(surface, key, place, free)
        raise
    limits().forgive(surface, key, address)


def password_guesses(typed: str) -> Guesses:
    """Patience with guesses of a password at a sign-in.

    They are counted for the account, at whichever door and by whichever of its names: somebody who
    goes by an address, a number and a user name is not guessed at three times as often.
    """
    return guesses(THE_PASSWORD, login_behind(typed), typed=typed)


def pin_guesses(*, worker_id: int | None = None, email: str | None = None) -> Guesses:
    """Patience with guesses of a worker's secret, which may be six digits; by either name."""
    typed = email or "" if worker_id is None else str(worker_id)
    worker = typed if worker_id is not None else worker_behind(typed)
    return guesses("worker", worker, typed=typed, free_anywhere=FREE_GUESSES_OF_A_PIN)
