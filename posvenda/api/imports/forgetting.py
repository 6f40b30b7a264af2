"""Where imports may still hold somebody who is erased: refused rows, previews, files."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posvenda.api.imports import kept, uploaded
from posvenda.api.imports.reading import table
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import (
    ImportFile,
    ImportRun,
    Mending,
    Refusal,
    SavedMapping,
    SavedPreset,
    Source,
    SourceFile,
)
from posvenda.customers.privacy import places
from posvenda.customers.privacy.person import Person
from posvenda.customers.privacy.places import Place

Status = ImportRun.Status
BLOCK = 1_000
UNDER_WAY = (Status.CHECKING, Status.QUEUED, Status.RUNNING)
TEXT = re.compile(r"\.(csv|tsv|txt|tab|psv|jsonl|ndjson|json)$")


class ImportUnderWay(RuntimeError):
    """Raised when a file that holds the person is being read right now; the job tries again."""


def refusals(person: Person) -> int:
    """This will empty refused rows that name the person; the line and the count stay."""
    fields = ("field", "value", "params", "row")
    found = places.holding(Refusal, person, *fields)
    with transaction.atomic():
        return Refusal.objects.filter(pk__in=found).update(value="", row=[], params={})


def previews(person: Person) -> int:
    """This will empty the example rows of files that brought the person or show them."""
    batches = _batches(person)
    brought = Q(run__batch__in=batches) | Q(refusals__row=[])
    shown = places.holding(ImportFile, person, "preview", "name")
    files = ImportFile.objects.filter(brought | Q(pk__in=shown)).distinct()
    return sum(_empty(file) for file in files.iterator(BLOCK))


def settle(run: ImportRun) -> None:
    """This will empty the examples of a run's files that brought somebody who was erased."""
    hidden = Refusal.objects.filter(file__run=run, row=[]).values("file")
    for file in ImportFile.objects.filter(pk__in=hidden):
        _empty(file)


def _empty(file: ImportFile) -> int:
    columns = file.preview.get("columns", {})
    emptied = {name: {**told, "examples": []} for name, told in columns.items()}
    kept = {name: told for name, told in file.preview.items() if name != "profile"}
    file.preview = {**kept, "columns": emptied, "rows": []}
    file.save(update_fields=["preview"])
    return 1


def _batches(person: Person) -> set[int]:
    """The imports that brought anything about the customer."""
    from posvenda.customers import holdings

    found: set[int] = set()
    for holding in holdings.every():
        names = {field.name for field in holding.model._meta.fields}
        if "batch" in names:
            rows = holding.of(person.ids).exclude(batch=None)
            found.update(rows.order_by().values_list("batch_id", flat=True).distinct())
    return found


def files(person: Person) -> int:
    """This will remove brought files in which the person stands and that still lie on the disk.

    Files are removed after each finished import anyway; here are those that wait or failed.
    """
    count = 0
    for run in ImportRun.objects.exclude(status=Status.DONE).prefetch_related("files"):
        folder = uploaded.folder_of(run)
        if not folder.exists() or not _holds(run, folder, person):
            continue
        if run.status in UNDER_WAY:
            raise ImportUnderWay(run.public_id)
        uploaded.drop(run)
        _end(run)
        count += 1
    return count


def _holds(run: ImportRun, folder: Path, person: Person) -> bool:
    planned = list(run.files.all())
    if planned:
        return any(_is_in(person, _cells(file)) for file in planned)
    return any(_is_raw(person, path) for path in folder.iterdir())


def _cells(file: ImportFile) -> Iterator[object]:
    if not Path(file.path).exists():
        return
    with table.rows(kept.table_of(file)) as rows:
        for _line, cells, _trouble in rows:
            yield cells


def _is_in(person: Person, rows: Iterator[object]) -> bool:
    """A file that cannot be read to its end may hold anybody, so it counts as holding them."""
    try:
        return any(person.is_inside(cells) for cells in rows)
    except (Unusable, OSError):
        return True


def _is_raw(person: Person, path: Path) -> bool:
    """A file that nobody has looked at yet; a packed one may hold anybody."""
    if not TEXT.search(path.name):
        return True
    with path.open("rb") as file:
        return any(person.is_in(line.decode("utf-8", "replace")) for line in file)


def _end(run: ImportRun) -> None:
    problem = _(
        "The file named somebody whose data was erased at their request, so it was removed."
        " Bring it again without them."
    )
    run.summary = {k: v for k, v in run.summary.items() if k != "uploads"}
    ImportRun.objects.filter(pk=run.pk).update(
        status=Status.FAILED, problem=problem, summary=run.summary
    )


def columns(person: Person) -> int:
    """This will forget what was learnt of a file whose first line was a person, not a header."""
    count = 0
    for model, field in ((SavedMapping, "mapping"), (SavedPreset, "text")):
        fields = (field, "title") if model is SavedPreset else (field,)
        found = places.holding(model, person, *fields)
        count += model._base_manager.filter(pk__in=found).delete()[0]
    for pk in places.holding(Source, person, "mappings"):
        with transaction.atomic():
            source = Source.objects.select_for_update().get(pk=pk)
            kept = {k: v for k, v in source.mappings.items() if not person.is_inside(v)}
            Source.objects.filter(pk=pk).update(mappings=kept)
        count += 1
    return count


def names(person: Person) -> int:
    """This will take the person out of the names of files and out of what is said about them."""
    count = sum(
        places.redact(model, person, *fields)
        for model, fields in (
            (ImportFile, ("name", "dialect", "mapping", "tally")),
            (ImportRun, ("options", "summary", "problem")),
            (Source, ("name", "problem")),
            (Mending, ("source",)),
        )
    )
    seen = places.holding(SourceFile, person, "name", "mark")
    with transaction.atomic():
        return count + SourceFile.objects.filter(pk__in=seen).delete()[0]


PLACES = (
    Place(
        name="api.refusals",
        label=gettext_lazy("Refused rows of imports"),
        forget=refusals,
        tables=(Refusal,),
    ),
    Place(
        name="api.previews",
        label=gettext_lazy("Examples shown of imported files"),
        forget=previews,
        tables=(ImportFile,),
    ),
    Place(name="api.files", label=gettext_lazy("Imported files on the disk"), forget=files),
    Place(
        name="api.columns",
        label=gettext_lazy("What was learnt of files"),
        forget=columns,
        tables=(SavedMapping, SavedPreset),
    ),
    Place(
        name="api.names",
        label=gettext_lazy("Names of imported files"),
        forget=names,
        tables=(ImportRun, Source, SourceFile, Mending),
    ),
)
