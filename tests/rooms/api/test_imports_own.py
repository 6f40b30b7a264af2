"""A mapping saved as a preset is a text that recognises the next file, here and elsewhere."""

import pytest

from posvenda.api.imports import own
from posvenda.api.imports.mapping import presets
from posvenda.api.imports.mapping.mapping import Mapping, header_key
from posvenda.api.imports.plan import Options, plan
from posvenda.api.imports.reading import files
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import SavedMapping, SavedPreset
from posvenda.base.models import Audit

pytestmark = pytest.mark.django_db
COLUMNS = ["Cod", "Quem", "Quando", "Quanto", "Obs"]
MAPPING = {
    "outputs": [
        {
            "record": "order",
            "columns": [
                {"name": "Cod", "field": "number", "suffix": "-x"},
                {"name": "Quem", "field": "customer"},
                {"name": "Quem", "field": "customer.name"},
                {"name": "Quando", "field": "happened_at"},
                {"name": "Quanto", "field": "amount", "unit": "cents"},
            ],
            "rules": [{"column": "Obs", "among": ["X"], "skip": True}],
            "constants": {"customer.kind": "person"},
        }
    ],
    "formats": {"dates": "dmy", "negative": "return"},
}
TEXT = """title: Balcão
header: [Cod, Quem, Quando]
outputs:
  - record: order
    columns: {Cod: number, Quem: customer, Quando: happened_at, Quanto: amount}
"""


def keep(manager, now, title="Vendas do balcão"):
    return own.save_mapping(
        Mapping.from_dict(MAPPING),
        COLUMNS,
        title=title,
        by=manager,
        now=now,
        header=header_key(COLUMNS),
    )


def planned(tmp_path, header="Cod;Quem;Quando;Quanto;Obs"):
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n1;Ana;13/04/2026;990;\n")
    (only,) = plan(files.gather(path), Options())
    return only.mapping


def test_what_is_saved_is_read_back_the_same(manager, now, tmp_path):
    saved = keep(manager, now)
    assert (saved.name, saved.title) == ("vendas-do-balcao", "Vendas do balcão")
    mapping = planned(tmp_path)
    assert mapping.preset == "vendas-do-balcao"
    assert mapping.outputs == Mapping.from_dict(MAPPING).outputs
    assert (mapping.formats.dates, mapping.formats.negative) == ("dmy", "return")
    assert Audit.objects.filter(verb="preset.saved").count() == 1


def test_more_columns_do_not_matter_and_missing_ones_do(manager, now, tmp_path):
    keep(manager, now)
    assert planned(tmp_path, "extra;COD;quem;quando;quanto;obs;mais").preset == "vendas-do-balcao"
    with pytest.raises(Unusable):
        planned(tmp_path, "cod;quem;xxx;quanto;obs")


def test_the_text_serves_another_installation(manager, now, tmp_path):
    text = keep(manager, now).text
    SavedPreset.objects.all().delete()
    path = tmp_path / "balcao.yaml"
    path.write_text(text, encoding="utf-8")
    own.save_file(path, by=None, now=now)
    assert planned(tmp_path).outputs == Mapping.from_dict(MAPPING).outputs


def test_a_preset_takes_the_place_of_what_was_remembered(manager, now):
    SavedMapping.objects.create(header=header_key(COLUMNS), record="x", mapping={}, at=now)
    keep(manager, now)
    assert not SavedMapping.objects.exists()


def test_the_same_title_again_replaces(manager, now):
    keep(manager, now)
    keep(manager, now)
    assert SavedPreset.objects.count() == 1


def test_a_deleted_preset_recognises_nothing(manager, now, tmp_path):
    own.delete(keep(manager, now), by=manager, now=now)
    assert own.presets() == []
    with pytest.raises(Unusable):
        planned(tmp_path)
    assert Audit.objects.filter(verb="preset.deleted").exists()


def test_own_presets_come_before_those_of_the_product(manager, now):
    own.save(TEXT.replace("[Cod, Quem, Quando]", "[Pedido, Data, Cliente]"), by=None, now=now)
    columns = ["Pedido", "Data", "Cliente", "Valor"]
    assert presets.recognise(columns).name == "orders_pt"
    assert presets.recognise(columns, own=own.presets()).name == "balcao"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "não é YAML"),
        ("a: [", "não é YAML"),
        ("a: &x [1]\nb: *x", "não é YAML"),
        (TEXT.replace("title: Balcão", "name: x"), "name"),
        (TEXT.replace("title: Balcão\n", ""), "title"),
        (TEXT.replace("header: [Cod, Quem, Quando]\n", ""), "header"),
        (TEXT.replace("record: order", "record: nothing"), "nothing"),
        (TEXT.replace("Cod: number", "Cod: nothing"), "order.nothing"),
        (TEXT.replace("Cod: number", "Cod: {field: number, colour: red}"), "colour"),
        (TEXT + "    rules: [{column: Cod, if: x}]\n", "if"),
        (TEXT + "    latest: {by: Cod}\n", "by"),
        (TEXT + "formats: {spell: x}\n", "spell"),
        (TEXT.replace("columns: {", "columns: [").replace("amount}", "amount]"), "entendida"),
        ("title: x\nheader: [a]\n", "outputs"),
        ("x" * (own.TEXT_LIMIT + 1), "long"),
    ],
)
def test_a_text_that_is_no_preset_is_refused_with_the_reason(text, why, now):
    with pytest.raises(Unusable, match=why):
        own.save(text, by=None, now=now, file_name="a.yaml")
    assert not SavedPreset.objects.exists()


def test_a_file_that_cannot_be_read_is_named(tmp_path, now):
    with pytest.raises(Unusable, match=r"gone\.yaml"):
        own.save_file(tmp_path / "gone.yaml", by=None, now=now)
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unusable, match="UTF-8"):
        own.save_file(tmp_path / "odd.yaml", by=None, now=now)
