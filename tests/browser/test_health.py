"""Health by people in a real Chromium: two days, an override, a rating, a signal handled."""

import pytest
from playwright.sync_api import Browser, Page, expect

from posvenda.demo.signin import LEADERS, PASSWORD
from tests.browser.conftest import Site, open_page, sign_in
from tests.browser.test_walk import LOOKS, _is_sound

pytestmark = [pytest.mark.browser, pytest.mark.onedb]


@pytest.mark.parametrize("look", LOOKS)
def test_a_person_speaks_beside_the_score(saas: Site, chromium: Browser, look: str) -> None:
    page = open_page(chromium, **LOOKS[look])
    sign_in(page, saas, LEADERS["saas"], PASSWORD)
    _waits_for_signals(page, saas)
    _is_sound(page)
    page.locator(".signals a").first.click()
    _is_sound(page)
    _compares(page)
    _overrides(page)
    page.goto(f"{saas.url}/saude/sinais/")
    expect(page.get_by_text("no máximo 12").first).to_be_visible()
    _handles(page)
    _is_sound(page)


def _waits_for_signals(page: Page, site: Site) -> None:
    """The worker raises them a moment after the first sheet."""
    for _turn in range(90):
        page.goto(f"{site.url}/saude/sinais/")
        if page.locator(".signals a").count():
            return
        page.wait_for_timeout(1_000)


def _compares(page: Page) -> None:
    page.get_by_label("De", exact=True).fill("2026-01-10")
    page.get_by_role("button", name="Comparar").click()
    expect(page.locator("#changed dt").first).to_have_text("10/01/2026")
    assert page.url.endswith("/saude/")


def _overrides(page: Page) -> None:
    page.locator("#override summary").click()
    page.get_by_label("Pontos").fill("12")
    page.get_by_label("Motivo").fill("Avisaram por telefone")
    page.get_by_role("button", name="Guardar ajuste").click()
    expect(page.locator("#override .note")).to_contain_text("Avisaram por telefone")
    expect(page.locator(".facts .health").first).to_contain_text("12")
    page.locator("#rating summary").click()
    page.get_by_label("Avaliação", exact=False).first.select_option("2")
    page.get_by_role("button", name="Guardar avaliação").click()
    expect(page.locator("#rating")).to_contain_text("2/5")
    _is_sound(page)


def _handles(page: Page) -> None:
    first = page.locator(".signals > li").first
    title = first.locator("b").inner_text() + first.locator("a").inner_text()
    first.locator("summary").click()
    first.get_by_role("button", name="Resolvido").click()
    expect(page.get_by_text("Encerrado como resolvido.").first).to_be_visible()
    first = page.locator(".signals > li").first
    assert first.locator("b").inner_text() + first.locator("a").inner_text() != title
