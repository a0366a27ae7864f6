"""The second factor of somebody who runs a business."""

from __future__ import annotations

from app.web.page_access import person_form, person_page
from app.web.two_factor import TwoFactorPages

two_factor = TwoFactorPages(
    "my_two_factor",
    account="/my/account",
    frame="site.html",
    page=person_page,
    form=person_form,
).blueprint()
