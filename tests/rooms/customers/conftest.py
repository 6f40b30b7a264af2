"""A few people and customers to tell stories about."""

from datetime import UTC, datetime

import pytest

from posvenda.base.models import Role, User
from posvenda.customers.models import Customer

NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def people(db):
    """One user for each role, and two CSMs with a book each."""
    named = {
        "admin": Role.ADMIN,
        "manager": Role.MANAGER,
        "ana": Role.CSM,
        "bia": Role.CSM,
        "viewer": Role.VIEWER,
    }
    return {
        name: User.objects.create(email=f"{name}@example.com", name=name.title(), role=role)
        for name, role in named.items()
    }


@pytest.fixture
def make(db):
    """This will make customers with what the test cares about."""

    def one(name, *, key=None, owner=None, **fields):
        return Customer.objects.create(
            name=name,
            key=key or name.lower().replace(" ", "-"),
            owner=owner,
            happened_at=fields.pop("happened_at", NOW),
            recorded_at=NOW,
            **fields,
        )

    return one
