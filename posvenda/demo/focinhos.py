"""Focinhos da Serra, a vet with grooming: the trade of the pack ``veterinaria``."""

import random
from datetime import date, timedelta

from posvenda.demo import shop_town
from posvenda.demo.bichobom import pets
from posvenda.demo.town import SEED, Row, Town
from posvenda.demo.trade import Being, Person, Trade, Voice, colleagues
from posvenda.demo.truth import Cause, Severity

DOMAIN = "focinhos.example"
PLAN: tuple[tuple[Cause, Severity, int], ...] = (
    (Cause.LOYAL, Severity.GOOD, 140),
    (Cause.HEALTHY, Severity.GOOD, 190),
    (Cause.DUE, Severity.GOOD, 80),
    (Cause.NEW, Severity.EARLY, 45),
    (Cause.LAPSING, Severity.WARN, 75),
    (Cause.NO_SHOW, Severity.WARN, 25),
    (Cause.MOVED, Severity.WARN, 30),
    (Cause.LAPSED, Severity.RISK, 50),
    (Cause.MOVED, Severity.RISK, 15),
)
GOODS = {
    "consulta": ("Consulta veterinária", "service", "Clínica", 18_000),
    "avaliacao": ("Avaliação de rotina", "service", "Clínica", 9_000),
    "v10": ("Vacina V10", "service", "Vacinas", 13_000),
    "v4": ("Vacina V4", "service", "Vacinas", 12_000),
    "antirrabica": ("Vacina antirrábica", "service", "Vacinas", 9_500),
    "vermifugo": ("Vermífugo", "goods", "Farmácia", 4_900),
    "antipulgas": ("Antipulgas mensal", "goods", "Farmácia", 9_200),
    "banho-p": ("Banho porte pequeno", "service", "Banho e tosa", 7_000),
    "banho-g": ("Banho porte grande", "service", "Banho e tosa", 11_500),
    "tosa": ("Tosa higiênica", "service", "Banho e tosa", 5_000),
    "limpeza": ("Limpeza de dentes", "service", "Clínica", 38_000),
    "hemograma": ("Hemograma", "service", "Exames", 7_500),
    "busca": ("Leva e traz", "service", "Banho e tosa", 2_500),
}
VOICE = Voice(
    happy=(
        "A doutora examinou com calma e explicou tudo.",
        "Minha gata nem chorou na vacina.",
        "Voltou do banho cheiroso e tranquilo.",
        "Ligaram no dia seguinte para saber como ele estava.",
        "Equipe carinhosa de verdade.",
        "",
        "",
    ),
    fine=("Bom atendimento, só esperei um pouco.", "Gostei, mas a tosa ficou curta.", "", "Ok."),
    wronged=(
        "Remarcaram a consulta pela terceira vez.",
        "Pedi folga para levar e avisaram na hora que não daria.",
        "Mudaram o horário do banho sem me perguntar.",
        "Fiquei uma semana esperando um horário que já era meu.",
    ),
    sad=(
        "Ele voltou assustado do banho.",
        "Esperei cinquenta minutos com hora marcada.",
        "Achei caro e não me explicaram o que foi feito.",
        "Não atenderam o telefone quando precisei.",
    ),
    sent=(
        "Oi, {person}! Aqui é da Focinhos da Serra. Confirmado o horário de {being} amanhã.",
        "Oi, {person}! A vacina de {being} vence neste mês. Quer marcar?",
        "{being} está de banho tomado, pode buscar quando quiser.",
        "Oi, {person}! Está na hora do vermífugo de {being}. Separo um?",
    ),
    received=(
        "Oi! Tem horário para {being} no sábado?",
        "Bom dia, {being} pode tomar banho depois da vacina?",
        "Obrigada! {being} ficou linda.",
        "Consegue encaixar {being} hoje à tarde?",
    ),
    complaints=("Horário remarcado", "Espera com hora marcada", "Cobrança sem explicação"),
    task="Ligar para o tutor, pedir desculpas e garantir o próximo horário",
)


def _habit(beings: tuple[Being, ...], cause: Cause, dice: random.Random) -> str:
    is_dog = beings[0].sort != "cat"
    return "bath" if is_dog and (cause is Cause.LOYAL or dice.random() < 0.45) else "care"


def _needs(person: Person, pet: Being | None, number: int, dice: random.Random) -> list[str]:
    assert pet is not None
    a_year = max(1, round(365 / person.interval))
    is_dog = pet.sort != "cat"
    needs = ["v10" if is_dog else "v4", "antirrabica"] if number % a_year == a_year // 2 else []
    if number % max(1, a_year // 3) == 0:
        needs.append("vermifugo")
    if person.habit == "bath" and is_dog:
        needs.append("banho-g" if pet.sort == "large dog" else "banho-p")
        return needs + (["tosa"] if dice.random() < 0.3 else [])
    return [*needs, "consulta" if dice.random() < 0.3 else "avaliacao"]


def _about(person: Person, dice: random.Random) -> Row:
    has_plan = person.cause is Cause.LOYAL or dice.random() < 0.15
    return {"attr.has_plan": "true" if has_plan else "false"}


def _dates(person: Person, today: date, dice: random.Random) -> Row:
    """Every pet has a next vaccine and a next dewormer; of who went away they are past."""
    vaccine, dewormer = dice.randint(45, 330), dice.randint(20, 110)
    if person.cause is Cause.DUE:
        is_vaccine = dice.random() < 0.6
        vaccine = dice.randint(-20, 12) if is_vaccine else vaccine
        dewormer = dewormer if is_vaccine else dice.randint(-20, 8)
    if person.cause is Cause.LAPSED:
        vaccine, dewormer = -dice.randint(60, 300), -dice.randint(60, 300)
    return {
        "attr.next_vaccine_on": today + timedelta(days=vaccine),
        "attr.next_deworming_on": today + timedelta(days=dewormer),
    }


TRADE = Trade(
    pack="veterinaria",
    company="Focinhos da Serra",
    domain=DOMAIN,
    prefix="FS",
    colleagues=colleagues(
        DOMAIN, "Teresa Novaes", "Murilo Galvão", "Cecília Fontes", "Nelson Vaz", "Iara Padilha"
    ),
    plan=PLAN,
    intervals={Cause.LOYAL: (14, 15, 21, 28), Cause.DUE: (30, 45, 60), Cause.MOVED: (28, 30, 30)},
    usual=(30, 35, 45, 45, 60, 75),
    goods=GOODS,
    extras=("antipulgas", "hemograma", "busca", "limpeza"),
    beings=pets,
    habit=_habit,
    needs=_needs,
    about=_about,
    voice=VOICE,
    dates=_dates,
    reward="plano de cuidados",
    sources=("Indicação", "Passou na frente", "Busca", "Instagram", "Feira de adoção"),
)


def town(*, today: date, seed: int = SEED) -> Town:
    """This will make the vet as it stands on the morning of ``today``; nothing is later."""
    return shop_town.town(TRADE, today=today, seed=seed)
