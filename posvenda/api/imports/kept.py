"""Plans as rows of the database, and back: what a job needs to read a file again."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from posvenda.api.imports.mapping.mapping import Mapping
from posvenda.api.imports.plan import Options, Planned
from posvenda.api.imports.reading.dialect import Dialect
from posvenda.api.imports.reading.files import Source
from posvenda.api.imports.reading.header import Header
from posvenda.api.imports.reading.table import Table
from posvenda.api.models import ImportFile, ImportRun
from posvenda.base.models import User


def begin(
    *, by: User | None, now: datetime, is_history: bool, options: Options | None = None
) -> ImportRun:
    """This will make a run that has no files yet."""
    return ImportRun.objects.create(
        by=by,
        created_at=now,
        is_history=is_history,
        preset=options.preset if options else "",
        options=asdict(options) if options else {},
    )


def keep(
    run: ImportRun,
    planned: Sequence[Planned],
    *,
    profiles: Map[int, dict[str, Any]] | None = None,
) -> list[ImportFile]:
    """This will store the plan of each file, in place of what the run had.

    ``profiles`` are what was seen in tables, by the place of their first file.
    """
    run.files.all().delete()
    files = [
        ImportFile(run=run, position=position, **fields(each))
        for position, each in enumerate(planned)
    ]
    for position, profile in (profiles or {}).items():
        files[position].preview["profile"] = profile
    return ImportFile.objects.bulk_create(files)


def fields(each: Planned) -> dict[str, Any]:
    """This will give the columns of the row that keeps a planned file."""
    source = each.source
    return {
        "name": source.name[:255],
        "path": str(source.path),
        "size": each.survey.size,
        "sha256": each.survey.sha256,
        "record": each.mapping.record,
        "mapping": each.mapping.as_dict(),
        "dialect": {
            **each.table.dialect.as_dict(),
            "kind": source.kind,
            "member": source.member,
            "sheet": source.sheet,
            "is_gz": source.is_gz,
            "columns": each.table.columns,
            "header_row": each.table.header.row,
            "has_header": each.table.header.is_written,
        },
        "preview": {
            "columns": {name: found.as_dict() for name, found in each.profiles.items()},
            "rows": [list(row) for row in each.examples],
        },
        "rows_total": each.survey.lines,
    }


def table_of(file: ImportFile) -> Table:
    """This will give the table a file was planned as."""
    said = file.dialect
    source = Source(
        name=file.name,
        path=Path(file.path),
        kind=said["kind"],
        member=said["member"],
        sheet=said["sheet"],
        is_gz=said["is_gz"],
    )
    names = ("encoding", "delimiter", "quote", "escape", "inner", "skips_space")
    dialect = Dialect(**{name: said[name] for name in names if name in said})
    header = Header(tuple(said["columns"]), said["header_row"], said["has_header"])
    return Table(source, dialect, header)


def mapping_of(file: ImportFile) -> Mapping:
    """This will give the mapping of a file."""
    return Mapping.from_dict(file.mapping)


def options_of(run: ImportRun) -> Options:
    """This will give what the person said when the run began."""
    return Options(**run.options) if run.options else Options()


def column_names(mapping: Mapping) -> dict[str, str]:
    """This will give the column that fills each field, the main record's first."""
    return {
        column.field: column.name
        for output in reversed(mapping.outputs)
        for column in output.columns
    }


def text_of(cell: Any) -> str:
    """This will write a cell the way refusals keep it."""
    return "" if cell is None else str(cell).replace("\0", "")[:2_000]
