"""The first customer made by hand gets a sheet without waiting for the night."""

from datetime import datetime

import pytest
from django_tasks_db.models import DBTaskResult

from posvenda.base.models import User
from posvenda.customers import actions, jobs, sheet

pytestmark = pytest.mark.django_db


def _waiting() -> int:
    return DBTaskResult.objects.ready().filter(task_path=jobs.refresh.module_path).count()


def test_the_first_customer_has_a_sheet_built(manager: User, now: datetime) -> None:
    actions.create(name="Padaria Trigo Bom", kind="company", by=manager, now=now)
    assert _waiting() == 1


def test_later_ones_only_touch_it(manager: User, now: datetime) -> None:
    sheet.refresh(now=now)
    actions.create(name="Padaria Trigo Bom", kind="company", by=manager, now=now)
    assert _waiting() == 0
