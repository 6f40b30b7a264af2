"""Access and portability: everything held about a person in one ZIP, as JSON and as CSV."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from posvenda.base import audit, choices
from posvenda.customers import holdings
from posvenda.customers.models import Customer
from posvenda.customers.privacy import places, portable, purposes, requests
from posvenda.customers.privacy.models import Request
from posvenda.customers.privacy.person import Person

KEPT = timedelta(days=30)
FIXED = (1980, 1, 1, 0, 0, 0)


def folder() -> Path:
    """This will give the folder of exports; it is no part of a backup."""
    path = Path(settings.HOME) / "exports"
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def path_of(request: Request) -> Path | None:
    """This will give the file of a request while it is there."""
    path = folder() / request.file if request.file else None
    return path if path is not None and path.exists() else None


def make(request_id: int, *, now: datetime) -> None:
    """This will write the export of a verified request; a second time changes nothing."""
    request = Request.objects.select_related("customer", "contact").get(pk=request_id)
    if request.customer is None or path_of(request) is not None:
        return
    if request.status not in requests.WAITING:
        return
    packed = build(Person(request.customer, request.contact), now=now)
    name = f"{request.public_id}.zip"
    partial = folder() / f"{name}.part"
    partial.write_bytes(packed)
    partial.chmod(0o600)
    partial.replace(folder() / name)
    with transaction.atomic():
        Request.objects.filter(pk=request.pk).update(file=name)
        digest = hashlib.sha256(packed).hexdigest()
        audit.record(
            "privacy.exported",
            about=f"request:{request.public_id}",
            by=request.verified_by,
            now=now,
            detail={"sha256": digest, "bytes": len(packed)},
        )


def build(person: Person, *, now: datetime) -> bytes:
    """This will pack what is held about a person; the same data gives the same bytes."""
    files = {f"csv/{name}.csv": portable.as_csv(t) for name, t in portable.tables(person).items()}
    files[_("person") + ".json"] = json.dumps(
        everything(person, now=now), ensure_ascii=False, indent=1, default=portable.written
    ).encode()
    files[_("README") + ".txt"] = _readme(person, now).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def everything(person: Person, *, now: datetime) -> dict[str, Any]:
    """This will list every holding with the fields a person gets, and why each is there."""
    held: dict[str, Any] = {}
    for holding in holdings.every():
        rows = portable.rows_of(holding, person) if holding.exported else None
        if rows is not None:
            held[holding.name] = {
                "label": str(holding.label),
                "kept_by_law": str(holding.kept_by_law),
                "rows": list(_rows(rows, holding.exported)),
                "former": list(_rows(portable.former(holding, person), holding.exported)),
            }
    for place in holdings.elsewhere():
        if place.read is not None and person.contact is None:
            rows_ = [dict(row) for row in place.read(person.ids)]
            held[place.name] = {"label": str(place.label), "kept_by_law": "", "rows": rows_}
    return {
        "format": "posvenda/person/1",
        "company": choices.get("company"),
        "written_at": now.isoformat(),
        "held": held,
        "also_named_in": [
            {"place": str(place.label), "rows": count}
            for place in places.every()
            if (count := places.count(place, person))
        ],
        "purposes": [_purpose(each) for each in purposes.purposes()],
        "source": _("Written down by the company, by imports, or told by connected systems."),
    }


def _rows(rows: "models.QuerySet[Any]", fields: Iterable[str]) -> Iterable[dict[str, Any]]:
    for row in rows.order_by("pk").iterator(2_000):
        yield {name: _shown(getattr(row, name)) for name in fields}


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value


def _purpose(each: purposes.Purpose) -> dict[str, str]:
    return {
        "purpose": each.label,
        "for": each.help,
        "basis": f"{each.basis} ({each.basis.article})",
        "kept": each.keeps,
    }


def _readme(person: Person, now: datetime) -> str:
    lines = [
        _("What %(company)s holds about %(name)s, written on %(day)s.")
        % {"company": choices.get("company"), "name": person.name, "day": now.date().isoformat()},
        "",
        _("The .json file has everything, with the reason and the time it is kept."),
        _("The folder csv/ has the same in tables; any installation of posvenda imports them."),
    ]
    return "\n".join(lines) + "\n"


def drop_of(person: Person) -> int:
    """This will remove the exports of a person that lie on the disk."""
    found = Request.objects.filter(customer__in=person.ids).exclude(file="")
    if person.contact is not None:
        found = found.filter(contact=person.contact)
    return _drop(found)


def drop_old(*, now: datetime) -> int:
    """This will remove exports thirty days after their request was answered."""
    return _drop(Request.objects.filter(closed_at__lt=now - KEPT).exclude(file=""))


def _drop(found: "models.QuerySet[Request]") -> int:
    for request in found:
        (folder() / request.file).unlink(missing_ok=True)
    return found.update(file="")


def digest(customer: Customer, *, now: datetime) -> str:
    """This will hash the facts of a customer that come from its own data: a re-import equals it.

    Left out is what other people's data decide (ranks, shares of all features), who looks after
    the customer here, and internal numbers.
    """
    from posvenda.base import clock
    from posvenda.customers import sheet

    row = sheet.build(as_of=clock.day_of(now), customers=[customer.pk]).row(0, named=True)
    told = {name: _compared(name, value) for name, value in row.items() if _is_own(name)}
    text = json.dumps(told, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


OWN = (
    "who.",
    "contract.",
    "usage.",
    "tickets.",
    "nps.",
    "csat.",
    "ces.",
    "orders.",
    "consent.",
    "attr.",
)
RELATIVE = ("who.owner", "who.owner_id", "who.touch")


def _compared(name: str, value: Any) -> Any:
    """Own attributes compare as text: a file does not say which kind they were declared as."""
    return str(value) if name.startswith("attr.") and value is not None else value


def _is_own(name: str) -> bool:
    is_relative = name in RELATIVE or "rank" in name or "rfm" in name or name.endswith("_fifth")
    return name.startswith(OWN) and not is_relative
