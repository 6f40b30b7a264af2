"""Each preset recognises its export by the columns and makes the right records of invented rows."""

import pytest

from posvenda.api.imports.mapping import latest, presets
from posvenda.api.imports.mapping.convert import Converter
from posvenda.api.imports.plan import Options, plan, setting
from posvenda.api.imports.reading import files, table
from tests.rooms.api.samples import SAMPLES

pytestmark = pytest.mark.django_db


def planned(tmp_path, text, name="export"):
    path = tmp_path / f"{name}{'.jsonl' if text.startswith('{') else '.csv'}"
    path.write_text(text, encoding="utf-8")
    (only,) = plan(files.gather(path), Options())
    return only


def made(each):
    """The typed rows by record, and what was said of rows."""
    converter = Converter(each.mapping, each.table.columns, setting(each.mapping.formats))
    records, problems = {name: [] for name in converter.records}, []
    with table.rows(each.table) as body:
        for line, cells, trouble in latest.only(body, each.mapping, each.table):
            if trouble is not None:
                problems.append(trouble)
                continue
            some, found = converter.rows(line, cells)
            problems += found
            for name, row in zip(converter.records, some, strict=True):
                if row is not None:
                    records[name].append(row)
    return records, problems


@pytest.mark.parametrize(
    ("name", "text", "expected", "codes"), SAMPLES, ids=[each[0] for each in SAMPLES]
)
def test_a_preset_reads_its_export(tmp_path, name, text, expected, codes):
    each = planned(tmp_path, text)
    assert each.mapping.preset == name
    records, problems = made(each)
    assert [p.code for p in problems] == codes, problems
    for record, rows in expected.items():
        found = records[record]
        assert len(found) == len(rows), found
        for row, wanted in zip(found, rows, strict=True):
            assert {field: row.get(field) for field in wanted} == wanted


def test_every_preset_is_tried():
    tried = {each[0] for each in SAMPLES}
    left = {p.name for p in presets.built_in() if p.name not in tried and p.data.get("outputs")}
    # Real files, and the product's own export, which its own test brings in again.
    on_real_data = ("olist", "ravenstack", "online_retail", "posvenda_")
    assert {name for name in left if not name.startswith(on_real_data)} == set()


@pytest.mark.parametrize("source", ["stripe", "zendesk"])
def test_no_table_of_these_sources_is_guessed(shared_data, source):
    paths = sorted((shared_data / source).glob("*.csv"))
    if not paths:
        pytest.skip("the tables are not beside this checkout")
    for each in plan(files.gather(shared_data / source), Options()):
        assert each.mapping.preset.startswith(source), each.source.name
        _records, problems = made(each) if each.mapping.outputs else ({}, [])
        assert {p.code for p in problems} <= {"left_out", "not_an_email", "phone_odd"}, problems
