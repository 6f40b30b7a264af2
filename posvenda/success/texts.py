"""Texts of packs: written in both languages in the YAML itself, shown in the reader's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, override

from posvenda.core.shapes import ShapeError

LANGUAGES = ("en", "pt-br")
# {fact}, {-fact} for the opposite sign, {fact|one|many} with the word that fits the number.
PLACE = re.compile(r"\{(-?)([\w.]+)(?:\|([^|{}]*)\|([^|{}]*))?\}")


class Text(str):
    """This will be the English text to the core, and the reader's language when printed."""

    texts: Mapping[str, str]

    def __new__(cls, texts: Mapping[str, str]) -> Text:
        """This will hold all languages; the plain value is the English one, or the first."""
        text = super().__new__(cls, texts.get("en") or next(iter(texts.values())))
        text.texts = dict(texts)
        return text

    def __str__(self) -> str:
        language = (get_language() or "en").lower()
        found = self.texts.get(language) or self.texts.get(language.split("-")[0])
        return found or super().__str__()

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def every_language(text: object) -> tuple[str, ...]:
    """This will give a text in all the languages it is written in."""
    return tuple(text.texts.values()) if isinstance(text, Text) else (str(text),)


def in_language(text: object, language: str) -> str:
    """This will print a text of a pack, or a lazy translation, in one language."""
    with override(language):
        return str(text)


def with_texts(data: Any) -> Any:
    """This will turn every ``{en: …, pt-br: …}`` inside nested YAML data into a text."""
    match data:
        case dict() if data and set(data) <= set(LANGUAGES):
            return Text({key: str(value) for key, value in data.items()})
        case dict():
            return {key: with_texts(value) for key, value in data.items()}
        case list():
            return [with_texts(each) for each in data]
    return data


def shown_in(texts: Iterable[str]) -> set[str]:
    """This will name what texts show between braces: facts, and words of the moment."""
    return {name for text in texts for _sign, name, _one, _many in PLACE.findall(text)}


def texts_in(data: Any, path: str = "") -> list[tuple[str, Text]]:
    """This will list every text inside nested data with its path."""
    match data:
        case Text():
            return [(path, data)]
        case dict():
            parts = [(f"{path}.{key}" if path else str(key), each) for key, each in data.items()]
        case list():
            parts = [(f"{path}[{index}]", each) for index, each in enumerate(data)]
        case _:
            return []
    return [found for at, each in parts for found in texts_in(each, at)]


def mapping_of(told: Any) -> dict[str, Any]:
    """This will give the mapping a file holds, its texts in both languages."""
    data = with_texts(told)
    if not isinstance(data, dict):
        raise ShapeError("", "must be a mapping")
    return data
