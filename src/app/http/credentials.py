"""What a view that signs somebody in needs: the hasher, the signer, and patience with guesses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app, g

from app.errors import InvalidCredentials
from app.http.addresses import client_address
from app.http.limits import limits
from app.http.turns import hold_place
from app.operations.auth.proving import login_key
from app.support.passwords import PasswordHasher
from app.support.tokens import JwtSigner


def passwords() -> PasswordHasher:
    """This application's hasher of passwords; raises Unavailable while too many hash at once."""
    hold_place()
    return cast(PasswordHasher, current_app.extensions["handover_passwords"])


def signer() -> JwtSigner:
    """This application's signer of customers' tokens."""
    return cast(JwtSigner, current_app.extensions["handover_jwt"])


@contextmanager
def guesses(surface: str, account: str) -> Iterator[None]:
    """Slow guessing down: failures of an account at an address make it wait there (contract.md 9).

    Raises RateLimited while it has to wait; a stranger elsewhere cannot make a person wait.
    """
    key = g.tried_login = login_key(account)
    address = client_address()
    limits().refuse_guessing(surface, key, address)
    try:
        yield
    except InvalidCredentials:
        limits().count_failure(surface, key, address)
        raise
    limits().forgive(surface, key, address)
