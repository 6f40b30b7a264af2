"""The journey in a real browser: board, more cards, criteria, a plan and its link."""

import re

from playwright.sync_api import Browser, expect

from posvenda.demo.signin import LEADERS, PASSWORD
from tests.browser.conftest import Site, open_page, sign_in


def test_the_board_leads_to_a_plan_and_its_link_opens_for_a_customer(
    chromium: Browser, saas: Site
) -> None:
    page = open_page(chromium)
    sign_in(page, saas, LEADERS["saas"], PASSWORD)
    page.goto(f"{saas.url}/jornada/")
    expect(page.locator(".lane")).to_have_count(6)
    lane = page.locator(".lane", has_text="Retenção").first
    shown = lane.locator(".mini").count()
    lane.locator("a.more").click()
    expect(lane.locator(".mini")).not_to_have_count(shown)
    page.locator(".lane").first.locator(".mini a").first.click()
    page.locator("a[href*='/jornada/implantacao/']").first.click()
    expect(page.locator(".milestones > li")).to_have_count(9)
    page.click("button[value=share]")
    address = page.locator("input[id^=link-]").first.input_value()
    stranger = open_page(chromium, width=390)
    stranger.goto(re.sub(r"^https?://[^/]+", saas.url, address))
    own = stranger.locator("button[name=milestone]")
    before = own.count()
    assert before > 0
    own.first.click()
    expect(stranger.locator("button[name=milestone]")).to_have_count(before - 1)
    assert stranger.evaluate("document.documentElement.scrollWidth") <= 390
    page.reload()
    expect(page.locator(".milestones")).to_contain_text("pelo cliente")
    assert page.problems == []  # type: ignore[attr-defined]
    assert stranger.problems == []  # type: ignore[attr-defined]


def test_criteria_are_checked_before_they_are_published(chromium: Browser, saas: Site) -> None:
    page = open_page(chromium, dark=True)
    sign_in(page, saas, LEADERS["saas"], PASSWORD)
    page.goto(f"{saas.url}/jornada/criterios/")
    text = page.locator("#text").input_value()
    page.fill("#text", text.replace("between 0 and 90", "between 0 and 60"))
    expect(page.locator("button[value=publish]")).to_have_count(0)
    page.click("button[value=check]")
    expect(page.locator(".note")).to_contain_text("mudari")
    expect(page.locator("button[value=publish]")).to_have_count(1)
    assert page.problems == []  # type: ignore[attr-defined]
