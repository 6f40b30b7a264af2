"""Names and numbers of people and companies that do not exist, each given once."""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle

from posvenda.demo import words

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Name:
    """A person's name and how the e-mail spells it."""

    full: str
    is_woman: bool

    @property
    def first(self) -> str:
        """The name to greet with."""
        return self.full.split(" ", 1)[0]


@dataclass
class Registry:
    """Gives names and numbers so that none is given twice in one town."""

    dice: random.Random
    taken: set[str] = field(default_factory=set)

    def person(self) -> Name:
        """This will give a full name that nobody else has."""
        while True:
            is_woman = self.dice.random() < 0.56
            first = self.dice.choice(words.WOMEN if is_woman else words.MEN)
            last = self.dice.sample(words.SURNAMES, 2 if self.dice.random() < 0.35 else 1)
            full = " ".join([first, *last])
            if self._claim(full):
                return Name(full=full, is_woman=is_woman)

    def company(self, industry: str) -> str:
        """This will give a company name of an industry that no other company has."""
        while True:
            prefix = self.dice.choice(words.INDUSTRIES[industry][0])
            place = _place(self.dice)
            if self._claim(place):
                return f"{prefix} {place}"

    def reserve(self, *names: str) -> None:
        """This will keep names from being given to anybody else."""
        self.taken.update(names)

    def cpf(self) -> str:
        """This will give eleven digits with valid check digits."""
        return self._number(lambda: _with_digits(_digits(self.dice, 9), _cpf_digit))

    def cnpj(self, *, is_alphanumeric: bool) -> str:
        """This will give a company number, all digits or in the form of 2026 with letters."""
        return self._number(
            lambda: _with_digits(_cnpj_root(self.dice, is_alphanumeric), _cnpj_digit)
        )

    def mobile(self, ddd: str) -> str:
        """This will give a mobile number with country code and ninth digit.

        It starts with 90, which no operator hands out, so a wrong click rings nowhere.
        """
        return self._number(lambda: f"+55{ddd}90{_digits(self.dice, 7)}")

    def _number(self, make: Callable[[], str]) -> str:
        while True:
            number = make()
            if self._claim(number):
                return number

    def _claim(self, value: str) -> bool:
        is_free = value not in self.taken
        self.taken.add(value)
        return is_free


def plain(text: str) -> str:
    """This will spell a text with the letters of an address: no accents, lower case, hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_text).split())


def email(name: str, domain: str) -> str:
    """This will give first.last@domain; ``.example`` domains (RFC 2606) reach nobody."""
    parts = plain(name).split("-")
    return f"{parts[0]}.{parts[-1]}@{domain}"


def _place(dice: random.Random) -> str:
    if dice.random() < 0.2:
        return dice.choice(words.TREES)
    feminine, masculine = dice.choice(words.ADJECTIVES)
    if dice.random() < 0.6:
        return f"{dice.choice(words.PLACES_F)} {feminine}"
    return f"{dice.choice(words.PLACES_M)} {masculine}"


def _digits(dice: random.Random, count: int) -> str:
    return f"{dice.randrange(10**count):0{count}d}"


def _cnpj_root(dice: random.Random, is_alphanumeric: bool) -> str:
    if not is_alphanumeric:
        return f"{_digits(dice, 8)}0001"
    return (
        "".join(dice.choice(LETTERS if dice.random() < 0.4 else "0123456789") for _ in range(8))
        + "0001"
    )


def _with_digits(root: str, digit: Callable[[str], str]) -> str:
    first = root + digit(root)
    return first + digit(first)


def _cpf_digit(root: str) -> str:
    total = sum(int(c) * weight for c, weight in zip(reversed(root), range(2, 12), strict=False))
    return str((11 - total % 11) % 11 % 10)


def _cnpj_digit(root: str) -> str:
    """This will give the next check digit; letters count as ASCII − 48 (IN RFB 2.229/2024)."""
    weights = cycle(range(2, 10))
    rest = (
        sum((ord(c) - 48) * weight for c, weight in zip(reversed(root), weights, strict=False)) % 11
    )
    return "0" if rest < 2 else str(11 - rest)
