"""Invented rows in the shape of other systems' exports, each with what must come of them.

A sample is: preset, text of the file, records with the fields that matter, codes of what was said.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

D = Decimal


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


SAMPLES = [
    (
        "stripe_customers",
        "id,Description,Email,Name,Created (UTC),Delinquent,Card ID\n"
        "cus_A,,ana@a.com,Ana Souza,2026-01-02 10:00,false,card_1\n"
        "cus_B,Loja B,b@b.com,,2026-02-03 11:30,true,\n",
        {
            "customer": [
                {"key": "cus_A", "name": "Ana Souza", "since": at(2026, 1, 2, 10)},
                {"key": "cus_B", "name": "Loja B", "attr.delinquent": True},
            ]
        },
        [],
    ),
    (
        "stripe_subscriptions",
        "id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,"
        "Start Date (UTC),Current Period Start (UTC),Canceled At (UTC),Ended At (UTC)\n"
        "sub_1,cus_A,ana@a.com,pro,3,usd,month,49.90,active,2026-01-02 10:00,2026-05-02 10:00,,\n"
        "sub_2,cus_B,b@b.com,pro,1,brl,year,1200.00,canceled,2025-01-02 10:00,2025-01-02 10:00,"
        "2025-06-01 00:00,2026-01-02 10:00\n"
        "sub_3,cus_C,c@b.com,pro,1,brl,year,1200.00,incomplete,2025-01-02 10:00,"
        "2025-01-02 10:00,,\n",
        {
            "contract": [
                {"key": "sub_1", "amount": 14_970, "currency": "USD", "period": "month"},
                {"key": "sub_2", "amount": 120_000, "ends_on": date(2026, 1, 2), "period": "year"},
            ]
        },
        ["left_out"],
    ),
    (
        "stripe_subscription_objects",
        '{"id":"sub_1","customer":"cus_A","status":"trialing","quantity":2,"currency":"usd",'
        '"plan":{"id":"pro","amount":4990,"interval":"month"},"created":1767348000,'
        '"current_period_start":1767348000}\n',
        {
            "contract": [
                {
                    "amount": 9_980,
                    "starts_on": date(2026, 1, 2),
                    "is_trial": True,
                    "product": "pro",
                }
            ]
        },
        [],
    ),
    (
        "stripe_invoices",
        "id,Amount Due,Currency,Customer,Date (UTC),Number,Paid,Subtotal,Total,Status\n"
        "in_1,49.90,usd,cus_A,2026-02-02 10:00,N-1,true,49.90,49.90,paid\n"
        "in_2,10.00,usd,cus_A,2026-03-02 10:00,N-2,false,10.00,10.00,void\n"
        "in_3,10.00,usd,cus_A,2026-03-02 10:00,,false,10.00,10.00,draft\n",
        {
            "order": [
                {"number": "in_1", "amount": 4_990, "happened_at": at(2026, 2, 2, 10)},
                {"number": "in_2", "cancelled_at": at(2026, 3, 2, 10)},
            ]
        },
        ["left_out"],
    ),
    (
        "stripe_charges",
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Status,Customer ID,"
        "Customer Email,Invoice ID\n"
        "ch_1,2026-02-02 10:00,100.00,30.00,brl,true,Paid,cus_A,ana@a.com,\n"
        "ch_2,2026-02-03 10:00,100.00,0.00,brl,false,Failed,cus_A,ana@a.com,\n"
        "ch_3,2026-02-04 10:00,50.00,0.00,brl,true,Paid,cus_A,ana@a.com,in_1\n",
        {
            "order": [
                {"number": "ch_1", "amount": 10_000, "currency": "BRL"},
                {"number": "ch_1-refund", "amount": 3_000, "is_return": True},
            ]
        },
        ["left_out", "left_out"],
    ),
    (
        "zendesk_tickets",
        "id,requester_id,organization_id,status,priority,subject,created_at,updated_at\n"
        "1,77,370,solved,high,Nota errada,2026-02-02T10:00:00Z,2026-02-03T09:00:00Z\n"
        "2,78,,open,,Dúvida,2026-02-02T10:00:00Z,2026-02-05T09:00:00Z\n"
        "3,78,,deleted,,spam,2026-02-02T10:00:00Z,2026-02-05T09:00:00Z\n",
        {
            "ticket": [
                {"key": "1", "customer": "370", "closed_at": at(2026, 2, 3, 9)},
                {"key": "2", "customer": "78", "closed_at": None},
            ]
        },
        ["left_out"],
    ),
    (
        "zendesk_users",
        "id,name,email,role,organization_id,external_id,suspended,ticket_restriction,created_at\n"
        "77,Bia,bia@x.com,end-user,370,,false,,2026-01-01 10:00:00\n"
        "78,Caio,caio@y.com,end-user,,C-9,false,,2026-01-01 10:00:00\n"
        "79,Agente,ag@z.com,agent,,,false,,2026-01-01 10:00:00\n",
        {
            "customer": [
                {"key": "370", "id.zendesk_user": "77", "name": None},
                {"key": "C-9", "id.zendesk_user": "78", "name": "Caio", "kind": "person"},
            ],
            "contact": [{"key": "77", "customer": "370", "name": "Bia"}],
        },
        ["left_out"],
    ),
    (
        "zendesk_organizations",
        "id,name,external_id,shared_tickets,shared_comments,created_at\n"
        "370,Padaria,P-1,false,false,2026-01-01 10:00:00\n"
        "371,Mercado,,false,false,2026-01-01 10:00:00\n",
        {
            "customer": [
                {"key": "P-1", "id.zendesk": "370"},
                {"key": "371", "id.zendesk": "371"},
            ]
        },
        [],
    ),
    (
        "zendesk_satisfaction",
        "id,score,ticket_id,requester_id,assignee_id,created_at,comment\n"
        "1,good,9,77,5,2026-02-02T10:00:00Z,ótimo\n2,bad,9,77,5,2026-02-03T10:00:00Z,\n"
        "3,offered,9,77,5,2026-02-03T10:00:00Z,\n",
        {"answer": [{"score": 5, "customer": "77", "scale": "csat"}, {"score": 1}]},
        ["left_out"],
    ),
    (
        "rdstation_contacts",
        "Email,Nome,Telefone,Celular,Empresa,Cargo,Estágio no funil,"
        "Data da primeira conversão,Tags\n"
        'ana@a.com,Ana,1133334444,11987654321,A,Dona,Lead,02/03/2026 10:00,"vip, promo"\n',
        {
            "customer": [
                {
                    "email": "ana@a.com",
                    "phone": "+5511987654321",
                    "tags": ["vip", "promo"],
                    "attr.funnel_stage": "Lead",
                    "since": at(2026, 3, 2, 13),
                }
            ]
        },
        [],
    ),
    (
        "rdstation_events",
        '{"event_type":"WEBHOOK.CONVERTED","event_identifier":"ebook","timestamp":'
        '"2026-03-02T10:00:00-03:00","contact":{"uuid":"u-1","email":"ana@a.com","name":"Ana",'
        '"mobile_phone":"11987654321","tags":["vip"],"funnel":{"lifecycle_stage":"Lead"}}}\n',
        {"customer": [{"key": "ana@a.com", "id.rdstation": "u-1", "since": at(2026, 3, 2, 13)}]},
        [],
    ),
    (
        "hotmart_sales",
        "Transação;Nome do Produto;Código do Produto;Data de Venda;Status;Nome;Email;Moeda;"
        "Preço Total\n"
        "HP1;Curso;77;01/02/2026 10:00:00;Aprovado;Ana;ana@a.com;BRL;197,00\n"
        "HP1;Curso;77;01/02/2026 10:00:00;Completo;Ana;ana@a.com;BRL;197,00\n"
        "HP2;Curso;77;02/02/2026 10:00:00;Reembolsado;Bia;bia@a.com;BRL;1.197,00\n"
        "HP3;Curso;77;03/02/2026 10:00:00;Aguardando pagamento;Caio;c@a.com;BRL;197,00\n",
        {
            "order": [
                {"number": "HP1", "amount": 19_700, "status": "Aprovado", "cancelled_at": None},
                {"number": "HP2", "amount": 119_700, "cancelled_at": at(2026, 2, 2, 13)},
            ],
            "order_line": [
                {"order": "HP1", "line": "HP1", "product": "77", "amount": 19_700},
                {"order": "HP2"},
            ],
        },
        ["told_again", "left_out"],
    ),
    (
        "hotmart_webhooks",
        '{"event":"PURCHASE_APPROVED","creation_date":1767348000000,"data":{"product":{"id":7,'
        '"name":"Curso"},"buyer":{"email":"ana@a.com","name":"Ana"},"purchase":{"transaction":'
        '"HP1","order_date":1767348000000,"price":{"value":197.5,"currency_value":"BRL"}}}}\n'
        '{"event":"PURCHASE_PROTEST","creation_date":1767358000000,"data":{"product":{"id":7,'
        '"name":"Curso"},"buyer":{"email":"ana@a.com","name":"Ana"},"purchase":{"transaction":'
        '"HP1","order_date":1767348000000,"price":{"value":197.5,"currency_value":"BRL"}}}}\n'
        '{"event":"PURCHASE_COMPLETE","creation_date":1767368000000,"data":{"product":{"id":7,'
        '"name":"Curso"},"buyer":{"email":"ana@a.com","name":"Ana"},"purchase":{"transaction":'
        '"HP1","order_date":1767348000000,"price":{"value":197.5,"currency_value":"BRL"}}}}\n',
        {
            "order": [{"number": "HP1", "amount": 19_750, "happened_at": at(2026, 1, 2, 10)}],
            "order_line": [{"product": "7", "product_name": "Curso"}],
        },
        ["told_again", "told_again"],
    ),
    (
        "asaas_customers",
        '{"id":"cus_1","name":"Padaria","cpfCnpj":"11222333000181","mobilePhone":"11987654321",'
        '"phone":null,"dateCreated":"2026-01-02","externalReference":"P-7","deleted":false}\n'
        '{"id":"cus_2","name":"Fora","cpfCnpj":"11222333000181","mobilePhone":"","phone":null,'
        '"dateCreated":"2026-01-02","externalReference":null,"deleted":true}\n',
        {"customer": [{"key": "P-7", "id.asaas": "cus_1", "tax_id": "11222333000181"}]},
        ["left_out"],
    ),
    (
        "asaas_payments",
        '{"id":"pay_1","customer":"cus_1","value":129.9,"netValue":128,"billingType":"PIX",'
        '"status":"RECEIVED","dueDate":"2026-02-10","dateCreated":"2026-02-01"}\n'
        '{"id":"pay_2","customer":"cus_1","value":50,"netValue":49,"billingType":"BOLETO",'
        '"status":"REFUNDED","dueDate":"2026-02-10","dateCreated":"2026-02-02"}\n',
        {
            "order": [
                {"number": "pay_1", "amount": 12_990, "happened_at": date(2026, 2, 1)},
                {"number": "pay_2", "amount": 5_000, "cancelled_at": date(2026, 2, 2)},
            ]
        },
        [],
    ),
    (
        "nuvemshop_orders",
        "Número do Pedido;E-mail;Data;Status do Pedido;Status do Pagamento;Moeda;Subtotal;Total;"
        "Nome do comprador;CPF / CNPJ;Nome do Produto;Valor do Produto;Quantidade Comprada;SKU\n"
        "101;ana@a.com;02/03/2026 10:00;Aberto;Confirmado;BRL;150.00;165.00;Ana;529.982.247-25;"
        "Camiseta;50.00;1;C-1\n"
        "101;ana@a.com;;;;;;;;;Calça;100.00;1;C-2\n"
        "102;bia@a.com;03/03/2026 10:00;Cancelado;Recusado;BRL;50.00;50.00;Bia;;Camiseta;50.00;1;"
        "C-1\n",
        {
            "order": [
                {"number": "101", "amount": 16_500, "customer": "52998224725"},
                {"number": "102", "cancelled_at": at(2026, 3, 3, 13), "customer": "bia@a.com"},
            ],
            "order_line": [
                {"order": "101", "product": "C-1", "unit_price": D(50)},
                {"order": "101", "product": "C-2", "unit_price": D(100)},
                {"order": "102"},
            ],
        },
        [],
    ),
    (
        "nuvemshop_customers",
        "Nome;E-mail;Telefone;CPF/CNPJ;Total gasto;Cidade\n"
        "Ana;ana@a.com;11987654321;529.982.247-25;1.200,00;Natal\n",
        {"customer": [{"tax_id": "52998224725", "name": "Ana", "attr.city": "Natal"}]},
        [],
    ),
    (
        "bling_orders",
        "Número;Data;Nome do contato;Cpf/Cnpj;Situação;Código;Descrição;Quantidade;Valor unitário\n"
        "9;04/05/2026;Padaria;11.222.333/0001-81;Atendido;F-1;Farinha;2,00;9,90\n"
        "10;04/05/2026;Padaria;11.222.333/0001-81;Cancelado;F-1;Farinha;2,00;9,90\n",
        {"order_line": [{"order": "9", "quantity": D(2), "unit_price": D("9.9")}]},
        ["left_out"],
    ),
    (
        "bling_contacts",
        "ID;Código;Nome;Fantasia;CNPJ / CPF;Tipo pessoa;Fone;Celular;Tipos de contato;Situação\n"
        "5;C-5;Padaria Ltda;Padaria;11.222.333/0001-81;Pessoa Jurídica;;11987654321;Cliente;Ativo\n"
        "6;C-6;Moinho;;;Pessoa Jurídica;;;Fornecedor;Ativo\n",
        {"customer": [{"key": "C-5", "id.bling": "5", "kind": "company", "name": "Padaria Ltda"}]},
        ["left_out"],
    ),
    (
        "vtex_orders",
        "Order;Creation Date;Client Name;Client Last Name;Client Document;Email;Phone;Status;"
        "ID_SKU;Quantity_SKU;SKU Name;SKU Selling Price;Total Value\n"
        "v1-01;2026-03-02 10:00:00Z;Ana;Souza;52998224725;ana@a.com;+5511987654321;Faturado;11;2;"
        "Tênis;100.50;231.00\n"
        "v1-01;2026-03-02 10:00:00Z;Ana;Souza;52998224725;ana@a.com;+5511987654321;Faturado;12;1;"
        "Meia;20.00;231.00\n",
        {
            "order": [
                {"number": "v1-01", "customer.name": "Ana Souza", "amount": 23_100},
                {"number": "v1-01", "happened_at": at(2026, 3, 2, 10)},
            ],
            "order_line": [{"product": "11", "unit_price": D("100.5")}, {"product": "12"}],
        },
        [],
    ),
    (
        "omie_customers",
        '{"codigo_cliente_omie":55,"codigo_cliente_integracao":"","cnpj_cpf":"11.222.333/0001-81",'
        '"razao_social":"PADARIA LTDA","nome_fantasia":"Padaria","inativo":"N"}\n',
        {"customer": [{"key": "55", "id.omie": "55", "name": "Padaria"}]},
        [],
    ),
    (
        "omie_receivables",
        '{"codigo_lancamento_omie":9,"codigo_cliente_fornecedor":55,"data_emissao":"02/03/2026",'
        '"data_vencimento":"10/03/2026","valor_documento":1500.5,"status_titulo":"RECEBIDO"}\n'
        '{"codigo_lancamento_omie":10,"codigo_cliente_fornecedor":55,"data_emissao":"02/03/2026",'
        '"data_vencimento":"10/03/2026","valor_documento":1500.5,"status_titulo":"CANCELADO"}\n',
        {"order": [{"number": "9", "amount": 150_050, "happened_at": date(2026, 3, 2)}]},
        ["left_out"],
    ),
    (
        "omie_orders",
        '{"cabecalho":{"codigo_pedido":3,"codigo_cliente":55,"etapa":"60"},"infoCadastro":'
        '{"dInc":"02/03/2026","cancelado":"S"},"total_pedido":{"valor_total_pedido":99.9}}\n',
        {"order": [{"number": "3", "amount": 9_990, "cancelled_at": date(2026, 3, 2)}]},
        [],
    ),
    (
        "contaazul_customers",
        "Nome;Tipo de pessoa;CPF/CNPJ;Telefone;Perfil;E-mail\n"
        "Ana;Física;529.982.247-25;1133334444;Cliente;ana@a.com\n"
        "Moinho;Jurídica;11.222.333/0001-81;;Fornecedor;\n",
        {"customer": [{"tax_id": "52998224725", "kind": "person", "name": "Ana"}]},
        ["left_out"],
    ),
    (
        "contaazul_sales",
        "Número;Data da venda;Cliente;Situação;Valor total;Vendedor\n"
        "1;02/03/2026;Padaria;Aprovada;1.234,56;Zé\n2;02/03/2026;Padaria;Em orçamento;10,00;Zé\n",
        {"order": [{"number": "1", "amount": 123_456, "customer": "Padaria"}]},
        ["left_out"],
    ),
    (
        "salesforce_accounts",
        "Id,Name,Industry,OwnerId,CreatedDate,BillingCity,NumberOfEmployees,Type\n"
        "001A,Acme,Retail,005X,2026-01-02T10:00:00.000Z,Recife,120,Customer\n"
        "001B,Talvez,Retail,005X,2026-01-02T10:00:00.000Z,Recife,12,Prospect\n",
        {"customer": [{"key": "001A", "since": at(2026, 1, 2, 10), "attr.employees": 120}]},
        ["left_out"],
    ),
    (
        "salesforce_opportunities",
        "Id,AccountId,Name,StageName,Amount,CloseDate\n"
        "006A,001A,Renovação,Closed Won,12500.0,2026-03-02\n"
        "006B,001A,Outra,Prospecting,99.0,2026-04-02\n",
        {"order": [{"number": "006A", "customer": "001A", "amount": 1_250_000}]},
        ["left_out"],
    ),
    (
        "hubspot_companies",
        "Record ID,Company name,Company owner,Create Date,Phone Number,City,Industry\n"
        "901,Acme,bia@x.com,2026-01-02 10:00,+55 11 98765-4321,Natal,RETAIL\n",
        {"customer": [{"key": "901", "owner": "bia@x.com", "attr.industry": "RETAIL"}]},
        [],
    ),
    (
        "hubspot_deals",
        "ID do registro,Nome do negócio,Etapa do negócio,Data de fechamento,Valor,"
        "Empresa associada\n"
        "7,Venda A,Negócio fechado,2026-03-02 10:00,1500,Acme\n"
        "8,Venda B,Proposta enviada,2026-03-02 10:00,1500,Acme\n",
        {"order": [{"number": "7", "customer": "Acme", "amount": 150_000}]},
        ["left_out"],
    ),
    (
        "contracts_en",
        "Contract ID,Customer,Start Date,End Date,Monthly Fee,Seats\n"
        "K1,Acme,2026-01-01,2026-12-31,99.50,4\n",
        {"contract": [{"amount": 9_950, "ends_on": date(2027, 1, 1), "seats": 4}]},
        [],
    ),
    (
        "contracts_pt",
        "Contrato;Cliente;Início;Término;Mensalidade;Licenças\n"
        "K1;Acme;01/01/2026;31/12/2026;1.099,50;4\n",
        {"contract": [{"amount": 109_950, "ends_on": date(2027, 1, 1), "seats": 4}]},
        [],
    ),
    (
        "orders_en",
        "Order ID,Order Date,Customer Email,Order Total,Status\n"
        "1,2026-03-02,ana@a.com,10.50,paid\n2,2026-03-02,ana@a.com,10.50,cancelled\n",
        {"order": [{"amount": 1_050, "customer": "ana@a.com"}, {"cancelled_at": date(2026, 3, 2)}]},
        [],
    ),
    (
        "orders_pt",
        "Pedido;Data;CPF;Valor total;Situação\n"
        "1;02/03/2026;529.982.247-25;10,50;pago\n2;02/03/2026;529.982.247-25;10,50;Devolvido\n",
        {"order": [{"amount": 1_050, "customer": "52998224725"}, {"is_return": True}]},
        [],
    ),
    (
        "tickets_en",
        "Ticket ID,Customer,Subject,Created At,Priority\n1,Acme,Help,2026-03-02 10:00,high\n",
        {"ticket": [{"key": "1", "subject": "Help", "priority": "high"}]},
        [],
    ),
    (
        "tickets_pt",
        "Protocolo;Cliente;Assunto;Aberto em;Prioridade\n1;Acme;Ajuda;02/03/2026 10:00;alta\n",
        {"ticket": [{"key": "1", "subject": "Ajuda", "happened_at": at(2026, 3, 2, 13)}]},
        [],
    ),
    (
        "nps_en",
        "Customer,NPS Score,Response Date,Feedback\nAcme,9,2026-03-02,Great\n",
        {"answer": [{"score": 9, "scale": "nps", "comment": "Great"}]},
        [],
    ),
    (
        "nps_pt",
        "Cliente;Nota NPS;Data da resposta;Motivo\nAcme;9;02/03/2026;Bom\n",
        {"answer": [{"score": 9, "scale": "nps", "comment": "Bom"}]},
        [],
    ),
    (
        "stripe_charge_objects",
        "id,amount,amount_refunded,captured,created,currency,customer_id,invoice_id,receipt_email,"
        "status\n"
        "ch_1,10050,10050,TRUE,2026-02-18 14:07:57,usd,cus_A,,ana@a.com,succeeded\n"
        "ch_2,3293,0,FALSE,2026-02-18 14:07:57,usd,cus_A,,ana@a.com,failed\n",
        {
            "order": [
                {"number": "ch_1", "amount": 10_050, "currency": "USD"},
                {"number": "ch_1-refund", "amount": 10_050, "is_return": True},
            ]
        },
        ["left_out"],
    ),
    (
        "stripe_invoice_objects",
        "id,customer_id,amount_due,amount_paid,period_end,subtotal,total,status,currency\n"
        "in_1,cus_A,0,1000,2026-02-19 14:16:37,1000,1000,paid,usd\n",
        {"order": [{"amount": 1_000, "happened_at": at(2026, 2, 19, 14, 16, 37)}]},
        [],
    ),
    (
        "stripe_invoice_lines",
        "id,invoice_id,amount,currency,description,quantity,plan_id,subscription_item_id,unique_id\n"
        "il_1,in_1,2100,usd,Plano pro,5,pro,si_1,\n",
        {"order_line": [{"order": "in_1", "line": "il_1", "product": "pro", "amount": 2_100}]},
        [],
    ),
    (
        "stripe_plans",
        "id,active,amount,billing_scheme,currency,interval,nickname,product_id\n"
        "pro,TRUE,150000,per_unit,usd,month,Pro,prod_1\n",
        {"product": [{"key": "pro", "name": "Pro", "kind": "plan"}]},
        [],
    ),
    (
        "stripe_products",
        "id,active,name,shippable,statement_descriptor,type,unit_label\nprod_1,true,Pro,,,service,\n",
        {"product": [{"key": "prod_1", "name": "Pro"}]},
        [],
    ),
    (
        "zendesk_ticket_export",
        "Summation column,Id,Requester,Requester email,Organization,Subject,Status,Priority,"
        "Created at,Solved at,Satisfaction Score,First reply time in minutes\n"
        "1,44,Bia,bia@x.com,,Nota,Solved,High,2026-03-02 10:00,2026-03-03 10:00,Good,12\n",
        {
            "ticket": [
                {"customer": "bia@x.com", "score": 5, "first_reply_minutes": D(12)},
            ]
        },
        [],
    ),
    (
        "contratos",
        "contrato;razao_social;cnpj;vl_mensal;dt_inicio;dt_fim\n"
        "K1;Padaria;11.222.333/0001-81;1.240,00;01/06/2026;31/05/2027\n",
        {"contract": [{"amount": 124_000, "ends_on": date(2027, 6, 1)}]},
        [],
    ),
]
