"""Reading a condition from its text form.

condition  = any ; any = all {"or" all} ; all = not {"and" not}
not        = "not" not | "(" any ")" | comparison
comparison = name ("=" | "!=" | "<" | "<=" | ">" | ">=") value
           | name ("contains" | "starts with") value | name "between" value "and" value
           | name ["not"] "in" "[" value {"," value} "]" | name "is" ("known" | "unknown")
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from posvenda.core.conditions.errors import ConditionError
from posvenda.core.conditions.tokens import CURRENCY, RESERVED, Token, tokens
from posvenda.core.conditions.tree import (
    MAX_COMPARISONS,
    MAX_DAYS,
    MAX_DEPTH,
    MAX_NUMBER,
    Compare,
    Condition,
    Days,
    Not,
    Scalar,
    Today,
    Value,
    all_of,
    any_of,
    depth,
)
from posvenda.core.money import Money, to_cents

_SYMBOLS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def parse(text: str) -> Condition:
    """This will read a condition from text, or raise a ConditionError that says where it fails."""
    reader = _Reader(tokens(text))
    if reader.here.kind == "end":
        raise ConditionError("empty")
    condition = reader.any()
    if reader.here.kind != "end":
        raise ConditionError("leftover", reader.here.position, found=reader.here.shown)
    if depth(condition) > MAX_DEPTH:
        raise ConditionError("too_deep", limit=MAX_DEPTH)
    return condition


class _Reader:
    """This will walk once over the tokens, never back."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._index = 0
        self._level = 0
        self._comparisons = 0

    @property
    def here(self) -> Token:
        return self._tokens[self._index]

    def any(self) -> Condition:
        return self._joined("or", self._all, any_of)

    def _all(self) -> Condition:
        return self._joined("and", self._not, all_of)

    def _joined(
        self,
        word: str,
        part: Callable[[], Condition],
        join: Callable[[Sequence[Condition]], Condition],
    ) -> Condition:
        parts = [part()]
        while self._takes(word):
            parts.append(part())
        return join(parts)

    def _not(self) -> Condition:
        at = self.here.position
        if self._takes("not"):
            return Not(self._deeper(at, self._not))
        if self._takes("("):
            inner = self._deeper(at, self.any)
            self._expect(")")
            return inner
        return self._comparison()

    def _deeper(self, at: int, part: Callable[[], Condition]) -> Condition:
        self._level += 1
        if self._level > MAX_DEPTH:
            raise ConditionError("too_deep", at, limit=MAX_DEPTH)
        inner = part()
        self._level -= 1
        return inner

    def _comparison(self) -> Condition:
        name = self._next()
        if name.kind != "word" or name.word in RESERVED:
            raise ConditionError("fact_expected", name.position, found=name.shown)
        self._comparisons += 1
        if self._comparisons > MAX_COMPARISONS:
            raise ConditionError("too_many", name.position, limit=MAX_COMPARISONS)
        op = self._operator()
        return Compare(name.text, op, self._operand(op))

    def _operator(self) -> str:
        token = self._next()
        match token.word:
            case "is":
                return "is unknown" if self._one_of("known", "unknown") == "unknown" else "is known"
            case "not":
                self._expect("in")
                return "not in"
            case "starts":
                self._expect("with")
                return "starts with"
            case "in" | "contains" | "between" as word:
                return word
            case word if word in _SYMBOLS:
                return word
        raise ConditionError("operator_expected", token.position, found=token.shown)

    def _operand(self, op: str) -> Value:
        match op:
            case "is known" | "is unknown":
                return None
            case "in" | "not in":
                return self._list()
            case "between":
                low = self._scalar()
                self._expect("and")
                return (low, self._scalar())
        return self._scalar()

    def _list(self) -> tuple[Scalar, ...]:
        self._expect("[")
        if self.here.word == "]":
            raise ConditionError("empty_list", self.here.position)
        values = [self._scalar()]
        while self._takes(","):
            values.append(self._scalar())
        self._expect("]")
        return tuple(values)

    def _scalar(self) -> Scalar:
        sign = -1 if self.here.word == "-" else 1
        if self.here.word in ("-", "+"):
            self._next()
            return self._amount(self._next(), sign)
        token = self._next()
        match token.kind:
            case "text":
                return _ESCAPED.sub(r"\1", token.text[1:-1])
            case "date":
                return _day(token)
            case "word":
                return self._word(token)
        return self._amount(token, sign)

    def _word(self, token: Token) -> Scalar:
        match token.word:
            case "true":
                return True
            case "false":
                return False
            case "today":
                return self._today()
            case word if word in RESERVED:
                raise ConditionError("value_expected", token.position, found=token.shown)
        return token.text

    def _today(self) -> Today:
        if self.here.word not in ("+", "-"):
            return Today()
        sign = -1 if self._next().word == "-" else 1
        token = self._next()
        if token.kind != "days":
            raise ConditionError("word_expected", token.position, expected="30d", found=token.shown)
        return Today(sign * _days(token))

    def _amount(self, token: Token, sign: int) -> Scalar:
        match token.kind:
            case "days":
                return Days(sign * _days(token))
            case "reais":
                return Money(sign * _reais(token))
            case "number":
                return self._number(token, sign)
        raise ConditionError("value_expected", token.position, found=token.shown)

    def _number(self, token: Token, sign: int) -> Scalar:
        amount = sign * Decimal(token.text)
        if abs(amount) >= MAX_NUMBER:
            raise ConditionError("number_size", token.position, found=token.shown)
        if self._takes("%"):
            return float(amount / 100)
        unit = self.here
        if CURRENCY.fullmatch(unit.text) and unit.word not in RESERVED:
            return Money(to_cents(amount), self._next().text)
        return float(amount) if "." in token.text else int(amount)

    def _next(self) -> Token:
        token = self.here
        self._index = min(self._index + 1, len(self._tokens) - 1)
        return token

    def _takes(self, word: str) -> bool:
        if self.here.word != word:
            return False
        self._next()
        return True

    def _expect(self, word: str) -> None:
        self._one_of(word)

    def _one_of(self, *words: str) -> str:
        token = self._next()
        if token.word not in words:
            raise ConditionError(
                "word_expected", token.position, expected=" / ".join(words), found=token.shown
            )
        return token.word


def _day(token: Token) -> date:
    try:
        return date.fromisoformat(token.text)
    except ValueError as error:
        raise ConditionError("not_a_date", token.position, found=token.text) from error


def _days(token: Token) -> int:
    days = Decimal(token.text[:-1])
    if days > MAX_DAYS:
        raise ConditionError("number_size", token.position, found=token.shown)
    return int(days)


def _reais(token: Token) -> int:
    figure = token.text.removeprefix("R$").strip()
    whole, cents = figure, "0"
    if figure[-3:-2] in ",." and len(figure) > 2:
        whole, cents = figure[:-3], figure[-2:]
    elif figure[-2:-1] in ",." and len(figure) > 1:
        whole, cents = figure[:-2], figure[-1] + "0"
    size = Decimal(whole.replace(".", ""))
    if abs(size) >= MAX_NUMBER:
        raise ConditionError("number_size", token.position, found=token.shown)
    sign = -1 if figure.startswith("-") else 1
    return sign * (abs(int(size)) * 100 + int(cents))
