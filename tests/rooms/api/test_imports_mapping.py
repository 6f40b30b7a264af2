"""Columns find their fields by name and content in two languages, and presets by header."""

from datetime import date

import pytest

from posvenda.api.imports import own
from posvenda.api.imports.mapping import guess, presets
from posvenda.api.imports.mapping.convert import Converter, Setting
from posvenda.api.imports.mapping.mapping import Mapping, header_key
from posvenda.api.imports.mapping.profile import profile
from posvenda.api.imports.mapping.targets import BY_NAME, RECORDS, fold
from posvenda.api.imports.plan import Options, decide, setting
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import SavedMapping

pytestmark = pytest.mark.django_db


def mapped(header, *rows, name="", **options):
    columns = header.split(";")
    cells = [row.split(";") for row in rows]
    profiles = {column: profile([row[n] for row in cells]) for n, column in enumerate(columns)}
    return decide(columns, profiles, cells, Options(**options), name=name)


def fields(mapping):
    return {column.name: column.field for column in mapping.outputs[0].columns}


@pytest.mark.parametrize(
    ("header", "row", "record", "some"),
    [
        (
            "Código;Razão Social;CNPJ;Telefone;UF;Cliente desde",
            "7;Padaria;11.222.333/0001-81;(11) 98765-4321;SP;01/02/2020",
            "customer",
            {"Razão Social": "name", "CNPJ": "tax_id", "UF": "attr.state"},
        ),
        (
            "account_id;account_name;industry;signup_date",
            "A-1;Acme;Retail;2024-01-01",
            "customer",
            {"account_id": "key", "signup_date": "since", "industry": "attr.industry"},
        ),
        (
            "contrato;cliente;data início;data fim;mensalidade;licenças",
            "C1;7;01/06/2026;31/05/2027;1.240,00;5",
            "contract",
            {"mensalidade": "amount", "data início": "starts_on", "licenças": "seats"},
        ),
        (
            "subscription_id;customer_id;start_date;end_date;mrr",
            "S1;A1;2026-01-01;2027-01-01;99.90",
            "contract",
            {"subscription_id": "key", "customer_id": "customer", "mrr": "amount"},
        ),
        (
            "Nº do pedido;Data da venda;Cliente;Valor total;Situação",
            "9;04/05/2026;Ana;99,90;pago",
            "order",
            {"Data da venda": "happened_at", "Valor total": "amount"},
        ),
        (
            "pedido;data;cod_cliente;cod_produto;qtd;preco_unitario",
            "9;04/05/2026;7;P1;2;9,90",
            "order_line",
            {"pedido": "order", "qtd": "quantity", "preco_unitario": "unit_price"},
        ),
        (
            "orderId;customerId;sku;quantity;unitPrice;orderDate",
            "9;7;P1;2;9.90;2026-05-04",
            "order_line",
            {"orderId": "order", "sku": "product", "unitPrice": "unit_price"},
        ),
        (
            "account;user_id;occurred_at;action;feature",
            "equipe-01;u1;2026-05-04T10:00:00+02:00;push;code",
            "usage",
            {"account": "customer", "user_id": "person", "occurred_at": "happened_at"},
        ),
        (
            "protocolo;cliente;assunto;prioridade;aberto em;fechado em",
            "1;7;Nota errada;alta;04/05/2026 10:00;05/05/2026 10:00",
            "ticket",
            {"protocolo": "key", "aberto em": "happened_at", "fechado em": "closed_at"},
        ),
        (
            "cliente;nota nps;comentário;data",
            "7;9;Muito bom;04/05/2026",
            "answer",
            {"nota nps": "score", "comentário": "comment"},
        ),
        (
            "cliente;data cancelamento;motivo",
            "7;04/05/2026;preço",
            "cancellation",
            {"motivo": "reason", "data cancelamento": "happened_at"},
        ),
        (
            "cliente;nome;cargo;e-mail;celular",
            "7;Ana;Diretora;ana@a.com;11987654321",
            "contact",
            {"cargo": "role", "e-mail": "email", "nome": "name"},
        ),
        (
            "tutor;pet;espécie;raça;nascimento",
            "7;Rex;cão;vira-lata;04/05/2020",
            "subject",
            {"tutor": "customer", "pet": "name", "nascimento": "born_on"},
        ),
        (
            "sku;produto;categoria",
            "P1;Ração;Alimentos",
            "product",
            {"sku": "key", "produto": "name", "categoria": "category"},
        ),
    ],
)
def test_the_kind_of_record_and_its_fields_are_guessed(header, row, record, some):
    mapping = mapped(header, row)
    assert mapping.record == record
    found = fields(mapping)
    assert {name: found.get(name) for name in some} == some


def test_a_column_nobody_knows_by_name_is_known_by_its_content():
    mapping = mapped("identificador fiscal;cliente;x", "11.222.333/0001-81;Ana;ana@a.com")
    assert fields(mapping)["identificador fiscal"] == "tax_id"
    assert fields(mapping)["x"] == "email"


def test_a_name_whose_content_contradicts_it_is_left_out():
    mapping = mapped("pedido;data;valor;cliente", "1;04/05/2026;a combinar;Ana")
    assert "valor" not in fields(mapping)


def test_a_person_may_name_record_and_columns():
    mapping = mapped(
        "a;b;c", "7;04/05/2026;10", record="order", fields={"a": "customer", "b": "happened_at"}
    )
    assert (mapping.record, fields(mapping)) == ("order", {"a": "customer", "b": "happened_at"})
    with pytest.raises(Unusable, match="promised_at"):
        mapped("a;b", "1;2", record="order", fields={"a": "nothing"})
    with pytest.raises(Unusable, match="z"):
        mapped("a;b", "1;2", record="order", fields={"z": "number"})


@pytest.mark.parametrize(
    ("end", "ends"), [("31/05/2027", "inclusive"), ("01/06/2027", "exclusive")]
)
def test_ends_are_inclusive_or_exclusive_by_evidence(end, ends):
    mapping = mapped("contrato;cliente;inicio;fim;valor", f"1;7;01/06/2026;{end};10,00")
    assert mapping.formats.ends == ends
    row = converted(mapping, "contrato;cliente;inicio;fim;valor", f"1;7;01/06/2026;{end};10,00")
    assert row["ends_on"] == date(2027, 6, 1)


def converted(mapping, header, row):
    converter = Converter(mapping, header.split(";"), setting(mapping.formats))
    made, problems = converter.rows(2, row.split(";"))
    assert not problems
    return made[0]


def test_a_yearly_amount_is_known_by_its_name():
    assert mapped("cliente;inicio;fim;valor anual", "7;01/01/2026;31/12/2026;1,00").outputs[
        0
    ].constants == {"period": "year"}


def test_scores_above_seven_are_nps():
    assert mapped("cliente;nota;data", "7;9;04/05/2026", name="pesquisa.csv").outputs[
        0
    ].constants == {"scale": "nps"}


def test_a_saved_mapping_wins_over_a_guess_and_a_preset(now):
    header = "InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country"
    row = "1;2;x;1;2010-12-01 08:26:00;1.0;17850.0;UK"
    assert mapped(header, row).preset == "online_retail"
    chosen = mapped(header, row, record="order_line", fields={"Country": ""})
    SavedMapping.objects.create(
        header=header_key(header.split(";")), record="order_line", mapping=chosen.as_dict(), at=now
    )
    assert mapped(header, row).preset == ""


def named(preset):
    """Every column a preset names, by its first name."""
    outputs = preset.data.get("outputs", ())
    columns = [name for output in outputs for name in output["columns"]]
    columns += [rule["column"] for output in outputs for rule in output.get("rules") or ()]
    return list(dict.fromkeys(each.split("|")[0] for each in columns))


def test_a_mapping_survives_being_kept():
    for preset in presets.built_in():
        mapping = preset.mapping(named(preset))
        assert Mapping.from_dict(mapping.as_dict()) == mapping


def test_presets_name_fields_that_exist():
    for preset in presets.built_in():
        own.read((presets.FOLDER / f"{preset.name}.yaml").read_text(), name=preset.name)
        for output in preset.mapping(named(preset)).outputs:
            record = BY_NAME[output.record]
            for name in (*output.constants, *(n for rule in output.rules for n in rule.sets)):
                assert record.field(name) or name.startswith("customer."), (preset.name, name)


def test_a_preset_says_where_its_columns_come_from():
    for path in presets.FOLDER.glob("*.yaml"):
        text = path.read_text()
        if not path.name.startswith(("olist", "ravenstack")):
            assert text.startswith("# "), path.name


def test_presets_are_recognised_whatever_the_order_and_the_capitals():
    columns = ["country", "Customer ID", "unit price", "invoice date", "quantity", "description"]
    found = presets.recognise([*columns, "STOCKCODE".title(), "invoiceNo", "extra"])
    assert found is None or found.name == "online_retail"
    assert presets.recognise(["nome", "email"]) is None


def test_aliases_are_written_folded_and_needs_name_fields():
    for record in RECORDS:
        for field in record.fields:
            assert [a for a in field.aliases if a != fold(a)] == [], (record.name, field.name)
        for names in guess.NEEDS[record.name]:
            assert all(record.field(name) for name in names)


def test_names_are_folded():
    assert fold("Data de Início") == fold("data_de_inicio") == "data de inicio"
    assert fold("InvoiceNo") == "invoice no"
    assert fold("  CNPJ/CPF ") == "cnpj cpf"


def test_rules_and_constants_make_returns_and_charges():
    preset = next(p for p in presets.built_in() if p.name == "online_retail")
    columns = "InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country"
    mapping = preset.mapping(columns.split(";"))
    row = converted(mapping, columns, "C1;post;Postage;-1;2010-12-01 08:26:00;15.0;17850.0;UK")
    assert (row["order"], row["product"], row["is_return"]) == ("C1", "POST", True)
    assert (row["product_kind"], row["customer"], row["currency"]) == ("charge", "17850", "GBP")


def test_a_bad_cell_keeps_the_row_out_and_a_bad_address_only_itself():
    mapping = mapped("codigo;nome;cnpj;email", "1;Ana;11.222.333/0001-81;ana@a.com")
    converter = Converter(mapping, ["codigo", "nome", "cnpj", "email"], Setting(None))
    made, problems = converter.rows(9, ["1", "Ana", "11.222.333/0001-8", "ana@a.com"])
    assert made == [None]
    assert [(p.line, p.field, p.value, p.code) for p in problems] == [
        (9, "cnpj", "11.222.333/0001-8", "cnpj_last")
    ]
    made, problems = converter.rows(9, ["1", "Ana", "", "ana(a)a.com"])
    assert made[0]["name"] == "Ana"
    assert "email" not in made[0]
    assert [(p.code, p.is_warning) for p in problems] == [("not_an_email", True)]
