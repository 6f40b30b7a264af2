"""The preset that the documentation shows is one, and does what it says."""

import re
from pathlib import Path

import pytest

from posvenda.api.imports import own
from posvenda.api.imports.mapping.convert import Converter
from posvenda.api.imports.mapping.presets import Preset
from posvenda.api.imports.plan import setting

PAGE = Path(__file__).parents[3] / "docs/concepts/presets.md"


@pytest.mark.django_db
def test_the_preset_of_the_documentation():
    indented = re.search(r"\n\n((?:    .*\n)+)", PAGE.read_text(encoding="utf-8"))
    assert indented is not None
    data = own.read(indented[1].replace("\n    ", "\n").removeprefix("    "), name="presets.md")
    columns = ["Venda", "Data", "Quem", "Nome", "Sobrenome", "Preço", "Quantidade", "Situação"]
    mapping = Preset.read("caixa", data).mapping(columns)
    converter = Converter(mapping, columns, setting(mapping.formats))
    cells = ["7", "13/04/2026", "x", "Ana", "Souza", "250", "3", "Ok"]
    (row,), problems = converter.rows(2, cells)
    assert problems == []
    assert (row["number"], row["customer.name"], row["amount"]) == ("7-caixa", "Ana Souza", 750)
    assert (row["status"], row["customer"]) == ("pago", "Ana Souza")
    (left_out,), problems = converter.rows(3, [*cells[:7], "Aberto"])
    assert (left_out, [p.code for p in problems]) == (None, ["left_out"])
