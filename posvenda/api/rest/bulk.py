"""Many rows at once: good ones in, bad ones out with their reasons, in short transactions.

Every row is upserted by its key, so sending the same rows again changes nothing. With an
``Idempotency-Key`` the results so far are kept in the transaction of each part; the same request
after a crash goes on where it stopped and ends with the same report.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from pydantic import ValidationError

from posvenda.api.rest import faults
from posvenda.api.rest.bodies import answer
from posvenda.api.rest.door import Call
from posvenda.api.rest.problems import Fault, refuse
from posvenda.api.rest.records.resource import Resource
from posvenda.api.rest.schemas.pages import ROWS
from posvenda.api.rest.taking import Result, Taking
from posvenda.base import clock

PART = 250
STATUSES = ("created", "updated", "unchanged", "refused")
DESCRIPTION = (
    f"Up to {ROWS:,} items of the shape that creates one. Each is found by its key and created or "
    "corrected; each is judged by itself: the good ones go in, the refused ones are told with "
    "field, value and reason. Twice the same item is once; send an `Idempotency-Key` to get the "
    "same report for the same request."
)


def body_of(resource: Resource) -> dict[str, Any]:
    """This will describe the body: any object may stand in ``items`` and is judged by itself."""
    shape = {"$ref": f"#/components/schemas/{resource.new.__name__}"}
    items = {
        "type": "array",
        "minItems": 1,
        "maxItems": ROWS,
        "items": {"anyOf": [shape, {"type": "object"}]},
    }
    schema = {
        "type": "object",
        "required": ["items"],
        "additionalProperties": False,
        "properties": {"items": items},
        "title": f"{resource.new.__name__}Bulk",
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def run(resource: Resource, call: Call) -> HttpResponse:
    """This will take all items in, part by part, and report on each."""
    items = _items(call.parsed)
    results: list[dict[str, Any]] = list(call.claim.progress) if call.claim else []
    taking = Taking(resource, access=call.access, now=call.now)
    for start in range(0, len(items), PART):
        part = items[start : start + PART]
        if start < len(results):
            _part(taking, part, start, is_taken=True)
            continue
        with transaction.atomic():
            results += _part(taking, part, start)
            if call.claim is not None:
                call.claim.go_on(results, now=clock.now())
    counts = Counter(result["status"] for result in results)
    return answer({**{status: counts[status] for status in STATUSES}, "results": results})


def _items(body: Any) -> list[dict[str, Any]]:
    if not isinstance(body, dict):
        raise refuse(Fault("not_object", pointer=""))
    unknown = [name for name in body if name != "items"]
    if unknown:
        raise refuse(*(Fault("unknown_field", pointer=faults.pointer([n])) for n in unknown[:20]))
    if "items" not in body:
        raise refuse(Fault("required", pointer="/items"))
    items = body["items"]
    if not isinstance(items, list):
        raise refuse(Fault("not_list", pointer="/items"))
    if not items:
        raise refuse(Fault("too_few", pointer="/items", params={"limit": 1}))
    if len(items) > ROWS:
        raise refuse(Fault("too_many", pointer="/items", params={"limit": ROWS}))
    odd = [place for place, item in enumerate(items) if not isinstance(item, dict)]
    if odd:
        raise refuse(*(Fault("not_object", pointer=f"/items/{place}") for place in odd[:20]))
    return items


def _part(
    taking: Taking, part: Sequence[dict[str, Any]], start: int, *, is_taken: bool = False
) -> list[dict[str, Any]]:
    """Take one part in; of one that is in already only the keys are noted."""
    sound: list[tuple[int, dict[str, Any]]] = []
    told: dict[int, dict[str, Any]] = {}
    for index, raw in enumerate(part, start):
        try:
            sound.append((index, taking.resource.new.model_validate(raw).model_dump()))
        except ValidationError as error:
            errors: Any = error.errors(include_url=False)
            found = faults.of_row(errors, raw, "")
            told[index] = _told(Result(index, "refused", None, found))
    if is_taken:
        taking.skim(sound)
        return []
    for result in taking.take(sound) if sound else ():
        told[result.index] = _told(result)
    return [told[index] for index in range(start, start + len(part))]


def _told(result: Result) -> dict[str, Any]:
    entry: dict[str, Any] = {"index": result.index, "status": result.status}
    if result.shown is not None:
        entry["id"] = result.shown["id"]
    for name, some in (("errors", result.faults), ("warnings", result.warnings)):
        if some:
            entry[name] = [_placed(fault, result.index) for fault in some]
    return entry


def _placed(fault: Fault, index: int) -> dict[str, Any]:
    told = fault.as_dict()
    told["pointer"] = f"/items/{index}{told.get('pointer', '')}"
    return told
