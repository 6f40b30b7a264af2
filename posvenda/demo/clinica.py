"""Clínica Pé de Ipê, a health clinic: the trade of the pack ``clinica``.

Nothing clinical is invented: services are kinds of time in the calendar, and messages, complaints
and comments speak of times and of service only (LGPD, art. 11).
"""

import random
from datetime import date, timedelta

from posvenda.demo import shop_town, words
from posvenda.demo.people import Name
from posvenda.demo.town import SEED, Row, Town
from posvenda.demo.trade import Being, Person, Trade, Voice, colleagues
from posvenda.demo.truth import Cause, Severity

DOMAIN = "pedeipe.example"
PLAN: tuple[tuple[Cause, Severity, int], ...] = (
    (Cause.LOYAL, Severity.GOOD, 130),
    (Cause.HEALTHY, Severity.GOOD, 200),
    (Cause.DUE, Severity.GOOD, 80),
    (Cause.NEW, Severity.EARLY, 45),
    (Cause.LAPSING, Severity.WARN, 75),
    (Cause.NO_SHOW, Severity.WARN, 35),
    (Cause.MOVED, Severity.WARN, 25),
    (Cause.LAPSED, Severity.RISK, 56),
    (Cause.MOVED, Severity.RISK, 15),
)
GOODS = {
    "primeira": ("Primeira consulta", "service", "Consultas", 28_000),
    "consulta": ("Consulta", "service", "Consultas", 24_000),
    "retorno": ("Retorno", "service", "Consultas", 12_000),
    "sessao": ("Sessão", "service", "Sessões", 14_000),
    "procedimento": ("Procedimento", "service", "Procedimentos", 42_000),
    "avaliacao": ("Avaliação", "service", "Consultas", 16_000),
    "online": ("Consulta por vídeo", "service", "Consultas", 18_000),
    "laudo": ("Segunda via de documento", "service", "Secretaria", 4_000),
}
VOICE = Voice(
    happy=(
        "Fui recebida no horário e com muita atenção.",
        "A recepção é ótima e tudo foi explicado com calma.",
        "Marcar pelo WhatsApp é muito prático.",
        "Ambiente limpo e tranquilo, equipe gentil.",
        "",
        "",
    ),
    fine=("Bom, só esperei uns vinte minutos.", "Gostei, mas estacionar é difícil.", "", "Ok."),
    wronged=(
        "Remarcaram meu horário pela terceira vez.",
        "Avisaram na véspera que não haveria atendimento.",
        "Mudaram o dia sem perguntar se eu podia.",
        "Cheguei e meu horário tinha sido passado para outra pessoa.",
    ),
    sad=(
        "Esperei uma hora e dez com hora marcada.",
        "O telefone só chama e ninguém atende.",
        "O atendimento foi apressado.",
        "Cobraram um valor diferente do combinado.",
    ),
    sent=(
        "Olá, {person}. Aqui é da Clínica Pé de Ipê. Seu horário de amanhã está confirmado?",
        "Olá, {person}. Temos um horário livre nesta semana, se quiser adiantar.",
        "Lembrete do seu horário de amanhã. Se precisar mudar, é só responder.",
        "Olá, {person}. Está chegando a época do retorno. Prefere manhã ou tarde?",
    ),
    received=(
        "Bom dia! Tem horário na quinta à tarde?",
        "Confirmado, obrigada.",
        "Preciso remarcar o de amanhã, pode ser na outra semana?",
        "Vou chegar dez minutos depois, tudo bem?",
    ),
    complaints=("Horário remarcado", "Espera com hora marcada", "Valor diferente do combinado"),
    task="Ligar, pedir desculpas e garantir o próximo horário",
)


def _patients(key: str, name: Name, dice: random.Random, today: date) -> tuple[Being, ...]:
    """This will give the patient: mostly the customer, else a child, now and then both."""
    me = Being(f"{key}-1", "patient", name.full, "adult", _born(today, 22, 78, dice))
    who = dice.choices(("me", "child", "both"), (74, 16, 10))[0]
    if who == "me":
        return (me,)
    first = dice.choice(words.WOMEN if dice.random() < 0.5 else words.MEN)
    child = Being(
        key=f"{key}-2",
        kind="patient",
        name=f"{first} {name.full.split(' ')[-1]}",
        sort="child",
        born_on=_born(today, 2, 16, dice),
        details={"guardian": name.full},
    )
    return (child,) if who == "child" else (me, child)


def _born(today: date, youngest: int, oldest: int, dice: random.Random) -> date:
    return today - timedelta(days=dice.randint(youngest * 365, oldest * 365))


def _habit(beings: tuple[Being, ...], cause: Cause, dice: random.Random) -> str:
    return "sessions" if cause is Cause.LOYAL or dice.random() < 0.25 else "visits"


def _needs(person: Person, being: Being | None, number: int, dice: random.Random) -> list[str]:
    if number == 1:
        return ["primeira"]
    if person.habit == "sessions":
        return ["sessao"]
    if number % 3 == 0:
        return ["retorno"]
    return ["procedimento" if dice.random() < 0.15 else "consulta"]


def _about(person: Person, dice: random.Random) -> Row:
    return {"attr.payer": "insurance" if dice.random() < 0.4 else "private"}


def _dates(person: Person, today: date, dice: random.Random) -> Row:
    """Who is in care has a planned return; of who went away it is past."""
    if person.cause is Cause.DUE:
        return {"attr.next_return_on": today + timedelta(days=dice.randint(-20, 12))}
    if person.cause in (Cause.LAPSED, Cause.LAPSING):
        past = today - timedelta(days=dice.randint(35, 120))
        return {"attr.next_return_on": past}
    if person.cause is Cause.HEALTHY and dice.random() < 0.7:
        return {"attr.next_return_on": today + timedelta(days=dice.randint(20, 90))}
    return {}


TRADE = Trade(
    pack="clinica",
    company="Clínica Pé de Ipê",
    domain=DOMAIN,
    prefix="PI",
    colleagues=colleagues(
        DOMAIN, "Sônia Castilho", "Breno Aguiar", "Luísa Rangel", "Mirela Assis", "Tomás Leal"
    ),
    plan=PLAN,
    intervals={
        Cause.LOYAL: (7, 14, 14, 15, 28),
        Cause.DUE: (60, 75, 90),
        Cause.NO_SHOW: (30, 45),
        Cause.MOVED: (28, 30, 30),
    },
    usual=(30, 45, 45, 60, 60, 75, 90),
    goods=GOODS,
    extras=("online", "avaliacao", "laudo"),
    beings=_patients,
    habit=_habit,
    needs=_needs,
    about=_about,
    voice=VOICE,
    dates=_dates,
    promised=0.95,
    sources=("Indicação", "Convênio", "Busca", "Instagram", "Outra clínica"),
)


def town(*, today: date, seed: int = SEED) -> Town:
    """This will make the clinic as it stands on the morning of ``today``; nothing is later."""
    return shop_town.town(TRADE, today=today, seed=seed)
