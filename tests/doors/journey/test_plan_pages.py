"""Plans on the screen, and the customer's own page: signed, private, limited, in its language."""

import re

import pytest
from django.test import Client

from posvenda.base.models import User
from posvenda.success.plans import actions, links
from posvenda.success.plans.models import Milestone, Plan, PlanLink
from tests.doors.journey.conftest import DAY, NOW, Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(plan: Plan, csm: User) -> PlanLink:
    """A link in English for thirty days."""
    return actions.share(plan, language="en", days=30, by=csm, now=NOW)


@pytest.fixture(autouse=True)
def _no_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_counts", {})


def test_the_overview_lists_plans_by_pace(client: Client, plan: Plan, csm: User) -> None:
    client.force_login(csm)
    page = client.get("/jornada/implantacao/").content.decode()
    assert "Ana Ltda" in page
    assert "Em dia" in page
    assert "0 de 9" in page
    assert "Nenhum plano com este ritmo" in (
        client.get("/jornada/implantacao/?estado=stuck").content.decode()
    )


def test_the_overview_asks_as_much_for_many_plans(
    client: Client, plan: Plan, csm: User, django_assert_max_num_queries
) -> None:
    client.force_login(csm)
    client.get("/jornada/implantacao/")
    with django_assert_max_num_queries(22):
        client.get("/jornada/implantacao/")


def test_a_person_completes_and_reopens_a_milestone(client: Client, plan: Plan, csm: User) -> None:
    client.force_login(csm)
    one = plan.milestones.get(key="kickoff")
    address = f"/jornada/implantacao/{plan.public_id}/"
    client.post(f"{address}marcos/{one.pk}/", {"do": "done"})
    assert "1 de 9 marcos" in client.get(address).content.decode()
    client.post(f"{address}marcos/{one.pk}/", {"do": "reopen"})
    assert "0 de 9 marcos" in client.get(address).content.decode()
    assert [mark.is_done for mark in one.marks.order_by("id")] == [True, False]


def test_another_book_does_not_see_the_plan(client: Client, plan: Plan, db: None) -> None:
    other = User.objects.create_user("x@contaflux.example", "uma senha longa", name="X")
    client.force_login(other)
    address = f"/jornada/implantacao/{plan.public_id}/"
    assert client.get(address).status_code == 404
    one = plan.milestones.get(key="kickoff")
    assert client.post(f"{address}marcos/{one.pk}/", {"do": "done"}).status_code == 404
    assert client.post(f"{address}link/", {"do": "share", "days": "9"}).status_code == 404


def test_a_viewer_reads_and_changes_nothing(client: Client, plan: Plan, viewer: User) -> None:
    client.force_login(viewer)
    address = f"/jornada/implantacao/{plan.public_id}/"
    page = client.get(address).content.decode()
    assert "Concluir" not in page
    assert client.post(f"{address}link/", {"do": "share", "days": "9"}).status_code == 403


def test_a_link_is_made_shown_and_taken_back_on_the_page(
    client: Client, plan: Plan, csm: User
) -> None:
    client.force_login(csm)
    address = f"/jornada/implantacao/{plan.public_id}/"
    bad = client.post(f"{address}link/", {"do": "share", "days": "999"})
    assert bad.status_code == 422
    client.post(f"{address}link/", {"do": "share", "language": "en", "days": "30"})
    page = client.get(address).content.decode()
    url = re.search(r"http://testserver(/plano/[^\"]+)", page)
    assert url is not None
    assert Client().get(url[1]).status_code == 200
    made = PlanLink.objects.get()
    client.post(f"{address}link/", {"do": "revoke", "link": made.public_id})
    assert Client().get(url[1]).status_code == 404


def test_the_customer_sees_only_what_is_meant_for_it_in_its_language(
    link: PlanLink, plan: Plan
) -> None:
    answer = Client(headers={"accept-language": "pt-br"}).get(f"/plano/{links.token(link)}/")
    page = answer.content.decode()
    assert "First 90 days" in page
    assert "Send the bank and system access" in page
    assert "Half of the seats" not in page  # not shown
    assert "R$" not in page
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    link.refresh_from_db()
    assert link.visits == 1


def test_the_customer_completes_its_own_milestone_and_no_other(link: PlanLink, plan: Plan) -> None:
    stranger, address = Client(), f"/plano/{links.token(link)}/"
    assert stranger.post(address, {"milestone": "access"}).status_code == 302
    assert stranger.post(address, {"milestone": "kickoff"}).status_code == 403
    assert stranger.post(address, {"milestone": "half_seats"}).status_code == 403
    assert stranger.post(address, {"milestone": "nada"}).status_code == 404
    done = Milestone.objects.filter(marks__is_done=True, plan=plan)
    assert list(done.values_list("key", flat=True)) == ["access"]


def test_the_page_is_safe_against_forged_posts(link: PlanLink) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(f"/plano/{links.token(link)}/", {"milestone": "access"})
    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["expired", "revoked", "forged", "never"])
def test_closed_links_all_say_the_same(
    link: PlanLink, csm: User, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = links.token(link)
    match kind:
        case "expired":
            PlanLink.objects.update(expires_at=NOW - DAY)
        case "revoked":
            actions.revoke(link, by=csm, now=NOW)
        case "forged":
            token = "x" + token[1:]
        case "never":
            token = "nada"
    answer = Client().get(f"/plano/{token}/")
    assert answer.status_code == 404
    assert "Este link não abre" in answer.content.decode()


def test_guessing_and_hammering_are_slowed(link: PlanLink) -> None:
    stranger = Client()
    codes = [stranger.get("/plano/nada/").status_code for _n in range(links.WRONG + 2)]
    assert codes[-1] == 429
    address = f"/plano/{links.token(link)}/"
    codes = [stranger.get(address).status_code for _n in range(links.OPENINGS + 2)]
    assert codes[0] == 200
    assert codes[-1] == 429


def test_without_plans_the_page_says_when_one_begins(client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.get("/jornada/implantacao/").content.decode()
    assert "Nenhum plano em andamento" in page


def test_the_timeline_tells_stages_and_plans(
    client: Client, company: Company, plan: Plan, csm: User
) -> None:
    client.force_login(csm)
    address = f"/clientes/{company['Ana'].public_id}/linha-do-tempo/"
    answer = client.get(address)
    page = answer.content.decode() if answer.status_code == 200 else ""
    assert "Plano começou" in page
    assert "Entrou na etapa Onboarding" in page


def test_a_form_from_the_page_itself_passes_the_check_of_origin(link: PlanLink) -> None:
    strict = Client(enforce_csrf_checks=True)
    address = f"/plano/{links.token(link)}/"
    page = strict.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    told = {"milestone": "access", "csrfmiddlewaretoken": token[1]}
    own = strict.post(address, told, headers={"origin": "http://testserver"})
    assert own.status_code == 302
    assert strict.post(address, told, headers={"origin": "null"}).status_code == 403
