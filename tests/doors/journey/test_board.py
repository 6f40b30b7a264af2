"""The board: stages with counts, money, times, who is stuck and why; only what one may see."""

import pytest
from django.test import Client

from posvenda.base.models import Announcement, Audit, Definition, User
from posvenda.customers.models import Segment
from posvenda.success import definitions
from tests.doors.journey.conftest import NOW, Company

pytestmark = pytest.mark.django_db


def _page(client: Client, user: User, address: str = "/jornada/") -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_board_shows_stages_money_pace_and_criteria(
    client: Client, company: Company, manager: User
) -> None:
    page = _page(client, manager)
    assert "6 clientes em seis etapas" in page
    assert "R$ 5.000 de MRR" in page or "R$\xa05.000 de MRR" in page
    assert "Pediu cancelamento" in page
    assert "Assina o contrato" in page
    assert "Passagem entre etapas" in page
    assert "dias 0 a 90" in page


def test_the_board_is_read_in_few_questions(
    client: Client, company: Company, manager: User, django_assert_max_num_queries
) -> None:
    _page(client, manager)
    with django_assert_max_num_queries(22):
        client.get("/jornada/")


def test_a_csm_sees_the_own_book_only(client: Client, company: Company, csm: User) -> None:
    page = _page(client, csm)
    assert "Ana Ltda" in page
    assert "Velha" not in page
    assert "Editar critérios" not in page


def test_owner_and_segment_narrow_the_board(
    client: Client, company: Company, manager: User, csm: User
) -> None:
    page = _page(client, manager, f"/jornada/?responsavel={csm.pk}")
    assert "1 cliente em seis etapas" in page
    own = Segment.objects.create(
        name="Pequenos", condition="contract.mrr < 500", owner=manager, created_at=NOW
    )
    assert "1 cliente em" in _page(client, manager, f"/jornada/?segmento={own.public_id}")
    assert "6 clientes em" in _page(client, manager, "/jornada/?segmento=nada&responsavel=x")


def test_more_cards_come_page_by_page(client: Client, company: Company, manager: User) -> None:
    page = _page(client, manager)
    assert "mais 2" in page
    rest = _page(client, manager, "/jornada/etapa/retention/?de=3")
    assert rest.count('class="mini"') == 2
    assert client.get("/jornada/etapa/nada/").status_code == 404


def test_times_show_medians_with_intervals(client: Client, company: Company, manager: User) -> None:
    page = _page(client, manager, "/jornada/?ver=tempo")
    assert "Kaplan–Meier" in page
    assert "Intervalo de 95%" in page


def test_an_empty_installation_says_what_to_do(client: Client, manager: User) -> None:
    page = _page(client, manager)
    assert "Nenhum cliente ainda" in page


def test_the_criteria_are_checked_previewed_and_published(
    client: Client, company: Company, manager: User
) -> None:
    page = _page(client, manager, "/jornada/criterios/")
    assert "stage: onboarding" in page
    text = definitions.text_of("stages", "saas")
    narrow = text.replace("contract.days_to_renewal between 0 and 90", "contract.mrr > 0")
    told = {"text": narrow, "base": "1", "do": "check"}
    checked = client.post("/jornada/criterios/", told).content.decode()
    assert "5 de 6 clientes mudariam de etapa" in checked
    assert Definition.objects.filter(kind="stages").count() == 1
    answer = client.post("/jornada/criterios/", told | {"do": "publish"})
    assert answer.status_code == 302
    assert Definition.objects.get(kind="stages", version=2).by == manager
    assert Audit.objects.filter(verb="config.published", by=manager).exists()
    assert Announcement.objects.filter(kind="config.published").exists()


def test_a_text_that_cannot_be_asked_is_refused_with_its_path(
    client: Client, company: Company, manager: User
) -> None:
    client.force_login(manager)
    for bad in ("contract.nada > 0", "stage.days > 3"):
        text = definitions.text_of("stages", "saas").replace("contract.status = churned", bad)
        answer = client.post("/jornada/criterios/", {"text": text, "base": "1", "do": "publish"})
        assert answer.status_code == 422
        assert "rules[0].when" in answer.content.decode()
    assert Definition.objects.filter(kind="stages").count() == 1


def test_a_text_read_before_another_was_published_is_not_put_over_it(
    client: Client, company: Company, manager: User
) -> None:
    client.force_login(manager)
    text = definitions.text_of("stages", "saas")
    definitions.publish("stages", "saas", text + "\n# other\n", now=NOW)
    told = {"text": text + "\n# mine\n", "base": "1", "do": "publish"}
    page = client.post("/jornada/criterios/", told).content.decode()
    assert "Alguém publicou outra versão" in page
    assert Definition.objects.filter(kind="stages").count() == 2


@pytest.mark.parametrize("role", ["csm", "viewer"])
def test_only_managers_edit_criteria(
    client: Client, role: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    assert client.get("/jornada/criterios/").status_code == 403
    assert client.post("/jornada/criterios/", {"text": "x"}).status_code == 403
