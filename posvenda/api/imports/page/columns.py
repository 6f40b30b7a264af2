"""The step *Columns*: tables of a run as people see them, and what they change."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from posvenda.api.imports import own
from posvenda.api.imports.mapping import guess, presets
from posvenda.api.imports.mapping.mapping import Mapping, Output, header_key
from posvenda.api.imports.mapping.presets import Preset
from posvenda.api.imports.mapping.profile import Profile
from posvenda.api.imports.mapping.targets import BY_NAME, IGNORED, RECORDS, Field, Record
from posvenda.api.imports.page import formats
from posvenda.api.imports.page.formats import Choice, FormatRow
from posvenda.api.imports.plan import CURRENCY, SALES
from posvenda.api.imports.profiling import report, words
from posvenda.api.imports.profiling.questions import Question
from posvenda.api.models import ImportFile, ImportRun, SavedMapping, SavedPreset
from posvenda.base.models import User

ATTRIBUTE_LIMIT = 40
OPEN = {"customer": "attr.", "order": "customer.attr.", "order_line": "customer.attr."}


@dataclass(frozen=True)
class ColumnRow:
    """One column: its examples, where it goes, and what was recognised."""

    number: int
    name: str
    examples: str
    choices: list[Choice]
    target: str
    situation: str
    band: str
    figures: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableCard:
    """Files with one header: what they hold and their columns."""

    number: int
    title: str
    files: int
    rows: int
    dialect: str
    record: str
    records: list[Choice]
    origin: str
    reason: str
    rows_shown: list[ColumnRow]
    formats: list[FormatRow]
    questions: list[Question]
    looked_at: str
    recognised: int
    missing: list[str]


def tables(run: ImportRun) -> list[list[ImportFile]]:
    """This will group a run's files by their columns, in the order of loading."""
    groups: dict[tuple[str, ...], list[ImportFile]] = {}
    for file in run.files.order_by("position"):
        groups.setdefault(tuple(file.dialect.get("columns", ())), []).append(file)
    return list(groups.values())


def profile_of(members: Sequence[ImportFile]) -> dict[str, Any]:
    """This will give the kept profile of a table, empty when it was not looked at."""
    found = (file.preview.get("profile") for file in members)
    return next((each for each in found if each), {})


def card(number: int, members: Sequence[ImportFile]) -> TableCard:
    """This will make a table ready to print."""
    first = members[0]
    mapping = Mapping.from_dict(first.mapping)
    profiles = profiles_of(first)
    columns: list[str] = first.dialect.get("columns", [])
    chosen = _chosen(mapping)
    seen = profile_of(members)
    questions = report.questions(seen, mapping)
    open_ = {each.name for each in questions}
    rows = [
        replace(
            _column_row(index, name, profiles.get(name), mapping, chosen.get(name, ""), open_),
            figures=words.figures(seen, name),
            doubts=tuple(words.doubts(seen, name, mapping)),
        )
        for index, name in enumerate(columns)
        if not _is_blank(name, profiles.get(name))
    ]
    is_one = len(members) == 1
    title = (
        first.name
        if is_one
        else _("{first} to {last}").format(first=first.name, last=members[-1].name)
    )
    return TableCard(
        number=number,
        title=title,
        files=len(members),
        rows=sum(max((file.rows_total or 1) - _header_lines(file), 0) for file in members),
        dialect=_dialect(first),
        record=mapping.record,
        records=_records(mapping.record),
        origin=_origin(mapping),
        reason=mapping.reason,
        rows_shown=rows,
        formats=formats.rows(mapping, profiles, asked=open_),
        questions=questions,
        looked_at=words.looked_at(seen),
        recognised=sum(bool(row.target) for row in rows),
        missing=missing(mapping),
    )


def _is_blank(name: str, found: Profile | None) -> bool:
    """Whether a column has neither a name nor values, as at the right end of many sheets."""
    return name.startswith("#") and found is not None and found.kind == "empty"


def _header_lines(file: ImportFile) -> int:
    return 1 if file.dialect.get("has_header") and file.rows_total else 0


def profiles_of(file: ImportFile) -> dict[str, Profile]:
    """This will give what was seen in each column."""
    found = {}
    for name, said in file.preview.get("columns", {}).items():
        found[name] = Profile(**{**said, "examples": tuple(said["examples"])})
    return found


def _chosen(mapping: Mapping) -> dict[str, str]:
    """The field of each column, the first when a column fills several."""
    chosen: dict[str, str] = {}
    for output in mapping.outputs:
        for column in output.columns:
            chosen.setdefault(column.name, column.field)
    return chosen


def _records(current: str) -> list[Choice]:
    options = [Choice(r.name, str(r.plural).capitalize(), r.name == current) for r in RECORDS]
    return [*options, Choice(IGNORED, _("Leave these files out"), current == IGNORED)]


def _origin(mapping: Mapping) -> str:
    if not mapping.preset:
        return ""
    known = _presets() if mapping.preset else ()
    return next((p.title for p in known if p.name == mapping.preset), "")


DELIMITERS = {
    ",": gettext_noop("comma"),
    ";": gettext_noop("semicolon"),
    "\t": gettext_noop("tab"),
    "|": gettext_noop("bar"),
}


ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "latin-1": "Latin-1"}


def _dialect(file: ImportFile) -> str:
    """How the file is written, in words: "UTF-8, separator semicolon"."""
    said = file.dialect
    if said.get("kind") != "text":
        return {"xlsx": "XLSX", "jsonl": "JSON Lines", "parquet": "Parquet"}.get(said["kind"], "")
    encoding = ENCODINGS.get(said["encoding"], said["encoding"].upper())
    delimiter = DELIMITERS.get(said["delimiter"])
    words = _("separator {delimiter}").format(
        delimiter=_(delimiter) if delimiter else said["delimiter"]
    )
    return f"{encoding}, {words}"


def _column_row(
    number: int,
    name: str,
    found: Profile | None,
    mapping: Mapping,
    target: str,
    open_: Collection[str],
) -> ColumnRow:
    choices = _fields(mapping, name, target)
    situation, band = _situation(found, mapping, target, is_open="dates" in open_)
    examples = " · ".join(found.examples) if found is not None else ""
    return ColumnRow(number, name, examples or "—", choices, target, situation, band)


def _fields(mapping: Mapping, name: str, target: str) -> list[Choice]:
    """The fields a column can fill: those of the record, and an attribute with its own name."""
    if not mapping.outputs:
        return []
    record = BY_NAME[mapping.record]
    options = [Choice("", _("Do not import"), not target)]
    names = {field.name: _field_label(record, field) for field in record.fields}
    prefix = OPEN.get(record.name)
    if prefix:
        slug = slugify(name).replace("-", "_")[:ATTRIBUTE_LIMIT] or "campo"
        names.setdefault(f"{prefix}{slug}", _("Attribute “{name}”").format(name=name))
    if target and target not in names:
        names[target] = _("Attribute “{name}”").format(name=target.rpartition(".")[2])
    for value, label in names.items():
        options.append(Choice(value, label[:1].upper() + label[1:], value == target))
    return options


def _field_label(record: Record, field: Field) -> str:
    """The field with its record, unless its name says what it belongs to."""
    label = str(field.label)
    return label if ":" in label else f"{record.label}: {label}"


ORDERS = {
    "dmy": gettext_noop("dd/mm/yyyy"),
    "mdy": gettext_noop("mm/dd/yyyy"),
    "ymd": gettext_noop("yyyy-mm-dd"),
}


def _situation(
    found: Profile | None, mapping: Mapping, target: str, *, is_open: bool
) -> tuple[str, str]:
    """What was recognised in a column, and good or warn."""
    if not target:
        return _("left out"), ""
    if found is None or found.kind == "empty":
        return _("no value in the examples"), "warn"
    if found.kind == "date":
        order = found.order if found.order == "ymd" else mapping.formats.dates or found.order
        words = _(ORDERS.get(order, ORDERS["dmy"]))
        if is_open and found.is_ambiguous and found.order != "ymd":
            return _("{order}? check above").format(order=words), "warn"
        return words, "good"
    if found.kind == "number" and found.decimal:
        return (_("decimal comma") if found.decimal == "," else _("decimal point")), "good"
    return _("recognised"), "good"


def missing(mapping: Mapping) -> list[str]:
    """This will name what a table still lacks before it can be imported."""
    if not mapping.outputs:
        return []
    main = mapping.outputs[0]
    record = BY_NAME[main.record]
    filled = {column.field for column in main.columns} | set(main.constants)
    lacking = []
    for names in guess.NEEDS[main.record]:
        if not filled & set(names):
            fields = [record.field(name) for name in names[:2]]
            lacking.append(_(" or ").join(str(field.label) for field in fields if field))
    return lacking


def change_record(members: Sequence[ImportFile], record: str) -> None:
    """This will give a table another kind of record, with its columns matched anew."""
    first = members[0]
    columns = first.dialect["columns"]
    if record == IGNORED:
        mapping = Mapping((), reason=_("you left it out"))
    else:
        profiles = profiles_of(first)
        guessed = guess.guess(columns, profiles, record=record)
        mapping = guessed or Mapping((Output(record),))
        proved = guess.default_formats(
            [c for output in mapping.outputs for c in output.columns], currency=CURRENCY
        )
        negative = "return" if record in SALES else ""
        ends = "inclusive" if record == "contract" else ""
        mapping = replace(mapping, formats=replace(proved, ends=ends, negative=negative))
    _store(members, mapping)


def change_columns(members: Sequence[ImportFile], data: Map[str, Any], number: int) -> None:
    """This will take the fields and formats a person chose for a table."""
    first = members[0]
    mapping = Mapping.from_dict(first.mapping)
    if not mapping.outputs:
        return
    profiles = profiles_of(first)
    main, *rest = mapping.outputs
    record = BY_NAME[main.record]
    before = _chosen(Mapping((main,)))
    kept = []
    for index, name in enumerate(first.dialect["columns"]):
        target = str(data.get(f"t{number}-c{index}", before.get(name, "")))
        own = [column for column in main.columns if column.name == name]
        if own and own[0].field == target:
            kept += own
        elif target and record.field(target) is not None:
            kept.append(guess.typed(name, target, profiles.get(name)))
    said = formats.taken(data, number, mapping)
    read_by = replace(mapping.formats, **said)
    outputs = (replace(main, columns=tuple(kept)), *rest)
    changed = replace(mapping, outputs=outputs, formats=read_by)
    is_other = changed.outputs != mapping.outputs
    _store(members, replace(changed, preset="") if is_other else changed)


def _store(members: Sequence[ImportFile], mapping: Mapping) -> None:
    with transaction.atomic():
        for file in members:
            file.mapping, file.record = mapping.as_dict(), mapping.record
            file.save(update_fields=["mapping", "record"])


def remember(run: ImportRun, *, now: datetime) -> None:
    """This will keep the mappings of a run for the next files with the same columns."""
    for members in tables(run):
        first = members[0]
        if not first.mapping.get("outputs") or _is_only_preset(members):
            continue
        SavedMapping.objects.update_or_create(
            header=header_key(first.dialect["columns"]),
            defaults={"record": first.record, "mapping": first.mapping, "at": now},
        )


def _is_only_preset(members: Sequence[ImportFile]) -> bool:
    """Whether a preset said everything, so that there is nothing to remember."""
    mapping = Mapping.from_dict(members[0].mapping)
    preset = next((p for p in _presets() if p.name == mapping.preset), None)
    if preset is None or report.questions(profile_of(members), mapping):
        return False
    said = preset.mapping(members[0].dialect["columns"]).formats
    return all(
        getattr(mapping.formats, name) == value for name, value in vars(said).items() if value
    )


def _presets() -> tuple[Preset, ...]:
    return (*own.presets(), *presets.built_in())


def save_preset(
    members: Sequence[ImportFile], title: str, *, by: User, now: datetime
) -> SavedPreset:
    """This will keep a table's mapping as a preset, and call the table recognised by it."""
    first = members[0]
    columns = first.dialect["columns"]
    mapping = Mapping.from_dict(first.mapping)
    saved = own.save_mapping(
        mapping, columns, title=title, by=by, now=now, header=header_key(columns)
    )
    _store(members, replace(mapping, preset=saved.name))
    return saved


def reorder(run: ImportRun) -> None:
    """This will put the files in the order of what refers to what, after records changed."""
    ranks = {name: record.rank for name, record in BY_NAME.items()}
    files = sorted(run.files.all(), key=lambda file: (ranks.get(file.record, 99), file.position))
    for position, file in enumerate(files):
        file.position = position
    ImportFile.objects.bulk_update(files, ["position"])
