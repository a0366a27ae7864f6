"""Which services a client means."""

from __future__ import annotations

import pytest

from app.errors import Invalid
from app.operations.services.match import match_services
from tests import factories
from tests.statements import counted_statements


@pytest.fixture
def offers(app):
    names = ["Wash", "wash", "Iron", "Dry, gentle", "7"]
    services = {name: factories.service(name).id for name in names}
    services["Gone"] = factories.service("Gone", status="inactive").id
    return services


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["Wash"], ["Wash"]),
        (["wash"], ["wash"]),
        (["IRON"], ["Iron"]),
        (["Dry, gentle"], ["Dry, gentle"]),
        (["dry, GENTLE"], ["Dry, gentle"]),
        (["Wash, wash"], ["Wash", "wash"]),
        (["Iron ,iron"], ["Iron", "Iron"]),
        (["7"], ["7"]),
        (["Iron", "Wash"], ["Iron", "Wash"]),
    ],
)
def test_names_are_matched_exactly_then_in_any_case_then_as_a_list(offers, wanted, names):
    assert [service.name for service in match_services(wanted)] == names


def test_ids_are_taken_in_the_order_wanted_and_as_often(offers):
    ids = [offers["Iron"], offers["Wash"], offers["Iron"]]
    assert [service.id for service in match_services(ids)] == ids
    mixed = [offers["Iron"], "Wash"]
    assert [service.name for service in match_services(mixed)] == ["Iron", "Wash"]


@pytest.mark.parametrize(
    "wanted", [[], [""], [","], ["WASH"], ["Gone"], ["Iron, Gone"], ["Dry"], [0], [-1], [10**15]]
)
def test_what_is_not_on_offer_is_invalid(offers, wanted):
    with pytest.raises(Invalid, match="Invalid service"):
        match_services(wanted)


def test_an_inactive_service_is_not_matched_by_id(offers):
    with pytest.raises(Invalid):
        match_services([offers["Iron"], offers["Gone"]])


def test_one_look_is_enough(offers):
    with counted_statements() as statements:
        match_services(["Wash", "Iron", offers["wash"]])
    assert len(statements) == 1
