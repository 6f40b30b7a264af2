"""Which customer a row, an event or a message is about: candidates and evidence in, a decision out.

Rules stand in the order of their strength: the company's own code, another system's code, CPF or
CNPJ, e-mail, telephone. The first rule that leaves exactly one customer decides. Where a rule
leaves several, the weaker rules may only choose among these; several at the end is no choice, but
a question for a person. A name alone finds nobody.

Contradictions outweigh agreement: two codes of one system, or two documents, are two customers,
whatever mailbox or telephone they share. A telephone does not join two names without a common word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from posvenda.core.names import has_common_word


class Rule(IntEnum):
    """What a customer was recognised by, the strongest first."""

    KEY = 1
    CODE = 2
    DOCUMENT = 3
    EMAIL = 4
    PHONE = 5


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing known of whoever is meant: ``scheme`` says whose code it is (``key``, ``crm``,
    ``tax_id``, ``email``, ``phone`` …)."""

    rule: Rule
    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a candidate that can contradict a clue: its codes by scheme, its name.

    A scheme in ``codes`` is one in which a customer has one value; e-mail and telephone are not.
    """

    codes: Mapping[str, Collection[str]] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is meant, by which clue; or nobody yet; or several, and then nobody is chosen.

    ``denied`` are candidates that agree in a clue but contradict a stronger one.
    """

    customer: int | None = None
    clue: Clue | None = None
    candidates: frozenset[int] = frozenset()
    denied: frozenset[int] = frozenset()

    @property
    def rule(self) -> Rule | None:
        """The rule that decided."""
        return self.clue.rule if self.clue else None

    @property
    def is_ambiguous(self) -> bool:
        """Whether several customers are meant equally well."""
        return self.customer is None and len(self.candidates) > 1


def decide(
    clues: Sequence[Clue],
    found: Mapping[Clue, Collection[int]],
    known: Mapping[int, Known],
    *,
    name: str = "",
) -> Decision:
    """This will choose the customer the clues mean, or none.

    ``found`` gives the customers that have a clue, ``known`` what may contradict. The order of
    ``clues`` and of the candidates does not matter.
    """
    left: frozenset[int] = frozenset()
    denied: frozenset[int] = frozenset()
    for clue in sorted(clues, key=lambda each: (each.rule, each.scheme, each.value)):
        there = frozenset(found.get(clue, ()))
        against = frozenset(pk for pk in there if _contradicts(clue, clues, known.get(pk), name))
        denied |= against
        there -= against
        if left and there & left:
            there &= left
        elif left:
            continue
        if len(there) == 1:
            return Decision(next(iter(there)), clue, there, denied)
        left = there
    return Decision(None, None, left, denied - left)


def _contradicts(by: Clue, clues: Sequence[Clue], known: Known | None, name: str) -> bool:
    """Whether a stronger clue than the one that found a customer speaks against it."""
    if known is None:
        return False
    for clue in clues:
        codes = known.codes.get(clue.scheme, ())
        if clue.rule < by.rule and codes and clue.value not in codes:
            return True
    is_weak = by.rule == Rule.PHONE
    return is_weak and bool(name and known.name) and not has_common_word(name, known.name)
