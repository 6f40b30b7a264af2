"""Names as they are compared: folded, without the words that every company carries."""

from __future__ import annotations

import re
import unicodedata

# Legal forms and small words; they tell nobody apart.
LEGAL_FORMS = (
    "ltda me epp eireli sa s a mei ss cia companhia comercio comercial industria servicos empresa"
    " de da do das dos e em and the inc llc ltd corp co gmbh"
)
COMMON = frozenset(LEGAL_FORMS.split())
_WORDS = re.compile(r"[a-z0-9]+")


def folded(name: str) -> str:
    """This will fold case and accents away.

    >>> folded("Padaria Pão Quente")
    'padaria pao quente'
    """
    flat = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in flat if not unicodedata.combining(c))


def words(name: str) -> tuple[str, ...]:
    """This will give the words that tell a name apart, in alphabetical order.

    >>> words("PÃO QUENTE Padaria Ltda. - ME")
    ('padaria', 'pao', 'quente')
    """
    found = _WORDS.findall(folded(name))
    telling = sorted({word for word in found if word not in COMMON})
    return tuple(telling or sorted(set(found)))


def normalised(name: str) -> str:
    """This will give one written form for names that differ in case, accents, order or legal form.

    >>> normalised("Souza & Filhos LTDA") == normalised("Filhos, Souza e Cia")
    True
    """
    return " ".join(words(name))


def has_common_word(one: str, other: str) -> bool:
    """This will say whether two names share a word that tells them apart from others.

    >>> has_common_word("Ana Souza", "SOUZA, A."), has_common_word("Ana Lima", "Bruno Sá")
    (True, False)
    """
    return bool(set(words(one)) & set(words(other)))
