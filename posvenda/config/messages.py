"""Compiles the translated texts (``.po``) to what gettext reads, without outside tools."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def compile_all(root: Path = PACKAGE) -> int:
    """This will compile each catalogue that is newer than its compiled form and say how many."""
    count = 0
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        with target.open("wb") as out:
            write_mo(out, catalogue)
        count += 1
    return count


if __name__ == "__main__":
    compile_all()
