"""Getting in, staying out, and what each role may open."""

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client

from posvenda.base.models import Audit, User

pytestmark = pytest.mark.django_db
PASSWORD = "uma senha bem longa"


@pytest.fixture(autouse=True)
def _no_memory_of_earlier_attempts() -> None:
    cache.clear()


def _sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post("/entrar/", {"login": email, "password": password})


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client: Client) -> None:
    answer = client.get("/configuracoes/")
    assert answer.status_code == 302
    assert answer["Location"] == "/entrar/?next=/configuracoes/"


def test_health_answers_without_sign_in(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json() == {"ready": True}


def test_e_mail_and_password_open_the_door_whatever_the_case(client: Client, csm: User) -> None:
    answer = _sign_in(client, csm.email.upper())
    assert answer.status_code == 302
    assert client.get("/configuracoes/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_read_the_same(client: Client, csm: User) -> None:
    known = _sign_in(client, csm.email, "errada errada").content.decode()
    unknown = _sign_in(client, "ninguem@contaflux.example", "errada errada").content.decode()

    def alert(html: str) -> str:
        return html.split("<form class=", 1)[1].split("<input", 1)[0]

    assert alert(known) == alert(unknown)


def test_guessing_is_slowed_down(client: Client, csm: User) -> None:
    for _ in range(5):
        _sign_in(client, csm.email, "errada errada")
    answer = _sign_in(client, csm.email)
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 429)


def test_nobody_signs_up_from_outside(client: Client) -> None:
    answer = client.post(
        "/conta/nova/", {"email": "x@y.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_signing_in_needs_a_csrf_token(csm: User) -> None:
    answer = Client(enforce_csrf_checks=True).post(
        "/entrar/", {"login": csm.email, "password": PASSWORD}
    )
    assert answer.status_code == 403


def test_pages_forbid_inline_scripts_and_frames(client: Client) -> None:
    answer = client.get("/entrar/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("script-src", 1)[1].split(";", 1)[0]
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("language", "word"), [("pt-BR,pt;q=0.9", "Entrar"), ("en-US", "Sign in")])
def test_the_browser_chooses_the_language(client: Client, language: str, word: str) -> None:
    answer = client.get("/entrar/", headers={"Accept-Language": language})
    assert f"<h1>{word}</h1>" in answer.content.decode()


@pytest.mark.parametrize("role", ["manager", "csm", "viewer"])
@pytest.mark.parametrize("path", ["empresa/", "pessoas/nova/", "pessoas/1/"])
def test_only_administrators_change_people_and_company(
    client: Client, role: str, path: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    assert client.get(f"/configuracoes/{path}").status_code == 403
    assert client.post(f"/configuracoes/{path}").status_code == 403


def test_an_administrator_adds_a_person_who_can_sign_in(client: Client, admin: User) -> None:
    client.force_login(admin)
    answer = client.post(
        "/configuracoes/pessoas/nova/",
        {
            "name": "Júlia Ribeiro",
            "email": "Julia@Contaflux.example",
            "role": "csm",
            "is_active": "on",
            "password": PASSWORD,
        },
    )
    assert answer.status_code == 302
    assert [str(m) for m in get_messages(answer.wsgi_request)]
    assert Audit.objects.filter(verb="user.added").exists()
    assert _sign_in(Client(), "julia@contaflux.example").status_code == 302


def test_a_weak_password_is_refused_with_a_reason(client: Client, admin: User) -> None:
    client.force_login(admin)
    data = {"name": "A", "email": "a@b.example", "role": "csm", "is_active": "on"}
    answer = client.post("/configuracoes/pessoas/nova/", data | {"password": "curta"})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not User.objects.filter(email="a@b.example").exists()


def test_a_switched_off_person_is_out_at_once(client: Client, admin: User, csm: User) -> None:
    theirs = Client()
    _sign_in(theirs, csm.email)
    assert theirs.get("/configuracoes/").status_code == 200
    client.force_login(admin)
    client.post(
        f"/configuracoes/pessoas/{csm.pk}/",
        {"name": csm.name, "email": csm.email, "role": csm.role},
    )
    assert theirs.get("/configuracoes/").status_code == 302


def test_administrators_cannot_lock_themselves_out(client: Client, admin: User) -> None:
    client.force_login(admin)
    client.post(
        f"/configuracoes/pessoas/{admin.pk}/",
        {"name": admin.name, "email": admin.email, "role": "viewer", "is_active": "on"},
    )
    admin.refresh_from_db()
    assert admin.role == "admin"
