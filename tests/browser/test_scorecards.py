"""A manager walks from another weight to the preview, publication and another score."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from posvenda.demo.signin import LEADERS, PASSWORD
from tests.browser.conftest import Site, open_page, sign_in
from tests.browser.test_walk import LOOKS, TAGS

pytestmark = [pytest.mark.browser, pytest.mark.onedb]
CARDS = "/saude/fichas/"
WEIGHT = "[id='cards.0.groups.2.measures.0.weight']"


def _is_sound(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0, f"{page.url} scrolls sideways by {wider}px"
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.violations_count == 0, found.generate_report()
    assert page.problems == []  # type: ignore[attr-defined]
    expect(page.locator("h1")).to_have_count(1)


def _score(page: Page, site: Site, path: str) -> int:
    page.goto(f"{site.url}{path}saude/")
    found = re.search(r"\d+", page.locator("main .health").first.inner_text())
    assert found is not None
    return int(found[0])


def test_from_another_weight_to_another_score(chromium: Browser, filled: Site) -> None:
    site = filled
    page = open_page(chromium)
    sign_in(page, site, LEADERS["saas"], PASSWORD)
    page.goto(site.url + CARDS)
    page.click("text=Começar um rascunho")
    page.fill(WEIGHT, "60")
    page.locator("button[value=previa]").first.click()
    expect(page.locator("h1")).to_have_text("Prévia do rascunho")
    line = page.locator("section[aria-labelledby=who] tbody tr").first
    before, after = (int(line.locator("td").nth(n).locator("b").inner_text()) for n in (0, 1))
    path = line.locator("th a").get_attribute("href")
    assert path is not None
    assert before != after
    for look in LOOKS:
        tab = open_page(chromium, **LOOKS[look])
        sign_in(tab, site, LEADERS["saas"], PASSWORD)
        for url in ("", "editar/", "editar/?modo=texto", "previa/", "versoes/"):
            tab.goto(site.url + CARDS + url)
            if url == "editar/":
                tab.locator("main details").first.evaluate(
                    "() => document.querySelectorAll('main details').forEach(d => d.open = true)"
                )
            _is_sound(tab)
        tab.context.close()
    page.fill("#note", "Pedido de cancelamento pesa mais")
    page.click("text=Publicar o rascunho")
    expect(page.locator("main")).to_contain_text("Pedido de cancelamento pesa mais")
    until = time.monotonic() + 180
    while (shown := _score(page, site, path)) != after and time.monotonic() < until:
        time.sleep(2)
    assert shown == after
    page.context.close()
