"""The form as a template prints it: cards, groups and measures with their fields and faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from posvenda.core.facts import Catalogue, Kind
from posvenda.success.editor import leaves
from posvenda.success.editor.faults import Fault
from posvenda.success.editor.form import WHY, Data, cards, missing_of
from posvenda.success.editor.leaves import Field
from posvenda.success.editor.scale_rows import kind_of, rows_of, side_of

Fields = dict[str, Field]


@dataclass(frozen=True)
class Rows:
    """The rows of a scale, an empty one after them."""

    kind: str
    side: str
    pairs: list[tuple[Field, Field]]
    otherwise: Field


@dataclass(frozen=True)
class MeasureForm:
    """One measure: its fields, its scale, its sentences."""

    at: str
    title: str
    is_rating: bool
    is_faulty: bool
    unit: str
    fields: Fields
    scale: Rows
    missing: str
    sentences: list[tuple[str, Field, Field]]


@dataclass(frozen=True)
class GroupForm:
    """One group with its measures and the groups within it."""

    at: str
    title: str
    fields: Fields
    measures: list[MeasureForm]
    groups: list[GroupForm] = field(default_factory=list)


@dataclass(frozen=True)
class CardForm:
    """One card; the last of several is for everybody no other card is for."""

    at: str
    title: str
    is_last: bool
    fields: Fields
    groups: list[GroupForm]


@dataclass(frozen=True)
class SignalForm:
    """One rule that raises signals."""

    at: str
    nature: str
    fields: Fields


@dataclass(frozen=True)
class Form:
    """The whole object as fields."""

    cards: list[CardForm]
    signals: list[SignalForm]


def form(data: Data, catalogue: Catalogue, faults: Iterable[Fault] = ()) -> Form:
    """This will lay an object out, each fault at its field."""
    errors = _by_field(faults, is_single="cards" not in data)
    listed = cards(data)
    return Form(
        [
            _card(card, f"cards.{n}", catalogue, errors, is_last=n == len(listed) - 1)
            for n, card in enumerate(listed)
        ],
        [
            _signal(rule, f"indicators.{n}", errors)
            for n, rule in enumerate(data.get("indicators") or ())
        ],
    )


def posted(laid: Form) -> dict[str, str]:
    """This will give what a browser posts when nobody touched the form."""
    found: dict[str, str] = {}
    for card in laid.cards:
        found |= _values(card.fields.values())
        for group in card.groups:
            found |= _of_group(group)
    for signal in laid.signals:
        found |= _values(signal.fields.values()) | {f"{signal.at}.nature": signal.nature}
    return found


def _card(
    card: Data, at: str, catalogue: Catalogue, errors: Mapping[str, str], *, is_last: bool
) -> CardForm:
    bands = card.get("bands")
    limits = bands if isinstance(bands, dict) else {}
    fields = {
        **_plain(card, at, ("name", "when"), errors),
        **_numbers(card, at, ("floor_coverage",), errors),
        **_texts(card.get("label"), f"{at}.label", "label", errors),
        **_numbers(limits, f"{at}.bands", ("good", "warn"), errors),
    }
    groups = [
        _group(each, f"{at}.groups.{n}", catalogue, errors)
        for n, each in enumerate(card.get("groups") or ())
    ]
    title = _shown(card.get("label")) or str(card.get("name", ""))
    return CardForm(at, title, is_last, fields, groups)


def _group(group: Data, at: str, catalogue: Catalogue, errors: Mapping[str, str]) -> GroupForm:
    fields = {
        **_plain(group, at, ("name",), errors),
        **_numbers(group, at, ("weight",), errors),
        **_texts(group.get("label"), f"{at}.label", "label", errors),
    }
    return GroupForm(
        at,
        _shown(group.get("label")) or str(group.get("name", "")),
        fields,
        [
            _measure(each, f"{at}.measures.{n}", catalogue, errors)
            for n, each in enumerate(group.get("measures") or ())
        ],
        [
            _group(each, f"{at}.groups.{n}", catalogue, errors)
            for n, each in enumerate(group.get("groups") or ())
        ],
    )


def _measure(
    measure: Data, at: str, catalogue: Catalogue, errors: Mapping[str, str]
) -> MeasureForm:
    is_rating = "judgement" in measure
    rule, named = missing_of(measure)
    numbers = ("weight", "typical", *(("expires_days",) if is_rating else ("fresh_within_days",)))
    fields = {
        **_plain(measure, at, ("judgement",) if is_rating else ("fact", "age_fact"), errors),
        **_numbers(measure, at, numbers, errors),
        **_texts(measure.get("label"), f"{at}.label", "label", errors),
        "missing_points": Field(f"{at}.missing.points", leaves.number(named.get("points"))),
        **_texts(named.get("label"), f"{at}.missing.label", "missing_label", errors),
    }
    fact = catalogue.get(str(measure.get("fact")))
    own = _shown(measure.get("label")) or (str(fact.label) if fact else "")
    return MeasureForm(
        at=at,
        title=own or str(measure.get("fact") or measure.get("judgement") or ""),
        is_rating=is_rating,
        is_faulty=any(name == at or name.startswith(f"{at}.") for name in errors),
        unit=fact.kind.value if fact else Kind.NUMBER.value,
        fields=fields,
        scale=_rows(measure, at, errors),
        missing=rule,
        sentences=list(_sentences(measure, at)),
    )


def _rows(measure: Data, at: str, errors: Mapping[str, str]) -> Rows:
    kind = kind_of(measure)
    pairs = [
        (
            Field(f"{at}.rows.{n}.a", a, _error(errors, f"{at}.{kind}.{n}")),
            Field(f"{at}.rows.{n}.b", b),
        )
        for n, (a, b) in enumerate([*rows_of(measure), ("", "")])
    ]
    rest = Field(f"{at}.otherwise", leaves.number(measure.get("otherwise")))
    return Rows(kind, side_of(measure), pairs, rest)


def _sentences(measure: Data, at: str) -> Iterator[tuple[str, Field, Field]]:
    found = measure.get("why")
    why = found if isinstance(found, dict) else {}
    for key in WHY:
        two = _texts(why.get(key), f"{at}.why.{key}", "x", {})
        yield key, two["x_pt"], two["x_en"]


def _signal(rule: Data, at: str, errors: Mapping[str, str]) -> SignalForm:
    fields = {
        **_plain(rule, at, ("name", "when"), errors),
        **_texts(rule.get("label"), f"{at}.label", "label", errors),
    }
    return SignalForm(at, str(rule.get("nature", "")), fields)


def _plain(data: Data, at: str, keys: Iterable[str], errors: Mapping[str, str]) -> Fields:
    return {
        key: Field(f"{at}.{key}", leaves.plain(data.get(key)), errors.get(f"{at}.{key}", ""))
        for key in keys
    }


def _numbers(data: Data, at: str, keys: Iterable[str], errors: Mapping[str, str]) -> Fields:
    return {
        key: Field(f"{at}.{key}", leaves.number(data.get(key)), errors.get(f"{at}.{key}", ""))
        for key in keys
    }


def _texts(value: object, name: str, key: str, errors: Mapping[str, str]) -> Fields:
    portuguese, english = leaves.texts(value)
    return {
        f"{key}_pt": Field(f"{name}.pt", portuguese, errors.get(name, "")),
        f"{key}_en": Field(f"{name}.en", english),
    }


def _shown(value: object) -> str:
    """A text in the reader's language, from its plain form."""
    portuguese, english = leaves.texts(value)
    return (portuguese or english) if leaves.is_brazilian() else (english or portuguese)


def _by_field(faults: Iterable[Fault], *, is_single: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for fault in faults:
        name = fault.path.replace("[", ".").replace("]", "")
        if is_single and not name.startswith("indicators"):
            name = f"cards.0.{name}"
        found[name] = f"{found[name]} {fault.message}" if name in found else fault.message
    return found


def _error(errors: Mapping[str, str], at: str) -> str:
    return " ".join(
        text for name, text in errors.items() if name == at or name.startswith(f"{at}.")
    )


def _of_group(group: GroupForm) -> dict[str, str]:
    found = _values(group.fields.values())
    for measure in group.measures:
        found |= _of_measure(measure)
    for inner in group.groups:
        found |= _of_group(inner)
    return found


def _of_measure(measure: MeasureForm) -> dict[str, str]:
    scale, at = measure.scale, measure.at
    found = _values(measure.fields.values())
    found |= {f"{at}.scale": scale.kind, f"{at}.side": scale.side, f"{at}.missing": measure.missing}
    found |= _values([*(each for pair in scale.pairs for each in pair), scale.otherwise])
    return found | _values(each for _key, *two in measure.sentences for each in two)


def _values(fields: Iterable[Field]) -> dict[str, str]:
    return {each.name: each.value for each in fields}
