"""Takes the pictures of the docs from the demo companies: ``make screenshots``.

Four screens, two companies, light, dark and a phone, and the data pages of the SaaS company in
light; written to docs/images.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from posvenda.demo.signin import LEADERS, PASSWORD
from tests.browser.conftest import (
    Site,
    fill,
    open_page,
    sign_in,
    start_site,
    stop_site,
)
from tests.browser.driver import CHROMIUM, FLAGS

IMAGES = Path(__file__).parents[2] / "docs" / "images"
LOOKS = {
    "claro": {"width": 1440, "dark": False},
    "escuro": {"width": 1440, "dark": True},
    "celular": {"width": 390, "dark": False},
}
DATA = ("eventos", "chaves", "webhooks", "recusados", "identidades", "privacidade")
FILES = {
    "saas": """razao_social;cnpj;vl_mensal;dt_inicio;dt_fim;resp_cs;obs_int
Padaria Trigo Bom;12.481.330/0001-0;1.240,00;01/06/2026;31/05/2027;bianca;
Óticas Horizonte;11.222.333/0001-81;2.1800,00;10/04/2026;09/04/2027;bianca;
Laticínios Serra Clara;;3.720,00;25/03/2026;24/03/2027;bianca;renovou com desconto
Escola Girassol;;2.890,00;05/05/2026;04/05/2027;lucas.f;
Vinícola Três Colinas;;5.900,00;12/02/2026;11/02/2027;bianca;
""",
    "loja": """cliente;cpf;pedido;data;produto;qtd;valor
Marina Prates;529.982.247-25;9001;02/06/2026;Banho e tosa;1;95,00
Otávio Lins;111.444.777-35;9002;03/06/2026;Ração 10 kg;2;189,90
Otávio Lins;111.444.777-35;9002;03/06/2026;Petisco;1;1.9,90
Sílvia Rocha;390.533.447-0;9003;31/02/2026;Vacina V10;1;120,00
""",
}


def main() -> None:
    """This will start each company, walk the four screens in each look and write the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for pack in LEADERS:
            with tempfile.TemporaryDirectory() as home:
                site, process = start_site(pack, Path(home), history_days=365)
                for look in LOOKS:
                    _walk(browser, site, look)
                if pack == "saas":
                    _data_pages(browser, site)
                    _scorecards(browser, site)
                    _validation(browser, site)
                stop_site(process)
        browser.close()


def _validation(browser: Browser, site: Site) -> None:
    """The back-test of the card, which the demo company asks for itself."""
    for look, size in LOOKS.items():
        page = open_page(browser, **size)
        sign_in(page, site, LEADERS[site.pack], PASSWORD)
        page.goto(f"{site.url}/saude/validacao/")
        page.wait_for_selector("#colours", timeout=300_000)
        _picture(page, f"validacao-{site.pack}-{look}")
        page.context.close()


def _walk(browser: Browser, site: Site, look: str) -> None:
    page = open_page(browser, **LOOKS[look])
    sign_in(page, site, LEADERS[site.pack], PASSWORD)
    _picture(page, f"hoje-{site.pack}-{look}")
    page.click("article.next h3 a")
    _picture(page, f"cliente-{site.pack}-{look}")
    page.goto(f"{site.url}/clientes/")
    _picture(page, f"clientes-{site.pack}-{look}")
    page.goto(f"{site.url}/importar/")
    name = {"saas": "contratos_2026-06.csv", "loja": "vendas_2026-06.csv"}[site.pack]
    text = FILES[site.pack].encode("cp1252")
    page.set_input_files("#files", files=[{"name": name, "mimeType": "text/csv", "buffer": text}])
    page.wait_for_selector("button[value=check]", timeout=60_000)
    page.click("button[value=check]")
    page.wait_for_selector("#rehearsal", timeout=60_000)
    _picture(page, f"importar-{site.pack}-{look}")
    page.context.close()


def _data_pages(browser: Browser, site: Site) -> None:
    fill(site)
    page = open_page(browser, **LOOKS["claro"])
    sign_in(page, site, LEADERS[site.pack], PASSWORD)
    for name in DATA:
        page.goto(f"{site.url}/{name}/")
        _picture(page, f"{name}-{site.pack}-claro")
    page.context.close()


def _scorecards(browser: Browser, site: Site) -> None:
    page = open_page(browser, **LOOKS["claro"])
    sign_in(page, site, LEADERS[site.pack], PASSWORD)
    page.goto(f"{site.url}/saude/fichas/")
    _picture(page, f"fichas-{site.pack}-claro")
    page.click("text=Começar um rascunho")
    _picture(page, f"fichas-editar-{site.pack}-claro")
    page.fill("[id='cards.0.groups.2.measures.0.weight']", "60")
    page.locator("button[value=previa]").first.click()
    _picture(page, f"fichas-previa-{site.pack}-claro")
    page.context.close()


def _picture(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    height = min(1500, page.evaluate("document.documentElement.scrollHeight"))
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": max(900, height)})
    page.screenshot(path=IMAGES / f"{name}.png")
    page.set_viewport_size(size)


if __name__ == "__main__":
    main()
