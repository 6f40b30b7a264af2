"""The words of the pack in force: its own, and those that all trades by appointment share."""

from collections.abc import Mapping
from functools import lru_cache

import yaml

from posvenda.base import choices
from posvenda.success import definitions, own_facts
from posvenda.success.texts import Text, with_texts

SHARED = definitions.FOLDER / "visits.yaml"
NOUNS = ("visit", "visits")


def words() -> Mapping[str, Text]:
    """This will give what the trade says in place of texts of the product, by English msgid."""
    return of(str(choices.get("pack")))


@lru_cache(maxsize=8)
def of(pack: str) -> Mapping[str, Text]:
    """This will read the words of one pack; a pack by appointment names its ``visit`` once."""
    told = dict(definitions.read_pack(pack).words)
    nouns = {name: told.pop(name) for name in NOUNS if name in told}
    shared = with_texts(yaml.safe_load(SHARED.read_text(encoding="utf-8"))) if nouns else {}
    worded = {key: _filled(text, nouns) for key, text in {**shared, **told}.items()}
    return worded | own_facts.words(own_facts.of_pack(pack))


def _filled(text: Text, nouns: Mapping[str, Text]) -> Text:
    return Text({code: _put(found, code, nouns) for code, found in text.texts.items()})


def _put(text: str, code: str, nouns: Mapping[str, Text]) -> str:
    for name, noun in nouns.items():
        one = noun.texts[code]
        text = text.replace(f"<{name}>", one).replace(
            f"<{name.capitalize()}>", one[:1].upper() + one[1:]
        )
    return text
