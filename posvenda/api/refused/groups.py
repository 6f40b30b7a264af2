"""What is refused and still open, grouped by door, source and reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import pgettext

from posvenda.api.imports.page import shown
from posvenda.api.imports.problems import heading, sentence
from posvenda.api.models import ImportRun, Refusal
from posvenda.base import deadletters
from posvenda.base.models import DeadLetter

IMPORT = "import"
COUNTED = 1_000
Status = DeadLetter.Status


@dataclass(frozen=True)
class Group:
    """Refused things of one door, one source and one reason."""

    door: str
    door_label: str
    source: str
    source_label: str
    code: str
    words: str
    count: int
    is_chosen: bool = False


def rows() -> "QuerySet[Refusal]":
    """This will give the refused rows of imports that went through and were not undone."""
    gone = (ImportRun.Status.UNDOING, ImportRun.Status.UNDONE)
    open_ = Refusal.objects.filter(status=Status.OPEN, is_warning=False)
    return open_.exclude(file__run__batch=None).exclude(file__run__status__in=gone)


def letters() -> "QuerySet[DeadLetter]":
    """This will give the open letters of the other doors."""
    return DeadLetter.objects.filter(status=Status.OPEN)


def groups(*, door: str = "", source: str = "") -> list[Group]:
    """This will give the groups, the largest first."""
    found = [*_row_groups(), *_letter_groups()]
    chosen = [g for g in found if door in ("", g.door) and source in ("", g.source)]
    return sorted(chosen, key=lambda group: (-group.count, group.words))


def _row_groups() -> list[Group]:
    counted = rows().order_by().values_list("file__run", "code").annotate(count=Count("pk"))
    told = list(counted)
    runs = ImportRun.objects.prefetch_related("files").in_bulk({run for run, _code, _n in told})
    titles = {pk: shown.title(run) for pk, run in runs.items()}
    door = pgettext("door", "Import")
    return [
        Group(IMPORT, door, runs[run].public_id, titles[run], code, heading(code), count)
        for run, code, count in told
    ]


def _letter_groups() -> list[Group]:
    told = letters().order_by().values_list("door", "source", "code").annotate(count=Count("pk"))
    groups = []
    for door, source, code, count in told:
        example = letters().filter(door=door, source=source, code=code).first()
        words = letter_sentence(example) if example is not None else code
        groups.append(Group(door, door_label(door), source, source or "—", code, words, count))
    return groups


def door_label(name: str) -> str:
    """This will name a door; one whose room is not installed keeps its own name."""
    if name == IMPORT:
        return pgettext("door", "Import")
    known = deadletters.doors().get(name)
    return str(known.label) if known is not None else name


def letter_sentence(letter: DeadLetter) -> str:
    """This will say why a letter was refused, and the way out."""
    known = deadletters.doors().get(letter.door)
    return known.sentence(letter) if known is not None else letter.code


def of_group(door: str, source: str, code: str) -> "QuerySet[Any]":
    """This will give the refused things of one group, oldest first."""
    if door == IMPORT:
        found = rows().filter(file__run__public_id=source, code=code)
        return found.select_related("file", "file__run", "file__run__batch").order_by("pk")
    return letters().filter(door=door, source=source, code=code).order_by("pk")


def doors(found: Sequence[Group]) -> list[tuple[str, str, int]]:
    """This will count the open things of each door: name, label, count."""
    counts: dict[str, int] = {}
    for group in found:
        counts[group.door] = counts.get(group.door, 0) + group.count
    return [(name, door_label(name), count) for name, count in counts.items()]


def reason(refusal: Refusal) -> str:
    """This will say what is wrong with a row, and the way out."""
    return sentence(refusal.code, refusal.params)
