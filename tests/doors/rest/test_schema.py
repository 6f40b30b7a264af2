"""Every operation bears every input: no 5xx, no answer outside the schema, nothing taken amiss.

``POSVENDA_API_EXAMPLES`` sets the examples of each operation (4 in everyday runs).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import ignored_auth

from posvenda.api.rest import limits
from posvenda.api.rest.api import document
from posvenda.api.rest.scopes import SCOPES
from posvenda.base.models import User
from posvenda.config.wsgi import application
from posvenda.customers import sheet
from tests.doors.rest.conftest import NOW, READS, issued
from tests.rooms import town as people

EXAMPLES = int(os.environ.get("POSVENDA_API_EXAMPLES", "4"))
# Well-formed JSON may still name a customer nobody knows, or a tax id with a wrong check digit.
MEANINGFUL = ["2xx", "304", "404", "409", "412", "414", "422"]
REFUSED = ["400", "401", "403", "404", "405", "409", "412", "413", "414", "415", "422"]
CHOICES = {
    "checks": {
        "positive_data_acceptance": {"expected-statuses": MEANINGFUL},
        "negative_data_rejection": {"expected-statuses": REFUSED},
    },
    "generation": {"with-security-parameters": False},
}


def described(**phases):
    """This will give the schema and the application that must keep to it."""
    config = SchemathesisConfig.from_dict({**CHOICES, "phases": phases})
    found = schemathesis.openapi.from_dict(document(), config=config)
    found.app = application
    return found


pytestmark = [pytest.mark.django_db, pytest.mark.onedb]
schema, quick = described(), described(coverage={"enabled": False})
steady = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder for all: the sheet is built once."""
    folder = tmp_path_factory.mktemp("home")
    with override_settings(
        HOME=folder, MEDIA_ROOT=folder, ALLOWED_HOSTS=["*"], API_REQUESTS_PER_MINUTE=10**9
    ):
        yield folder


@pytest.fixture(scope="module", autouse=True)
def keys(home, django_db_setup, django_db_blocker) -> Iterator[dict[str, str]]:
    """One small town for all operations, rolled back at the end, and the keys to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        ana = User.objects.create_user("ana@contaflux.example", "x", name="Ana", role="csm")
        for name in ("Aroeira", "Ipê", "Serra"):
            one = people.company(name, owner=ana)
            people.contact(one, "Otávio")
            people.orders(one, NOW.date())
            people.ticket(one, NOW.date())
            people.answer(one, NOW.date(), 9)
            people.call(one, NOW.date())
            people.contract(
                one, reais_a_month=900, starts=NOW.date(), ends=NOW.date().replace(year=2027)
            )
        sheet.refresh(now=NOW)
        limits.forget()
        yield {
            "full": issued(list(SCOPES))[1],
            "reader": issued(READS)[1],
            "unknown": "sk_2345678923_nothing",
        }
        transaction.set_rollback(True)


@schema.parametrize()
@steady
def test_every_operation_keeps_to_the_schema(case, keys):
    case.call_and_validate(headers={"Authorization": f"Bearer {keys['full']}"})


@quick.include(method=["POST", "PATCH", "DELETE"]).parametrize()
@settings(steady, max_examples=2)
def test_a_key_that_may_read_writes_nothing(case, keys):
    told = case.call(headers={"Authorization": f"Bearer {keys['reader']}"})
    is_read = case.operation.definition.raw["x-scope"].endswith(":read")
    assert is_read or told.status_code in (400, 403, 405, 414)


@quick.parametrize()
@settings(steady, max_examples=2)
def test_a_key_nobody_knows_opens_nothing(case, keys):
    told = case.call(headers={"Authorization": f"Bearer {keys['unknown']}"})
    assert told.status_code == 401
    assert told.headers["content-type"] == ["application/problem+json"]


def test_what_one_operation_gives_the_next_one_takes(keys):
    machine = schema.as_state_machine()

    class Walk(machine):
        """Ids of what was created go into what reads, changes and removes it."""

        def get_call_kwargs(self, case):
            return {"headers": {"Authorization": f"Bearer {keys['full']}"}}

        def validate_response(self, response, case, additional_checks=None, **kwargs):
            # Every step carries the key, also where the machine meant to leave it out.
            case.validate_response(response, excluded_checks=[ignored_auth])

    Walk.run(settings=settings(steady, max_examples=EXAMPLES, stateful_step_count=6))
