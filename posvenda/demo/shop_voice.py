"""Bicho Bom: reviews, complaints, WhatsApp, and what the team has to do."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from posvenda.demo.calendar import at
from posvenda.demo.shop import Person
from posvenda.demo.shop_orders import Purchase
from posvenda.demo.town import Row, stream
from posvenda.demo.truth import Cause, Severity

HAPPY = (
    "Minha cachorra voltou cheirosa e tranquila.",
    "Atendimento carinhoso, o banho ficou perfeito.",
    "Entregaram antes do combinado, tudo certo.",
    "A doutora explicou tudo com calma.",
    "Sempre lembram do nome dele. Amo esse lugar!",
    "Preço justo e equipe atenciosa.",
    "",
    "",
)
FINE = (
    "Bom, mas demorou um pouco para buscar.",
    "Gostei, só achei a tosa curta demais.",
    "",
    "Ok.",
)
LATE = (
    "Prometeram para terça e só chegou na sexta. Fiquei sem ração.",
    "Terceira entrega atrasada seguida. Assim não dá.",
    "Chegou quatro dias depois e a embalagem veio rasgada.",
    "Ninguém avisou do atraso, tive que comprar em outro lugar.",
)
SAD = (
    "Ele voltou com o pelo embolado, fiquei chateada.",
    "Esperei quarenta minutos com hora marcada.",
    "Achei caro e o atendimento foi frio.",
    "O produto veio trocado e ninguém resolveu.",
)
SENT = (
    "Oi, {person}! Aqui é da Bicho Bom. {pet} está na hora do banho, quer marcar?",
    "Oi, {person}! {pet} já está de banho tomado, pode buscar quando quiser.",
    "Lembrete: a vacina de {pet} vence neste mês.",
    "Chegou a ração de {pet}. Separamos uma para você?",
)
RECEIVED = (
    "Oi! Tem horário para {pet} no sábado de manhã?",
    "Bom dia, vocês entregam hoje ainda?",
    "Obrigada! {pet} ficou uma graça.",
    "Pode separar a de sempre que eu busco.",
)


def answer_rows(person: Person, orders: Sequence[Purchase], *, today: date, seed: int) -> list[Row]:
    """This will give reviews of orders and now and then an NPS answer; never dated after today."""
    dice = stream(seed, "reviews", person.key)
    bought = [order for order in orders if not order.is_return and not order.is_cancelled]
    rows = [
        row for order in bought[:-1] if dice.random() < 0.2 for row in _review(order, today, dice)
    ]
    rows += _last_word(person, bought, today, dice)
    is_late = person.cause is Cause.LATE_DELIVERY
    if (person.last - person.since).days > 180 and dice.random() < (0.8 if is_late else 0.35):
        rows.append(_nps(person, person.last - timedelta(days=dice.randint(5, 150)), dice))
    by_key = {row["key"]: row for row in rows}
    return [row for row in by_key.values() if row["happened_at"] < at(today, 0)]


def ticket_rows(person: Person, *, today: date, seed: int) -> list[Row]:
    """This will give complaints: some of those whose deliveries were late wait for an answer."""
    dice = stream(seed, "complaints", person.key)
    if person.cause is not Cause.LATE_DELIVERY or dice.random() > 0.7:
        return []
    day = max(person.last, today - timedelta(days=dice.randint(7, 25)))
    return [
        {
            "key": f"{person.key}-r1",
            "customer": person.key,
            "subject": dice.choice(("Entrega atrasada", "Embalagem rasgada", "Pedido incompleto")),
            "priority": "alta",
            "happened_at": at(day, dice.randint(550, 1_100)),
            "first_reply_at": None,
            "closed_at": None,
            "is_escalated": False,
            "score": None,
        }
    ]


def interaction_rows(
    person: Person, orders: Sequence[Purchase], *, today: date, seed: int
) -> list[Row]:
    """This will give WhatsApp messages around visits."""
    dice = stream(seed, "whatsapp", person.key)
    rows = []
    for number, order in enumerate(orders, start=1):
        if dice.random() < 0.4:
            rows += _messages(person, f"{person.key}-w{number}", order.day, dice)
    return [row for row in rows if row["happened_at"] < at(today, 0)]


def task_rows(person: Person, *, today: date, seed: int) -> list[Row]:
    """This will give a few open tasks."""
    dice = stream(seed, "shop tasks", person.key)
    is_due = person.cause is Cause.LATE_DELIVERY and person.severity is Severity.WARN
    if not is_due or dice.random() > 0.3:
        return []
    return [
        {
            "customer": person.key,
            "title": "Combinar nova entrega e pedir desculpas",
            "due_on": today + timedelta(days=dice.randint(-1, 3)),
            "owner": person.owner,
            "created_at": at(today - timedelta(days=dice.randint(2, 5)), dice.randint(560, 1_000)),
            "done_at": None,
        }
    ]


def _last_word(
    person: Person, bought: Sequence[Purchase], today: date, dice: random.Random
) -> Iterator[Row]:
    """This will give the review of the last purchase, which tells of the cause."""
    match person.cause:
        case Cause.LATE_DELIVERY:
            late = next(order for order in reversed(bought) if order.delivered_at is not None)
            yield from _review(late, today, dice, score=dice.choice((1, 1, 2)), words=LATE)
        case Cause.LAPSED if dice.random() < 0.6:
            yield from _review(bought[-1], today, dice, score=dice.choice((2, 2, 3)), words=SAD)
        case Cause.LOYAL if dice.random() < 0.6:
            yield from _review(bought[-1], today, dice, score=5, words=HAPPY)
        case Cause.NEW | Cause.HEALTHY if dice.random() < 0.3:
            yield from _review(bought[-1], today, dice)


def _review(
    order: Purchase,
    today: date,
    dice: random.Random,
    *,
    score: int | None = None,
    words: Sequence[str] = (),
) -> Iterator[Row]:
    if score is None:
        score = 2 if order.is_late else dice.choices((5, 4, 3), (68, 26, 6))[0]
        words = LATE if order.is_late else HAPPY if score == 5 else FINE
    came = order.delivered_at or order.moment
    yield {
        "key": f"{order.number}-nota",
        "customer": order.person.key,
        "order": order.number,
        "scale": "csat",
        "score": score,
        "comment": dice.choice(words),
        "happened_at": came + timedelta(minutes=dice.randint(20, 700)),
    }


def _nps(person: Person, day: date, dice: random.Random) -> Row:
    is_good = person.severity is Severity.GOOD
    worst = dice.randint(1, 6) if person.cause is Cause.LATE_DELIVERY else dice.randint(4, 9)
    score = dice.choices((10, 9, 8, 7), (45, 30, 18, 7))[0] if is_good else worst
    return {
        "key": f"{person.key}-nps",
        "customer": person.key,
        "order": None,
        "scale": "nps",
        "score": score,
        "comment": dice.choice(HAPPY if score >= 9 else FINE if score >= 7 else SAD),
        "happened_at": at(day, dice.randint(560, 1_200)),
    }


def _messages(person: Person, key: str, day: date, dice: random.Random) -> list[Row]:
    names = {"person": person.name.first, "pet": dice.choice(person.pets).name}
    sent, received = dice.choice(SENT), dice.choice(RECEIVED)
    minute = dice.randint(520, 1_000)
    texts = [("out", sent), ("in", received)] if dice.random() < 0.6 else [("in", received)]
    return [
        {
            "key": f"{key}{direction}",
            "customer": person.key,
            "kind": "whatsapp",
            "direction": direction,
            "body": text.format(**names),
            "happened_at": at(day, minute + 17 * position),
            "by": person.owner,
        }
        for position, (direction, text) in enumerate(texts)
    ]
