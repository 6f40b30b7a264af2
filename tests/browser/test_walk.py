"""A person's walk through the product in a real Chromium: both companies, both themes, a phone."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from posvenda.demo.signin import LEADERS, PASSWORD
from tests.browser.conftest import Site, open_page, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.onedb]
LOOKS = {
    "light": {"width": 1440, "dark": False},
    "dark": {"width": 1440, "dark": True},
    "phone": {"width": 390, "dark": False},
}
DATA = (
    "/importar/",
    "/importar/modelos/",
    "/importar/leituras/",
    "/importar/leituras/nova/sftp/",
    "/importar/comparar/",
    "/eventos/",
    "/eventos/esperando/",
    "/eventos/pessoas/",
    "/eventos/regras/",
    "/eventos/recursos/",
    "/chaves/",
    "/chaves/nova/",
    "/webhooks/",
    "/webhooks/novo/stripe/",
    "/recusados/",
    "/identidades/",
    "/identidades/?aba=filiais",
    "/identidades/?aba=decididos",
    "/identidades/historico/",
    "/privacidade/",
    "/privacidade/pedidos/procurar/",
    "/privacidade/pedidos/novo/",
    "/privacidade/consentimentos/",
    "/privacidade/apagados/",
    "/privacidade/incidentes/",
    "/privacidade/incidentes/novo/",
    "/privacidade/registro/",
    "/api/docs",
    "/api/docs/customers",
)
# On these pages the first line is opened too.
OPENED = ("/chaves/", "/webhooks/", "/recusados/", "/identidades/", "/privacidade/")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(params=["saas", "loja"])
def site(request: pytest.FixtureRequest) -> Site:
    found: Site = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=LOOKS)
def page(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Page]:
    tab = open_page(chromium, **LOOKS[request.param])
    sign_in(tab, site, LEADERS[site.pack], PASSWORD)
    yield tab
    tab.context.close()


def _is_sound(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0, f"{page.url} scrolls sideways by {wider}px"
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.violations_count == 0, found.generate_report()
    assert page.problems == []  # type: ignore[attr-defined]
    expect(page.locator("h1")).to_have_count(1)


def test_every_main_page_is_sound(page: Page, site: Site) -> None:
    _is_sound(page)
    for path in ("/clientes/", "/importar/", "/configuracoes/", "/saude/validacao/"):
        page.goto(site.url + path)
        _is_sound(page)
    page.goto(site.url + "/")
    page.click("article.next h3 a")
    _is_sound(page)


@pytest.mark.parametrize("look", LOOKS)
def test_every_data_page_is_sound_full_of_data(chromium: Browser, filled: Site, look: str) -> None:
    page = open_page(chromium, **LOOKS[look])
    sign_in(page, filled, LEADERS["saas"], PASSWORD)
    for path in DATA:
        page.goto(filled.url + path)
        _is_sound(page)
    for path in OPENED:
        page.goto(filled.url + path)
        page.locator("main table tbody th a, main .pairs li a").first.click()
        _is_sound(page)
    for tab in ("identidades", "consentimentos"):
        page.goto(f"{filled.url}/clientes/")
        page.locator("main table tbody th a").first.click()
        page.goto(f"{page.url}{tab}/")
        _is_sound(page)
    page.context.close()


@pytest.mark.parametrize("pack", ["saas", "loja"])
def test_every_data_page_is_sound_while_empty(
    request: pytest.FixtureRequest, chromium: Browser, pack: str
) -> None:
    site: Site = request.getfixturevalue(pack)
    page = open_page(chromium, **LOOKS["phone"])
    sign_in(page, site, LEADERS[pack], PASSWORD)
    for path in DATA:
        page.goto(site.url + path)
        _is_sound(page)
    page.context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_adoption_and_people_of_a_customer_are_sound(
    chromium: Browser, saas: Site, look: str
) -> None:
    page = open_page(chromium, **LOOKS[look])
    sign_in(page, saas, LEADERS["saas"], PASSWORD)
    for where in (
        "adoption.champion_quiet_days is known",
        "adoption.is_dropping = true",
        "contract.status = customer and usage.days_since_last is unknown",
    ):
        page.goto(f"{saas.url}/clientes/?where={quote(where)}")
        page.locator("main table tbody th a").first.click()
        for name in ("Adoção", "Pessoas"):
            expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        _is_sound(page)
    page.context.close()


def test_an_action_is_done_undone_and_postponed(chromium: Browser, site: Site) -> None:
    page = open_page(chromium)
    sign_in(page, site, LEADERS[site.pack], PASSWORD)
    first = page.inner_text("article.next h3")
    page.click("article.next [data-do]")
    page.fill("dialog[open] textarea[name=note]", "Conversamos; volta na quinta.")
    page.click("dialog[open] button.primary")
    page.wait_for_selector(".toast")
    expect(page.locator("article.next h3")).not_to_have_text(first)
    with page.expect_navigation():
        page.click(".toast button:has-text('Desfazer')")
    expect(page.locator("article.next h3")).to_have_text(first)
    assert page.problems == []  # type: ignore[attr-defined]
    page.context.close()


def test_the_palette_finds_a_customer_from_the_keyboard(chromium: Browser, saas: Site) -> None:
    page = open_page(chromium)
    sign_in(page, saas, LEADERS["saas"], PASSWORD)
    page.keyboard.press("Control+k")
    page.keyboard.type("aroeira")
    page.wait_for_selector("#cmdk [role=option]:has-text('Metalúrgica Aroeira')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/clientes/[a-z0-9]{16}/"))
    expect(page.locator("h1")).to_contain_text("Metalúrgica Aroeira")
    page.context.close()


def test_j_and_k_walk_the_queue_and_enter_opens(chromium: Browser, saas: Site) -> None:
    page = open_page(chromium)
    sign_in(page, saas, LEADERS["saas"], PASSWORD)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert (
        page.evaluate(
            "[...document.querySelectorAll('[data-item]')].indexOf(document.activeElement)"
        )
        == 1
    )
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/clientes/[a-z0-9]{16}/"))
    page.context.close()


def test_english_is_whole(chromium: Browser, saas: Site) -> None:
    page = open_page(chromium, language="en-US")
    sign_in(page, saas, LEADERS["saas"], PASSWORD)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for path in ("/", "/clientes/", "/importar/", "/configuracoes/"):
        page.goto(saas.url + path)
        menu = page.inner_text(".sidebar")
        assert "Clientes" not in menu
        assert "Customers" in menu
    page.context.close()
