"""Contaflux: contracts, renewals, expansions, reductions and cancellations."""

import random
from datetime import date, timedelta

from posvenda.demo.calendar import at, month_later
from posvenda.demo.people import plain
from posvenda.demo.saas import MODULES, PLANS, Company, Plan
from posvenda.demo.town import Row, stream
from posvenda.demo.truth import Cause, Severity

REASONS = (
    ("Preço", "O orçamento do ano não comportou o reajuste."),
    ("Falta de recurso", "Precisávamos de consolidação entre empresas e não chegou a tempo."),
    ("Trocou de fornecedor", "A matriz padronizou outro sistema em todas as unidades."),
    ("Pouco uso", "A equipe nunca deixou as planilhas, não fazia sentido seguir pagando."),
    ("Encerrou a operação", "A unidade foi encerrada em dezembro."),
    ("Atendimento", "Os chamados de conciliação demoraram demais."),
)


def product_rows() -> list[Row]:
    """This will give the plans and modules that are sold."""
    plans = [(plain(f"plano {p.name}"), f"Plano {p.name}", "plan") for p in PLANS]
    modules = [(_module_key(name), f"Módulo {name}", "plan") for name, _ in MODULES]
    extra = [("licencas", "Licenças adicionais", "plan"), ("implantacao", "Implantação", "service")]
    return [
        {
            "key": key,
            "name": name,
            "kind": kind,
            "category": "Assinatura" if kind == "plan" else "Serviço",
        }
        for key, name, kind in (*plans, *modules, *extra)
    ]


def contract_rows(company: Company, *, today: date, seed: int) -> list[Row]:
    """This will give one plan line a year and the lines that were added on the way."""
    dice = stream(seed, "contracts", company.key)
    last_year = ((company.left or today) - company.since).days // 365 + 1
    step = -1 if dice.random() < 0.12 else dice.choice((0, 0, 1, 2))
    rows: list[Row] = []
    for year in range(1, last_year + 1):
        start, end = (month_later(company.since, 12 * n) for n in (year - 1, year))
        seats = max(company.plan.fewest, company.seats - step * (last_year - year))
        amount = (company.plan.base + company.plan.seat * seats) / 1.06 ** (last_year - year)
        rows.append(_line(company, f"{year}", start, end, _cents(amount), seats, dice))
        rows += _extras(company, year, start, end, dice, today)
    rows = [row for row in rows if row["starts_on"] < (company.left or today)]
    _close(company, rows)
    return rows + _dropped(company, last_year, dice)


def cancellation_rows(company: Company, *, today: date, seed: int) -> list[Row]:
    """This will give the notice of those who left, with the reason they gave."""
    dice = stream(seed, "cancellation", company.key)
    if company.decided is None:
        return _notice(company, today)
    reason, comment = dice.choice(REASONS)
    return [
        {
            "key": f"{company.key}-cancelamento",
            "customer": company.key,
            "happened_at": at(company.decided, dice.randint(540, 1050)),
            "reason": reason,
            "comment": comment,
        }
    ]


def has_given_notice(company: Company) -> bool:
    """This will say whether it asked to leave when the contract ends: half the angry ones."""
    is_angry = company.cause is Cause.DETRACTOR and company.severity is Severity.RISK
    return is_angry and int(company.key[3:]) % 2 == 0


def _notice(company: Company, today: date) -> list[Row]:
    """This will give the notice of a customer who can still be won back."""
    if not has_given_notice(company):
        return []
    noticed = min(company.began + timedelta(days=2), today - timedelta(days=1))
    return [
        {
            "key": f"{company.key}-cancelamento",
            "customer": company.key,
            "happened_at": at(noticed, 690),
            "reason": "Atendimento",
            "comment": "Pedimos o encerramento no fim do contrato. Os erros continuam.",
        }
    ]


def _line(
    company: Company, suffix: str, start: date, end: date, amount: int, seats: int | None,
    dice: random.Random, product: str | None = None,
) -> Row:  # fmt: skip
    signed = max(
        company.since, start - timedelta(days=dice.randint(3, 25) if start > company.since else 0)
    )
    return {
        "key": f"{company.key}-{suffix}",
        "customer": company.key,
        "product": product or plain(f"plano {company.plan.name}"),
        "starts_on": start,
        "ends_on": end,
        "amount": amount,
        "currency": "BRL",
        "period": "month",
        "seats": seats,
        "is_trial": False,
        "is_auto_renewed": company.plan.name == "Essencial"
        and company.severity in (Severity.GOOD, Severity.GONE),
        "notice_days": 30,
        "signed_on": signed,
        "cancelled_at": None,
    }


def _extras(
    company: Company, year: int, start: date, end: date, dice: random.Random, today: date
) -> list[Row]:
    """This will give modules and seats added within a contract year."""
    rows = []
    for name, cents in MODULES:
        if dice.random() < 0.16 and company.plan is not PLANS[0]:
            since = month_later(start, dice.randint(0, 8))
            if since < min(end, today):
                rows.append(
                    _line(
                        company,
                        f"{year}-{_module_key(name)}",
                        since,
                        end,
                        cents,
                        None,
                        dice,
                        _module_key(name),
                    )
                )
    if dice.random() < 0.18 and company.cause in (Cause.HEALTHY, Cause.PROMOTER):
        since, seats = month_later(start, dice.randint(3, 9)), _more_seats(company.plan, dice)
        if since < min(end, today):
            cents = seats * company.plan.seat
            rows.append(
                _line(company, f"{year}-licencas", since, end, cents, seats, dice, "licencas")
            )
    return rows


def _dropped(company: Company, year: int, dice: random.Random) -> list[Row]:
    """This will give two modules that a customer at risk gave up when the trouble began."""
    if company.severity is not Severity.RISK:
        return []
    start = month_later(company.since, 12 * (year - 1))
    end = max(start + timedelta(days=30), company.began - timedelta(days=dice.randint(0, 15)))
    return [
        _line(company, f"{year}-fim-{key}", start, end, cents, None, dice, key)
        for key, cents in ((_module_key(name), cents) for name, cents in MODULES[:2])
    ]


def _close(company: Company, rows: list[Row]) -> None:
    """This will end what a customer who left had signed."""
    if company.left is None:
        return
    for row in rows:
        if row["ends_on"] > company.left:
            row["ends_on"] = company.left
            row["cancelled_at"] = at(company.left, 0)


def _more_seats(plan: Plan, dice: random.Random) -> int:
    return max(1, round(plan.fewest * dice.uniform(0.15, 0.4)))


def _cents(amount: float) -> int:
    return round(amount / 1000) * 1000


def _module_key(name: str) -> str:
    return "modulo-" + {"Conciliação bancária": "conciliacao", "Orçamento": "orcamento"}.get(
        name, "notas"
    )
