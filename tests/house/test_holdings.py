"""Everything held about a customer is declared: merging, exporting and erasing leave nothing."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from posvenda.customers import holdings
from posvenda.customers.models import Customer

OWN = {("customers.customer", "merged_into")}


def _about_customers(every: Iterable[type[models.Model]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for model in every:
        for field in model._meta.get_fields():
            is_key = field.is_relation and field.concrete and field.related_model is Customer
            if is_key or field.name == "customer_ref":
                found.setdefault(model._meta.label_lower, set()).add(field.name)
    return found


def _undeclared(every: Iterable[type[models.Model]]) -> list[str]:
    declared = {(holding.model._meta.label_lower, holding.by) for holding in holdings.every()}
    found = {(name, column) for name, all_ in _about_customers(every).items() for column in all_}
    return sorted(f"{name}.{column}" for name, column in found - declared - OWN)


def test_every_table_about_customers_is_declared() -> None:
    assert _undeclared(apps.get_models()) == []


@isolate_apps("tests")
def test_the_check_sees_tables_and_refuses_one_that_is_not_declared() -> None:
    class Stray(models.Model):
        customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "tests"

    assert len(_about_customers(apps.get_models())) > 15
    assert _undeclared([Stray]) == ["tests.stray.customer"]


@pytest.mark.parametrize("holding", holdings.every(), ids=lambda each: each.name)
def test_declared_fields_exist(holding: holdings.Holding) -> None:
    fields = {field.name for field in holding.model._meta.get_fields()}
    assert {*holding.exported, *holding.personal} <= fields
    assert holding.by in (*fields, "pk", "")
    assert str(holding.label)
    assert (holding.by == "") == (holding.find is not None)


@pytest.mark.parametrize("holding", holdings.every(), ids=lambda each: each.name)
@pytest.mark.django_db
def test_rows_of_a_customer_can_be_asked_for(holding: holdings.Holding) -> None:
    assert list(holding.of([1, 2])) == []
