"""The reference of facts: every fact with its type and its words in both languages.

python -m django facts_reference docs/reference/facts.md
"""

from collections.abc import Iterable

from django.utils import translation

from posvenda.core.facts import Fact
from posvenda.customers.facts import FAMILIES

LANGUAGES = ("en", "pt-br")
HEAD = """# Facts

Every fact of the sheet, by family; written by `python -m django facts_reference`. Money is in
whole cents of the customer's own currency, rates run from 0 to 1 (a change may be negative), days
are days of the company's time zone. Attributes of your own join as `attr.<name>`. What the words
mean: [facts](../concepts/facts.md).
"""


def text(known: Iterable[Fact]) -> str:
    """This will give the reference as Markdown; declared attributes are left out."""
    facts = [fact for fact in known if fact.family != "attr"]
    parts = [HEAD]
    for family, words in FAMILIES.items():
        rows = [_row(fact) for fact in facts if fact.family == family]
        if rows:
            title = " · ".join(_said(words))
            head = f"## {title}\n\n| fact | type | name | nome | what it says | o que diz |"
            parts.append("\n".join([head, "|---|---|---|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def _row(fact: Fact) -> str:
    cells = [f"`{fact.name}`", fact.kind.value, *_said(fact.label), *_said(fact.help)]
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _said(words: object) -> list[str]:
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(str(words))
    return said
