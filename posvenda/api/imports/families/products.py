"""Products and services."""

from typing import TYPE_CHECKING

from posvenda.api.imports.families.people import note_changes
from posvenda.api.imports.families.refs import products
from posvenda.api.imports.identity import Identity
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Store
from posvenda.commerce.models import Product

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

IDENTITY = Identity(key=lambda row: str(row.get("key") or row.get("name") or ""), may_repeat=True)
PLAIN = ("name", "kind", "category")


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will create products or complete them."""
    rows = [row for row in rows if _is_named(row, outcome)]
    before = store.product_ids({row["_key"] for row in rows})
    stored = {
        row.key: row
        for row in Product.objects.filter(pk__in=[pk for pk in before.values() if pk > 0])
    }
    fresh: dict[str, Row] = {}
    for row in rows:
        if row["_key"] not in before and row["_key"] not in fresh:
            fresh[row["_key"]] = {
                "product": row["_key"],
                "product_name": row.get("name"),
                "product_kind": row.get("kind"),
                "product_category": row.get("category"),
            }
            outcome.new += 1
        elif "_first" not in row and _update(store, stored.get(row["_key"]), row):
            outcome.changed += 1
        else:
            outcome.same += 1
    products(store, list(fresh.values()))


def _is_named(row: "Row", outcome: "Outcome") -> bool:
    if not row["_key"]:
        outcome.problems.append(Problem(row["_line"], "missing", field="key"))
    return bool(row["_key"])


def _update(store: Store, product: Product | None, row: "Row") -> bool:
    if product is None:
        return False
    told = {name: str(row[name]) for name in PLAIN if row.get(name)}
    news = note_changes(store, product, told, customer=None)
    if news:
        store.act(lambda: Product.objects.filter(pk=product.pk).update(**news))
    return bool(news)
