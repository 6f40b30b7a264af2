"""Words for what people and rules say about health."""

from __future__ import annotations

from django.utils.translation import gettext as _

from posvenda.success import definitions
from posvenda.success.cards.models import Indicator, Override


def title(signal: Indicator) -> str:
    """This will name a signal: what a person wrote, or what the rule in force calls it."""
    return signal.title or of_rule(signal.rule)


def of_rule(name: str) -> str:
    """This will give what the rule in force of a name calls its signal."""
    rules = {rule.name: rule.label for rule in definitions.cards().indicators}
    return str(rules.get(name) or name)


def override(made: Override) -> str:
    """This will say what an override does: at most 40, exactly 40."""
    return limit(made.kind, made.value)


def limit(kind: str, value: int | None) -> str:
    """This will say what an override of a kind does with a number."""
    text = _("at most %(value)d") if kind == Override.Kind.CAP else _("exactly %(value)d")
    return text % {"value": value or 0}
