"""Finding a customer by anything written on it: name, key, tax id, e-mail, phone, its contacts.

One function over two full-text indexes: FTS5 on SQLite, ``tsvector`` on PostgreSQL. We fold case
and accents ourselves, so both answer alike, and what a person types is only ever words in quotes.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, transaction

from posvenda.base.models import User
from posvenda.customers.models import Contact, Customer

MAX_WORDS = 8
MAX_LETTERS = 40
CHUNK = 2_000
CANDIDATES = 2_000
MARKS = re.compile(r"[\s().+/\-]+")


def search(text: str, user: User, *, limit: int | None = None) -> list[int]:
    """This will give the ids of the customers ``user`` may see that hold every word typed.

    Words match from their beginning, numbers also without their dots and dashes. With a limit,
    names that begin with the first word come first (among the first 2,000 found). Text without
    a letter or digit finds nothing.
    """
    wanted = alternatives(text)
    if not wanted:
        return []
    params: list[str | int] = [_MATCH[connection.vendor](wanted)]
    sql = _FOUND[connection.vendor]
    if not user.sees_everyone:
        sql = _OWNED[connection.vendor]
        params.append(user.pk)
    sql = sql.format("" if limit is None else ", s.name")
    if limit is not None:
        order = "ORDER BY CASE WHEN name LIKE %s THEN 0 ELSE 1 END, name, id LIMIT %s"
        sql = f"SELECT id FROM ({sql} LIMIT {CANDIDATES}) found {order}"  # noqa: S608
        params += [f"{wanted[0][0]}%", limit]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def index(customer_ids: Iterable[int]) -> None:
    """This will write what can be found of these customers anew, in the writer's transaction.

    Ids that are no longer customers, or part of another, are taken out.
    """
    ids = sorted(set(customer_ids))
    for start in range(0, len(ids), CHUNK):
        _index(ids[start : start + CHUNK])


def index_all() -> int:
    """This will write the whole index anew, never empty meanwhile, and say how many it holds."""
    ids = list(Customer.objects.present().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            _index(ids[start : start + CHUNK])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET[connection.vendor])
    return len(ids)


def forget(customer_ids: Iterable[int]) -> None:
    """This will take customers out of the index."""
    ids = sorted(set(customer_ids))
    with connection.cursor() as cursor:
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(_DELETE[connection.vendor].format(marks), part)


def alternatives(text: str) -> list[list[str]]:
    """This will read what was typed: lists of words, of which one list must match as a whole."""
    found = words(text[:200])[:MAX_WORDS]
    if not found:
        return []
    answers = [found]
    joined = fold(MARKS.sub("", text[:200]))[:MAX_LETTERS]
    if len(found) > 1 and joined.isalnum() and sum(c.isdigit() for c in joined) >= 2:
        answers.append([joined])
    if joined.isascii() and joined.isdigit() and len(joined) >= 8:
        answers += [[form] for form in phone_forms(joined) if [form] not in answers]
    return answers


def words(text: str) -> list[str]:
    """This will split text into folded words of letters and digits."""
    spaced = "".join(c if c.isalnum() else " " for c in fold(text))
    return [word[:MAX_LETTERS] for word in spaced.split()]


def fold(text: str) -> str:
    """This will fold case and take accents away."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in flat if not unicodedata.combining(c))


def phone_forms(phone: str) -> list[str]:
    """This will give one Brazilian number with or without 55, DDD and ninth digit."""
    digits = "".join(c for c in phone if c.isascii() and c.isdigit())
    national = digits[2:] if digits.startswith("55") and len(digits) in (12, 13) else digits
    area, local = (national[:2], national[2:]) if len(national) in (10, 11) else ("", national)
    short = local[1:] if len(local) == 9 and local.startswith("9") else local
    forms = [digits, national, local, short, area + short if area else ""]
    return [form for form in dict.fromkeys(forms) if form]


def _index(ids: Sequence[int]) -> None:
    people, former = _people(ids), _joined_names(ids)
    rows = [
        (
            pk,
            _line([name]),
            _line([key, tax_id, email, *people[pk], *former[pk]])
            + _numbers([tax_id, key], [phone]),
        )
        for pk, name, key, tax_id, email, phone in Customer.objects.present()
        .filter(pk__in=ids)
        .values_list("pk", "name", "key", "tax_id", "email", "phone")
    ]
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(ids))
        cursor.execute(_DELETE[connection.vendor].format(marks), list(ids))
        cursor.executemany(_INSERT[connection.vendor], [_row(*row) for row in rows])


def _people(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    contacts = Contact.objects.filter(customer_id__in=ids).values_list(
        "customer_id", "name", "email", "phone"
    )
    for pk, name, email, phone in contacts:
        found[pk] += [name, email, *phone_forms(phone)]
    return found


def _joined_names(ids: Sequence[int]) -> dict[int, list[str]]:
    """What the records joined to these customers were called: they are found by that too."""
    found: dict[int, list[str]] = defaultdict(list)
    joined = Customer.objects.filter(merged_into__in=ids)
    for into, *texts, phone in joined.values_list(
        "merged_into_id", "name", "key", "tax_id", "email", "phone"
    ):
        found[into] += [*texts, *phone_forms(phone)]
    return found


def _line(texts: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(word for text in texts for word in words(text)))


def _numbers(keys: Iterable[str], phones: Iterable[str]) -> str:
    joined = [fold(MARKS.sub("", key)) for key in keys]
    forms = [*joined, *(form for phone in phones for form in phone_forms(phone))]
    return "".join(f" {form}" for form in forms if form)


def _row(pk: int, name: str, rest: str) -> tuple[int | str, ...]:
    if connection.vendor == "sqlite":
        return (pk, name, rest)
    return (pk, name[:200], f"{name} {rest}"[:100_000])


def _fts5(wanted: Sequence[Sequence[str]]) -> str:
    return " OR ".join(f"({each})" for each in _joined(wanted, '"{}"*', " AND "))


def _tsquery(wanted: Sequence[Sequence[str]]) -> str:
    return " | ".join(f"({each})" for each in _joined(wanted, "'{}':*", " & "))


def _joined(wanted: Sequence[Sequence[str]], form: str, between: str) -> Iterator[str]:
    return (between.join(form.format(word) for word in each) for each in wanted)


_MATCH = {"sqlite": _fts5, "postgresql": _tsquery}
_FOUND = {
    "sqlite": "SELECT rowid AS id{} FROM customers_search s WHERE customers_search MATCH %s",
    "postgresql": "SELECT id{} FROM customers_search s WHERE words @@ %s::tsquery",
}
# CROSS JOIN keeps SQLite from asking the index once for every customer of the book.
_OWNED = {
    "sqlite": "SELECT s.rowid AS id{} FROM customers_search s"
    " CROSS JOIN customers_customer c ON c.id = s.rowid"
    " WHERE customers_search MATCH %s AND c.owner_id = %s",
    "postgresql": "SELECT s.id{} FROM customers_search s"
    " JOIN customers_customer c ON c.id = s.id WHERE s.words @@ %s::tsquery AND c.owner_id = %s",
}
_DELETE = {
    "sqlite": "DELETE FROM customers_search WHERE rowid IN ({})",
    "postgresql": "DELETE FROM customers_search WHERE id IN ({})",
}
_GONE = "NOT IN (SELECT id FROM customers_customer WHERE merged_into_id IS NULL)"
_FORGET = {
    "sqlite": f"DELETE FROM customers_search WHERE rowid {_GONE}",  # noqa: S608
    "postgresql": f"DELETE FROM customers_search WHERE id {_GONE}",  # noqa: S608
}
_INSERT = {
    "sqlite": "INSERT INTO customers_search (rowid, name, rest) VALUES (%s, %s, %s)",
    "postgresql": "INSERT INTO customers_search (id, name, words)"
    " VALUES (%s, %s, array_to_tsvector(array_remove(string_to_array(%s, ' '), '')))",
}
