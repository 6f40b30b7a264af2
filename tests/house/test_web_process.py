"""The web process stays small: answering pages loads none of the analytical engines."""

from pathlib import Path

from tests.house.apart import said

HEAVY = ("duckdb", "deltalake", "scipy", "sklearn", "ibis", "pandas")
PROGRAM = """
import sys
from django.core.management import call_command
from posvenda.config.wsgi import application
from django.test import Client
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
from datetime import timedelta
from posvenda.base import clock
from posvenda.base.models import User
from posvenda.customers import catalogue, sheet
from posvenda.customers.models import Customer
now = clock.now()
ana = Customer.objects.create(key="ana", name="Ana", happened_at=now, recorded_at=now)
import polars as pl
pl.DataFrame(schema=catalogue.schema()).write_ipc(sheet.folder() / "one.arrow")
sheet.Sheet.objects.create(as_of=clock.day_of(now), file="one.arrow", rows=0, built_at=now)
sheet.touch([ana.pk], now=now)
assert sheet.lazy(now=now).frame.collect()["who.key"].to_list() == ["ana"]
client = Client()
client.force_login(User.objects.create_user("a@x.example", "uma senha", name="A", role="admin"))
from django.urls import get_resolver
routes = [p[0][0] for p in get_resolver().reverse_dict.values() if not p[0][0][1]]
for path in [f"clientes/{ana.public_id}/", *sorted({route for route, _ in routes})]:
    assert client.get("/" + path, follow=True).status_code < 500, path
assert len(routes) > 5
print(sorted(set(sys.argv[1:]) & set(sys.modules)))
"""


def test_answering_pages_loads_no_analytical_engine(tmp_path: Path) -> None:
    assert said(PROGRAM, tmp_path, *HEAVY) == "[]"
