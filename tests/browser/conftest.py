"""A real server with a demo company, and a real Chromium in front of it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

MOMENT = "2026-06-16T12:30:00+00:00"


@dataclass(frozen=True)
class Site:
    """A running installation."""

    url: str
    home: Path
    pack: str


def start_site(
    pack: str, home: Path, *, history_days: int = 60
) -> "tuple[Site, subprocess.Popen[bytes]]":
    """This will start ``posvenda demo`` as a person does and wait until it answers.

    Stages are worked out for a short past: the processor is for the browser.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {
        "POSVENDA_HOME": str(home),
        "POSVENDA_BIND": f"127.0.0.1:{port}",
        "POSVENDA_NOW": MOMENT,
        "POSVENDA_HISTORY_DAYS": str(history_days),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    env.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "posvenda.config.cli", "demo", "--pack", pack],
        env=env,
        stdout=subprocess.DEVNULL,
    )
    site = Site(f"http://127.0.0.1:{port}", home, pack)
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{site.url}/readyz", timeout=2):
                return site, process
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    process.terminate()
    raise RuntimeError("the demo did not start")


def stop_site(process: "subprocess.Popen[bytes]") -> None:
    """This will end the server and its children."""
    process.terminate()
    process.wait(timeout=30)


def fill(site: Site) -> None:
    """This will give an installation what its data pages show: keys, refusals, requests …"""
    env = os.environ | {
        "POSVENDA_HOME": str(site.home),
        "POSVENDA_NOW": MOMENT,
        "POSVENDA_HISTORY_DAYS": "60",  # the processor is for the browser
        "DJANGO_SETTINGS_MODULE": "posvenda.config.settings",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    env.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-m", "tests.browser.filling"], env=env, check=True)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Contaflux with events, webhooks, refusals, pairs and requests."""
    site, process = start_site("saas", tmp_path_factory.mktemp("filled"))
    try:
        fill(site)
        yield site
    finally:
        stop_site(process)


@pytest.fixture(scope="session")
def saas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Contaflux, the made-up SaaS company, running."""
    site, process = start_site("saas", tmp_path_factory.mktemp("saas"))
    yield site
    stop_site(process)


@pytest.fixture(scope="session")
def loja(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Bicho Bom, the made-up pet shop, running."""
    site, process = start_site("loja", tmp_path_factory.mktemp("loja"))
    yield site
    stop_site(process)


def open_page(
    browser: Browser, *, language: str = "pt-BR", width: int = 1440, dark: bool = False
) -> Page:
    """This will open an empty tab that fails the test on any script error or refused resource."""
    context = browser.new_context(
        locale=language,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.problems = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    page.on(
        "console",
        lambda message: message.type == "error" and page.problems.append(message.text),  # type: ignore[attr-defined]
    )
    return page


def sign_in(page: Page, site: Site, email: str, password: str) -> None:
    """This will sign in as a person does."""
    page.goto(f"{site.url}/entrar/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button.primary")
    page.wait_for_url(f"{site.url}/")
