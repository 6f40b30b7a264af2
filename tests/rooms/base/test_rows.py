"""Many rows are changed at once, each found by its own values."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.expressions import RawSQL

from posvenda.base import rows
from posvenda.customers.models import Customer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 16, 12, tzinfo=UTC)


def test_each_row_gets_its_own_values_and_only_where_it_is_above():
    made = [
        Customer.objects.create(key=f"C{n}", name="x", happened_at=AT, recorded_at=AT)
        for n in range(3)
    ]
    first, second, third = (each.pk for each in made)
    early, late = AT - timedelta(days=1), AT + timedelta(days=1)
    changes = [("a", early, first, early), ("b", early, second, late), ("c", late, third, early)]
    rows.update(Customer, ("name", "happened_at"), ("pk", "happened_at__gt"), changes)
    found = list(Customer.objects.order_by("key").values_list("name", "happened_at"))
    assert found == [("a", early), ("x", AT), ("c", late)]
    rows.update(Customer, ("name",), ("pk",), [])


def test_many_ids_find_the_rows_that_few_find(monkeypatch):
    made = [
        Customer.objects.create(key=f"C{n}", name="x", happened_at=AT, recorded_at=AT)
        for n in range(4)
    ]
    asked = [made[0].pk, made[2].pk, 10**12]
    for limit, kind in ((3, list), (2, RawSQL)):
        monkeypatch.setattr(rows, "FEW", limit)
        ids = rows.among(asked)
        assert isinstance(ids, kind)
        query = Customer.objects.filter(pk__in=ids, name="x").order_by("pk")
        assert rows.frame(query, ("pk", "key"))["key"].to_list() == ["C0", "C2"]
