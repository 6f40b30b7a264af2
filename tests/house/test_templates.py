"""No template asks for more than the content policy gives; every icon that is named exists."""

import re
from pathlib import Path

import pytest

from posvenda.ui import icons

PACKAGE = Path(__file__).parents[2] / "posvenda"
TEMPLATES = sorted(p for p in PACKAGE.glob("*/templates/**/*") if p.suffix in {".html", ".svg"})
CODE = sorted(p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)
LOGIC = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)


def _without_logic(text: str) -> str:
    return LOGIC.sub("0", text)


def _names(paths: list[Path], pattern: str) -> dict[str, str]:
    return {
        name: str(path.relative_to(PACKAGE))
        for path in paths
        for name in re.findall(pattern, path.read_text("utf-8"))
    }


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_template_has_no_inline_script_style_or_handler(path: Path) -> None:
    text = _without_logic(path.read_text("utf-8"))
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"<[^>]*\son[a-z]+\s*=", text) == []
    assert re.findall(r"""(?:href|src|action)=["']?\s*javascript:""", text) == []
    assert re.findall(r"<[^>]*\shx-on[:\s=-]|=[\"']js:", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_style_attribute_only_carries_custom_properties(path: Path) -> None:
    text = _without_logic(path.read_text("utf-8"))
    styles = [part for style in re.findall(r'\sstyle="([^"]*)"', text) for part in style.split(";")]
    assert [part for part in styles if part.strip() and not part.strip().startswith("--")] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_template_has_no_dead_link(path: Path) -> None:
    assert re.findall(r'href=["\']#?["\']', path.read_text("utf-8")) == []


def test_every_icon_that_is_named_exists() -> None:
    used = _names(TEMPLATES, r'{%\s*icon "([^"]+)"') | _names(CODE, r'\bicon="([a-z0-9-]+)"')
    assert used
    for name, path in used.items():
        assert "<svg" in icons.icon(name), (name, path)


def test_a_behaviour_is_short() -> None:
    scripts = sorted(PACKAGE.glob("*/static/**/*.js"))
    long = {p.name: n for p in scripts if (n := len(p.read_text("utf-8").splitlines())) > 70}
    assert (bool(scripts), long) == (True, {})
