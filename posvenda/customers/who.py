"""Who the customer is: the first provider of the sheet, and the declared attributes."""

import polars as pl

from posvenda.base import rows
from posvenda.base.models import User
from posvenda.base.said import said_lazy as _
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers import attributes
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.customers.identity import ledger
from posvenda.customers.models import (
    Attribute,
    AttributeValue,
    Contact,
    Customer,
    Kind,
    Ownership,
    Subject,
    Tagging,
)

FACTS = (
    Fact(
        "who.key",
        Is.TEXT,
        _("Code"),
        _("The name your own systems know the customer by."),
        "who",
    ),
    Fact("who.name", Is.TEXT, _("Name"), _("The name of the company or the person."), "who"),
    Fact(
        "who.kind",
        Is.CHOICE,
        _("Company or person"),
        _("Whether the customer is a company or a person."),
        "who",
        choices=dict(Kind.choices),
        phrases={"=": _("is a {value}"), "!=": _("is not a {value}")},
    ),
    Fact(
        "who.owner",
        Is.TEXT,
        _("Owner"),
        _("The e-mail of the person here who answers for the customer on that day."),
        "who",
        phrases={
            "=": _("belongs to {value}"),
            "is known": _("has an owner"),
            "is unknown": _("has no owner"),
        },
    ),
    Fact(
        "who.tags",
        Is.TAGS,
        _("Tags"),
        _("Words put on the customer by hand or by an import."),
        "who",
        phrases={
            "contains": _("has the tag {value}"),
            "in": _("has a tag among {value}"),
            "not in": _("has no tag among {value}"),
            "is unknown": _("has no tag"),
        },
    ),
    Fact(
        "who.tenure_days",
        Is.DAYS,
        _("Customer for"),
        _("Days since the customer began."),
        "who",
        phrases={
            ">=": _("has been a customer for {value} or more"),
            ">": _("has been a customer for more than {value}"),
            "<=": _("has been a customer for at most {value}"),
            "<": _("has been a customer for less than {value}"),
        },
    ),
    Fact(
        "who.contacts",
        Is.INTEGER,
        _("Contacts"),
        _("People to talk to who have not left."),
        "who",
        phrases={">=": _("contacts: {value} or more"), "<=": _("contacts: at most {value}")},
    ),
    Fact(
        "who.subjects",
        Is.INTEGER,
        _("Pets, children, vehicles or equipment"),
        _("How many pets, children, patients, vehicles or pieces of equipment are cared for."),
        "who",
    ),
    Fact(
        "who.champion_left_days",
        Is.DAYS,
        _("Champion left"),
        _("Days since the last champion who left; unknown while no champion has left."),
        "who",
        phrases={
            "<=": _("a champion left within the last {value}"),
            "is known": _("a champion left"),
            "is unknown": _("no champion left"),
        },
        higher_is="better",
    ),
)
TRUE_WORDS = ("true", "1", "yes", "sim", "verdadeiro")
FALSE_WORDS = ("false", "0", "no", "não", "nao", "falso")
SEPARATOR = ";"


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will tell names, owner, tags, contacts, subjects and tenure."""
    parts = (_names(evidence), _owners(evidence), _tags(evidence), _people(evidence))
    found = sheet.select("customer_id")
    for part in (*parts, _subjects(evidence)):
        found = found.join(part, on="customer_id", how="left")
    return found


def declared() -> list[Fact]:
    """This will give one fact for each declared attribute, by name."""
    return [_declared(each) for each in Attribute.objects.order_by("name")]


def compute_declared(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will give the value each attribute had at the end of the day."""
    kinds = {row.pk: _declared(row) for row in Attribute.objects.order_by("name")}
    values = (
        evidence.rows(AttributeValue, "attribute_id", "value", "recorded_at")
        .sort("happened_at", "recorded_at", "value")
        .unique(["customer_id", "attribute_id"], keep="last", maintain_order=True)
    )
    found = sheet.select("customer_id")
    for key, fact in kinds.items():
        typed = values.filter(pl.col("attribute_id") == key).select(
            "customer_id", _typed(fact.kind).alias(fact.name)
        )
        found = found.join(typed, on="customer_id", how="left")
    return found


def _declared(row: Attribute) -> Fact:
    kind = Is(row.kind) if row.kind in set(Is) - {Is.SERIES} else Is.TEXT
    choices = attributes.choice_labels(row)
    help_text = _("An attribute of your own, as it was on that day.")
    return Fact(f"attr.{row.name}", kind, attributes.label(row), help_text, "attr", choices=choices)


def _typed(kind: Is) -> pl.Expr:
    """Attribute values are kept as text: ISO dates, dots in numbers, whole cents, words for yes."""
    text = pl.col("value").str.strip_chars()
    text = pl.when(text != "").then(text)
    match kind:
        case Is.DATE:
            return text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        case Is.BOOLEAN:
            word = text.str.to_lowercase()
            is_no = pl.when(word.is_in(FALSE_WORDS)).then(pl.lit(value=False))
            return pl.when(word.is_in(TRUE_WORDS)).then(pl.lit(value=True)).otherwise(is_no)
        case Is.TAGS:
            return text.str.split(SEPARATOR).list.eval(pl.element().str.strip_chars())
        case Is.INTEGER | Is.MONEY | Is.DAYS:
            number = text.cast(pl.Float64, strict=False)
            return pl.when(number.is_finite()).then(number.round(0)).cast(pl.Int64, strict=False)
        case Is.NUMBER | Is.RATE:
            return text.cast(pl.Float64, strict=False)
    return text


def _names(evidence: Evidence) -> pl.DataFrame:
    query = evidence.only(evidence.standing(Customer).order_by(), "pk")
    columns = ("pk", "name", "kind", "happened_at")
    table = evidence.once(
        "names", lambda: ledger.present(rows.frame(query, columns), evidence.known_at)
    )
    days = evidence.days_since("happened_at")
    return evidence.as_known(table).select(
        pl.col("pk").alias("customer_id"),
        pl.col("name").alias("who.name"),
        pl.col("kind").alias("who.kind"),
        pl.when(days >= 0).then(days).alias("who.tenure_days"),
    )


def _owners(evidence: Evidence) -> pl.DataFrame:
    held = evidence.rows(
        Ownership, "user_id", "ends_at", "recorded_at", happened="starts_at"
    ).filter(_goes_on(evidence))
    users = rows.frame(User.objects.order_by(), ("pk", "email"))
    return (
        held.sort("starts_at", "recorded_at", "user_id")
        .unique("customer_id", keep="last", maintain_order=True)
        .join(users, left_on="user_id", right_on="pk", how="left")
        .select(
            "customer_id",
            pl.col("email").alias("who.owner"),
            pl.col("user_id").alias("who.owner_id"),
        )
    )


def _tags(evidence: Evidence) -> pl.DataFrame:
    held = evidence.rows(Tagging, "tag", "ends_at", happened="starts_at")
    return (
        held.filter(_goes_on(evidence))
        .group_by("customer_id")
        .agg(pl.col("tag").unique().sort().alias("who.tags"))
    )


def _goes_on(evidence: Evidence) -> pl.Expr:
    """An interval goes on while it has no end that had come, and was known, by then."""
    has_ended = pl.col("ends_at") < evidence.end
    if evidence.known_at is not None:
        has_ended &= pl.col("ends_at") <= evidence.known_at
    return ~has_ended.fill_null(value=False)


def _people(evidence: Evidence) -> pl.DataFrame:
    people = evidence.rows(Contact, "is_champion", "left_recorded_at", later=("left_at",))
    if evidence.known_at is not None:
        was_known = pl.col("left_recorded_at") <= evidence.known_at
        people = people.with_columns(pl.when(was_known).then(pl.col("left_at")).alias("left_at"))
    left_days = evidence.days_since("left_at").filter(pl.col("is_champion"))
    return people.group_by("customer_id").agg(
        pl.col("left_at").is_null().sum().cast(pl.Int64).alias("who.contacts"),
        left_days.min().alias("who.champion_left_days"),
    )


def _subjects(evidence: Evidence) -> pl.DataFrame:
    subjects = evidence.rows(Subject)
    return subjects.group_by("customer_id").agg(pl.len().cast(pl.Int64).alias("who.subjects"))


WHO = Provider("who", FACTS, compute, defaults={"who.contacts": 0, "who.subjects": 0})
ATTRIBUTES = Provider("attributes", (), compute_declared, attributes=declared)
