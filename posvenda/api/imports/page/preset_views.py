"""The page *Modelos*: presets people saved, those of the product, and presets brought as files."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from posvenda.api.imports import own
from posvenda.api.imports.mapping.presets import FOLDER, Preset, built_in
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.page.views import for_managers
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import SavedPreset
from posvenda.base.requests import Request
from posvenda.ui import toasts

COLUMNS_SHOWN = 6


@dataclass(frozen=True)
class Line:
    """A preset in the list."""

    name: str
    title: str
    records: str
    columns: str
    by: str = ""
    at: datetime | None = None


@require_http_methods(["GET", "POST"])
@for_managers
def presets_page(request: Request) -> HttpResponse:
    """This will list the presets, and take one as a text file."""
    problem = ""
    if request.method == "POST":
        try:
            saved = _take(request)
        except Unusable as error:
            problem = str(error)
        else:
            toasts.say(request, _("Preset “{title}” is saved.").format(title=saved.title))
            return redirect("import_presets")
    rows = SavedPreset.objects.select_related("by")
    context = {
        "lines": [_line(own.preset_of(row), row) for row in rows],
        "built_in": [_line(each) for each in built_in() if each.data.get("outputs")],
        "problem": problem,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "api/imports/presets.html", context, status=status)


def _take(request: Request) -> SavedPreset:
    """The preset of the file that was sent."""
    file = request.FILES.get("file")
    if file is None:
        raise Unusable("bad_preset", name=_("Nothing"), why=_("choose a file first"))
    name = str(file.name or "")[-80:]
    if (file.size or 0) > own.TEXT_LIMIT:
        raise Unusable("bad_preset", name=name, why=_("it is too long"))
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable("bad_preset", name=name, why=_("it is not UTF-8")) from error
    return own.save(text, by=request.user, now=request.now, file_name=name)


def _line(preset: Preset, row: SavedPreset | None = None) -> Line:
    names = [str(BY_NAME[output["record"]].plural) for output in preset.data.get("outputs", ())]
    form = preset.data["header"]
    columns = [str(each).partition("|")[0] for each in (form[0] if _is_nested(form) else form)]
    more = len(columns) - COLUMNS_SHOWN
    shown = ", ".join(columns[:COLUMNS_SHOWN]) + (f" +{more}" if more > 0 else "")
    who = row.by.name if row is not None and row.by is not None else ""
    records = ", ".join(dict.fromkeys(names)) or _("nothing")
    return Line(preset.name, preset.title, records, shown, who, row.at if row else None)


def _is_nested(form: list[object]) -> bool:
    return isinstance(form[0], list)


@require_GET
@for_managers
def text(request: Request, name: str) -> HttpResponse:
    """This will send a preset as the text file it is."""
    known = {preset.name for preset in built_in()}
    row = SavedPreset.objects.filter(name=name).first()
    if row is None and name not in known:
        row = get_object_or_404(SavedPreset, name=name)
    body = row.text if row is not None else (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    response = HttpResponse(body, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response


@require_POST
@for_managers
def drop(request: Request, name: str) -> HttpResponse:
    """This will delete a saved preset."""
    row = get_object_or_404(SavedPreset, name=name)
    own.delete(row, by=request.user, now=request.now)
    toasts.say(request, _("Preset “{title}” is deleted.").format(title=row.title))
    return redirect("import_presets")
