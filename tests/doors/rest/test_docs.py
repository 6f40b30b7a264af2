"""The reference: every operation has its words, in both languages, and what it needs to be tried."""

import pytest
from django.test import Client

from posvenda.api.rest.reference import TITLES


@pytest.mark.django_db
@pytest.mark.parametrize("name", TITLES)
def test_every_resource_has_a_page(name, csm):
    client = Client(headers={"accept-language": "en"})
    client.force_login(csm)
    page = client.get(f"/api/docs/{name}")
    assert page.status_code == 200
    assert "curl" in page.content.decode()
    assert client.get("/api/docs").status_code == 200
