"""Every text for people has a Brazilian Portuguese translation, and every catalogue is sound."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[2] / "posvenda"
ROOMS = sorted(p.parents[2].parent for p in PACKAGE.glob("*/locale/pt_BR/LC_MESSAGES/django.po"))


@pytest.mark.parametrize("room", ROOMS, ids=lambda p: p.name)
def test_every_text_in_a_catalogue_is_translated(room: Path) -> None:
    with (room / "locale/pt_BR/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="pt_BR")
    texts = [m for m in catalogue if m.id]
    missing = [m.id for m in texts if not all(m.string if m.pluralizable else [m.string])]
    fuzzy = [m.id for m in texts if m.fuzzy]
    broken = [m.id for m in texts if list(m.check(catalogue))]
    assert (missing, fuzzy, broken) == ([], [], [])


def _used(room: Path, scratch: Path) -> set[str]:
    target = scratch / room.name
    shutil.copytree(room, target, ignore=shutil.ignore_patterns("locale", "migrations", "*.mo"))
    (target / "locale").mkdir(exist_ok=True)
    subprocess.run(
        ["django-admin", "makemessages", "-l", "pt_BR", "--no-location", "--no-wrap", "-v0"],
        cwd=target,
        check=True,
        env={
            "PATH": f"{Path(__file__).parents[2] / '.venv/bin'}:/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "",
        },
    )
    file = target / "locale/pt_BR/LC_MESSAGES/django.po"
    if not file.exists():
        return set()
    with file.open("rb") as handle:
        return {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(handle) if m.id}


@pytest.mark.onedb
@pytest.mark.parametrize(
    "room",
    sorted(p.parent for p in PACKAGE.glob("*/__init__.py") if p.parent.name != "core"),
    ids=lambda p: p.name,
)
def test_every_text_in_the_code_is_in_the_catalogue(room: Path, tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("gettext's programs are not installed")
    used = _used(room, tmp_path)
    file = room / "locale/pt_BR/LC_MESSAGES/django.po"
    known: set[str] = set()
    if file.exists():
        with file.open("rb") as handle:
            known = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(handle) if m.id}
    assert used - known == set()


def test_placeholders_are_named() -> None:
    bad = []
    for file in PACKAGE.glob("*/locale/*/LC_MESSAGES/django.po"):
        with file.open("rb") as handle:
            for message in read_po(handle):
                text = message.id if isinstance(message.id, str) else message.id[0]
                if len(re.findall(r"%[sd]", text or "")) > 1:
                    bad.append(text)
    assert bad == []


def test_a_text_reads_the_same_in_every_room() -> None:
    """Django merges the catalogues: of two translations the first room's wins, without a word."""
    told: dict[tuple[str | None, object], dict[str, object]] = {}
    for room in ROOMS:
        with (room / "locale/pt_BR/LC_MESSAGES/django.po").open("rb") as file:
            for message in read_po(file):
                if message.id:
                    name = message.id if isinstance(message.id, str) else message.id[0]
                    rooms = told.setdefault((message.context, name), {})
                    rooms[room.name] = str(message.string)
    differ = {name: rooms for name, rooms in told.items() if len(set(rooms.values())) > 1}
    assert differ == {}, "give one of them a context, or the same words"
