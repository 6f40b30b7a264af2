"""A folder of configuration: export, plan, apply as one, refuse a stale base."""

from datetime import datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posvenda.base.models import Audit, Definition, User
from posvenda.customers.models import Attribute, AttributeValue, Customer, Segment
from posvenda.success import definitions
from posvenda.success.config import folder, kinds, planning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def salon(now: datetime) -> None:
    """An installation with the pack of salons and a shared segment."""
    definitions.install("salao", now=now)
    Segment.objects.create(
        name="Vips", condition="orders.value_365d >= R$ 2.000", is_shared=True, created_at=now
    )


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def apply(path: Path, now: datetime, **told: object) -> list[str]:
    base = folder.remembered(path)
    steps = folder.apply(folder.read(path), base=base, by=None, now=now, **told)  # type: ignore[arg-type]
    return [step.kind.name for step in steps]


def test_an_export_applied_at_once_changes_nothing(tmp_path: Path, now: datetime) -> None:
    written = folder.export(tmp_path)
    assert sorted(path.stem for path in written) == sorted(kinds.kinds())
    before = Definition.objects.count(), Audit.objects.count()
    assert apply(tmp_path, now) == []
    assert (Definition.objects.count(), Audit.objects.count()) == before


def test_every_file_names_its_schema_and_keeps_its_comments(tmp_path: Path, now: datetime) -> None:
    folder.export(tmp_path)
    told = (tmp_path / "scorecard.yaml").read_text(encoding="utf-8")
    assert told.startswith("# yaml-language-server: $schema=schemas/scorecard.json\n# Health of")
    assert (tmp_path / "schemas" / "scorecard.json").is_file()
    change(tmp_path / "scorecard.yaml", "weight: 27", "weight: 25  # less, says Ana")
    assert apply(tmp_path, now) == ["scorecard"]
    assert "# less, says Ana" in definitions.Definition.objects.latest("pk").text
    assert not definitions.Definition.objects.latest("pk").text.startswith("# yaml-language")


def test_the_plan_names_objects_and_values(tmp_path: Path) -> None:
    folder.export(tmp_path)
    change(tmp_path / "scorecard.yaml", "weight: 27", "weight: 25")
    change(tmp_path / "segments.yaml", "2.000", "3.000")
    lines = [line for step in folder.plan(folder.read(tmp_path)) for line in step.changes]
    assert "~ groups[rhythm].measures[orders.overdue_ratio].weight: 27 → 25" in lines
    assert any(line.startswith("~ segments[Vips].when:") for line in lines)


def test_one_bad_file_leaves_everything_as_it_was(tmp_path: Path, now: datetime) -> None:
    folder.export(tmp_path)
    change(tmp_path / "scorecard.yaml", "weight: 27", "weight: 25")
    change(tmp_path / "stages.yaml", "orders.count = 0", "orders.cuont = 0")
    with pytest.raises(folder.Faulty) as found:
        apply(tmp_path, now)
    assert "stages.yaml: rules[0].when" in found.value.problems[0]
    assert not Definition.objects.filter(version=2).exists()


def test_a_failure_in_the_middle_takes_everything_back(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.export(tmp_path)
    change(tmp_path / "scorecard.yaml", "weight: 27", "weight: 25")
    change(tmp_path / "segments.yaml", "2.000", "3.000")

    def fail(*args: object, **told: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("posvenda.success.config.segments.put", fail)
    with pytest.raises(RuntimeError):
        apply(tmp_path, now)
    assert not Definition.objects.filter(version=2).exists()
    assert not Audit.objects.filter(verb="config.applied").exists()


def test_what_somebody_published_meanwhile_is_not_overwritten(
    tmp_path: Path, now: datetime
) -> None:
    folder.export(tmp_path)
    change(tmp_path / "scorecard.yaml", "weight: 27", "weight: 25")
    text = (definitions.FOLDER / "salao" / "scorecard.yaml").read_text(encoding="utf-8")
    definitions.publish("scorecard", "salao", text.replace("weight: 27", "weight: 26"), now=now)
    with pytest.raises(folder.Stale) as found:
        apply(tmp_path, now)
    assert found.value.names == ["scorecard.yaml"]
    assert "weight: 26" in kinds.kinds()["scorecard"].current()
    assert apply(tmp_path, now, is_forced=True) == ["scorecard"]
    assert "weight: 25" in kinds.kinds()["scorecard"].current()


def test_a_change_elsewhere_does_not_stand_in_the_way(tmp_path: Path, now: datetime) -> None:
    folder.export(tmp_path)
    change(tmp_path / "segments.yaml", "2.000", "3.000")
    text = (definitions.FOLDER / "salao" / "scorecard.yaml").read_text(encoding="utf-8")
    definitions.publish("scorecard", "salao", text.replace("weight: 27", "weight: 26"), now=now)
    told = {"segments": folder.read(tmp_path)["segments"]}
    done = folder.apply(told, base=folder.remembered(tmp_path), by=None, now=now)
    assert [step.kind.name for step in done] == ["segments"]


def test_each_file_applied_leaves_an_audit_row_with_who_and_what(
    tmp_path: Path, now: datetime
) -> None:
    ana = User.objects.create_user("ana@ex.example", "x" * 12, name="Ana", role="admin")
    folder.export(tmp_path)
    change(tmp_path / "scorecard.yaml", "weight: 27", "weight: 25")
    folder.apply(folder.read(tmp_path), base=None, by=ana, now=now)
    row = Audit.objects.get(verb="config.applied")
    assert (row.about, row.by) == ("config:scorecard", ana)
    assert "27 → 25" in row.detail["changes"][0]


def test_a_fact_declared_in_the_folder_may_be_asked_about_in_the_same_folder(
    tmp_path: Path, now: datetime
) -> None:
    folder.export(tmp_path)
    facts = yaml.safe_load(folder.read(tmp_path)["facts"])
    facts["facts"].append({"name": "chair", "kind": "integer", "label": "Chair"})
    (tmp_path / "facts.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    listed = {"segments": [{"name": "Chair one", "when": "attr.chair = 1"}]}
    (tmp_path / "segments.yaml").write_text(yaml.safe_dump(listed), encoding="utf-8")
    assert apply(tmp_path, now) == ["facts", "segments"]
    assert Attribute.objects.filter(name="chair", kind="integer").exists()
    assert list(Segment.objects.filter(is_shared=True).values_list("name", flat=True)) == [
        "Chair one"
    ]


def test_a_fact_with_values_is_neither_dropped_nor_given_another_kind(
    tmp_path: Path, now: datetime
) -> None:
    one = Customer.objects.create(key="1", name="Ana", happened_at=now, recorded_at=now)
    declared = Attribute.objects.get(name="next_maintenance_on")
    AttributeValue.objects.create(
        customer=one, attribute=declared, value="2026-01-01", happened_at=now, recorded_at=now
    )
    (tmp_path / "facts.yaml").write_text("facts: []\n", encoding="utf-8")
    assert folder.problems(folder.read(tmp_path)) == [
        "facts.yaml: facts: next_maintenance_on has values and cannot be dropped"
    ]
    text = "facts:\n- {name: next_maintenance_on, kind: text, label: x}\n"
    (tmp_path / "facts.yaml").write_text(text, encoding="utf-8")
    assert "has values of kind date" in folder.problems(folder.read(tmp_path))[0]


def test_personal_segments_stay_out_of_the_folder(tmp_path: Path, now: datetime) -> None:
    ana = User.objects.create_user("ana@ex.example", "x" * 12, name="Ana", role="csm")
    Segment.objects.create(name="Mine", condition="", owner=ana, created_at=now)
    folder.export(tmp_path)
    assert "Mine" not in folder.read(tmp_path)["segments"]
    (tmp_path / "segments.yaml").write_text("segments: []\n", encoding="utf-8")
    apply(tmp_path, now)
    assert list(Segment.objects.values_list("name", flat=True)) == ["Mine"]


NAMES = st.text("abcdefghij áç", min_size=1, max_size=12).map(str.strip).filter(bool)
SHARED = st.dictionaries(
    NAMES,
    st.sampled_from(["", "orders.count >= 2", "health.band = risk and who.tenure_days > 30"]),
    max_size=4,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(shared=SHARED, weight=st.integers(1, 60), label=NAMES)
def test_export_then_apply_changes_nothing_whatever_is_in_force(
    shared: dict[str, str], weight: int, label: str, now: datetime, tmp_path: Path
) -> None:
    Segment.objects.all().delete()
    for name, when in shared.items():
        Segment.objects.create(name=name, condition=when, is_shared=True, created_at=now)
    Attribute.objects.filter(name="professional").update(label=label)
    text = (definitions.FOLDER / "salao" / "scorecard.yaml").read_text(encoding="utf-8")
    definitions.publish(
        "scorecard", "salao", text.replace("weight: 27", f"weight: {weight}"), now=now
    )
    folder.export(tmp_path)
    told = folder.read(tmp_path)
    assert folder.problems(told) == []
    assert folder.plan(told) == []
    for kind, text in told.items():
        kinds.kinds()[kind].publish(text, None, now)
    assert {name: kind.current() for name, kind in kinds.kinds().items()} == told


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("a: 1\n", "a: 1 # why\n", [planning.COMMENTS]),
        ("a: 1\n", "a: true\n", ["~ a: 1 → true"]),
        ("l: [{id: x, n: 1}]", "l: [{id: x, n: 2}, {id: y, n: 3}]", ["~ l[x].n: 1 → 2", "+ l[y]"]),
        ("l: [{id: x}, {id: y}]", "l: [{id: y}, {id: x}]", ["↕ l: y, x"]),
        ("l: [{id: x}]", "l: []", ["~ l: [{id: x}] → []"]),
    ],
)
def test_a_plan_reads_like_a_list_of_changes(old: str, new: str, lines: list[str]) -> None:
    assert planning.changes(old, new) == lines
