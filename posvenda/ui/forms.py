"""How a form field is printed: label, control, hint and error tied together for everybody."""

from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect


def field_context(
    bound: BoundField, *, hint: str = "", css: str = "", label: str = ""
) -> dict[str, Any]:
    """This will give the partial its values and the control its aria attributes."""
    widget = bound.field.widget
    name = bound.id_for_label or bound.html_name
    text = hint or bound.help_text
    is_group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    is_check = isinstance(widget, CheckboxInput)
    attrs: dict[str, Any] = {}
    if not (is_group or is_check):
        attrs["class"] = f"input {widget.attrs.get('class', '')}".strip()
    described = _described(name, bool(text), bool(bound.errors))
    if described:
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "label": label or bound.label,
        "hint": text,
        "id": name,
        "css": css,
        "is_group": is_group,
        "is_check": is_check,
        "is_hidden": bound.is_hidden,
    }


def _described(name: str, has_hint: bool, has_errors: bool) -> str:
    parts = [f"{name}-hint"] if has_hint else []
    return " ".join(parts + ([f"{name}-error"] if has_errors else []))
