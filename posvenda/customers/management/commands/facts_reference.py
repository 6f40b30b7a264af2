"""``python -m django facts_reference FILE`` writes the reference of facts."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from posvenda.customers import reference
from posvenda.customers.catalogue import catalogue


class Command(BaseCommand):
    """Writes docs/reference/facts.md from the catalogue."""

    help = "Write the reference of facts, in both languages, to a Markdown file."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the file to write."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """This will write the file."""
        file.write_text(reference.text(catalogue().values()), encoding="utf-8")
