"""Two imports side by side, from what is stored: the files may be gone.

What an import told of a versioned record is its own versions, and those it found there already
(known by their marks). Of records without versions only which ones it told, and what it changed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.told import mark, plain, table_of, unpacked
from posvenda.api.imports.undo import facts, values
from posvenda.api.imports.undo.standing import TABLES
from posvenda.api.models import Change, Echo, ImportRun

SHOWN = 100
SCANNED = 500_000
PEOPLE = ("customer", "contact", "subject", "interaction", "product")
RECORDS = {"orderline": "order_line", "contractline": "contract"}
MONEY = ("order", "orderline", "contractline")
HIDDEN = frozenset(
    ("id", "key", "recorded_at", "superseded_at", "is_retracted", "digest", "batch_id", "batch")
)
Version = dict[str, Any]


@dataclass(frozen=True)
class FieldChange:
    """One field of a record that both imports tell, with both values."""

    label: str
    first: str
    second: str


@dataclass(frozen=True)
class Row:
    """A record that is new, changed or gone in the second import."""

    verdict: str
    word: str
    key: str
    fields: list[FieldChange] = field(default_factory=list)


@dataclass(frozen=True)
class Total:
    """The money both imports tell of, in one currency, in cents."""

    label: str
    currency: str
    first: int
    second: int


@dataclass(frozen=True)
class Compared:
    """One kind of record of two imports."""

    name: str
    label: str
    new: int
    changed: int
    gone: int
    same: int
    totals: list[Total]
    rows: list[Row]
    more: int
    caveat: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether something could not be compared."""
        return bool(self.caveat)


def compare(first: ImportRun, second: ImportRun) -> list[Compared]:
    """This will compare the kinds of record both imports told of; ``Unusable`` when none."""
    both = _tables(first) & _tables(second)
    if not both or first.batch_id is None or second.batch_id is None:
        raise Unusable("not_comparable")
    # An order file tells of its customers only by the way: they are not what it is about.
    about = {file.record for run in (first, second) for file in run.files.all()}
    both -= {name for name in PEOPLE if name not in about}
    compared = []
    for model in facts.MODELS:
        if table_of(model) in both:
            compared.append(_facts(model, first.batch_id, second.batch_id))
    for name in PEOPLE:
        if name in both:
            compared.append(_people(values.BY_NAME[name], first.batch_id, second.batch_id))
    if "usage" in both:
        why = _("Single usage events are not compared here; their days stand on each customer.")
        compared.append(Compared("usage", _label("usage"), 0, 0, 0, 0, [], [], 0, why))
    return [each for each in compared if each.caveat or each.rows or each.same]


def _tables(run: ImportRun) -> set[str]:
    told: set[str] = set()
    for file in run.files.all():
        for output in file.mapping.get("outputs", ()):
            told.update(TABLES.get(output["record"], ()))
    return told


def _label(name: str) -> str:
    record = BY_NAME.get(RECORDS.get(name, name))
    return str(record.plural).capitalize() if record is not None else name


def _facts(model: type[models.Model], first: int, second: int) -> Compared:
    one, some = _told(model, first)
    other, more = _told(model, second)
    rows, counts = _verdicts(model, one, other)
    caveat = "" if some and more else _("There are too many records to find those told again.")
    name = table_of(model)
    label = _label(name)
    totals = _totals(label, one, other) if name in MONEY else []
    return _compared(name, rows, counts, totals, caveat)


def _compared(
    name: str, rows: list[Row], counts: Counter[str], totals: list[Total], caveat: str
) -> Compared:
    rows.sort(key=lambda row: (("changed", "new", "gone").index(row.verdict), row.key))
    return Compared(
        name,
        _label(name),
        counts["new"],
        counts["changed"],
        counts["gone"],
        counts["same"],
        totals,
        rows[:SHOWN],
        max(len(rows) - SHOWN, 0),
        caveat,
    )


def _told(model: type[models.Model], batch: int) -> tuple[dict[str, Version], bool]:
    """What a batch told of each key, and whether that is all of it."""
    names = [each.attname for each in model._meta.concrete_fields]
    own = model._default_manager.filter(batch=batch, is_retracted=False).order_by("id")
    told: dict[str, Version] = {row["key"]: row for row in own.values(*names)}
    marks = set(_marks(batch))
    wholes = [
        whole
        for whole, record in Echo.objects.filter(batch=batch, kind=Echo.Kind.WHOLE).values_list(
            "whole_id", "record"
        )
        if table_of(model) in TABLES.get(record, ())
    ]
    for whole in wholes:
        told = _told(model, whole)[0] | told
    if not marks:
        return told, True
    everything = model._default_manager.filter(is_retracted=False)
    if everything.count() > SCANNED:
        return told, False
    again = _told_again(everything, table_of(model), marks)
    ids = list(again)
    for start in range(0, len(ids), facts.PART):
        some = everything.filter(pk__in=ids[start : start + facts.PART]).order_by("id")
        for row in some.values(*names):
            told.setdefault(row["key"], row)
    return told, True


def _marks(batch: int) -> Iterator[int]:
    echoes = Echo.objects.filter(batch=batch, kind=Echo.Kind.TOLD)
    for hashes in echoes.values_list("hashes", flat=True).iterator(200):
        yield from unpacked(hashes)


def _told_again(query: "models.QuerySet[Any]", table: str, marks: set[int]) -> list[int]:
    rows = query.order_by().values_list("pk", "key", "digest").iterator(10_000)
    return [pk for pk, key, digest in rows if mark(table, key, digest) in marks]


def _verdicts(
    model: type[models.Model], one: Mapping[str, Version], other: Mapping[str, Version]
) -> tuple[list[Row], Counter[str]]:
    rows = [
        Row("new", pgettext("record", "new"), _key(other[key]), _amount(None, other[key]))
        for key in other.keys() - one.keys()
    ]
    rows += [
        Row("gone", pgettext("record", "gone"), _key(one[key]), _amount(one[key], None))
        for key in one.keys() - other.keys()
    ]
    counts = Counter(row.verdict for row in rows)
    shared = one.keys() & other.keys()
    differ = [key for key in shared if one[key]["digest"] != other[key]["digest"]]
    counts["changed"], counts["same"] = len(differ), len(shared) - len(differ)
    names = _names(model, [v for key in differ for v in (one[key], other[key])])
    for key in sorted(differ):
        fields = _fields(model, one[key], other[key], names)
        rows.append(Row("changed", pgettext("record", "changed"), _key(one[key]), fields))
    return rows, counts


def _key(row: Version) -> str:
    """The key a person knows: of an order line its order, for the rest stands for its values."""
    return str(row.get("order_key") or row["key"])


def _amount(one: Version | None, other: Version | None) -> list[FieldChange]:
    """The amount of a record that only one of the imports tells, where it has one."""
    cents = [None if row is None else row.get("amount_cents") for row in (one, other)]
    if cents == [None, None]:
        return []
    was, now = ("—" if each is None else f"{each / 100:.2f}" for each in cents)
    return [FieldChange(str(BY_NAME["order"].field("amount").label), was, now)]  # type: ignore[union-attr]


def _names(model: type[models.Model], versions: Sequence[Version]) -> dict[tuple[str, Any], str]:
    """What the keys in these versions point to, in the words of the files."""
    found: dict[tuple[str, Any], str] = {}
    for column in model._meta.concrete_fields:
        target = column.related_model
        if column.attname in HIDDEN or not isinstance(target, type):
            continue
        ids = list({row[column.attname] for row in versions} - {None})
        for start in range(0, len(ids), facts.PART):
            part = target._base_manager.filter(pk__in=ids[start : start + facts.PART])
            found |= {(column.attname, pk): key for pk, key in part.values_list("pk", "key")}
    return found


def _fields(
    model: type[models.Model], one: Version, other: Version, names: Mapping[tuple[str, Any], str]
) -> list[FieldChange]:
    record = BY_NAME.get(RECORDS.get(table_of(model), table_of(model)))
    changes = []
    for column in model._meta.concrete_fields:
        name = column.attname
        if name in HIDDEN or one[name] == other[name]:
            continue
        known = record.field(column.name.removesuffix("_cents")) if record else None
        label = str(known.label if known else column.verbose_name)
        was, now = (_shown(name, row[name], names) for row in (one, other))
        changes.append(FieldChange(label, was, now))
    return changes


def _shown(name: str, value: Any, names: Mapping[tuple[str, Any], str]) -> str:
    if value is None:
        return "—"
    if (name, value) in names:
        return names[name, value]
    if name.endswith("_cents"):
        return f"{value / 100:.2f}"
    return str(plain(value)) or "—"


def _totals(label: str, one: Mapping[str, Version], other: Mapping[str, Version]) -> list[Total]:
    sums: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for total, told in zip(sums, (one, other), strict=True):
        for row in told.values():
            total[row["currency"]] += row["amount_cents"] or 0
    return [
        Total(label, each, sums[0][each], sums[1][each]) for each in sorted({*sums[0], *sums[1]})
    ]


def _people(table: values.Table, first: int, second: int) -> Compared:
    """Records without versions: which ones each import told, and what the second one changed."""
    one, other = _mentioned(table, first), _mentioned(table, second)
    changes: dict[str, list[FieldChange]] = {}
    record = BY_NAME[table.name]
    news = Change.objects.filter(batch=second, table=table.name, is_applied=True).order_by("id")
    for change in news:
        if change.key in one and change.field in table.fields:
            known = record.field(change.field)
            label = str(known.label if known else change.field)
            told = FieldChange(label, str(change.before or "—"), str(change.after or "—"))
            changes.setdefault(change.key, []).append(told)
    rows = [Row("new", pgettext("record", "new"), key) for key in other - one]
    rows += [Row("gone", pgettext("record", "gone"), key) for key in one - other]
    word = pgettext("record", "changed")
    rows += [Row("changed", word, key, told) for key, told in changes.items()]
    counts = Counter(row.verdict for row in rows)
    counts["same"] = len(one & other) - counts["changed"]
    why = _("Of these only what the second import changed in place is known, field by field.")
    return _compared(table.name, rows, counts, [], why)


def _mentioned(table: values.Table, batch: int) -> set[str]:
    marks = set(_marks(batch))
    model = table.model
    own: set[str] = set(
        Change.objects.filter(batch=batch, table=table.name).values_list("key", flat=True)
    )
    if any(column.name == "batch" for column in model._meta.fields):
        own.update(model._base_manager.filter(batch=batch).values_list("key", flat=True))
    if not marks:
        return own
    keys = model._base_manager.order_by().values_list("key", flat=True).iterator(10_000)
    return {key for key in keys if key in own or mark(table.name, str(key)) in marks}
