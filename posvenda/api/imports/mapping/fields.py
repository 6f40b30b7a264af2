"""What a field and a record are, and the fields that several records share.

Aliases are written without accents and capitals, words parted by one space (``fold``). A field of
type ``moment`` is read as a date or a date with time, ``cents`` as whole cents, ``price`` as an
exact decimal of the currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass

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
        known = next((field for field in self.fields if field.name == name), None)
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


def make(name: str, kind: str, label: Words, aliases: str = "", *, must: bool = False) -> Field:
    """This will make a field from its aliases in one text."""
    names = tuple(alias.strip() for alias in aliases.split(",") if alias.strip())
    return Field(name, kind, label, names, must)


CUSTOMER = make(
    "customer",
    "key",
    _("customer (key)"),
    "cliente, customer, customer id, account, account id, cod cliente, codigo cliente,"
    " codigo do cliente, id cliente, cliente id, id do cliente, client id, client, conta,"
    " id conta, organization id, company id, empresa id, id empresa, user id, customerid,"
    " cliente codigo, sacado, comprador",
)
CUSTOMER_TAX = make(
    "customer.tax_id",
    "tax_id",
    _("customer: CPF or CNPJ (identifies)"),
    "cnpj, cpf, cnpj cpf, cpf cnpj, cnpj cliente, cpf cliente, documento, cpf ou cnpj, tax id,"
    " cnpj do cliente, cpf do cliente, documento cliente",
)
CUSTOMER_EMAIL = make(
    "customer.email",
    "email",
    _("customer: e-mail"),
    "email, e mail, email cliente, customer email, email do cliente, email comprador",
)
CUSTOMER_PHONE = make(
    "customer.phone",
    "phone",
    _("customer: telephone"),
    "telefone, celular, phone, whatsapp, fone, telefone cliente, customer phone",
)
CUSTOMER_NAME = make(
    "customer.name",
    "text",
    _("customer: name"),
    "nome, nome cliente, nome do cliente, customer name, razao social, nome fantasia, cliente nome,"
    " account name, empresa, company, company name, nome da empresa, billing name",
)
CUSTOMER_OWNER = make(
    "customer.owner",
    "text",
    _("customer: owner (e-mail)"),
    "responsavel, csm, resp cs, gerente, account manager, owner, consultor, executivo",
)
OF_CUSTOMER = (
    CUSTOMER,
    CUSTOMER_NAME,
    CUSTOMER_TAX,
    CUSTOMER_EMAIL,
    CUSTOMER_PHONE,
    CUSTOMER_OWNER,
)
CURRENCY = make("currency", "currency", _("currency"), "moeda, currency, currency code")
HAPPENED = (
    "data, date, data hora, quando, datetime, timestamp, created at, created, criado em, dt,"
    " data de criacao, data criacao"
)
PRODUCT = (
    make(
        "product",
        "key",
        _("product: code"),
        "produto, cod produto, codigo produto, codigo do produto, product, product id, sku,"
        " stock code, stockcode, item, id produto, produto id, plano, plan, plan tier, plan id,"
        " servico, service, ref, referencia, product code",
    ),
    make(
        "product_name",
        "text",
        _("product: name"),
        "nome produto, nome do produto, product name, descricao, description, descricao produto,"
        " descricao do produto, produto nome, nome do plano, plan name, item name, lineitem name",
    ),
    make("product_category", "text", _("product: category"), "categoria, category, grupo, familia"),
    make(
        "product_kind",
        "product_kind",
        _("product: kind"),
        "tipo de produto, tipo produto, product kind",
    ),
)
