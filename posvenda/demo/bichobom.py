"""Bicho Bom, a pet shop with grooming and a vet: the trade of the pack ``loja``."""

import random
from datetime import date, timedelta

from posvenda.demo import shop_town, words
from posvenda.demo.people import Name
from posvenda.demo.town import SEED, Row, Town
from posvenda.demo.trade import Being, Person, Trade, Voice, colleagues
from posvenda.demo.truth import Cause, Severity

DOMAIN = "bichobom.example"
LARGE = ("Golden retriever", "Labrador", "Border collie", "Vira-lata")
PLAN: tuple[tuple[Cause, Severity, int], ...] = (
    (Cause.LOYAL, Severity.GOOD, 230),
    (Cause.HEALTHY, Severity.GOOD, 330),
    (Cause.NEW, Severity.EARLY, 70),
    (Cause.LAPSING, Severity.WARN, 130),
    (Cause.LATE_DELIVERY, Severity.WARN, 40),
    (Cause.LAPSED, Severity.RISK, 80),
    (Cause.LATE_DELIVERY, Severity.RISK, 20),
)
# name, kind, category and price in cents of each product key
GOODS = {
    "banho-p": ("Banho porte pequeno", "service", "Banho e tosa", 6_500),
    "banho-g": ("Banho porte grande", "service", "Banho e tosa", 11_000),
    "tosa": ("Tosa higiênica", "service", "Banho e tosa", 4_500),
    "racao-caes-3": ("Ração cães adultos 3 kg", "goods", "Alimentação", 8_990),
    "racao-caes-15": ("Ração cães adultos 15 kg", "goods", "Alimentação", 24_990),
    "racao-gatos-3": ("Ração gatos castrados 3 kg", "goods", "Alimentação", 11_490),
    "racao-gatos-10": ("Ração gatos castrados 10 kg", "goods", "Alimentação", 28_900),
    "areia": ("Areia higiênica 12 kg", "goods", "Higiene", 4_990),
    "petisco": ("Petisco dental", "goods", "Alimentação", 2_490),
    "brinquedo": ("Brinquedo de corda", "goods", "Acessórios", 3_490),
    "antipulgas": ("Antipulgas mensal", "goods", "Farmácia", 8_900),
    "vermifugo": ("Vermífugo", "goods", "Farmácia", 4_500),
    "v10": ("Vacina V10", "service", "Veterinária", 13_000),
    "v4": ("Vacina V4", "service", "Veterinária", 12_000),
    "antirrabica": ("Vacina antirrábica", "service", "Veterinária", 9_500),
    "consulta": ("Consulta veterinária", "service", "Veterinária", 16_000),
}
VOICE = Voice(
    happy=(
        "Minha cachorra voltou cheirosa e tranquila.",
        "Atendimento carinhoso, o banho ficou perfeito.",
        "Entregaram antes do combinado, tudo certo.",
        "A doutora explicou tudo com calma.",
        "Sempre lembram do nome dele. Amo esse lugar!",
        "Preço justo e equipe atenciosa.",
        "",
        "",
    ),
    fine=(
        "Bom, mas demorou um pouco para buscar.",
        "Gostei, só achei a tosa curta demais.",
        "",
        "Ok.",
    ),
    wronged=(
        "Prometeram para terça e só chegou na sexta. Fiquei sem ração.",
        "Terceira entrega atrasada seguida. Assim não dá.",
        "Chegou quatro dias depois e a embalagem veio rasgada.",
        "Ninguém avisou do atraso, tive que comprar em outro lugar.",
    ),
    sad=(
        "Ele voltou com o pelo embolado, fiquei chateada.",
        "Esperei quarenta minutos com hora marcada.",
        "Achei caro e o atendimento foi frio.",
        "O produto veio trocado e ninguém resolveu.",
    ),
    sent=(
        "Oi, {person}! Aqui é da Bicho Bom. {being} está na hora do banho, quer marcar?",
        "Oi, {person}! {being} já está de banho tomado, pode buscar quando quiser.",
        "Lembrete: a vacina de {being} vence neste mês.",
        "Chegou a ração de {being}. Separamos uma para você?",
    ),
    received=(
        "Oi! Tem horário para {being} no sábado de manhã?",
        "Bom dia, vocês entregam hoje ainda?",
        "Obrigada! {being} ficou uma graça.",
        "Pode separar a de sempre que eu busco.",
    ),
    complaints=("Entrega atrasada", "Embalagem rasgada", "Pedido incompleto"),
    task="Combinar nova entrega e pedir desculpas",
)


def pets(key: str, name: Name, dice: random.Random, today: date) -> tuple[Being, ...]:
    """This will give one to three dogs and cats."""
    count = dice.choices((1, 2, 3), (72, 22, 6))[0]
    return tuple(_pet(f"{key}-{n + 1}", dice, today) for n in range(count))


def _pet(key: str, dice: random.Random, today: date) -> Being:
    is_dog = dice.random() < 0.74
    name, breed = dice.choice(words.PETS), dice.choice(words.DOGS if is_dog else words.CATS)
    return Being(
        key=key,
        kind="pet",
        name=name,
        sort="cat" if not is_dog else "large dog" if breed in LARGE else "dog",
        born_on=today - timedelta(days=round(800 + 3_600 * dice.random() ** 1.5)),
        details={"species": "Cachorro" if is_dog else "Gato", "breed": breed},
    )


def _habit(beings: tuple[Being, ...], cause: Cause, dice: random.Random) -> str:
    is_dog = beings[0].sort != "cat"
    is_bather = is_dog and cause is not Cause.LATE_DELIVERY and dice.random() < 0.75
    return "bath" if is_bather else "food"


def _needs(person: Person, pet: Being | None, number: int, dice: random.Random) -> list[str]:
    assert pet is not None
    a_year = max(1, round(365 / person.interval))
    is_dog = pet.sort != "cat"
    needs = ["v10" if is_dog else "v4", "antirrabica"] if number % a_year == a_year // 2 else []
    if dice.random() < 0.05:
        needs.append("consulta")
    if person.habit == "bath" and is_dog:
        needs.append("banho-g" if pet.sort == "large dog" else "banho-p")
        return needs + (["tosa"] if dice.random() < 0.3 else [])
    if is_dog:
        return [*needs, "racao-caes-15" if pet.sort == "large dog" else "racao-caes-3"]
    return [*needs, "racao-gatos-10" if len(person.beings) > 1 else "racao-gatos-3", "areia"]


def _about(person: Person, dice: random.Random) -> Row:
    return {"attr.segment": "Banho e tosa" if person.habit == "bath" else "Alimentação"}


TRADE = Trade(
    pack="loja",
    company="Bicho Bom",
    domain=DOMAIN,
    prefix="BB",
    colleagues=colleagues(
        DOMAIN, "Helena Prado", "Caio Brandão", "Lívia Meireles", "Marta Quintela", "Otto Krieger"
    ),
    plan=PLAN,
    intervals={
        Cause.LOYAL: (14, 15, 21, 21, 21, 28),
        Cause.LAPSING: (28, 30, 35, 35, 42),
        Cause.LATE_DELIVERY: (30, 35, 35, 40),
    },
    usual=(21, 28, 30, 35, 35, 42, 45),
    goods=GOODS,
    extras=("petisco", "brinquedo", "antipulgas", "vermifugo"),
    beings=pets,
    habit=_habit,
    needs=_needs,
    about=_about,
    voice=VOICE,
    wrong=Cause.LATE_DELIVERY,
    promised=0.5,
    goods_only=True,
    reward="clube do banho",
    statuses=("concluído", "a caminho", "cancelado"),
)


def town(*, today: date, seed: int = SEED) -> Town:
    """This will make Bicho Bom as it stands on the morning of ``today``; nothing is dated later."""
    return shop_town.town(TRADE, today=today, seed=seed)
