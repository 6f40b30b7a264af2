"""The editor: the draft as a form or as text, one object in both."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from posvenda.base.requests import Request
from posvenda.customers import sheet
from posvenda.success import tabs
from posvenda.success.editor import actions, faults, form, laid_out, reading, verbs
from posvenda.success.editor.models import CardDraft
from posvenda.ui import toasts

FORM, TEXT = "formulario", "texto"
SAVE = "salvar"


@require_POST
def start(request: Request) -> HttpResponse:
    """This will start a draft from the version in force, or from an older one."""
    for_managers(request)
    asked = request.POST.get("versao", "")
    older = reading.find(int(asked)) if asked.isascii() and asked.isdigit() else None
    if asked and older is None:
        raise Http404
    actions.start(by=request.user, now=request.now, text=older.text if older else None)
    return redirect("health_draft")


@require_http_methods(["GET", "POST"])
def edit(request: Request) -> HttpResponse:
    """This will show the draft as a form or as text, and keep what was written in either."""
    for_managers(request)
    draft = actions.draft()
    if draft is None:
        toasts.say(request, _("There is no draft. Start one here."))
        return redirect("health_cards")
    mode = TEXT if request.GET.get("modo") == TEXT else FORM
    if request.method == "POST":
        return _kept(request, draft, mode)
    return _page(request, draft, draft.text, mode)


@require_POST
def decide(request: Request) -> HttpResponse:
    """This will throw the draft away, or put it on top of the newest version."""
    for_managers(request)
    draft = actions.draft()
    if draft is None:
        return redirect("health_cards")
    is_rebase = request.POST.get("verb") == "basear"
    act = actions.rebase if is_rebase else actions.discard
    try:
        act(draft, revision=revision_of(request), by=request.user, now=request.now)
    except actions.MovedOn:
        toasts.say(request, _("Somebody saved the draft in between. Look again."), is_error=True)
        return redirect("health_draft")
    if is_rebase:
        toasts.say(request, _("The draft now stands on the newest version."))
        return redirect("health_draft")
    toasts.say(request, _("The draft was thrown away."))
    return redirect("health_cards")


def _kept(request: Request, draft: CardDraft, mode: str) -> HttpResponse:
    verb = request.POST.get("verb", SAVE)
    try:
        text = _written(request, draft, mode, verb)
        draft = actions.save(
            draft, text, revision=revision_of(request), by=request.user, now=request.now
        )
    except (form.NotAForm, verbs.NoSuchPlace):
        toasts.say(
            request, _("The form does not fit the text any more. Look again."), is_error=True
        )
        return redirect(f"{reverse('health_draft')}?modo={TEXT}")
    except actions.TooLong:
        return _page(request, draft, request.POST["text"], TEXT, is_too_long=True, status=422)
    except actions.MovedOn:
        return _page(request, actions.draft() or draft, text, mode, is_behind=True, status=409)
    return _onwards(request, draft, mode, verb)


def _written(request: Request, draft: CardDraft, mode: str, verb: str) -> str:
    given = request.POST.get("text", draft.text).replace("\r\n", "\n")
    if mode == TEXT:
        return given
    catalogue = sheet.catalogue()
    text = form.saved(given, request.POST.dict(), catalogue)
    if ":" not in verb:
        return text
    data = form.read(text)
    verbs.perform(data, verb, request.POST.dict(), catalogue)
    return form.write(data)


def _onwards(request: Request, draft: CardDraft, mode: str, verb: str) -> HttpResponse:
    if verb == "previa":
        return redirect("health_preview")
    other = {TEXT: FORM, FORM: TEXT}[mode] if verb == "trocar" else mode
    if verb == SAVE:
        found = faults.faults(draft.text, sheet.catalogue())
        text = _("Saved, with faults to mend.") if found else _("Saved.")
        toasts.say(request, text)
    return redirect(f"{reverse('health_draft')}?modo={other}{_anchor(verb)}")


def _anchor(verb: str) -> str:
    """Where the reader goes on after a button: the group, or the card, that it changed."""
    name, _colon, place = verb.partition(":")
    if not place:
        return ""
    parts = place.split(".")
    kept = parts[:-2] if name in verbs.MOVES and len(parts) > 2 else parts
    return f"#{''.join(kept)}"


def _page(
    request: Request,
    draft: CardDraft,
    text: str,
    mode: str,
    *,
    status: int = 200,
    **told: bool,
) -> HttpResponse:
    catalogue = sheet.catalogue()
    found = faults.faults(text, catalogue)
    newest = reading.newest()
    values: dict[str, Any] = {
        "tabs": tabs.shown("cards"),
        "draft": draft,
        "text": text,
        "faults": found,
        "newest": newest,
        "is_out_of_date": draft.base_version != newest.number,
        "is_unchanged": text == newest.text,
        "comments": form.has_comments(text),
        "rows": min(max(text.count("\n") + 2, 12), 40),
        **told,
    }
    try:
        values["form"] = laid_out.form(form.read(text), catalogue, found)
        values["facts"] = [(name, fact.label) for name, fact in sorted(catalogue.items())]
    except form.NotAForm:
        values["is_no_form"] = mode == FORM
        mode = TEXT
    values["mode"] = mode
    return render(request, "success/editor/edit.html", values, status=status)


def revision_of(request: Request) -> int:
    """This will give the revision of the draft that the person looked at."""
    asked = request.POST.get("revision", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else -1


def for_managers(request: Request) -> None:
    """This will let in who may change a scorecard."""
    if not request.user.may_manage:
        raise PermissionDenied
