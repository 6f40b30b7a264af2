"""Many rows are changed at once, each found by its own values."""

from datetime import UTC, datetime, timedelta

import pytest

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
