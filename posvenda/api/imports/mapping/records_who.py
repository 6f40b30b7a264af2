"""Who and what: products, customers, contacts, subjects."""

from django.utils.translation import gettext_lazy as _

from posvenda.api.imports.mapping.fields import CUSTOMER, CUSTOMER_TAX, Record, make

RECORDS: tuple[Record, ...] = (
    Record(
        "product",
        _("product"),
        _("products"),
        1,
        (
            make(
                "key",
                "key",
                _("code"),
                "codigo, cod, id, sku, product id, id produto, cod produto, codigo do produto,"
                " codigo produto, stock code, product code, referencia",
                must=True,
            ),
            make(
                "name",
                "text",
                _("name"),
                "nome, name, produto, descricao, description, product name, nome do produto,"
                " nome produto, product, servico",
            ),
            make("kind", "product_kind", _("kind"), "tipo, kind, type"),
            make(
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
            make(
                "key",
                "key",
                _("key (identifies)"),
                "id, codigo, cod, key, chave, account id, customer id, cliente id, id cliente,"
                " cod cliente, codigo cliente, codigo do cliente, customerid, client id, conta,"
                " id conta, id do cliente, organization id, company id, user id, customer",
            ),
            make(
                "name",
                "text",
                _("name"),
                "nome, name, cliente, razao social, nome fantasia, account name, customer name,"
                " nome cliente, nome do cliente, empresa, company, company name, fantasia,"
                " nome completo, full name, conta nome, organization name",
            ),
            make(
                "tax_id",
                "tax_id",
                _("CPF or CNPJ (identifies)"),
                "cnpj, cpf, cnpj cpf, cpf cnpj, documento, tax id, cpf ou cnpj, doc, inscricao",
            ),
            make("email", "email", _("e-mail"), "email, e mail, email address, correio eletronico"),
            make(
                "phone",
                "phone",
                _("telephone"),
                "telefone, celular, phone, fone, whatsapp, mobile, tel, phone number, contato",
            ),
            make("kind", "customer_kind", _("company or person"), "tipo, tipo pessoa, kind, pf pj"),
            make(
                "since",
                "moment",
                _("customer since"),
                "cliente desde, desde, since, signup date, data cadastro, data de cadastro,"
                " cadastro, created at, created, data de inicio, customer since, criado em,"
                " data de entrada, dt cadastro",
            ),
            make(
                "owner",
                "text",
                _("owner (e-mail)"),
                "responsavel, owner, csm, resp cs, gerente, account manager, vendedor, atendente,"
                " consultor, resp, owner email, gestor, executivo",
            ),
            make(
                "payer",
                "key",
                _("payer (key, CPF, CNPJ, e-mail)"),
                "pagador, payer, responsavel financeiro, quem paga, pagante, bill to, cpf pagador,"
                " cpf do responsavel financeiro, cpf responsavel financeiro",
            ),
            make("tags", "tags", _("tags"), "tags, etiquetas, marcadores, labels"),
            make(
                "attr.city",
                "text",
                _("city"),
                "cidade, city, municipio, customer city, billing city",
            ),
            make(
                "attr.state",
                "text",
                _("state"),
                "uf, estado, state, customer state, provincia, billing state",
            ),
            make("attr.country", "text", _("country"), "pais, country, nacao"),
            make(
                "attr.zip",
                "zip",
                _("postal code (CEP)"),
                "cep, zip, zip code, postal code, codigo postal, customer zip code prefix",
            ),
            make(
                "attr.industry",
                "text",
                _("industry"),
                "setor, industry, ramo, ramo de atividade, atividade, vertical, industria",
            ),
            make(
                "attr.employees",
                "integer",
                _("employees"),
                "funcionarios, employees, colaboradores, num funcionarios, headcount",
            ),
            make("attr.plan", "text", _("plan"), "plano, plan, plan tier, plano atual, tier"),
            make("attr.segment", "text", _("segment"), "segmento, segment, porte, classificacao"),
            make(
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
            make("key", "key", _("key"), "id, contact id, id contato, codigo"),
            CUSTOMER,
            CUSTOMER_TAX,
            make(
                "name",
                "text",
                _("name"),
                "nome, name, contato, contact, nome contato, nome do contato, contact name,"
                " full name",
            ),
            make("role", "text", _("role"), "cargo, role, funcao, job title, title, papel"),
            make("email", "email", _("e-mail"), "email, e mail, email contato, email address"),
            make(
                "phone", "phone", _("telephone"), "telefone, celular, phone, whatsapp, fone, mobile"
            ),
            make(
                "is_champion",
                "boolean",
                _("champion"),
                "champion, patrocinador, promotor, principal, is champion, decisor",
            ),
            make("left_at", "moment", _("left on"), "saiu em, left at, desligamento, data saida"),
        ),
        ("contato", "contact"),
    ),
    Record(
        "subject",
        _("pet, child, vehicle or equipment"),
        _("pets, children, vehicles, equipment"),
        4,
        (
            make("key", "key", _("key"), "id, pet id, id pet, codigo, placa, numero de serie"),
            make(
                "customer",
                "key",
                _("customer (key)"),
                "tutor, tutor id, responsavel, cliente, cliente id, customer, customer id,"
                " proprietario, dono, cpf tutor, id cliente, id tutor",
                must=True,
            ),
            make(
                "name",
                "text",
                _("name"),
                "nome, name, pet, nome do pet, nome pet, paciente, nome do paciente, animal,"
                " crianca, veiculo, equipamento",
                must=True,
            ),
            make("kind", "subject_kind", _("kind"), "tipo, kind"),
            make(
                "born_on",
                "day",
                _("born on"),
                "nascimento, data de nascimento, data nascimento, born on, birth date, dt nasc",
            ),
            make("detail.species", "text", _("species"), "especie, species"),
            make("detail.breed", "text", _("breed"), "raca, breed"),
            make("detail.model", "text", _("model"), "modelo, model"),
        ),
        ("pet", "animal", "paciente", "veiculo", "equipamento", "crianca", "tutor"),
    ),
)
