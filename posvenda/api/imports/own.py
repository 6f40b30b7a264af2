"""Presets people save: the same text as the product's own, kept in the database.

A mapping on the page becomes such a text; it can be downloaded, edited, and brought to another
installation. What comes from outside is checked word by word before it is kept.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from posvenda.api.imports.mapping.mapping import Column, Formats, Latest, Mapping, Rule
from posvenda.api.imports.mapping.presets import Preset
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import SavedMapping, SavedPreset
from posvenda.base import audit
from posvenda.base.models import User

TEXT_LIMIT = 64 * 1024
COLUMNS_LIMIT = 500
TITLE_LIMIT = 120
ENOUGH = 3
KEYS = {"title", "family", "header", "formats", "outputs", "not_needed", "completes", "without"}
OUTPUT_KEYS = {"record", "columns", "constants", "rules", "needs", "latest"}


def presets() -> list[Preset]:
    """This will give the presets people saved."""
    return [preset_of(row) for row in SavedPreset.objects.all()]


def preset_of(row: SavedPreset) -> Preset:
    """This will read a saved preset."""
    return Preset.read(row.name, yaml.safe_load(row.text), is_own=True)


def text_of(mapping: Mapping, columns: Sequence[str], *, title: str) -> str:
    """This will write a mapping as the text of a preset, recognised by the columns it uses."""
    used = {column.name for output in mapping.outputs for column in output.columns}
    used |= {rule.column for output in mapping.outputs for rule in output.rules}
    header = [name for name in columns if name in used]
    data = {
        "title": title,
        "header": header if len(header) >= ENOUGH else list(columns),
        "formats": {name: value for name, value in vars(mapping.formats).items() if value},
        "outputs": [_output(output) for output in mapping.as_dict()["outputs"]],
    }
    plain: dict[str, Any] = {name: value for name, value in data.items() if value}
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=120)


def _output(output: dict[str, Any]) -> dict[str, Any]:
    """An output as a preset writes it: fields by the name of their column."""
    columns: dict[str, Any] = {}
    for column in output["columns"]:
        said = {key: value for key, value in column.items() if key != "name"}
        target = said["field"] if set(said) == {"field"} else said
        before = columns.get(column["name"])
        columns[column["name"]] = target if before is None else [*_several(before), target]
    said = {**output, "columns": columns}
    return {key: value for key, value in said.items() if value}


def _several(target: Any) -> list[Any]:
    return target if isinstance(target, list) else [target]


def save(text: str, *, by: User | None, now: datetime, file_name: str = "") -> SavedPreset:
    """This will check the text of a preset and keep it, in place of one of the same title."""
    data = read(text, name=file_name or _("The text"))
    title = data["title"] if isinstance(data["title"], str) else Preset.read("x", data).title
    return _keep(title.strip()[:TITLE_LIMIT], text, by=by, now=now)


def save_file(path: Path, *, by: User | None, now: datetime) -> SavedPreset:
    """This will keep the preset of a text file."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(TEXT_LIMIT + 1)
    except FileNotFoundError as error:
        raise Unusable("not_found", name=str(path)) from error
    except OSError as error:
        raise Unusable("forbidden", name=str(path)) from error
    except UnicodeDecodeError as error:
        raise _bad(path.name, _("it is not UTF-8")) from error
    return save(text, by=by, now=now, file_name=path.name)


def save_mapping(
    mapping: Mapping, columns: Sequence[str], *, title: str, by: User, now: datetime, header: str
) -> SavedPreset:
    """This will keep a mapping as a preset; it takes the place of what was kept for this header."""
    title = " ".join(title.split())[:TITLE_LIMIT]
    text = text_of(mapping, columns, title=title)
    read(text, name=title)
    with transaction.atomic():
        SavedMapping.objects.filter(header=header).delete()
        return _keep(title, text, by=by, now=now)


def _keep(title: str, text: str, *, by: User | None, now: datetime) -> SavedPreset:
    name = slugify(title)[:80] or "modelo"
    with transaction.atomic():
        kept, _is_new = SavedPreset.objects.update_or_create(
            name=name, defaults={"title": title, "text": text, "by": by, "at": now}
        )
        audit.record("preset.saved", about=f"preset:{name}", by=by, now=now)
    return kept


def delete(preset: SavedPreset, *, by: User, now: datetime) -> None:
    """This will delete a saved preset; imports made with it stay."""
    with transaction.atomic():
        audit.record("preset.deleted", about=f"preset:{preset.name}", by=by, now=now)
        preset.delete()


def read(text: str, *, name: str) -> dict[str, Any]:
    """This will read the text of a preset, or refuse it and say what is wrong."""
    if len(text) > TEXT_LIMIT:
        raise _bad(name, _("it is too long"))
    try:
        has_alias = any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text))
        data = None if has_alias else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _bad(name, _("it is not YAML")) from error
    if not isinstance(data, dict):
        raise _bad(name, _("it is not YAML"))
    _check(data, name)
    return data


def _bad(name: str, why: str) -> Unusable:
    return Unusable("bad_preset", name=name, why=why)


def _check(data: dict[str, Any], name: str) -> None:
    _known(data, KEYS, name)
    if not isinstance(data.get("title"), str | dict) or not data["title"]:
        raise _bad(name, _("“title” is missing"))
    header = data.get("header")
    if not isinstance(header, list) or not header or len(header) > COLUMNS_LIMIT:
        raise _bad(name, _("“header” must list the columns it is recognised by"))
    formats = _table(data.get("formats"), name)
    _known(formats, {each.name for each in fields(Formats)}, name)
    outputs = data.get("outputs") or []
    if not isinstance(outputs, list) or not (outputs or data.get("not_needed")):
        raise _bad(name, _("“outputs” says nothing"))
    for output in outputs:
        _check_output(_table(output, name), name)
    try:
        Preset.read("x", data).mapping([])
        Mapping.from_dict({"outputs": outputs})
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise _bad(name, _("a part of it is not understood")) from error


def _check_output(output: dict[str, Any], name: str) -> None:
    _known(output, OUTPUT_KEYS, name)
    record = BY_NAME.get(str(output.get("record")))
    if record is None:
        raise _bad(name, _("there is no kind of record {word}").format(word=output.get("record")))
    for targets in _table(output.get("columns"), name).values():
        for target in _several(targets):
            said = target if isinstance(target, dict) else {"field": target}
            _known(said, {each.name for each in fields(Column)} - {"name"}, name)
            _table(said.get("values"), name)
            if record.field(str(said.get("field"))) is None:
                word = f"{record.name}.{said.get('field')}"
                raise _bad(name, _("there is no field {word}").format(word=word))
    for rule in output.get("rules") or ():
        _known(_table(rule, name), {each.name for each in fields(Rule)} - {"sets"} | {"set"}, name)
    latest = _table(output.get("latest"), name)
    _known(latest, {each.name for each in fields(Latest)}, name)


def _table(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _bad(name, _("a part of it is not understood"))
    return value


def _known(said: dict[str, Any], allowed: set[str], name: str) -> None:
    for word in said:
        if word not in allowed:
            raise _bad(name, _("“{word}” is not understood there").format(word=word))
