"""The fifteen pages of W7, each with what it must show before its time is counted."""

import heapq
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from benchmarks.data import WORDS, key_of, name_of, public_id_of

NAME = re.compile(rf"(?:{'|'.join(WORDS)}) (?:{'|'.join(WORDS)}) \d{{6}}")
SIZE = 50
SUBJECT = 77
FILTER = "contract.days_to_renewal+between+10+and+12"
Check = Callable[[str], str]


@dataclass(frozen=True)
class Page:
    """An address and a check that says what is wrong with an answer, or nothing."""

    name: str
    path: str
    wrong: Check


def pages(customers: int) -> list[Page]:
    """This will give the pages of an installation of that many customers."""
    one = f"/clientes/{public_id_of(SUBJECT)}/"
    named = sorted(map(name_of, range(1, customers + 1)), key=str.casefold)
    best = [name_of(n) for n in heapq.nlargest(SIZE, range(1, customers + 1), key=_amount)]
    anyone, middling = _shows_some(1, lambda n: n <= customers), customers // SIZE // 2
    whole = _shows_some(SIZE, lambda n: n <= customers)
    soon = _shows_some(1, lambda n: 10 <= _renewal(n) <= 12)
    renewing = _shows_some(1, lambda n: _renewal(n) <= 90)
    name = name_of(SUBJECT)
    return [
        Page("Hoje", "/", anyone),
        Page("Clientes", "/clientes/", whole),
        Page("Clientes, página do meio", f"/clientes/?page={middling}", whole),
        Page("Clientes por MRR", "/clientes/?order=-contract.mrr", _shows(best)),
        Page("Clientes por nome", "/clientes/?order=who.name", _shows(named[:SIZE])),
        Page("Clientes filtrados", f"/clientes/?where={FILTER}", soon),
        Page("Segmento", "/clientes/?view=renewing", renewing),
        Page("Busca", f"/clientes/?q={quote_plus(name)}", _holds(name)),
        Page("Cliente", one, _holds(name, f"c{SUBJECT}.example")),
        Page("Linha do tempo", f"{one}linha-do-tempo/", _holds(name, "Bom dia, tudo certo")),
        Page("Contatos", f"{one}contatos/", _holds(f"p0@c{SUBJECT}.", f"p1@c{SUBJECT}.")),
        Page("Contratos", f"{one}contratos/", _holds(name, "Plano Único")),
        Page("Pedidos", f"{one}pedidos/", _holds(f"P{SUBJECT:06d}-0", f"P{SUBJECT:06d}-2")),
        Page("Importar", "/importar/", _holds('type="file"')),
        Page("Paleta", f"/buscar/?q={key_of(SUBJECT)}", _holds(name)),
    ]


def _amount(number: int) -> int:
    return 50_000 + number * 37 % 900_000


def _renewal(number: int) -> int:
    return 1 + number * 11 % 365


def _listed(html: str) -> list[str]:
    """This will give the customers of a page in order, each once."""
    return list(dict.fromkeys(NAME.findall(html)))


def _shows(names: Sequence[str]) -> Check:
    def wrong(html: str) -> str:
        found = _listed(html)
        return "" if found == list(names) else f"expected {names[:3]}…, found {found[:3]}…"

    return wrong


def _shows_some(least: int, fits: Callable[[int], bool]) -> Check:
    def wrong(html: str) -> str:
        found = _listed(html)
        strange = [name for name in found if not fits(int(name[-6:]))]
        if len(found) < least:
            return f"{len(found)} customers instead of {least}"
        return f"{strange[0]} does not belong here" if strange else ""

    return wrong


def _holds(*texts: str) -> Check:
    def wrong(html: str) -> str:
        missing = [text for text in texts if text not in html]
        return f"{missing[0]} is missing" if missing else ""

    return wrong
