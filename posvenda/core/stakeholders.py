"""Stakeholder coverage: which roles are wanted at a customer, and which of them somebody fills.

    filled rate = wanted roles that a contact fills ÷ wanted roles

A contact fills a role by a word of its job title, compared without case and accents (a word that
ends in * stands for its beginnings, several words must stand together), or by being the champion.
One person may fill several roles. The list of roles (who decides, who defends, who uses, who pays)
follows the buying-centre roles of Webster and Wind, "A General Model for Understanding
Organizational Buying Behavior", 1972.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from posvenda.core import shapes
from posvenda.core.facts import Words
from posvenda.core.names import folded
from posvenda.core.shapes import ShapeError, faults_named

_ROLE = frozenset({"key", "label", "words", "is_champion"})


class RoleError(ShapeError):
    """Wanted roles that cannot be read; `path` says where."""


@dataclass(frozen=True)
class Role:
    """One wanted role: by which words of a job title it is known, or that it is the champion's."""

    key: str
    label: Words
    words: tuple[str, ...] = ()
    is_champion: bool = False

    def is_filled_by(self, title: str, *, is_champion: bool) -> bool:
        """This will say whether a contact with this job title fills the role."""
        if self.is_champion and is_champion:
            return True
        return bool(self.words) and self._pattern.search(folded(title)) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        each = (re.escape(folded(word)).replace(r"\*", r"\w*") for word in self.words)
        return re.compile(rf"\b(?:{'|'.join(each)})\b")


Roles = tuple[Role, ...]


def load_roles(data: object) -> Roles:
    """This will read wanted roles from nested mappings and lists, as YAML gives them."""
    with faults_named(RoleError):
        top = shapes.mapping(data, "", frozenset({"roles"}))
        found = tuple(
            _role(each, path) for path, each in shapes.items(top.get("roles") or [], "roles")
        )
        shapes.refuse_twice([role.key for role in found], "roles")
        return found


def filled(roles: Roles, people: Iterable[tuple[str, bool]]) -> frozenset[str]:
    """This will name the roles that these people (job title, is champion) fill."""
    there = list(people)
    return frozenset(
        role.key
        for role in roles
        if any(role.is_filled_by(title, is_champion=flag) for title, flag in there)
    )


def titles(roles: Roles, told: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """This will name, for each job title, the roles its words fill."""
    return {
        title: tuple(role.key for role in roles if role.is_filled_by(title, is_champion=False))
        for title in told
    }


def _role(data: object, path: str) -> Role:
    found = shapes.mapping(data, path, _ROLE)
    key = shapes.name(found, "key", path)
    words = found.get("words") or []
    if not isinstance(words, list) or not all(isinstance(each, str) and each for each in words):
        raise ShapeError(f"{path}.words", "must be a list of words")
    is_champion = found.get("is_champion") is True
    if not words and not is_champion:
        raise ShapeError(path, "needs words, or is_champion")
    return Role(
        key=key,
        label=shapes.text(found.get("label", key), f"{path}.label"),
        words=tuple(words),
        is_champion=is_champion,
    )
