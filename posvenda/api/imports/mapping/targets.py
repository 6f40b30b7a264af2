"""What can be imported: the kinds of records, their fields, and the names files give them.

Aliases are written without accents and capitals, words parted by one space (``fold``). A field of
type ``moment`` is read as a date or a date with time, ``cents`` as whole cents, ``price`` as an
exact decimal of the currency.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Field:
    """One field of a record: its type, its name for people, and its names in files."""

    name: str
    type: str
    label: Words
    aliases: tuple[str, ...] = ()
    is_required: bool = False


@dataclass(frozen=True)
class Record:
    """One kind of record; ``rank`` is its place in the order of loading."""

    name: str
    label: Words
    plural: Words
    rank: int
    fields: tuple[Field, ...]
    hints: tuple[str, ...] = ()

    def field(self, name: str) -> Field | None:
        """This will give a field; ``attr.x``, ``id.x`` and ``detail.x`` too."""
        known = _index(self.name).get(name)
        if known is not None:
            return known
        prefix, _dot, rest = name.rpartition(".")
        if rest and prefix in _OPEN.get(self.name, ()):
            return Field(name, "key" if prefix == "id" else "any", rest)
        return None


_OPEN: Mapping[str, tuple[str, ...]] = {
    "customer": ("attr", "id"),
    "order": ("customer.attr",),
    "order_line": ("customer.attr",),
    "contract": ("customer.attr",),
    "usage": ("customer.attr",),
    "subject": ("detail",),
}


def _f(name: str, kind: str, label: Words, aliases: str = "", *, must: bool = False) -> Field:
    names = tuple(alias.strip() for alias in aliases.split(",") if alias.strip())
    return Field(name, kind, label, names, must)


_CUSTOMER = _f(
    "customer",
    "key",
    _("customer (key)"),
    "cliente, customer, customer id, account, account id, cod cliente, codigo cliente,"
    " codigo do cliente, id cliente, cliente id, id do cliente, client id, client, conta,"
    " id conta, organization id, company id, empresa id, id empresa, user id, customerid,"
    " cliente codigo, sacado, comprador",
)
_CUSTOMER_TAX = _f(
    "customer.tax_id",
    "tax_id",
    _("customer: CPF or CNPJ (identifies)"),
    "cnpj, cpf, cnpj cpf, cpf cnpj, cnpj cliente, cpf cliente, documento, cpf ou cnpj, tax id,"
    " cnpj do cliente, cpf do cliente, documento cliente",
)
_CUSTOMER_EMAIL = _f(
    "customer.email",
    "email",
    _("customer: e-mail"),
    "email, e mail, email cliente, customer email, email do cliente, email comprador",
)
_CUSTOMER_PHONE = _f(
    "customer.phone",
    "phone",
    _("customer: telephone"),
    "telefone, celular, phone, whatsapp, fone, telefone cliente, customer phone",
)
_CUSTOMER_NAME = _f(
    "customer.name",
    "text",
    _("customer: name"),
    "nome, nome cliente, nome do cliente, customer name, razao social, nome fantasia, cliente nome,"
    " account name, empresa, company, company name, nome da empresa, billing name",
)
_CUSTOMER_OWNER = _f(
    "customer.owner",
    "text",
    _("customer: owner (e-mail)"),
    "responsavel, csm, resp cs, gerente, account manager, owner, consultor, executivo",
)
_OF_CUSTOMER = (
    _CUSTOMER,
    _CUSTOMER_NAME,
    _CUSTOMER_TAX,
    _CUSTOMER_EMAIL,
    _CUSTOMER_PHONE,
    _CUSTOMER_OWNER,
)
_CURRENCY = _f("currency", "currency", _("currency"), "moeda, currency, currency code")
_HAPPENED = (
    "data, date, data hora, quando, datetime, timestamp, created at, created, criado em, dt,"
    " data de criacao, data criacao"
)
_PRODUCT = (
    _f(
        "product",
        "key",
        _("product: code"),
        "produto, cod produto, codigo produto, codigo do produto, product, product id, sku,"
        " stock code, stockcode, item, id produto, produto id, plano, plan, plan tier, plan id,"
        " servico, service, ref, referencia, product code",
    ),
    _f(
        "product_name",
        "text",
        _("product: name"),
        "nome produto, nome do produto, product name, descricao, description, descricao produto,"
        " descricao do produto, produto nome, nome do plano, plan name, item name, lineitem name",
    ),
    _f("product_category", "text", _("product: category"), "categoria, category, grupo, familia"),
    _f(
        "product_kind",
        "product_kind",
        _("product: kind"),
        "tipo de produto, tipo produto, product kind",
    ),
)

RECORDS: tuple[Record, ...] = (
    Record(
        "product",
        _("product"),
        _("products"),
        1,
        (
            _f(
                "key",
                "key",
                _("code"),
                "codigo, cod, id, sku, product id, id produto, cod produto, codigo do produto,"
                " codigo produto, stock code, product code, referencia",
                must=True,
            ),
            _f(
                "name",
                "text",
                _("name"),
                "nome, name, produto, descricao, description, product name, nome do produto,"
                " nome produto, product, servico",
            ),
            _f("kind", "product_kind", _("kind"), "tipo, kind, type"),
            _f(
                "category",
                "text",
                _("category"),
                "categoria, category, grupo, familia, product category, product category name,"
                " departamento",
            ),
        ),
        ("produto", "product", "catalogo", "servico", "sku"),
    ),
    Record(
        "customer",
        _("customer"),
        _("customers"),
        2,
        (
            _f(
                "key",
                "key",
                _("key (identifies)"),
                "id, codigo, cod, key, chave, account id, customer id, cliente id, id cliente,"
                " cod cliente, codigo cliente, codigo do cliente, customerid, client id, conta,"
                " id conta, id do cliente, organization id, company id, user id, customer",
            ),
            _f(
                "name",
                "text",
                _("name"),
                "nome, name, cliente, razao social, nome fantasia, account name, customer name,"
                " nome cliente, nome do cliente, empresa, company, company name, fantasia,"
                " nome completo, full name, conta nome, organization name",
            ),
            _f(
                "tax_id",
                "tax_id",
                _("CPF or CNPJ (identifies)"),
                "cnpj, cpf, cnpj cpf, cpf cnpj, documento, tax id, cpf ou cnpj, doc, inscricao",
            ),
            _f("email", "email", _("e-mail"), "email, e mail, email address, correio eletronico"),
            _f(
                "phone",
                "phone",
                _("telephone"),
                "telefone, celular, phone, fone, whatsapp, mobile, tel, phone number, contato",
            ),
            _f("kind", "customer_kind", _("company or person"), "tipo, tipo pessoa, kind, pf pj"),
            _f(
                "since",
                "moment",
                _("customer since"),
                "cliente desde, desde, since, signup date, data cadastro, data de cadastro,"
                " cadastro, created at, created, data de inicio, customer since, criado em,"
                " data de entrada, dt cadastro",
            ),
            _f(
                "owner",
                "text",
                _("owner (e-mail)"),
                "responsavel, owner, csm, resp cs, gerente, account manager, vendedor, atendente,"
                " consultor, resp, owner email, gestor, executivo",
            ),
            _f("tags", "tags", _("tags"), "tags, etiquetas, marcadores, labels"),
            _f(
                "attr.city",
                "text",
                _("city"),
                "cidade, city, municipio, customer city, billing city",
            ),
            _f(
                "attr.state",
                "text",
                _("state"),
                "uf, estado, state, customer state, provincia, billing state",
            ),
            _f("attr.country", "text", _("country"), "pais, country, nacao"),
            _f(
                "attr.zip",
                "zip",
                _("postal code (CEP)"),
                "cep, zip, zip code, postal code, codigo postal, customer zip code prefix",
            ),
            _f(
                "attr.industry",
                "text",
                _("industry"),
                "setor, industry, ramo, ramo de atividade, atividade, vertical, industria",
            ),
            _f(
                "attr.employees",
                "integer",
                _("employees"),
                "funcionarios, employees, colaboradores, num funcionarios, headcount",
            ),
            _f("attr.plan", "text", _("plan"), "plano, plan, plan tier, plano atual, tier"),
            _f("attr.segment", "text", _("segment"), "segmento, segment, porte, classificacao"),
            _f(
                "attr.source",
                "text",
                _("source"),
                "origem, source, canal, referral source, lead source, como conheceu",
            ),
        ),
        ("cliente", "customer", "account", "conta", "empresa", "organization", "company"),
    ),
    Record(
        "contact",
        _("contact"),
        _("contacts"),
        3,
        (
            _f("key", "key", _("key"), "id, contact id, id contato, codigo"),
            _CUSTOMER,
            _CUSTOMER_TAX,
            _f(
                "name",
                "text",
                _("name"),
                "nome, name, contato, contact, nome contato, nome do contato, contact name,"
                " full name",
            ),
            _f("role", "text", _("role"), "cargo, role, funcao, job title, title, papel"),
            _f("email", "email", _("e-mail"), "email, e mail, email contato, email address"),
            _f(
                "phone", "phone", _("telephone"), "telefone, celular, phone, whatsapp, fone, mobile"
            ),
            _f(
                "is_champion",
                "boolean",
                _("champion"),
                "champion, patrocinador, promotor, principal, is champion, decisor",
            ),
            _f("left_at", "moment", _("left on"), "saiu em, left at, desligamento, data saida"),
        ),
        ("contato", "contact"),
    ),
    Record(
        "subject",
        _("pet, child, vehicle or equipment"),
        _("pets, children, vehicles, equipment"),
        4,
        (
            _f("key", "key", _("key"), "id, pet id, id pet, codigo, placa, numero de serie"),
            _f(
                "customer",
                "key",
                _("customer (key)"),
                "tutor, tutor id, responsavel, cliente, cliente id, customer, customer id,"
                " proprietario, dono, cpf tutor, id cliente, id tutor",
                must=True,
            ),
            _f(
                "name",
                "text",
                _("name"),
                "nome, name, pet, nome do pet, nome pet, paciente, nome do paciente, animal,"
                " crianca, veiculo, equipamento",
                must=True,
            ),
            _f("kind", "subject_kind", _("kind"), "tipo, kind"),
            _f(
                "born_on",
                "day",
                _("born on"),
                "nascimento, data de nascimento, data nascimento, born on, birth date, dt nasc",
            ),
            _f("detail.species", "text", _("species"), "especie, species"),
            _f("detail.breed", "text", _("breed"), "raca, breed"),
            _f("detail.model", "text", _("model"), "modelo, model"),
        ),
        ("pet", "animal", "paciente", "veiculo", "equipamento", "crianca", "tutor"),
    ),
    Record(
        "contract",
        _("contract"),
        _("contracts"),
        5,
        (
            _f(
                "key",
                "key",
                _("number (identifies)"),
                "contrato, numero contrato, numero do contrato, num contrato, contrato id,"
                " contract, contract id, contract number, subscription id, assinatura,"
                " id assinatura, assinatura id, subscription, id, n contrato, id contrato",
            ),
            *_OF_CUSTOMER,
            *_PRODUCT,
            _f(
                "starts_on",
                "day",
                _("start"),
                "inicio, data inicio, data de inicio, dt inicio, start, start date, starts on,"
                " vigencia inicio, inicio vigencia, inicio da vigencia, data inicial, de,"
                " started at, current period start",
                must=True,
            ),
            _f(
                "ends_on",
                "day",
                _("end"),
                "fim, data fim, data de fim, dt fim, end, end date, ends on, vigencia fim,"
                " fim vigencia, fim da vigencia, termino, data termino, data final, vencimento,"
                " ate, data de termino, validade, ended at, expires at, renovacao,"
                " data de renovacao, current period end",
            ),
            _f(
                "amount",
                "cents",
                _("amount"),
                "valor, valor mensal, vl mensal, mensalidade, mrr, mrr amount, amount,"
                " valor contrato, valor do contrato, preco, price, vlr, valor total, total,"
                " valor da mensalidade, valor anual, arr, vl contrato, valor recorrente",
                must=True,
            ),
            _CURRENCY,
            _f(
                "period",
                "period",
                _("period of the amount"),
                "periodo, periodicidade, period, recorrencia, interval, ciclo, frequencia,"
                " billing frequency, billing period, tipo de cobranca",
            ),
            _f(
                "seats",
                "integer",
                _("seats"),
                "licencas, seats, usuarios, quantidade, assentos, qtd licencas, users, quantity,"
                " qtd usuarios, num usuarios",
            ),
            _f("is_trial", "boolean", _("trial"), "is trial, trial, teste, degustacao, gratis"),
            _f(
                "is_auto_renewed",
                "boolean",
                _("renews by itself"),
                "renovacao automatica, auto renew, auto renew flag, renova automaticamente,"
                " auto renewal, renovacao auto",
            ),
            _f("notice_days", "integer", _("notice, in days"), "aviso previo, notice days, aviso"),
            _f(
                "signed_on",
                "day",
                _("signed on"),
                "assinado em, data assinatura, data de assinatura, signed on, signed at,"
                " fechado em, data fechamento, close date",
            ),
            _f(
                "cancelled_at",
                "moment",
                _("cancelled on"),
                "cancelado em, data cancelamento, data de cancelamento, cancelled at,"
                " canceled at, cancel date, dt cancelamento",
            ),
        ),
        ("contrato", "contract", "assinatura", "subscription", "mensalidade", "mrr", "vigencia"),
    ),
    Record(
        "order",
        _("order"),
        _("orders"),
        6,
        (
            _f(
                "number",
                "key",
                _("number (identifies)"),
                "pedido, numero, numero pedido, numero do pedido, order, order id, order number,"
                " id pedido, pedido id, num pedido, nota, nf, nota fiscal, invoice, invoice no,"
                " venda, id venda, numero da venda, codigo, id, os, ordem de servico, transacao,"
                " n pedido, cod pedido",
            ),
            *_OF_CUSTOMER,
            _f(
                "happened_at",
                "moment",
                _("date"),
                f"{_HAPPENED}, data pedido, data do pedido, data da compra, data compra,"
                " data da venda, data venda, order date, order purchase timestamp,"
                " purchase date, invoice date, emissao, data emissao, data de emissao, paid at,"
                " data pagamento, data do pagamento, dt venda, data atendimento",
                must=True,
            ),
            _f(
                "amount",
                "cents",
                _("amount"),
                "valor, total, valor total, amount, price, preco, valor pedido, total pedido,"
                " valor do pedido, valor da compra, valor venda, valor da venda, order total,"
                " total price, vlr total, valor liquido, total geral, valor pago",
            ),
            _CURRENCY,
            _f(
                "status",
                "text",
                _("status"),
                "status, situacao, order status, status pedido, financial status",
            ),
            _f(
                "promised_at",
                "moment",
                _("promised for"),
                "previsao, previsao entrega, previsao de entrega, prazo, prazo de entrega,"
                " order estimated delivery date, promised at, data prevista, entrega prevista",
            ),
            _f(
                "delivered_at",
                "moment",
                _("delivered on"),
                "entregue em, data entrega, data da entrega, data de entrega, delivered at,"
                " order delivered customer date, entrega",
            ),
            _f(
                "cancelled_at",
                "moment",
                _("cancelled on"),
                "cancelado em, cancelled at, canceled at, data cancelamento",
            ),
            _f("is_return", "boolean", _("is a return"), "devolucao, return, is return, estorno"),
        ),
        ("pedido", "order", "venda", "compra", "invoice", "nota"),
    ),
    Record(
        "order_line",
        _("order line"),
        _("order lines"),
        7,
        (
            _f(
                "order",
                "key",
                _("order number"),
                "pedido, numero pedido, numero do pedido, order, order id, order number, invoice,"
                " invoice no, invoiceno, nota, nf, nota fiscal, id pedido, pedido id, venda,"
                " id venda, os, ordem de servico, num pedido, n pedido, cod pedido",
            ),
            _f(
                "line",
                "key",
                _("line in the order"),
                "linha, line, order item id, item pedido, seq, sequencia, line number",
            ),
            *_OF_CUSTOMER,
            *_PRODUCT,
            _f(
                "quantity",
                "number",
                _("quantity"),
                "quantidade, qtd, qtde, quantity, qty, quant, lineitem quantity, unidades",
            ),
            _f(
                "unit_price",
                "price",
                _("unit price"),
                "preco unitario, valor unitario, unit price, unitprice, vl unitario, preco,"
                " price, vlr unit, lineitem price, unitario",
            ),
            _f(
                "amount",
                "cents",
                _("amount of the line"),
                "valor, total, valor total, amount, subtotal, valor item, total item,"
                " valor liquido, line total, vl total, vlr total",
            ),
            _CURRENCY,
            _f(
                "happened_at",
                "moment",
                _("date"),
                f"{_HAPPENED}, invoice date, invoicedate, data pedido, data do pedido,"
                " data da venda, data venda, order date, emissao, data emissao, data compra,"
                " data da compra, dt venda, data atendimento",
            ),
            _f("is_return", "boolean", _("is a return"), "devolucao, return, is return, estorno"),
        ),
        ("item", "itens", "line", "linha", "quantidade", "quantity", "qtd", "sku"),
    ),
    Record(
        "usage",
        _("usage event"),
        _("usage events"),
        8,
        (
            _f("key", "key", _("key (identifies)"), "id, event id, usage id, evento id, uuid"),
            _CUSTOMER,
            _f(
                "contract",
                "key",
                _("contract number"),
                "subscription id, contrato, contract, contract id, assinatura, subscription,"
                " numero contrato, id assinatura",
            ),
            _f(
                "person",
                "key",
                _("person"),
                "usuario, user, user id, userid, pessoa, person, login, usuario id, id usuario,"
                " email, username, member",
            ),
            _f(
                "feature",
                "text",
                _("feature"),
                "recurso, feature, feature name, funcionalidade, evento, event, event name,"
                " action, acao, modulo, tela, event type",
            ),
            _f(
                "quantity",
                "number",
                _("quantity"),
                "quantidade, quantity, count, usage count, eventos, vezes, acessos, qtd, uses",
            ),
            _f(
                "seconds",
                "number",
                _("duration in seconds"),
                "segundos, seconds, duration, usage duration secs, duracao, duration secs,"
                " tempo segundos",
            ),
            _f(
                "happened_at",
                "moment",
                _("date"),
                f"{_HAPPENED}, usage date, occurred at, event time, event date, data evento,"
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
            _f(
                "key",
                "key",
                _("number (identifies)"),
                "id, ticket, ticket id, chamado, numero, numero chamado, id chamado, protocolo,"
                " case number, numero do chamado",
            ),
            _CUSTOMER,
            _CUSTOMER_TAX,
            _f(
                "subject",
                "text",
                _("subject"),
                "assunto, subject, titulo, title, resumo, descricao, motivo, summary",
            ),
            _f("priority", "text", _("priority"), "prioridade, priority, urgencia, severidade"),
            _f(
                "happened_at",
                "moment",
                _("opened on"),
                f"{_HAPPENED}, aberto em, abertura, data abertura, data de abertura, opened at,"
                " submitted at, criacao",
                must=True,
            ),
            _f(
                "first_reply_at",
                "moment",
                _("first reply on"),
                "primeira resposta, primeira resposta em, first reply at, first response at,"
                " respondido em, data primeira resposta",
            ),
            _f(
                "first_reply_minutes",
                "number",
                _("minutes to the first reply"),
                "first response time minutes, minutos primeira resposta, first reply minutes,"
                " tempo primeira resposta, tempo de primeira resposta min",
            ),
            _f(
                "closed_at",
                "moment",
                _("closed on"),
                "fechado em, closed at, fechamento, data fechamento, resolvido em, resolved at,"
                " solved at, encerrado em, encerramento, data encerramento, conclusao",
            ),
            _f(
                "is_escalated",
                "boolean",
                _("escalated"),
                "escalado, escalonado, escalation flag, escalated, is escalated, escalation",
            ),
            _f(
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
            _f("key", "key", _("key (identifies)"), "id, review id, answer id, resposta id"),
            _CUSTOMER,
            _CUSTOMER_TAX,
            _f(
                "order",
                "key",
                _("order number"),
                "order id, pedido, order, numero pedido, numero do pedido, id pedido",
            ),
            _f("scale", "scale", _("scale"), "escala, scale, tipo, pesquisa, survey, survey type"),
            _f(
                "score",
                "number",
                _("score"),
                "nota, score, nps, csat, ces, avaliacao, pontuacao, review score, rating,"
                " resposta, satisfacao, estrelas, stars",
                must=True,
            ),
            _f(
                "comment",
                "long_text",
                _("comment"),
                "comentario, comment, feedback, observacao, mensagem, review comment message,"
                " review comment title, texto, justificativa, motivo, feedback text",
            ),
            _f(
                "happened_at",
                "moment",
                _("date"),
                f"{_HAPPENED}, data resposta, data da resposta, respondido em, answered at,"
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
            _f("key", "key", _("key (identifies)"), "id, churn event id, cancelamento id"),
            _CUSTOMER,
            _CUSTOMER_TAX,
            _f(
                "happened_at",
                "moment",
                _("date"),
                f"{_HAPPENED}, cancelado em, data cancelamento, data de cancelamento, churn date,"
                " cancelled at, canceled at, cancel date, data do cancelamento",
                must=True,
            ),
            _f(
                "reason",
                "text",
                _("reason"),
                "motivo, razao, reason, reason code, churn reason, motivo cancelamento,"
                " motivo do cancelamento",
            ),
            _f(
                "comment",
                "long_text",
                _("comment"),
                "comentario, comment, feedback, feedback text, observacao, obs",
            ),
            _f(
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
            _f("key", "key", _("key (identifies)"), "id, activity id, interacao id, id interacao"),
            _CUSTOMER,
            _CUSTOMER_TAX,
            _f("kind", "interaction_kind", _("kind"), "tipo, canal, kind, type, activity type"),
            _f("direction", "direction", _("direction"), "direcao, direction, sentido"),
            _f(
                "happened_at",
                "moment",
                _("date"),
                f"{_HAPPENED}, data contato, data do contato, data reuniao, activity date,"
                " realizado em",
                must=True,
            ),
            _f(
                "body",
                "long_text",
                _("text"),
                "texto, body, nota, anotacao, observacao, conteudo, mensagem, descricao, notes,"
                " resumo, comentario, ata",
            ),
            _f("contact", "text", _("contact"), "contato, contact, participante, com quem"),
            _f("by", "text", _("by (e-mail)"), "por, autor, by, author, responsavel, usuario"),
        ),
        ("interacao", "reuniao", "ligacao", "nota", "atividade", "contato", "interaction"),
    ),
)
BY_NAME: Mapping[str, Record] = {record.name: record for record in RECORDS}
IGNORED = "ignored"


@cache
def _index(record: str) -> dict[str, Field]:
    return {field.name: field for field in BY_NAME[record].fields}


def fold(name: str) -> str:
    """This will write a column's name without accents, capitals, signs and glued words."""
    parted = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])", " ", name)
    plain = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
