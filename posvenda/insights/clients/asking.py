"""What a person asked the list for: words, condition, order, columns, page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict

from posvenda.base.models import User
from posvenda.core.conditions import Condition, ConditionError, Problem, check, parse
from posvenda.core.facts import Catalogue, Kind
from posvenda.customers.models import Segment
from posvenda.insights.clients.pack import Built, Look

SIZE = 50
AT_RISK = "at_risk"
MAX_COLUMNS = 20


@dataclass(frozen=True)
class Asking:
    """A request to the list; ``problem`` says why its condition cannot be asked."""

    words: str
    where: str
    order: str
    columns: tuple[str, ...]
    page: int
    view: str
    condition: Condition | None = None
    problem: ConditionError | Problem | None = None
    saved: Segment | None = None
    built: Built | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the order was asked for."""
        return bool(self.words or self.where)

    @property
    def sort_fact(self) -> str:
        """The fact to sort by, without its direction."""
        return self.order.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the largest comes first."""
        return self.order.startswith("-")


@dataclass(frozen=True)
class _Base:
    """What a chosen segment, or nothing, starts from."""

    where: str = ""
    order: str = ""
    columns: tuple[str, ...] = ()
    saved: Segment | None = None
    built: Built | None = None
    view: str = ""


def read(query: QueryDict, *, user: User, look: Look, catalogue: Catalogue) -> Asking:
    """This will read the address; unknown names in it are ignored, a bad condition is a problem."""
    base = _base(query.get("view", ""), user, look)
    where = query.get("where", base.where).strip()
    condition, problem = _condition(where, catalogue)
    return Asking(
        words=query.get("q", "").strip()[:200],
        where=where,
        order=_order(query.get("order") or base.order, look, catalogue),
        columns=_columns(query, base, look, catalogue),
        page=_page(query.get("page", "")),
        view=base.view,
        condition=condition,
        problem=problem,
        saved=base.saved,
        built=base.built,
    )


def segments(user: User) -> list[Segment]:
    """This will list the saved views a person may open, by name."""
    return list(Segment.objects.filter(Q(owner=user) | Q(is_shared=True)).order_by("name", "pk"))


def _base(view: str, user: User, look: Look) -> _Base:
    built = look.segment(view)
    if built:
        return _Base(where=built.when, order=built.order, built=built, view=view)
    saved = view and next((one for one in segments(user) if one.public_id == view), None)
    if saved:
        return _Base(
            where=saved.condition,
            order=saved.order,
            columns=tuple(saved.columns),
            saved=saved,
            view=view,
        )
    return _Base()


def _condition(
    where: str, catalogue: Catalogue
) -> tuple[Condition | None, ConditionError | Problem | None]:
    if not where:
        return None, None
    try:
        condition = parse(where)
    except ConditionError as error:
        return None, error
    problems = check(condition, catalogue)
    return (None, problems[0]) if problems else (condition, None)


def _order(order: str, look: Look, catalogue: Catalogue) -> str:
    name = order.removeprefix("-")
    is_known = name in (AT_RISK, "who.name") or _is_sortable(name, catalogue)
    return order if order and is_known else look.order


def _is_sortable(name: str, catalogue: Catalogue) -> bool:
    return name in catalogue and catalogue[name].kind not in (Kind.SERIES, Kind.TAGS)


def _columns(
    query: QueryDict, base: _Base, look: Look, catalogue: Mapping[str, object]
) -> tuple[str, ...]:
    asked = query.getlist("column")
    found = [name for name in dict.fromkeys(asked) if name in catalogue][:MAX_COLUMNS]
    standard = base.columns or look.columns
    return tuple(found or [name for name in standard if name in catalogue])


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1
