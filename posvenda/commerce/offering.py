"""The catalogue of features in force: what the product offers, in which plans, to whom."""

from __future__ import annotations

from datetime import datetime

import yaml

from posvenda.base import memo
from posvenda.base.models import Definition, User
from posvenda.commerce import texts
from posvenda.core.facts import Catalogue, Fact
from posvenda.core.features import Features, check_features, load_features
from posvenda.core.shapes import ShapeError
from posvenda.customers import facts

PROVIDER = "features"
EMPTY = """\
# What the product offers. A feature needs a key; the rest may be left out.
#
# features:
#   - key: invoices
#     name: Notas fiscais
#     means: ["Invoice *", nota_fiscal]     # usage labels; * and ? stand for any text
#     plans: [pro]                          # products that include it; none: all
#     when: contract.seats >= 10            # for whom it matters; none: everybody
features: []
"""


def in_force() -> Features:
    """This will give the catalogue in force; without one it is empty."""
    return memo.once("features", _newest)


def read(text: str) -> Features:
    """This will read a catalogue from its text; ``ShapeError`` names what is wrong."""
    try:
        return load_features(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise ShapeError("", f"is not YAML: {error}") from error


def publish(text: str, *, by: User | None, now: datetime) -> Definition:
    """This will put a catalogue in force; ``ShapeError`` leaves everything as it was."""
    return texts.publish(KIND, text, by=by, now=now)


def askable() -> Catalogue:
    """This will give the facts a feature's condition may ask about: those made before adoption."""
    found: dict[str, Fact] = {}
    for provider in facts.providers():
        if provider.name == PROVIDER:
            break
        found |= {fact.name: fact for fact in provider.every()}
    return found


def _newest() -> Features:
    row = texts.newest(KIND.name)
    return read(row.text) if row else ()


def _problems(text: str) -> list[str]:
    try:
        found = read(text)
    except ShapeError as error:
        return [str(error)]
    return [f"{path}: {problem}" for path, problem in check_features(found, askable())]


KIND = texts.Kind("features", lambda: EMPTY, _problems)
