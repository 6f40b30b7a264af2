"""What was sold: contracts, orders, order lines."""

from django.utils.translation import gettext_lazy as _

from posvenda.api.imports.mapping.fields import (
    CURRENCY,
    HAPPENED,
    OF_CUSTOMER,
    PRODUCT,
    Record,
    make,
)

RECORDS: tuple[Record, ...] = (
    Record(
        "contract",
        _("contract"),
        _("contracts"),
        5,
        (
            make(
                "key",
                "key",
                _("number (identifies)"),
                "contrato, numero contrato, numero do contrato, num contrato, contrato id,"
                " contract, contract id, contract number, subscription id, assinatura,"
                " id assinatura, assinatura id, subscription, id, n contrato, id contrato",
            ),
            *OF_CUSTOMER,
            *PRODUCT,
            make(
                "starts_on",
                "day",
                _("start"),
                "inicio, data inicio, data de inicio, dt inicio, start, start date, starts on,"
                " vigencia inicio, inicio vigencia, inicio da vigencia, data inicial, de,"
                " started at, current period start",
                must=True,
            ),
            make(
                "ends_on",
                "day",
                _("end"),
                "fim, data fim, data de fim, dt fim, end, end date, ends on, vigencia fim,"
                " fim vigencia, fim da vigencia, termino, data termino, data final, vencimento,"
                " ate, data de termino, validade, ended at, expires at, renovacao,"
                " data de renovacao, current period end",
            ),
            make(
                "amount",
                "cents",
                _("amount"),
                "valor, valor mensal, vl mensal, mensalidade, mrr, mrr amount, amount,"
                " valor contrato, valor do contrato, preco, price, vlr, valor total, total,"
                " valor da mensalidade, valor anual, arr, vl contrato, valor recorrente",
                must=True,
            ),
            CURRENCY,
            make(
                "period",
                "period",
                _("period of the amount"),
                "periodo, periodicidade, period, recorrencia, interval, ciclo, frequencia,"
                " billing frequency, billing period, tipo de cobranca",
            ),
            make(
                "seats",
                "integer",
                _("seats"),
                "licencas, seats, usuarios, quantidade, assentos, qtd licencas, users, quantity,"
                " qtd usuarios, num usuarios",
            ),
            make("is_trial", "boolean", _("trial"), "is trial, trial, teste, degustacao, gratis"),
            make(
                "is_auto_renewed",
                "boolean",
                _("renews by itself"),
                "renovacao automatica, auto renew, auto renew flag, renova automaticamente,"
                " auto renewal, renovacao auto",
            ),
            make(
                "notice_days", "integer", _("notice, in days"), "aviso previo, notice days, aviso"
            ),
            make(
                "signed_on",
                "day",
                _("signed on"),
                "assinado em, data assinatura, data de assinatura, signed on, signed at,"
                " fechado em, data fechamento, close date",
            ),
            make(
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
            make(
                "number",
                "key",
                _("number (identifies)"),
                "pedido, numero, numero pedido, numero do pedido, order, order id, order number,"
                " id pedido, pedido id, num pedido, nota, nf, nota fiscal, invoice, invoice no,"
                " venda, id venda, numero da venda, codigo, id, os, ordem de servico, transacao,"
                " n pedido, cod pedido",
            ),
            *OF_CUSTOMER,
            make(
                "happened_at",
                "moment",
                _("date"),
                f"{HAPPENED}, data pedido, data do pedido, data da compra, data compra,"
                " data da venda, data venda, order date, order purchase timestamp,"
                " purchase date, invoice date, emissao, data emissao, data de emissao, paid at,"
                " data pagamento, data do pagamento, dt venda, data atendimento",
                must=True,
            ),
            make(
                "amount",
                "cents",
                _("amount"),
                "valor, total, valor total, amount, price, preco, valor pedido, total pedido,"
                " valor do pedido, valor da compra, valor venda, valor da venda, order total,"
                " total price, vlr total, valor liquido, total geral, valor pago",
            ),
            CURRENCY,
            make(
                "status",
                "text",
                _("status"),
                "status, situacao, order status, status pedido, financial status",
            ),
            make(
                "promised_at",
                "moment",
                _("promised for"),
                "previsao, previsao entrega, previsao de entrega, prazo, prazo de entrega,"
                " order estimated delivery date, promised at, data prevista, entrega prevista",
            ),
            make(
                "delivered_at",
                "moment",
                _("delivered on"),
                "entregue em, data entrega, data da entrega, data de entrega, delivered at,"
                " order delivered customer date, entrega",
            ),
            make(
                "cancelled_at",
                "moment",
                _("cancelled on"),
                "cancelado em, cancelled at, canceled at, data cancelamento",
            ),
            make("is_return", "boolean", _("is a return"), "devolucao, return, is return, estorno"),
        ),
        ("pedido", "order", "venda", "compra", "invoice", "nota"),
    ),
    Record(
        "order_line",
        _("order line"),
        _("order lines"),
        7,
        (
            make(
                "order",
                "key",
                _("order number"),
                "pedido, numero pedido, numero do pedido, order, order id, order number, invoice,"
                " invoice no, invoiceno, nota, nf, nota fiscal, id pedido, pedido id, venda,"
                " id venda, os, ordem de servico, num pedido, n pedido, cod pedido",
            ),
            make(
                "line",
                "key",
                _("line in the order"),
                "linha, line, order item id, item pedido, seq, sequencia, line number",
            ),
            *OF_CUSTOMER,
            *PRODUCT,
            make(
                "quantity",
                "number",
                _("quantity"),
                "quantidade, qtd, qtde, quantity, qty, quant, lineitem quantity, unidades",
            ),
            make(
                "unit_price",
                "price",
                _("unit price"),
                "preco unitario, valor unitario, unit price, unitprice, vl unitario, preco,"
                " price, vlr unit, lineitem price, unitario",
            ),
            make(
                "amount",
                "cents",
                _("amount of the line"),
                "valor, total, valor total, amount, subtotal, valor item, total item,"
                " valor liquido, line total, vl total, vlr total",
            ),
            CURRENCY,
            make(
                "happened_at",
                "moment",
                _("date"),
                f"{HAPPENED}, invoice date, invoicedate, data pedido, data do pedido,"
                " data da venda, data venda, order date, emissao, data emissao, data compra,"
                " data da compra, dt venda, data atendimento",
            ),
            make("is_return", "boolean", _("is a return"), "devolucao, return, is return, estorno"),
        ),
        ("item", "itens", "line", "linha", "quantidade", "quantity", "qtd", "sku"),
    ),
)
