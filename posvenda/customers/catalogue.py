"""Every fact there is, by name: what lists, filters, scorecards, plays and exports speak about."""

from collections.abc import Mapping

import polars as pl

from posvenda.base import memo
from posvenda.core import facts as core
from posvenda.core.facts import Fact
from posvenda.customers.facts import HIDDEN, providers


def catalogue() -> Mapping[str, Fact]:
    """This will index all facts by name, those of declared attributes included."""
    return memo.once("catalogue", _every)


def _every() -> Mapping[str, Fact]:
    return core.catalogue(*(fact for provider in providers() for fact in provider.every()))


def schema() -> pl.Schema:
    """This will name the columns every sheet has, with their types."""
    known = {fact.name: fact.kind.dtype for fact in catalogue().values()}
    return pl.Schema({**HIDDEN, **known})
