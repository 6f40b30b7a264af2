"""What an import will do, file by file, before anything is read in earnest.

Files with the same columns are one table: they share a mapping, judged on examples from several of
them, and are read in the order of their names. Tables come in the order of what refers to what.
"""

from collections import defaultdict
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.translation import gettext

from posvenda.api.imports import erased, own
from posvenda.api.imports.mapping import guess, opened, presets
from posvenda.api.imports.mapping.convert import Converter, Setting
from posvenda.api.imports.mapping.mapping import Column, Formats, Mapping, Output, header_key
from posvenda.api.imports.mapping.profile import Profile, profile
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.reading import files, table
from posvenda.api.imports.reading.dialect import Dialect
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.reading.files import Source, Survey
from posvenda.api.imports.reading.header import Header
from posvenda.api.imports.reading.table import Table
from posvenda.api.models import SavedMapping
from posvenda.base import choices

EXAMPLE_FILES = 7
EXAMPLE_ROWS = 5
CURRENCY = "BRL"
SALES = ("order", "order_line")
HERE = "local"


@dataclass(frozen=True)
class Options:
    """What a person said about an import; everything else is found out."""

    preset: str = ""
    record: str = ""
    fields: Map[str, str] = field(default_factory=dict)
    formats: Map[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """One file with the way it is read and what its rows become.

    ``said`` names the formats that a person, a preset or the file itself decided.
    """

    source: Source
    survey: Survey
    table: Table
    mapping: Mapping
    profiles: Map[str, Profile]
    examples: Sequence[Sequence[str]]
    said: frozenset[str] = frozenset()


def plan(
    sources: Sequence[Source], options: Options, *, is_attended: bool = False
) -> list[Planned]:
    """This will decide how each source is read and mapped, in the order of loading.

    When nothing is recognised it refuses, unless a person is there to say what the files hold.
    """
    check(options)
    groups: dict[str, list[tuple[Source, Survey, Table]]] = defaultdict(list)
    for source in sources:
        survey = files.survey(source)
        try:
            looked = table.look(source, survey)
        except Unusable:
            if len(sources) == 1:
                raise
            looked = Table(source, Dialect(), Header(()))
        groups[header_key(looked.columns)].append((source, survey, looked))
    planned: list[Planned] = []
    for members in groups.values():
        planned += _group(members, options, is_attended=is_attended)
    if not any(each.examples for each in planned):
        raise Unusable("no_rows", name=planned[0].source.name)
    known = any(each.mapping.outputs or each.mapping.preset for each in planned)
    if not known and not is_attended:
        raise Unusable("not_recognised", name=planned[0].source.name)
    return sorted(planned, key=lambda each: (_rank(each.mapping), each.source.name))


def _rank(mapping: Mapping) -> int:
    return BY_NAME[mapping.record].rank if mapping.outputs else 99


def _group(
    members: list[tuple[Source, Survey, Table]], options: Options, *, is_attended: bool
) -> list[Planned]:
    tables = [looked for _source, _survey, looked in members]
    columns = tables[0].columns
    step = max(1, len(tables) // EXAMPLE_FILES)
    rows = [
        cells
        for each in tables[::step][: EXAMPLE_FILES + 1]
        for cells in (table.spread(each) if columns else ())
    ]
    safe = erased.without(rows)
    rows = safe or rows
    profiles = {
        name: profile([cells[index] for cells in rows]) for index, name in enumerate(columns)
    }
    name = members[0][0].name
    mapping, said = _decided(columns, profiles, rows, options, name, is_attended=is_attended)
    shown = [[_shown(cell) for cell in cells] for cells in safe[:EXAMPLE_ROWS]]
    if rows and not safe:  # erased people only: the file is judged by them and shows nothing
        profiles = {name: replace(each, examples=()) for name, each in profiles.items()}
        shown = [[""] * len(columns)]
    return [
        Planned(source, survey, looked, _written(mapping, columns, looked), profiles, shown, said)
        for source, survey, looked in members
    ]


def _written(mapping: Mapping, columns: list[str], looked: Table) -> Mapping:
    """The mapping with the columns as this file of the group writes them."""
    if looked.columns == columns:
        return mapping
    names = dict(zip(columns, looked.columns, strict=True))
    return mapping.renamed(names)


def _shown(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())[:60]


def decide(
    columns: list[str],
    profiles: Map[str, Profile],
    rows: Sequence[Sequence[Any]],
    options: Options,
    *,
    name: str = "",
    is_attended: bool = False,
) -> Mapping:
    """This will choose the mapping: what the person says, a saved one, a preset, or a guess."""
    return _decided(columns, profiles, rows, options, name, is_attended=is_attended)[0]


def _decided(
    columns: list[str],
    profiles: Map[str, Profile],
    rows: Sequence[Sequence[Any]],
    options: Options,
    name: str,
    *,
    is_attended: bool,
) -> tuple[Mapping, frozenset[str]]:
    """The mapping, and the formats that are decided and need no question."""
    if not columns:
        return Mapping((), reason=gettext("it is empty")), frozenset()
    if not rows:
        return Mapping((), reason=gettext("it has column names and no rows")), frozenset()
    mapping = _known(columns, profiles, options)
    if mapping is not None:
        mapping = opened.with_open_columns(mapping, columns, profiles)
    else:
        mapping = guess.guess(
            columns, profiles, file_name=name, record=options.record, is_attended=is_attended
        )
    if mapping is None:
        if not options.fields:
            return Mapping((), reason=gettext("what it holds was not recognised")), frozenset()
        mapping = Mapping((Output("customer"),))
    mapping = _with_fields(mapping, columns, profiles, options)
    said = {name for name, value in vars(mapping.formats).items() if value} | set(options.formats)
    return _with_formats(mapping, columns, rows, options), frozenset(said)


def _known(columns: list[str], profiles: Map[str, Profile], options: Options) -> Mapping | None:
    """A saved mapping or a preset, unless the person asks for another kind of record."""
    if options.record and not options.preset:
        return None
    saved = SavedMapping.objects.filter(header=header_key(columns)).first()
    if saved is not None and not options.preset:
        return Mapping.from_dict(saved.mapping)
    preset = presets.recognise(columns, among=options.preset, own=own.presets())
    if preset is None:
        return None
    mapping = preset.mapping(columns)
    return _completed(mapping, columns, profiles) if preset.data.get("completes") else mapping


def _completed(mapping: Mapping, columns: list[str], profiles: Map[str, Profile]) -> Mapping:
    """The mapping of a preset that names only the usual columns, with the others guessed."""
    first, *rest = mapping.outputs
    sound = [c for c in first.columns if guess.may_hold(first.record, c.field, profiles[c.name])]
    main = replace(first, columns=tuple(sound))
    guessed = guess.guess(columns, profiles, record=main.record)
    names = {column.name for column in main.columns}
    filled = {column.field for column in main.columns} | set(main.constants) - {"period"}
    more = tuple(
        column
        for output in (guessed.outputs if guessed else ())
        for column in output.columns
        if column.name not in names and column.field not in filled
    )
    return replace(mapping, outputs=(replace(main, columns=(*main.columns, *more)), *rest))


def _with_fields(
    mapping: Mapping, columns: list[str], profiles: Map[str, Profile], options: Options
) -> Mapping:
    """The mapping with the columns the person named."""
    if not options.fields or not mapping.outputs:
        return mapping
    main, *rest = mapping.outputs
    record = BY_NAME[main.record]
    chosen = dict(options.fields)
    kept = [
        column
        for column in main.columns
        if column.name not in chosen and column.field not in chosen.values()
    ]
    for name, target in chosen.items():
        if name not in columns:
            known = ", ".join(columns)
            raise Unusable("unknown_column", name=record.name, column=name, known=known)
        if target and record.field(target) is None:
            known = ", ".join(each.name for each in record.fields)
            raise Unusable("unknown_field", name=target, record=record.name, known=known)
        if target:
            kept.append(guess.typed(name, target, profiles.get(name)))
    order = {name: index for index, name in enumerate(columns)}
    kept.sort(key=lambda column: order[column.name])
    return replace(mapping, outputs=(replace(main, columns=tuple(kept)), *rest))


def _with_formats(
    mapping: Mapping, columns: list[str], rows: Sequence[Sequence[Any]], options: Options
) -> Mapping:
    if not mapping.outputs:
        return mapping
    proved = guess.default_formats(
        [column for output in mapping.outputs for column in _proved(output, columns, rows)],
        currency=guess.find_currency(mapping, columns, rows) or CURRENCY,
        grouping=guess.find_grouping(mapping, columns, rows),
    )
    if mapping.record in SALES:
        proved = replace(proved, negative="return")
    formats = replace(proved, **{k: v for k, v in vars(mapping.formats).items() if v})
    mapping = replace(mapping, formats=formats).with_formats(**dict(options.formats))
    if mapping.record == "contract" and not mapping.formats.ends:
        ends = guess.find_ends(_periods(mapping, columns, rows))
        return mapping.with_formats(ends=ends or "inclusive")
    return mapping


def _proved(output: Output, columns: list[str], rows: Sequence[Sequence[Any]]) -> list[Column]:
    """The columns with the decimal sign and order of dates their cells prove."""
    found = []
    for column in output.columns:
        if column.name in columns:
            index = columns.index(column.name)
            found.append(guess.typed(column.name, column.field, profile([r[index] for r in rows])))
    types = {"cents", "price", "number", "integer", "moment", "day"}
    record = BY_NAME[output.record]
    return [each for each in found if (kind := record.field(each.field)) and kind.type in types]


def _periods(
    mapping: Mapping, columns: list[str], rows: Sequence[Sequence[Any]]
) -> list[tuple[date, date]]:
    """Starts and ends of the examples, as they are written."""
    exclusive = mapping.with_formats(ends="exclusive")
    converter = Converter(exclusive, columns, setting(exclusive.formats))
    pairs: list[tuple[date, date]] = []
    for cells in rows:
        made, _problems = converter.rows(0, cells)
        row = made[0]
        if row is not None and row.get("starts_on") and row.get("ends_on"):
            pairs.append((row["starts_on"], row["ends_on"]))
    return pairs


def setting(formats: Formats) -> Setting:
    """This will give what the installation and the file's formats say of zones and telephones."""
    is_here = formats.time_zone in ("", HERE)
    zone = timezone.get_default_timezone() if is_here else ZoneInfo(formats.time_zone)
    return Setting(zone, ddd=choices.get("default_ddd"), currency=CURRENCY)


FORMATS = {
    "decimal": (",", "."),
    "dates": ("dmy", "mdy", "ymd"),
    "ends": ("inclusive", "exclusive"),
    "negative": ("return", "correction"),
    "nobody": ("in", "out"),
}


def check(options: Options) -> None:
    """This will refuse options that name what does not exist."""
    known = presets.names(own.presets()) if options.preset else []
    if options.preset and options.preset not in known:
        raise Unusable("unknown_preset", name=options.preset, known=", ".join(known))
    if options.record and options.record not in BY_NAME:
        raise Unusable("unknown_record", name=options.record, known=", ".join(BY_NAME))
    for name, allowed in FORMATS.items():
        value = options.formats.get(name)
        if value and value not in allowed:
            raise Unusable("bad_option", name=value, known=" / ".join(allowed))
    zone = options.formats.get("time_zone")
    if zone:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise Unusable("bad_option", name=zone, known="America/Sao_Paulo") from error
