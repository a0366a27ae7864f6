"""An admin's second factor."""

from __future__ import annotations

from app.web.admin_access import admin_form, admin_page
from app.web.two_factor import TwoFactorPages

two_factor = TwoFactorPages(
    "admin_two_factor",
    account="/admin/account",
    frame="admin/layout.html",
    page=admin_page,
    form=admin_form,
).blueprint()
