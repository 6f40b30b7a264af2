"""The preview of a draft on today's facts, and publishing it: a person does."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.core.health import Cards
from posvenda.core.health.card import rounded
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions, tabs
from posvenda.success.editor import actions, faults, proof, reading, trying
from posvenda.success.editor import preview as theory
from posvenda.success.editor.models import CardDraft
from posvenda.success.editor.preview import Moves, Preview
from posvenda.success.editor.views import difference, weights
from posvenda.success.editor.views_draft import for_managers, revision_of
from posvenda.ui import toasts

PAGE = 25
KEPT = 4
_kept: OrderedDict[tuple[object, ...], Preview] = OrderedDict()
_lock = Lock()


@require_GET
def preview(request: Request) -> HttpResponse:
    """This will show what would change if the draft judged from now on."""
    for_managers(request)
    draft = actions.draft()
    if draft is None:
        toasts.say(request, _("There is no draft. Start one here."))
        return redirect("health_cards")
    newest = reading.newest()
    values: dict[str, Any] = {
        "tabs": tabs.shown("cards"),
        "draft": draft,
        "newest": newest,
        "faults": faults.faults(draft.text, sheet.catalogue()),
        "is_out_of_date": draft.base_version != newest.number,
        "is_unchanged": draft.text == newest.text,
    }
    if not values["faults"]:
        values |= _tried(request, draft, newest)
    values["may_publish"] = not (
        values["faults"] or values["is_out_of_date"] or values["is_unchanged"]
    )
    return render(request, "success/editor/preview.html", values)


@require_POST
def test(request: Request) -> HttpResponse:
    """This will have the worker back-test the draft, or the card in force, on the past."""
    for_managers(request)
    draft = actions.draft()
    if draft is None or faults.faults(draft.text, sheet.catalogue()):
        return redirect("health_preview")
    newest, name = reading.newest(), reading.name()
    two = (f"{name}@{newest.number}", newest.text), (f"{name}@{newest.number + 1}", draft.text)
    try:
        is_asked = proof.ask(*two, by=request.user, now=request.now)
    except proof.Busy:
        toasts.say(request, _("Another back-test is under way. Try again when it is done."))
    else:
        said = _("The worker tests it now.") if is_asked else _("Both were tested already.")
        toasts.say(request, said)
    return redirect("health_preview")


@require_POST
def publish(request: Request) -> HttpResponse:
    """This will put the draft in force."""
    for_managers(request)
    draft = actions.draft()
    if draft is None:
        return redirect("health_cards")
    try:
        row = actions.publish(
            draft,
            revision=revision_of(request),
            by=request.user,
            now=request.now,
            note=request.POST.get("note", "")[:300],
        )
    except (actions.MovedOn, actions.OutOfDate, actions.NothingNew, actions.Faulty) as error:
        toasts.say(request, str(REFUSALS[type(error)]), is_error=True)
        return redirect("health_preview")
    text = _("Version %(version)d is in force. Health and queue are worked out again now.")
    toasts.say(request, text % {"version": row.version})
    return redirect("health_cards")


REFUSALS: dict[type[Exception], object] = {
    actions.MovedOn: gettext_lazy("Somebody saved the draft in between. Look at it again first."),
    actions.OutOfDate: gettext_lazy("Another version came into force. Look at it first."),
    actions.NothingNew: gettext_lazy("The draft says what the version in force says."),
    actions.Faulty: gettext_lazy("The draft has faults to mend first."),
}


def _tried(request: Request, draft: CardDraft, newest: reading.Version) -> dict[str, Any]:
    view = sheet.lazy(now=request.now)
    cards = definitions.read_cards(draft.text, version=newest.number + 1)
    found = _cached(request, draft, cards, view)
    is_mine = _seen(found.changes, request.user)
    moved = is_mine.filter(pl.col("before") != pl.col("after"))
    is_all = request.GET.get("quem") == "todos"
    listed = is_mine if is_all else moved
    page = Paginator(range(listed.height), PAGE).get_page(request.GET.get("page"))
    start = max(page.start_index() - 1, 0)
    rules = definitions.judgement()
    titles = {offer.id: str(offer.do) for offer in rules.offers}
    signals = {each.name: str(each.label) for each in (*rules.cards.indicators, *cards.indicators)}
    return {
        "preview": found,
        "proof": proof.of(newest.text, draft.text),
        "built_at": view.built_at,
        "has_sheet": view.built_at is not None and found.judged > 0,
        "matrix": trying.matrix(found),
        "summary": trying.summary(found),
        "moved": moved.height,
        "rescored": is_mine.height,
        "is_all": is_all,
        "page": page,
        "lines": _lines(listed.slice(start, PAGE), request.user),
        "plays": _named(found.plays, titles),
        "signals": _named(found.signals, signals),
        "load": _load(found),
        "money_label": sheet.catalogue()[found.money].label,
        "weights": weights(newest, reading.Version(newest.number + 1, draft.text, None, None)),
        "lines_of_text": difference(newest.text, draft.text),
    }


def _cached(request: Request, draft: CardDraft, cards: Cards, view: sheet.SheetView) -> Preview:
    newest, rules = sheet.newest(), definitions.judgement()
    state = (newest.pk, newest.patch) if newest else ()
    key = (str(sheet.folder()), *state, sheet.newest_touch(), rules.key, draft.pk, draft.revision)
    with _lock:
        if key not in _kept:
            _kept[key] = theory.preview(
                view.frame, rules, cards, sheet.catalogue(), as_of=view.as_of
            )
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return _kept[key]


def _seen(changes: pl.DataFrame, user: User) -> pl.DataFrame:
    if user.sees_everyone:
        return changes
    ids = list(Customer.objects.visible_to(user).values_list("pk", flat=True))
    return changes.filter(pl.col("customer_id").is_in(ids))


def _lines(part: pl.DataFrame, user: User) -> list[dict[str, Any]]:
    rows = part.to_dicts()
    ids = [row["customer_id"] for row in rows]
    known = Customer.objects.visible_to(user).select_related("owner").in_bulk(ids)
    return [
        {
            **row,
            "customer": known[row["customer_id"]],
            "change": _change(row["score_before"], row["score_after"]),
        }
        for row in rows
        if row["customer_id"] in known
    ]


def _change(before: float | None, after: float | None) -> int | None:
    return None if before is None or after is None else rounded(after) - rounded(before)


def _named(moves: tuple[Moves, ...], names: dict[str, str]) -> list[dict[str, Any]]:
    """What moves, the most first; rules about which nothing changes are left out."""
    moving = [each for each in moves if each.starts or each.stops]
    ordered = sorted(moving, key=lambda each: -(each.starts + each.stops))
    return [{"label": names.get(each.name) or each.name, "moves": each} for each in ordered]


def _load(found: Preview) -> list[dict[str, Any]]:
    rows = found.load.to_dicts()
    people = User.objects.in_bulk([row["owner"] for row in rows if row["owner"] is not None])
    named = [
        {**row, "person": people.get(row["owner"]), "change": row["comes"] - row["was"]}
        for row in rows
    ]
    return sorted(named, key=lambda row: (row["person"] is None, str(row["person"])))
