"""Words for what people and rules say about health."""

from __future__ import annotations

from django.utils.translation import gettext as _

from posvenda.success import definitions
from posvenda.success.cards.models import Indicator, Override


def title(signal: Indicator) -> str:
    """This will name a signal: what a person wrote, or what the rule in force calls it."""
    if signal.title:
        return signal.title
    rules = {rule.name: rule.label for rule in definitions.cards().indicators}
    return str(rules.get(signal.rule) or signal.rule)


def override(made: Override) -> str:
    """This will say what an override does: at most 40, exactly 40."""
    text = _("at most %(value)d") if made.kind == Override.Kind.CAP else _("exactly %(value)d")
    return text % {"value": made.value or 0}
