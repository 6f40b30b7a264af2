"""The dialog "Filter": it only rewrites itself and leads to the list; nothing is stored."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from posvenda.base.requests import Request
from posvenda.core.conditions import Condition
from posvenda.core.facts import Catalogue
from posvenda.customers import sheet
from posvenda.customers.wording import describe
from posvenda.insights.clients import asking as ask
from posvenda.insights.clients import filters, words
from posvenda.insights.clients.filters import FilterRow, Form
from posvenda.insights.clients.pack import look

KEPT = ("q", "order", "column")
FIELDS = ("fact", "op", "value", "value2", "join", "do", "text", "mode")


@require_GET
def filter_dialog(request: Request) -> HttpResponse:
    """This will show the dialog: as the list is filtered now, or with what was just typed."""
    catalogue = sheet.catalogue()
    if "do" in request.GET:
        return _again(request, catalogue)
    asking = ask.read(request.GET, user=request.user, look=look(), catalogue=catalogue)
    form = filters.from_condition(asking.condition, catalogue)
    is_text = form is None or asking.problem is not None
    shown = form or Form((filters.first_row(catalogue),))
    return _dialog(request, shown, catalogue, text=asking.where, is_text=is_text)


def _again(request: Request, catalogue: Catalogue) -> HttpResponse:
    do = request.GET["do"]
    if request.GET.get("mode") == "text" and do == "apply":
        return _apply_text(request, catalogue)
    form = filters.from_query(request.GET, catalogue)
    match do.partition("-"):
        case "add", _, _:
            form = Form((*form.rows, filters.first_row(catalogue)), form.join)
        case "remove", _, place if place.isascii() and place.isdigit():
            kept = tuple(row for i, row in enumerate(form.rows) if i != int(place))
            form = Form(kept or (filters.first_row(catalogue),), form.join)
        case "apply", _, _:
            return _apply_rows(request, form, catalogue)
    return _dialog(request, form, catalogue, text=request.GET.get("text", ""))


def _apply_rows(request: Request, form: Form, catalogue: Catalogue) -> HttpResponse:
    checked, condition = filters.to_condition(form, catalogue)
    if condition is None and checked.rows:
        return _dialog(request, checked, catalogue, status=422)
    return _to_list(request, condition, catalogue)


def _apply_text(request: Request, catalogue: Catalogue) -> HttpResponse:
    text = request.GET.get("text", "").strip()
    sent = QueryDict(mutable=True)
    sent["where"] = text
    asking = ask.read(sent, user=request.user, look=look(), catalogue=catalogue)
    if asking.problem is None:
        return _to_list(request, asking.condition, catalogue)
    form = Form((filters.first_row(catalogue),))
    problem = words.problem(asking)
    return _dialog(
        request, form, catalogue, text=text, is_text=True, text_problem=problem, status=422
    )


def _to_list(request: Request, condition: Condition | None, catalogue: Catalogue) -> HttpResponse:
    query = QueryDict(mutable=True)
    for name in KEPT:
        query.setlist(name, [value for value in request.GET.getlist(name) if value])
    if condition is not None:
        query["where"] = filters.text_of(condition, catalogue)
    url = f"{reverse('clients')}?{query.urlencode()}"
    if not request.htmx:
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


def _dialog(
    request: Request,
    form: Form,
    catalogue: Catalogue,
    *,
    text: str = "",
    is_text: bool = False,
    text_problem: str = "",
    status: int = 200,
) -> HttpResponse:
    _checked, condition = filters.to_condition(form, catalogue)
    context = {
        "form": form,
        "rows": [_printed(row, index, catalogue) for index, row in enumerate(form.rows)],
        "families": filters.families(catalogue),
        "text": text or filters.text_of(condition, catalogue),
        "is_text": is_text,
        "text_problem": text_problem,
        "told": describe(condition, catalogue) if condition else "",
        "kept": [(name, v) for name in KEPT for v in request.GET.getlist(name)],
        "can_add": len(form.rows) < filters.MAX_ROWS,
    }
    is_whole = not request.htmx
    template = "insights/clients/filter.html" if is_whole else "insights/clients/_filter.html"
    return render(request, template, context, status=status)


def _printed(row: FilterRow, index: int, catalogue: Catalogue) -> dict[str, Any]:
    fact = catalogue[row.fact]
    return {
        "row": row,
        "index": index,
        "operators": filters.operators(fact),
        "choices": filters.choices(fact) if row.op in ("=", "!=") else [],
        "unit": filters.unit(fact),
        "has_value": row.op not in filters.WITHOUT_VALUE,
        "has_two": row.op == "between",
        "help": str(fact.help),
    }
