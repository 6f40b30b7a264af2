"""Each family of facts equals a second, plain computation of it on random logs."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.customers import sheet
from tests.rooms.commerce import plain
from tests.rooms.customers import logs
from tests.rooms.customers.logs import AS_OF
from tests.rooms.customers.test_knowledge import few, world

pytestmark = pytest.mark.django_db
FAMILIES: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    "tickets": (("ticket",), plain.tickets),
    "satisfaction": (("answer",), plain.satisfaction),
    "orders": (("order", "line"), plain.orders),
    "contract": (("contract", "cancellation"), plain.contract),
    "usage": (("usage",), plain.usage),
    "contact": (("interaction",), plain.contact),
}


@pytest.mark.parametrize("family", FAMILIES)
@given(data=st.data())
@few
def test_a_family_equals_its_plain_computation(settings: Any, data: Any, family: str) -> None:
    kinds, expected = FAMILIES[family]
    log = data.draw(logs.logs(kinds=kinds, most=30, is_final=True))
    with world(settings):
        logs.write(log)
        built = {row["who.key"]: row for row in sheet.build(as_of=AS_OF).to_dicts()}
    is_tracked = bool(plain.happened(log, None, kinds[0]))
    for key, row in built.items():
        wanted = expected(log, key) if is_tracked else None
        names = wanted or dict.fromkeys(_names(row, family))
        told = {name: row[name] for name in names}
        assert told == {name: _near(value, told[name]) for name, value in names.items()}, key
    assert {each.customer for each in log if each in plain.happened(log, None, *kinds)} <= set(
        built
    )


def _names(row: dict[str, Any], family: str) -> list[str]:
    return [name for name in row if name.startswith(f"{family}.") and name != "contact.open_tasks"]


def _near(wanted: Any, told: Any) -> Any:
    """Floats may differ in the last bits, rounded money by half a cent."""
    if isinstance(wanted, float | int) and isinstance(told, float | int):
        slack = 0.5 if isinstance(told, int) else 0
        return told if math.isclose(wanted, told, rel_tol=1e-9, abs_tol=slack) else wanted
    return wanted
