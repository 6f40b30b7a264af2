"""Contaflux, software for finance teams: who its customers are and what is planted."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from posvenda.demo import words
from posvenda.demo.calendar import at, month_later
from posvenda.demo.people import Registry, plain
from posvenda.demo.town import Colleague, Row, stream
from posvenda.demo.truth import Cause, Planted, Severity

COMPANY = "Contaflux"
DOMAIN = "contaflux.example"
COLLEAGUES = (
    Colleague("Bianca Tavares", f"bianca@{DOMAIN}", "manager"),
    Colleague("Rafael Nogueira", f"rafael@{DOMAIN}", "csm"),
    Colleague("Diego Sampaio", f"diego@{DOMAIN}", "csm"),
    Colleague("Júlia Ribeiro", f"julia@{DOMAIN}", "csm"),
    Colleague("Marta Quintela", f"marta@{DOMAIN}", "admin"),
    Colleague("Otto Krieger", f"otto@{DOMAIN}", "viewer"),
)
QUIET_DAYS = 38
BOOKS = (0, 0, 1, 1, 2, 2, 3, 3)

# how many customers get which cause, and how bad it is; they sum to 142, and 18 have left
PLAN: tuple[tuple[Cause, Severity, int], ...] = (
    (Cause.USAGE_DECLINE, Severity.RISK, 6),
    (Cause.CHAMPION_LEFT, Severity.RISK, 4),
    (Cause.TICKETS_PILING, Severity.RISK, 4),
    (Cause.DETRACTOR, Severity.RISK, 4),
    (Cause.USAGE_DECLINE, Severity.WARN, 9),
    (Cause.CHAMPION_LEFT, Severity.WARN, 4),
    (Cause.TICKETS_PILING, Severity.WARN, 5),
    (Cause.DETRACTOR, Severity.WARN, 5),
    (Cause.ONBOARDING_STALLED, Severity.WARN, 6),
    (Cause.EXPANSION_READY, Severity.GOOD, 13),
    (Cause.PROMOTER, Severity.GOOD, 16),
    (Cause.HEALTHY, Severity.GOOD, 66),
    (Cause.CHURNED, Severity.GONE, 18),
)
# why those who left did so, and how many of twenty; the rest left without a sign (HEALTHY)
REASONS = (
    (Cause.USAGE_DECLINE, 8),
    (Cause.TICKETS_PILING, 6),
    (Cause.DETRACTOR, 2),
    (Cause.CHAMPION_LEFT, 1),
    (Cause.HEALTHY, 3),
)
# besides those of the plan, so many left in the last two years: a back-test needs decisions
GONE_BEFORE = 36
# days between the day it began and today
BEGAN = {
    Cause.USAGE_DECLINE: (30, 36),
    Cause.CHAMPION_LEFT: (16, 30),
    Cause.TICKETS_PILING: (10, 24),
    Cause.DETRACTOR: (3, 16),
    Cause.EXPANSION_READY: (60, 90),
    Cause.PROMOTER: (8, 40),
}


@dataclass(frozen=True)
class Plan:
    """What is sold: seats from–to and the monthly price of the plan and of a seat, in cents."""

    name: str
    fewest: int
    most: int
    base: int
    seat: int


PLANS = (
    Plan("Essencial", 3, 6, 49_000, 13_500),
    Plan("Gestão", 9, 22, 89_000, 18_000),
    Plan("Corporativo", 24, 46, 190_000, 15_500),
)
MODULES = (("Conciliação bancária", 39_000), ("Orçamento", 29_000), ("Notas fiscais", 34_000))


@dataclass(frozen=True)
class Company:
    """One customer as planted; everything else is derived from it and its own dice."""

    key: str
    name: str
    industry: str
    city: str
    state: str
    ddd: str
    employees: int
    plan: Plan
    seats: int
    since: date
    left: date | None
    owner: str
    cause: Cause
    severity: Severity
    began: date
    reason: Cause | None = None
    decided: date | None = None

    @property
    def number(self) -> int:
        """Its place in the order of the keys, from 1."""
        return int(self.key[3:])

    @property
    def contacts(self) -> int:
        """How many people we know there."""
        return min(6, 2 + self.seats // 9 + (self.cause is Cause.CHAMPION_LEFT))

    def champion_stops(self, today: date) -> date | None:
        """The day from which its champion does not use the product, if planted.

        Who left stops; and a few healthy customers have a champion who stopped without leaving.
        """
        if self.cause is Cause.CHAMPION_LEFT:
            return self.began
        is_quiet = self.cause is Cause.HEALTHY and self.number % 8 == 5 and self.seats >= 6
        has_past = (today - self.since).days > 200
        return today - timedelta(days=QUIET_DAYS) if is_quiet and has_past else None

    @property
    def domain(self) -> str:
        """Where its e-mails end."""
        return f"{plain(self.name)}.example"


# the customers on the screens of the design, with the days to their renewal
Face = tuple[str, str, str, int, Cause, Severity, int]
C, S = Cause, Severity
FACES: tuple[Face, ...] = (
    ("Metalúrgica Aroeira", "Indústria", "Joinville", 2, C.CHAMPION_LEFT, S.RISK, 63),
    ("Hotelaria Costa Dourada", "Hotelaria", "Maceió", 1, C.USAGE_DECLINE, S.RISK, 18),
    ("Farmácias Ipê-Roxo", "Varejo", "Belo Horizonte", 2, C.EXPANSION_READY, S.GOOD, 259),
    ("Grupo Sabor da Terra", "Restaurantes", "Goiânia", 1, C.ONBOARDING_STALLED, S.WARN, 247),
    ("Colégio Monte Pascoal", "Educação", "Salvador", 1, C.DETRACTOR, S.WARN, 228),
    ("Distribuidora Ponto Norte", "Atacado", "Manaus", 2, C.HEALTHY, S.GOOD, 205),
    ("Cooperativa Vale Verde", "Agro", "Cascavel", 2, C.PROMOTER, S.GOOD, 217),
    ("Editora Página Viva", "Editora", "Curitiba", 1, C.TICKETS_PILING, S.RISK, 67),
    ("Transportadora Serra Azul", "Logística", "Caxias do Sul", 2, C.USAGE_DECLINE, S.WARN, 48),
    ("Construtora Pedra Branca", "Construção", "Florianópolis", 2, C.HEALTHY, S.GOOD, 209),
    ("Laticínios Serrinha", "Alimentos", "Juiz de Fora", 1, C.TICKETS_PILING, S.WARN, 282),
    ("Auto Center Rodovia", "Automotivo", "Campinas", 1, C.HEALTHY, S.GOOD, 302),
    ("Clínica Bem Viver", "Saúde", "Recife", 1, C.ONBOARDING_STALLED, S.WARN, 327),
    ("Ateliê Linha Fina", "Confecção", "Fortaleza", 0, C.EXPANSION_READY, S.GOOD, 257),
)  # fmt: skip


def companies(registry: Registry, *, today: date, seed: int) -> list[Company]:
    """This will give all customers in the order of their keys, faces of the design mixed in."""
    faces = list(FACES)
    registry.reserve(*(name.split(" ", 1)[1] for name, *_ in faces), *(c.name for c in COLLEAGUES))
    fates = [(cause, severity) for cause, severity, count in PLAN for _ in range(count)]
    stream(seed, "fates").shuffle(fates)
    made = []
    for number, (cause, severity) in enumerate(fates, start=1):
        face = next((f for f in faces if (f[4], f[5]) == (cause, severity)), None)
        if face is not None:
            faces.remove(face)
        made.append(_company(number, cause, severity, face, registry, today=today, seed=seed))
    gone = range(len(made) + 1, len(made) + 1 + GONE_BEFORE)
    return made + [_gone(number, registry, today=today, seed=seed) for number in gone]


def _gone(number: int, registry: Registry, *, today: date, seed: int) -> Company:
    """This will give one who left on some anniversary of the last two years."""
    made = _company(
        number, Cause.CHURNED, Severity.GONE, None, registry, today=today, seed=seed
    )  # fmt: skip
    dice = stream(seed, "gone", number)
    left = today - timedelta(days=dice.randint(9, 660))
    since = month_later(left, -12 * dice.randint(1, 3))
    return _decided(replace(made, since=since, began=since, left=left), seed=seed)


def _decided(company: Company, *, seed: int) -> Company:
    """This will plant why somebody left, and the day of the notice, 30 to 60 days before the end.

    Signs of the reason show for months before that day: usage fades, tickets wait, a low answer
    comes, a champion goes.
    """
    if company.left is None:
        return company
    dice = stream(seed, "decided", company.key)
    reason = dice.choice([cause for cause, count in REASONS for _ in range(count)])
    noticed = company.left - timedelta(days=dice.randint(30, 60))
    earliest = company.since + timedelta(days=40)
    decided = min(company.left, max(earliest, noticed))
    return replace(company, reason=reason, decided=decided)


def _company(
    number: int, cause: Cause, severity: Severity, face: Face | None, registry: Registry,
    *, today: date, seed: int,
) -> Company:  # fmt: skip
    dice = stream(seed, "company", number)
    industry = face[1] if face else dice.choice(sorted(words.INDUSTRIES))
    place = next(c for c in words.CITIES if c[0] == face[2]) if face else dice.choice(words.CITIES)
    plan = PLANS[face[3]] if face else _plan(dice, cause)
    since = _since(dice, cause, severity, today, face[6] if face else None)
    low, high = words.INDUSTRIES[industry][1:]
    made = Company(
        key=f"CF-{number:04d}",
        name=face[0] if face else registry.company(industry),
        industry=industry,
        city=place[0],
        state=place[1],
        ddd=place[2],
        employees=max(plan.most, round(low + (high - low) * dice.random() ** 1.6)),
        plan=plan,
        seats=dice.randint(plan.fewest, plan.most),
        since=since,
        left=_left(dice, since, today) if cause is Cause.CHURNED else None,
        owner=COLLEAGUES[0 if face and number % 3 else BOOKS[number % len(BOOKS)]].email,
        cause=cause,
        severity=severity,
        began=_began(dice, cause, since, today),
    )
    return _decided(made, seed=seed)


def _plan(dice: random.Random, cause: Cause) -> Plan:
    """This will draw a plan; a drop in use needs enough people to be told from chance."""
    weights = (0, 70, 30) if cause in (Cause.USAGE_DECLINE, Cause.CHAMPION_LEFT) else (45, 40, 15)
    return dice.choices(PLANS, weights)[0]


def _since(
    dice: random.Random, cause: Cause, severity: Severity, today: date, to_renewal: int | None
) -> date:
    if cause is Cause.ONBOARDING_STALLED:
        age = 365 - to_renewal if to_renewal else dice.choice((34, 47, 58, 71, 96, 112, 125))
        return today - timedelta(days=age)
    if to_renewal is not None:
        return month_later(today + timedelta(days=to_renewal), -12 * dice.randint(2, 3))
    if cause is Cause.HEALTHY and dice.random() < 0.12:
        return today - timedelta(days=dice.randint(25, 80))
    if severity in (Severity.RISK, Severity.WARN) and dice.random() < 0.45:
        renewal = today + timedelta(days=dice.randint(15, 110))
        return month_later(renewal, -12 * dice.randint(1, 3))
    renewal = today + timedelta(days=dice.choice((dice.randint(1, 330), dice.randint(91, 330))))
    return month_later(renewal, -12 * dice.randint(1, 3))


def _left(dice: random.Random, since: date, today: date) -> date:
    """This will give the day the contract ended: an anniversary already past."""
    years = max(1, (today - since).days // 365)
    return min(
        month_later(since, 12 * dice.randint(1, years)), today - timedelta(days=dice.randint(8, 30))
    )


def _began(dice: random.Random, cause: Cause, since: date, today: date) -> date:
    match cause:
        case Cause.HEALTHY | Cause.ONBOARDING_STALLED:
            return since
        case Cause.CHURNED:
            return since
    low, high = BEGAN[cause]
    return today - timedelta(days=dice.randint(low, high))


def planted(company: Company) -> Planted:
    """This will give the truth about a customer."""
    since = company.left or company.began
    return Planted(
        customer=company.key, cause=company.cause, severity=company.severity, since=since,
        reason=company.reason, decided=company.decided,
    )  # fmt: skip


def customer_row(company: Company, registry: Registry, dice: random.Random) -> Row:
    """This will give the customer as the import loader takes it."""
    return {
        "key": company.key,
        "name": company.name,
        "kind": "company",
        "tax_id": registry.cnpj(is_alphanumeric=dice.random() < 0.12),
        "email": f"financeiro@{company.domain}",
        "phone": registry.mobile(company.ddd),
        "since": company.since,
        "owner": company.owner,
        "tags": tags(company, dice),
        "currency": "BRL",
        "attr.industry": company.industry,
        "attr.city": company.city,
        "attr.state": company.state,
        "attr.country": "Brasil",
        "attr.employees": company.employees,
        "attr.plan": company.plan.name,
        "attr.segment": _segment(company.employees),
        "attr.source": dice.choice(words.SOURCES),
        "id.erp": f"{40_000 + int(company.key[3:]) * 7}",
    }


def tags(company: Company, dice: random.Random) -> list[str]:
    """This will give the words colleagues put on the customer."""
    chosen = []
    if company.plan.name == "Corporativo" and dice.random() < 0.5:
        chosen.append("estratégico")
    if company.cause is Cause.PROMOTER and dice.random() < 0.6:
        chosen.append("referência")
    if dice.random() < 0.15:
        chosen.append(dice.choice(("integração bancária", "multiempresa", "faturamento em lote")))
    return chosen


def _segment(employees: int) -> str:
    return "Pequena" if employees < 50 else "Média" if employees < 200 else "Grande"


def contact_rows(company: Company, registry: Registry, *, today: date, seed: int) -> list[Row]:
    """This will give its people; a champion who left has a successor without that trust."""
    dice = stream(seed, "contacts", company.key)
    count = company.contacts
    first_role = int(company.number % 4 == 3)  # a few companies have nobody who decides
    rows: list[Row] = []
    for index in range(count):
        name = registry.person()
        roles = words.ROLES if name.is_woman else words.ROLES_M
        rows.append(
            {
                "key": f"{company.key}-c{index + 1}",
                "customer": company.key,
                "name": name.full,
                "role": roles[(index + first_role) % (len(roles) - 1)],
                "email": f"{plain(name.full).replace('-', '.')}@{company.domain}",
                "phone": registry.mobile(company.ddd),
                "is_champion": index == 0,
                "happened_at": at(company.since, 600 + index),
                "left_at": _champion_left(company, dice) if index == 0 else None,
            }
        )
    if company.cause is not Cause.CHAMPION_LEFT and dice.random() < 0.1 and count > 2:
        rows[-1]["left_at"] = at(today - timedelta(days=dice.randint(100, 160)), 660)
    for row in rows:
        if row["left_at"] is not None and row["left_at"] <= row["happened_at"]:
            row["left_at"] = None
    return rows


def _champion_left(company: Company, dice: random.Random) -> datetime | None:
    """This will say when its champion went: where the trouble began, or before the notice."""
    if company.cause is Cause.CHAMPION_LEFT:
        return at(company.began, 600)
    if company.reason is Cause.CHAMPION_LEFT and company.decided is not None:
        return at(company.decided - timedelta(days=dice.randint(60, 130)), 600)
    return None
