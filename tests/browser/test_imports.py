"""A person brings a spreadsheet in a real Chromium: columns, rehearsal, import, customers."""

import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from posvenda.demo.signin import LEADERS, PASSWORD
from tests.browser.conftest import Site, open_page, sign_in
from tests.browser.test_walk import LOOKS, _is_sound

pytestmark = [pytest.mark.browser, pytest.mark.onedb]

SHEET = """razao_social;cnpj;vl_mensal;dt_inicio;dt_fim;resp_cs;obs_int
Padaria Trigo Bom;12.481.330/0001-0;1.240,00;01/06/2026;31/05/2027;bianca;
Óticas Horizonte;;2.1800,00;10/04/2026;09/04/2027;bianca;
Laticínios Serrinha {n};;3.720,00;25/03/2026;24/03/2027;bianca;renovou com desconto
Escola Girassol {n};;2.890,00;05/05/2026;04/05/2027;lucas.f;
"""


@pytest.mark.parametrize("look", LOOKS)
def test_a_spreadsheet_becomes_customers(
    chromium: Browser, saas: Site, look: str, tmp_path: Path
) -> None:
    path = tmp_path / "contratos_2026-06.csv"
    path.write_text(SHEET.replace("{n}", look), encoding="cp1252")
    page = open_page(chromium, **LOOKS[look])
    sign_in(page, saas, LEADERS["saas"], PASSWORD)
    page.goto(f"{saas.url}/importar/")
    _is_sound(page)
    _shot(page, look, "1-arquivo")
    page.set_input_files("#files", str(path))
    expect(page.locator("table.map")).to_be_visible(timeout=30_000)
    expect(page.locator("h1")).to_have_text("Importar contratos")
    _is_sound(page)
    _shot(page, look, "2-colunas")
    page.click("button[value=check]")
    expect(page.locator("#rehearsal")).to_be_visible(timeout=30_000)
    expect(page.locator("td.err").first).to_be_visible()
    _is_sound(page)
    _shot(page, look, "3-conferencia")
    page.click("[data-open='#confirm']")
    page.click("#confirm form[method=post] button")
    expect(page.locator("h1")).to_have_text("Importado", timeout=30_000)
    _is_sound(page)
    _shot(page, look, "4-importacao")
    _appears(page, f"{saas.url}/clientes/?q=Serrinha {look}", within=60)
    page.goto(f"{saas.url}/importar/")
    _shot(page, look, "5-lista")
    _is_sound(page)
    page.context.close()


def _appears(page: Page, url: str, *, within: int) -> None:
    """The facts follow an import within a minute: ask again until the row is there."""
    deadline = time.monotonic() + within
    page.goto(url)
    while page.locator("table.clients tbody tr").count() != 1:
        assert time.monotonic() < deadline, "the imported customer is not on the list"
        page.wait_for_timeout(1_000)
        page.goto(url)


def _shot(page: Page, look: str, name: str) -> None:
    folder = os.environ.get("POSVENDA_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/importar-{name}-{look}.png", full_page=True)
