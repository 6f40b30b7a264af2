"""Invented rows in the shape of what Brazilian shops and billing systems export."""

from datetime import date
from decimal import Decimal

from tests.rooms.api.samples.moment import at

D = Decimal

BRAZIL = [
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
]
