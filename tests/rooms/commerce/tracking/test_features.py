"""The catalogue of features: what share of what matters is in use, from real events."""

from datetime import date, timedelta

import pytest

from posvenda.base.models import Announcement, Audit
from posvenda.commerce import offering
from posvenda.commerce.models import ContractLine, Product
from posvenda.core.shapes import ShapeError
from posvenda.customers import sheet

pytestmark = pytest.mark.django_db

CATALOGUE = """
features:
  - {key: invoices, name: Notas, means: ["Invoice *"]}
  - {key: reports, name: Relatórios, means: [reports]}
  - {key: api, name: API, plans: [Pro]}
  - {key: teams, name: Times, when: contract.seats >= 10}
"""


@pytest.fixture
def used(sender, acme):
    """One feature used lately, one long ago, one that nobody named."""
    long_ago = (sender.now - timedelta(days=60)).isoformat()
    sender.send(
        sender.item(userId="u1", groupId="acme-42"),
        sender.item(userId="u1", groupId="acme-42", event="API", timestamp=long_ago),
        sender.item(userId="u1", groupId="acme-42", event="Unheard of"),
    )
    return acme


def row(now, **asked):
    built = sheet.build(as_of=now.date(), **asked)
    (found,) = built.iter_rows(named=True)
    return found


def publish(now):
    offering.publish(CATALOGUE, by=None, now=now)


def test_without_a_catalogue_labels_are_the_features(used, now):
    found = row(now)
    assert (found["adoption.features_28d"], found["adoption.features_90d"]) == (2, 3)
    assert found["adoption.breadth_rate"] == 1
    assert found["adoption.relevant_features"] is None
    assert found["adoption.relevant_rate"] is None


def test_half_of_the_features_that_matter(used, now):
    publish(now)
    for asked in ({}, {"customers": [used.pk]}, {"known_at": now}):
        found = row(now, **asked)
        assert found["adoption.relevant_features"] == 2
        assert found["adoption.relevant_used_90d"] == 1
        assert found["adoption.relevant_rate"] == 0.5
        assert found["adoption.features_in_use"] == ["invoices"]
        assert found["adoption.features_missing"] == ["reports"]
        assert (found["adoption.features_28d"], found["adoption.features_90d"]) == (1, 2)
        assert found["adoption.breadth_rate"] == 0.5


def test_a_plan_in_force_and_a_condition_that_holds_make_features_matter(used, now):
    publish(now)
    product = Product.objects.create(key="p-1", name="Pro", kind="plan", recorded_at=now)
    ContractLine.objects.create(
        key="l1",
        customer=used,
        product=product,
        starts_on=date(2026, 1, 1),
        amount_cents=100,
        seats=12,
        happened_at=now - timedelta(days=100),
        recorded_at=now - timedelta(days=100),
        digest="x",
    )
    found = row(now)
    assert found["adoption.features_in_use"] == ["invoices", "api"]
    assert found["adoption.relevant_rate"] == 0.5


def test_a_customer_without_any_use_is_unknown_not_idle(acme, now):
    publish(now)
    found = row(now)
    assert found["adoption.relevant_features"] == 2
    assert found["adoption.relevant_rate"] is None
    assert found["adoption.features_missing"] is None


def test_a_condition_about_health_is_refused_with_its_path(now, db):
    with pytest.raises(ShapeError, match=r"features\[0\]\.when"):
        offering.publish("features: [{key: a, when: health.score > 50}]", by=None, now=now)
    assert offering.in_force() == ()


def test_publishing_leaves_a_trail_and_has_the_sheet_rebuilt(now, db):
    publish(now)
    publish(now)
    assert Audit.objects.get().about == "definition:features"
    assert Announcement.objects.get().kind == "config.published"
