"""Contaflux: what customers said and asked: tickets, surveys, conversations, tasks."""

import random
from datetime import date, timedelta

from posvenda.demo.calendar import at, is_working
from posvenda.demo.saas import Company
from posvenda.demo.saas_contracts import has_given_notice
from posvenda.demo.town import Row, stream
from posvenda.demo.truth import Cause, Severity

SUBJECTS = (
    "Conciliação não reconhece o extrato do banco",
    "Boleto gerado com vencimento errado",
    "Nota fiscal ficou em processamento",
    "Usuária nova não recebe o convite",
    "Relatório de caixa em branco",
    "Importação do extrato OFX falha",
    "Duplicidade em contas a pagar",
    "Permissão para aprovar pagamentos",
    "Centro de custo sumiu do filtro",
    "Integração bancária pede o token de novo",
    "Como estornar uma baixa?",
    "Dúvida sobre rateio por filial",
)
PRAISE = (
    "Fechamos o mês em cinco dias, antes eram onze.",
    "O suporte responde rápido e resolve.",
    "A equipe inteira adotou sem reclamar.",
    "Fluxo de caixa virou a tela que a diretoria abre toda manhã.",
    "Melhor decisão do ano no financeiro.",
    "Recomendo sempre. Economizamos umas 30 horas por mês.",
    "Simples de usar, até quem não é do financeiro entende.",
)
NEUTRAL = (
    "Bom produto, a conciliação ainda dá trabalho.",
    "Atende, mas o relatório poderia ser mais flexível.",
    "Gosto, só acho caro para o nosso tamanho.",
    "Falta um aplicativo para aprovar pagamentos.",
    "",
    "Cumpre o que promete.",
)
ANGER = (
    "A conciliação falha todo mês.",
    "Abri três chamados sobre o mesmo erro e nada foi resolvido.",
    "Prometeram a integração com o banco em uma semana. Já faz dois meses.",
    "O sistema caiu bem no dia do fechamento.",
    "Estamos avaliando outro fornecedor.",
    "Pago por licenças que ninguém consegue usar.",
)
TALKS = (
    (
        "meeting",
        "both",
        "Revisão trimestral: metas do plano no ritmo, próxima meta é reduzir a inadimplência.",
    ),
    ("meeting", "both", "Apresentação do fluxo de caixa projetado para a diretoria."),
    ("call", "out", "Ligação de acompanhamento. Tudo em ordem, pediram material sobre orçamento."),
    ("call", "in", "Ligaram para tirar dúvida sobre o fechamento do mês."),
    ("email", "out", "Enviado o resumo do mês com os indicadores de uso."),
    ("email", "in", "Responderam agradecendo o treinamento da equipe nova."),
    ("whatsapp", "in", "“Bom dia! Conseguimos emitir as notas, obrigada.”"),
    ("whatsapp", "out", "Lembrete do webinar de conciliação de quinta-feira."),
    ("note", "internal", "Cliente satisfeito, bom candidato a caso de sucesso."),
    (
        "note",
        "internal",
        "Vão abrir uma filial no segundo semestre; voltar ao assunto de licenças.",
    ),
)
CAUSE_TALKS: dict[Cause, tuple[str, str, str]] = {
    Cause.CHAMPION_LEFT: (
        "call",
        "out",
        "Confirmaram a saída de quem defendia o produto. Sem substituto.",
    ),
    Cause.USAGE_DECLINE: (
        "whatsapp",
        "in",
        "“Reorganizando o financeiro, falamos semana que vem.”",
    ),
    Cause.TICKETS_PILING: (
        "email",
        "in",
        "Cobraram os chamados de conciliação, o fechamento atrasou.",
    ),
    Cause.DETRACTOR: (
        "call",
        "in",
        "Reclamaram do atendimento e pediram falar com a gerência.",
    ),
    Cause.ONBOARDING_STALLED: (
        "whatsapp",
        "in",
        "“Ainda falta o token do banco, gerente de férias.”",
    ),
    Cause.EXPANSION_READY: (
        "call",
        "in",
        "Perguntaram o preço de incluir a equipe da nova loja.",
    ),
    Cause.PROMOTER: (
        "email",
        "in",
        "Elogiaram o suporte e aceitam falar com outras empresas.",
    ),
}
TASKS: dict[Cause, str] = {
    Cause.ONBOARDING_STALLED: "Concluir a integração bancária com o cliente",
    Cause.TICKETS_PILING: "Combinar prazo dos chamados com o suporte",
    Cause.EXPANSION_READY: "Montar proposta de licenças adicionais",
    Cause.HEALTHY: "Preparar a revisão trimestral",
    Cause.PROMOTER: "Pedir depoimento para o site",
}
# how often each NPS answer from 4 to 10 is given
SCORES = {
    Severity.GOOD: (0, 1, 4, 25, 38, 20, 12),
    Severity.WARN: (0, 4, 20, 46, 24, 6, 0),
    Severity.RISK: (20, 40, 25, 15, 0, 0, 0),
    Severity.GONE: (0, 4, 12, 34, 30, 14, 6),
}
RATINGS = {
    Severity.GOOD: (62, 28, 8, 2),
    Severity.WARN: (15, 35, 35, 15),
    Severity.RISK: (0, 15, 45, 40),
    Severity.GONE: (10, 30, 40, 20),
}
PILE = {Severity.RISK: 4, Severity.WARN: 3}


def ticket_rows(company: Company, *, today: date, seed: int) -> list[Row]:
    """This will give the requests for help; where they pile up, several stay open."""
    dice = stream(seed, "tickets", company.key)
    last = company.left or today
    rows: list[Row] = []
    day = company.since + timedelta(days=dice.randint(2, 20))
    while day < last - timedelta(days=12):
        rows.append(_closed_ticket(company, len(rows) + 1, day, dice))
        day += timedelta(days=round(dice.expovariate(1 / 75)) + 12)
    if company.decided is not None and company.reason is Cause.TICKETS_PILING:
        rows += _waiting(company, len(rows), company.decided, dice)
    elif company.cause is Cause.TICKETS_PILING:
        rows += _pile(company, len(rows), today, dice)
    elif company.severity is Severity.RISK:
        rows.append(
            _open_ticket(company, len(rows) + 1, today - timedelta(days=9), "alta", True, dice)
        )
    elif company.severity is Severity.GOOD and dice.random() < 0.08:
        rows.append(
            _open_ticket(company, len(rows) + 1, today - timedelta(days=2), "normal", False, dice)
        )
    return rows


def answer_rows(company: Company, *, today: date, seed: int) -> list[Row]:
    """This will give an NPS answer about every half year; the last one tells of the cause."""
    dice = stream(seed, "answers", company.key)
    last = min(company.left or today, today - timedelta(days=45))
    rows: list[Row] = []
    day = company.since + timedelta(days=dice.randint(80, 130))
    while day < last:
        if dice.random() < 0.72:
            rows.append(_answer(company, day, _usual_score(company, dice), dice))
        day += timedelta(days=dice.randint(150, 210))
    if company.cause is Cause.DETRACTOR:
        score = dice.randint(0, 2) if company.severity is Severity.RISK else dice.randint(3, 5)
        rows.append(_answer(company, company.began, score, dice))
    if company.cause is Cause.PROMOTER:
        rows.append(_answer(company, company.began, dice.choice((9, 10, 10)), dice))
    if company.decided is not None and company.reason is Cause.DETRACTOR:
        day = company.decided - timedelta(days=dice.randint(50, 130))
        day = max(day, company.since + timedelta(days=20))
        rows = [row for row in rows if row["happened_at"] < at(day, 0)]
        rows.append(_answer(company, day, dice.randint(0, 3), dice))
    return rows


def interaction_rows(company: Company, *, today: date, seed: int) -> list[Row]:
    """This will give conversations every few weeks, then silence where contact was lost."""
    dice = stream(seed, "talks", company.key)
    last = (company.left or today) - timedelta(days=_silence(company, dice))
    rows: list[Row] = []
    day = company.since + timedelta(days=1)
    while day < last:
        kind, direction, body = dice.choice(TALKS)
        rows.append(_talk(company, len(rows) + 1, day, kind, direction, body, dice))
        day += timedelta(days=round(dice.uniform(14, 42)))
    rows.append(_talk(company, len(rows) + 1, max(last, company.since), *dice.choice(TALKS), dice))
    if company.cause in CAUSE_TALKS and not _is_silent(company):
        day = min(company.began + timedelta(days=3), today - timedelta(days=1))
        if company.cause is Cause.ONBOARDING_STALLED:
            day = today - timedelta(days=dice.randint(12, 20))
        rows.append(_talk(company, len(rows) + 1, day, *CAUSE_TALKS[company.cause], dice))
    return rows


def task_rows(company: Company, *, today: date, seed: int) -> list[Row]:
    """This will give a few open tasks around today and some that were done."""
    dice = stream(seed, "tasks", company.key)
    title = TASKS.get(company.cause)
    if title is None or company.left or dice.random() > 0.28:
        return []
    made = max(company.since, today - timedelta(days=dice.randint(3, 14)))
    is_done = dice.random() < 0.3
    return [
        {
            "customer": company.key,
            "title": title,
            "due_on": today + timedelta(days=dice.randint(-2, 9)),
            "owner": company.owner,
            "created_at": at(made, dice.randint(540, 1000)),
            "done_at": at(today - timedelta(days=1), dice.randint(1010, 1100)) if is_done else None,
        }
    ]


def _pile(company: Company, number: int, today: date, dice: random.Random) -> list[Row]:
    count = PILE[company.severity]
    first = (today - company.began).days
    ages = sorted((dice.randint(6, max(7, first)) for _ in range(count)), reverse=True)
    ages[0] = first
    return [
        _open_ticket(
            company,
            number + n,
            today - timedelta(days=age),
            "alta",
            n <= 2 and company.severity is Severity.RISK,
            dice,
        )
        for n, age in enumerate(ages, start=1)
    ]


def _waiting(company: Company, number: int, decided: date, dice: random.Random) -> list[Row]:
    """This will give tickets that waited for months before the notice and were closed with it."""
    ages = sorted((dice.randint(25, 150) for _ in range(dice.randint(3, 5))), reverse=True)
    rows = [
        _open_ticket(company, number + n, decided - timedelta(days=age), "alta", n == 1, dice)
        for n, age in enumerate(ages, start=1)
    ]
    for row in rows:
        row["closed_at"] = at(decided, 1100)
    return rows


def _closed_ticket(company: Company, number: int, day: date, dice: random.Random) -> Row:
    row = _open_ticket(
        company, number, day, dice.choice(("baixa", "normal", "normal", "alta")), False, dice
    )
    row["first_reply_at"] = row["happened_at"] + timedelta(
        minutes=round(dice.lognormvariate(3.9, 0.8))
    )
    row["closed_at"] = row["first_reply_at"] + timedelta(
        minutes=round(dice.lognormvariate(6.1, 0.9)) % 14_000
    )
    if dice.random() < 0.4:
        row["score"] = dice.choices((5, 4, 3, 2), RATINGS[company.severity])[0]
    return row


def _open_ticket(
    company: Company, number: int, day: date, priority: str, is_escalated: bool, dice: random.Random
) -> Row:
    while not is_working(day):
        day -= timedelta(days=1)
    return {
        "key": f"{company.key}-ch{number}",
        "customer": company.key,
        "subject": dice.choice(SUBJECTS),
        "priority": priority,
        "happened_at": at(max(day, company.since), dice.randint(500, 1060)),
        "first_reply_at": None,
        "closed_at": None,
        "is_escalated": is_escalated,
        "score": None,
    }


def _usual_score(company: Company, dice: random.Random) -> int:
    if company.cause is Cause.PROMOTER:
        return dice.choice((8, 9, 9, 10))
    return dice.choices(range(4, 11), SCORES[company.severity])[0]


def _answer(company: Company, day: date, score: int, dice: random.Random) -> Row:
    words = PRAISE if score >= 9 else ANGER if score <= 5 else NEUTRAL
    comment = dice.choice(words) if score <= 5 or dice.random() < 0.7 else ""
    return {
        "key": f"{company.key}-nps-{day:%Y%m%d}",
        "customer": company.key,
        "scale": "nps",
        "score": score,
        "comment": comment,
        "happened_at": at(day, dice.randint(520, 1150)),
    }


def _is_silent(company: Company) -> bool:
    """This will say whether nobody has heard of the customer since its trouble began."""
    return company.severity is Severity.RISK and not has_given_notice(company)


def _silence(company: Company, dice: random.Random) -> int:
    """This will give how many days ago the last ordinary conversation was."""
    if company.left is not None and company.decided is not None:
        quiet = 0 if company.reason is Cause.HEALTHY else dice.randint(10, 90)
        return (company.left - company.decided).days + quiet
    if company.severity is Severity.RISK:
        return dice.randint(62, 85)
    return dice.randint(30, 44) if company.severity is Severity.WARN else dice.randint(2, 24)


def _talk(
    company: Company,
    number: int,
    day: date,
    kind: str,
    direction: str,
    body: str,
    dice: random.Random,
) -> Row:
    return {
        "key": f"{company.key}-i{number}",
        "customer": company.key,
        "contact": _with_whom(company, number, day) if direction != "internal" else "",
        "kind": kind,
        "direction": direction,
        "body": body,
        "happened_at": at(day, dice.randint(540, 1080)),
        "by": company.owner,
    }


def _with_whom(company: Company, number: int, day: date) -> str:
    """Some customers always send the same person; nobody talks with a champion who has left."""
    has_left = company.cause is Cause.CHAMPION_LEFT and day >= company.began
    first = 2 if has_left else 1
    count = 1 if company.number % 3 == 0 else company.contacts - has_left
    return f"{company.key}-c{first + number % count}"
