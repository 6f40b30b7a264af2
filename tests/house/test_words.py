"""Every table that may hold a person's words is met by the erasure, or says why it holds none."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from posvenda.customers import holdings
from posvenda.customers.privacy import places

STAFF = "holds who works here, not customers; an account is removed on the page of the team"
GIVEN = "holds names the company gives to things, the same for every customer"
NOBODY = {
    "auth.permission": "holds names of the code",
    "auth.group": "holds names of the code",
    "contenttypes.contenttype": "holds names of the code",
    "base.schedule": "holds names of jobs",
    "base.heartbeat": "holds names of workers",
    "sessions.session": STAFF,
    "base.user": STAFF,
    "account.emailaddress": STAFF,
    "account.emailconfirmation": STAFF,
    "base.setting": "holds choices of the company and how its person in charge is reached",
    "success.backtestrun": "holds figures, facts by name and the card's text, and no customer",
    "base.definition": "holds rules the company publishes and may have to prove",
    "success.carddraft": "holds rules the company is about to publish",
    "base.accesskey": "holds hashes of keys, and names of programs",
    "customers.moved": "holds numbers and names of tables",
    "customers.sheet": "holds names of files; the files are written anew without the person",
    "customers.attribute": GIVEN,
    "privacy.tombstone": "holds keyed hashes, from which nobody can be told",
    "commerce.featurelabel": GIVEN,
    "commerce.eventname": GIVEN,
    "commerce.product": GIVEN,
    "commerce.replay": "holds rules that are tried, and numbers of customers",
    "success.historyrun": "holds days and numbers of customers",
    "api.trackingday": "holds counts and codes of reasons",
    "api.echo": "holds hashes of rows, from which nobody can be told",
    "api.webhookendpoint": "holds sealed secrets and the name of a system",
}


def _wordy(every: Iterable[type[models.Model]]) -> set[str]:
    return {model._meta.label_lower for model in every if places.texts_of(model)}


def _met() -> set[str]:
    tables = [holding.model for holding in holdings.every()]
    tables += [table for place in places.every() for table in place.tables]
    return {table._meta.label_lower for table in tables}


def test_every_table_with_words_is_met_by_the_erasure() -> None:
    assert sorted(_wordy(apps.get_models()) - _met() - set(NOBODY)) == []


def test_no_reason_stands_for_a_table_that_is_met_or_gone() -> None:
    assert set(NOBODY) <= _wordy(apps.get_models()) - _met()


@isolate_apps("tests")
def test_the_check_sees_a_table_nobody_spoke_for() -> None:
    class Stray(models.Model):
        said = models.BinaryField()

        class Meta:
            app_label = "tests"

    assert _wordy([Stray]) == {"tests.stray"}


@pytest.mark.parametrize("place", places.every(), ids=lambda each: each.name)
def test_a_place_names_its_tables_or_is_files_alone(place: places.Place) -> None:
    assert place.tables or place.name == "api.files"


def test_personal_columns_of_kept_rows_are_all_named() -> None:
    """A row the law keeps may keep only columns that a person gets a copy of, or codes."""
    for holding in holdings.every():
        if holding.kept_by_law:
            told = {*holding.exported, *holding.personal, *CODES}
            assert set(places.texts_of(holding.model)) <= told, holding.name


CODES = ("digest", "verb", "about", "step", "found", "joined_refs", "currency")
