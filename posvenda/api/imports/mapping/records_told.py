"""What was done and said: usage, tickets, answers, cancellations, interactions."""

from django.utils.translation import gettext_lazy as _

from posvenda.api.imports.mapping.fields import CUSTOMER, CUSTOMER_TAX, HAPPENED, Record, make

RECORDS: tuple[Record, ...] = (
    Record(
        "usage",
        _("usage event"),
        _("usage events"),
        8,
        (
            make("key", "key", _("key (identifies)"), "id, event id, usage id, evento id, uuid"),
            CUSTOMER,
            make(
                "contract",
                "key",
                _("contract number"),
                "subscription id, contrato, contract, contract id, assinatura, subscription,"
                " numero contrato, id assinatura",
            ),
            make(
                "person",
                "key",
                _("person"),
                "usuario, user, user id, userid, pessoa, person, login, usuario id, id usuario,"
                " email, username, member",
            ),
            make(
                "feature",
                "text",
                _("feature"),
                "recurso, feature, feature name, funcionalidade, evento, event, event name,"
                " action, acao, modulo, tela, event type",
            ),
            make(
                "quantity",
                "number",
                _("quantity"),
                "quantidade, quantity, count, usage count, eventos, vezes, acessos, qtd, uses",
            ),
            make(
                "seconds",
                "number",
                _("duration in seconds"),
                "segundos, seconds, duration, usage duration secs, duracao, duration secs,"
                " tempo segundos",
            ),
            make(
                "happened_at",
                "moment",
                _("date"),
                f"{HAPPENED}, usage date, occurred at, event time, event date, data evento,"
                " data de uso, data uso, time, ocorrido em, happened at",
                must=True,
            ),
        ),
        ("uso", "usage", "event", "evento", "feature", "acesso", "atividade", "log"),
    ),
    Record(
        "ticket",
        _("support ticket"),
        _("support tickets"),
        9,
        (
            make(
                "key",
                "key",
                _("number (identifies)"),
                "id, ticket, ticket id, chamado, numero, numero chamado, id chamado, protocolo,"
                " case number, numero do chamado",
            ),
            CUSTOMER,
            CUSTOMER_TAX,
            make(
                "subject",
                "text",
                _("subject"),
                "assunto, subject, titulo, title, resumo, descricao, motivo, summary",
            ),
            make("priority", "text", _("priority"), "prioridade, priority, urgencia, severidade"),
            make(
                "happened_at",
                "moment",
                _("opened on"),
                f"{HAPPENED}, aberto em, abertura, data abertura, data de abertura, opened at,"
                " submitted at, criacao",
                must=True,
            ),
            make(
                "first_reply_at",
                "moment",
                _("first reply on"),
                "primeira resposta, primeira resposta em, first reply at, first response at,"
                " respondido em, data primeira resposta",
            ),
            make(
                "first_reply_minutes",
                "number",
                _("minutes to the first reply"),
                "first response time minutes, minutos primeira resposta, first reply minutes,"
                " tempo primeira resposta, tempo de primeira resposta min",
            ),
            make(
                "closed_at",
                "moment",
                _("closed on"),
                "fechado em, closed at, fechamento, data fechamento, resolvido em, resolved at,"
                " solved at, encerrado em, encerramento, data encerramento, conclusao",
            ),
            make(
                "is_escalated",
                "boolean",
                _("escalated"),
                "escalado, escalonado, escalation flag, escalated, is escalated, escalation",
            ),
            make(
                "score",
                "number",
                _("satisfaction (CSAT 1–5)"),
                "csat, satisfacao, satisfaction score, nota, avaliacao, satisfaction, score",
            ),
        ),
        ("chamado", "ticket", "suporte", "support", "atendimento", "protocolo"),
    ),
    Record(
        "answer",
        _("satisfaction answer"),
        _("satisfaction answers"),
        10,
        (
            make("key", "key", _("key (identifies)"), "id, review id, answer id, resposta id"),
            CUSTOMER,
            CUSTOMER_TAX,
            make(
                "order",
                "key",
                _("order number"),
                "order id, pedido, order, numero pedido, numero do pedido, id pedido",
            ),
            make(
                "scale", "scale", _("scale"), "escala, scale, tipo, pesquisa, survey, survey type"
            ),
            make(
                "score",
                "number",
                _("score"),
                "nota, score, nps, csat, ces, avaliacao, pontuacao, review score, rating,"
                " resposta, satisfacao, estrelas, stars",
                must=True,
            ),
            make(
                "comment",
                "long_text",
                _("comment"),
                "comentario, comment, feedback, observacao, mensagem, review comment message,"
                " review comment title, texto, justificativa, motivo, feedback text",
            ),
            make(
                "happened_at",
                "moment",
                _("date"),
                f"{HAPPENED}, data resposta, data da resposta, respondido em, answered at,"
                " review creation date, submitted at, data da pesquisa, response date",
                must=True,
            ),
        ),
        ("nps", "csat", "pesquisa", "avaliacao", "review", "survey", "satisfacao"),
    ),
    Record(
        "cancellation",
        _("cancellation"),
        _("cancellations"),
        11,
        (
            make("key", "key", _("key (identifies)"), "id, churn event id, cancelamento id"),
            CUSTOMER,
            CUSTOMER_TAX,
            make(
                "happened_at",
                "moment",
                _("date"),
                f"{HAPPENED}, cancelado em, data cancelamento, data de cancelamento, churn date,"
                " cancelled at, canceled at, cancel date, data do cancelamento",
                must=True,
            ),
            make(
                "reason",
                "text",
                _("reason"),
                "motivo, razao, reason, reason code, churn reason, motivo cancelamento,"
                " motivo do cancelamento",
            ),
            make(
                "comment",
                "long_text",
                _("comment"),
                "comentario, comment, feedback, feedback text, observacao, obs",
            ),
            make(
                "is_return",
                "boolean",
                _("came back"),
                "is reactivation, reativacao, reativado, retorno",
            ),
        ),
        ("cancelamento", "churn", "cancellation", "motivo"),
    ),
    Record(
        "interaction",
        _("conversation or note"),
        _("conversations and notes"),
        12,
        (
            make(
                "key", "key", _("key (identifies)"), "id, activity id, interacao id, id interacao"
            ),
            CUSTOMER,
            CUSTOMER_TAX,
            make("kind", "interaction_kind", _("kind"), "tipo, canal, kind, type, activity type"),
            make("direction", "direction", _("direction"), "direcao, direction, sentido"),
            make(
                "happened_at",
                "moment",
                _("date"),
                f"{HAPPENED}, data contato, data do contato, data reuniao, activity date,"
                " realizado em",
                must=True,
            ),
            make(
                "body",
                "long_text",
                _("text"),
                "texto, body, nota, anotacao, observacao, conteudo, mensagem, descricao, notes,"
                " resumo, comentario, ata",
            ),
            make("contact", "text", _("contact"), "contato, contact, participante, com quem"),
            make("by", "text", _("by (e-mail)"), "por, autor, by, author, responsavel, usuario"),
        ),
        ("interacao", "reuniao", "ligacao", "nota", "atividade", "contato", "interaction"),
    ),
)
