"""Whom the contract's rows are tried with, beside those of every test."""

from __future__ import annotations

import pytest

from app.http.application import Application
from tests import factories


@pytest.fixture
def stranger(app: Application) -> factories.Customer:
    """Another customer."""
    return factories.sign_up(app, "mallory@example.com", name="Mallory")
