"""The page *Fichas*: the cards in force, their versions, and what differs between any two."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from posvenda.base.requests import Request
from posvenda.core.shapes import ShapeError
from posvenda.customers import sheet
from posvenda.success import definitions, tabs
from posvenda.success.editor import actions, form, reading, shown
from posvenda.success.editor.reading import DiffLine, Version

PAGE = 20


@require_GET
def cards(request: Request) -> HttpResponse:
    """This will show which card judges whom, and by what."""
    listed = reading.versions()
    locale = get_language() or "en"
    label = str(definitions.judgement().pack.label)
    values = {
        "tabs": tabs.shown("cards"),
        "pack": label,
        "cards": shown.shown(definitions.cards(), sheet.catalogue(), locale, untitled=label),
        "newest": listed[0],
        "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "draft": actions.draft(),
        "may_edit": request.user.may_manage,
    }
    return render(request, "success/editor/cards.html", values)


@require_GET
def versions(request: Request) -> HttpResponse:
    """This will show what differs between two versions: measures first, then the text."""
    listed = reading.versions()
    newest = listed[0].number
    after = _asked(listed, request.GET.get("ate", ""), newest)
    before = _asked(listed, request.GET.get("de", ""), max(after.number - 1, 0))
    is_raw = request.GET.get("modo") == "texto"
    values = {
        "tabs": tabs.shown("cards"),
        "versions": listed,
        "before": before,
        "after": after,
        "weights": weights(before, after),
        "lines": difference(before.text, after.text, is_raw=is_raw),
        "is_raw": is_raw,
        "may_edit": request.user.may_manage,
        "has_draft": actions.draft() is not None,
    }
    return render(request, "success/editor/versions.html", values)


def difference(before: str, after: str, *, is_raw: bool = False) -> list[DiffLine]:
    """This will compare two cards, comments and line breaks aside, or their very texts."""
    try:
        if not is_raw:
            before, after = (form.write(form.read(each)) for each in (before, after))
    except form.NotAForm:
        pass
    return reading.difference(before, after)


def weights(before: Version, after: Version) -> list[dict[str, Any]]:
    """This will list the measures whose part of the whole differs; one that is absent has none."""
    try:
        two = [reading.cards_of(each.text, each.number) for each in (before, after)]
    except ShapeError:
        return []
    catalogue = sheet.catalogue()
    was, now = (shown.shares(each) for each in two)
    labels = {
        f"{card.name} {measure.fact}": (
            str(card.label) or card.name,
            shown.label(measure, catalogue),
        )
        for each in two
        for card in each.cards
        for measure in card.measures
    }
    return [
        {
            "card": labels[key][0],
            "label": labels[key][1],
            "before": was.get(key),
            "after": now.get(key),
        }
        for key in dict.fromkeys((*was, *now))
        if abs((was.get(key) or 0) - (now.get(key) or 0)) > 1e-9
    ]


def _asked(listed: list[Version], asked: str, otherwise: int) -> Version:
    number = int(asked) if asked.isascii() and asked.isdigit() else otherwise
    found = next((each for each in listed if each.number == number), None)
    if found is None:
        raise Http404
    return found
