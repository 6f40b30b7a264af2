"""The reference: every operation has its words in both languages, and a request to try."""

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from posvenda.api.rest.api import document
from posvenda.api.rest.reference import TITLES, generic
from posvenda.api.rest.texts import TEXTS


def texts_of(told):
    """This will give every text of the document that the page shows."""
    for methods in told["paths"].values():
        for operation in methods.values():
            if not generic(operation["operationId"]):
                yield operation["summary"]
            if operation["description"] != operation["summary"]:
                yield operation["description"]
            for parameter in operation["parameters"]:
                if parameter.get("description"):
                    yield parameter["description"]
    yield from described(told["components"]["schemas"])


def described(schema):
    """This will give the descriptions inside schemas."""
    for name, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if name == "description" and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from described(value)


@pytest.mark.django_db
@pytest.mark.parametrize("name", TITLES)
def test_every_resource_has_a_page(name, csm):
    client = Client(headers={"accept-language": "en"})
    client.force_login(csm)
    page = client.get(f"/api/docs/{name}")
    assert page.status_code == 200
    assert "curl" in page.content.decode()
    assert client.get("/api/docs").status_code == 200


def test_every_text_of_the_document_is_translated():
    assert set(TEXTS) == set(texts_of(document()))
    with translation.override("pt-br"):
        same = [text for text in TEXTS if gettext(text) == text]
    assert same == []
