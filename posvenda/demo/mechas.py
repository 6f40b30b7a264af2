"""Estúdio Mecha Clara, a hair and beauty salon: the trade of the pack ``salao``."""

import random
from datetime import date, timedelta

from posvenda.demo import shop_town
from posvenda.demo.town import SEED, Row, Town
from posvenda.demo.trade import Being, Person, Trade, Voice, colleagues, nobody
from posvenda.demo.truth import Cause, Severity

DOMAIN = "mechaclara.example"
PLAN: tuple[tuple[Cause, Severity, int], ...] = (
    (Cause.LOYAL, Severity.GOOD, 150),
    (Cause.HEALTHY, Severity.GOOD, 190),
    (Cause.DUE, Severity.GOOD, 70),
    (Cause.NEW, Severity.EARLY, 45),
    (Cause.LAPSING, Severity.WARN, 75),
    (Cause.NO_SHOW, Severity.WARN, 30),
    (Cause.MOVED, Severity.WARN, 25),
    (Cause.LAPSED, Severity.RISK, 50),
    (Cause.MOVED, Severity.RISK, 15),
)
GOODS = {
    "corte-f": ("Corte feminino", "service", "Cabelo", 12_000),
    "corte-m": ("Corte masculino", "service", "Cabelo", 6_500),
    "coloracao": ("Coloração", "service", "Coloração", 22_000),
    "mechas": ("Mechas", "service", "Coloração", 48_000),
    "raiz": ("Retoque de raiz", "service", "Coloração", 14_000),
    "hidratacao": ("Hidratação", "service", "Tratamento", 9_000),
    "progressiva": ("Escova progressiva", "service", "Tratamento", 32_000),
    "escova": ("Escova", "service", "Cabelo", 7_000),
    "manicure": ("Manicure", "service", "Unhas", 4_000),
    "pedicure": ("Pedicure", "service", "Unhas", 4_500),
    "sobrancelha": ("Design de sobrancelha", "service", "Estética", 5_500),
    "xampu": ("Xampu para cabelos coloridos", "goods", "Produtos", 8_900),
    "mascara": ("Máscara capilar", "goods", "Produtos", 11_900),
}
SERVICES = {"colour": "Coloração", "cut": "Corte", "nails": "Unhas", "treatment": "Tratamento"}
PROFESSIONALS = ("Rosana", "Ivete", "Jonas", "Dalva", "Kelly")
VOICE = Voice(
    happy=(
        "Saí me sentindo outra. A cor ficou exatamente como eu queria.",
        "Corte impecável, como sempre.",
        "Me atenderam no horário e com muito carinho.",
        "Minhas unhas duraram duas semanas inteiras.",
        "Ambiente gostoso e equipe atenciosa.",
        "",
        "",
    ),
    fine=(
        "Gostei, só demorou mais que o previsto.",
        "Bom, mas a cor ficou um tom acima.",
        "",
        "Ok.",
    ),
    wronged=(
        "Remarcaram meu horário de novo, na véspera.",
        "Terceira vez que mudam o meu horário. Tenho trabalho.",
        "Cheguei e me disseram que a profissional tinha faltado.",
        "Esperei a semana toda e remarcaram sem perguntar se eu podia.",
    ),
    sad=(
        "A coloração manchou e ninguém quis arrumar.",
        "Esperei quase uma hora com hora marcada.",
        "Achei caro e o acabamento deixou a desejar.",
        "O corte ficou torto.",
    ),
    sent=(
        "Oi, {person}! Aqui é do Estúdio Mecha Clara. Seu horário está confirmado para amanhã.",
        "Oi, {person}! Abriu um horário nesta semana, quer aproveitar?",
        "Lembrete do seu horário de amanhã. Se precisar mudar, é só avisar.",
        "{person}, está chegando a hora da sua manutenção. Guardo o seu horário de sempre?",
    ),
    received=(
        "Oi! Tem horário no sábado de manhã?",
        "Bom dia, posso levar minha filha junto?",
        "Obrigada! Amei o resultado.",
        "Vou me atrasar dez minutos, tudo bem?",
    ),
    complaints=("Horário remarcado na véspera", "Coloração manchada", "Espera com hora marcada"),
    task="Ligar, pedir desculpas e garantir o próximo horário",
)


def _habit(beings: tuple[Being, ...], cause: Cause, dice: random.Random) -> str:
    if cause is Cause.LOYAL:
        return dice.choices(("nails", "cut", "colour"), (60, 20, 20))[0]
    if cause is Cause.DUE:
        return dice.choices(("colour", "treatment"), (75, 25))[0]
    return dice.choices(("colour", "cut", "treatment"), (45, 40, 15))[0]


def _needs(person: Person, being: Being | None, number: int, dice: random.Random) -> list[str]:
    match person.habit:
        case "nails":
            return ["manicure"] + (["pedicure"] if dice.random() < 0.55 else [])
        case "colour":
            big = "mechas" if dice.random() < 0.4 else "coloracao"
            return [big if number % 3 == 1 else "raiz"] + (
                ["escova"] if dice.random() < 0.4 else []
            )
        case "treatment":
            return ["progressiva" if number % 3 == 1 else "hidratacao", "escova"]
    return ["corte-f" if person.name.is_woman else "corte-m"]


def _about(person: Person, dice: random.Random) -> Row:
    return {
        "attr.professional": dice.choice(PROFESSIONALS),
        "attr.hair_service": person.habit,
    }


def _dates(person: Person, today: date, dice: random.Random) -> Row:
    """Who colours or treats the hair has a date for the next maintenance."""
    if person.habit not in ("colour", "treatment"):
        return {}
    if person.cause is Cause.DUE:
        return {"attr.next_maintenance_on": today + timedelta(days=dice.randint(-3, 9))}
    if person.cause in (Cause.LAPSING, Cause.LAPSED, Cause.MOVED, Cause.NO_SHOW):
        return {"attr.next_maintenance_on": person.last + timedelta(days=person.interval)}
    return {"attr.next_maintenance_on": today + timedelta(days=dice.randint(14, 40))}


TRADE = Trade(
    pack="salao",
    company="Estúdio Mecha Clara",
    domain=DOMAIN,
    prefix="MC",
    colleagues=colleagues(
        DOMAIN, "Rosana Vidal", "Ivete Sampaio", "Jonas Prates", "Dalva Munhoz", "Kelly Serrano"
    ),
    plan=PLAN,
    intervals={
        Cause.LOYAL: (7, 14, 14, 14, 21),
        Cause.DUE: (35, 42, 42),
        Cause.MOVED: (28, 30, 30),
    },
    usual=(28, 30, 35, 35, 42, 45),
    goods=GOODS,
    extras=("sobrancelha", "hidratacao", "xampu", "mascara"),
    beings=nobody,
    habit=_habit,
    needs=_needs,
    about=_about,
    voice=VOICE,
    dates=_dates,
    reward="clube de unhas",
    sources=("Indicação", "Instagram", "Passou na frente", "Busca", "Aplicativo de agendamento"),
)


def town(*, today: date, seed: int = SEED) -> Town:
    """This will make the salon as it stands on the morning of ``today``; nothing is later."""
    return shop_town.town(TRADE, today=today, seed=seed)
