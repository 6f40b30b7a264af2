"""Why a row stayed out or came in with a warning: codes and the sentences people read.

A sentence names what is wrong and the way out. ``{name}`` is filled from the problem's parameters.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row: where, what, why."""

    line: int
    code: str
    field: str = ""
    value: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    is_warning: bool = False


SENTENCES: Mapping[str, str] = {
    "missing": _("Nothing is filled in; this column must have a value"),
    "not_a_number": _("This is not a number; write it like 1234,56"),
    "not_a_number_maybe": _("This is not a number; would it be {guess}?"),
    "not_a_date": _("This is not a date; the file writes dates like {example}"),
    "date_out_of_range": _("The year {year} cannot be right"),
    "not_yes_or_no": _("This is neither yes nor no; write Sim or Não"),
    "not_a_choice": _("“{value}” is not one of: {choices}"),
    "not_an_email": _("This is not an e-mail address; it should look like ana@empresa.com.br"),
    "not_a_currency": _("This is not a currency code such as BRL, USD or EUR"),
    "not_whole": _("This should be a whole number"),
    "negative": _("This cannot be below zero"),
    "too_long": _("The text has {length} characters; at most {limit} fit"),
    "too_big": _("The number is too big"),
    "cpf_short": _("CPF with {digits} digits; {missing} are missing"),
    "cpf_last": _("CPF with 10 digits; the last one is missing"),
    "cpf_check": _("The check digits of this CPF do not match; compare it with the document"),
    "cnpj_short": _("CNPJ with {digits} digits; {missing} are missing"),
    "cnpj_last": _("CNPJ with 13 digits; the last one is missing"),
    "cnpj_check": _("The check digits of this CNPJ do not match; compare it with the document"),
    "tax_id_length": _("Neither a CPF (11 digits) nor a CNPJ (14 characters)"),
    "tax_id_padded": _("The leading zeros were missing; read as {value}"),
    "phone_odd": _("This does not look like a telephone number; kept as written"),
    "columns_more": _("The line has {found} columns and the header {expected}; check the quotes"),
    "cell_too_big": _("A cell is larger than {limit}; is a closing quote missing?"),
    "not_json": _("This line is not a JSON object"),
    "truncated": _("The file ends in the middle; the rows before this one are in"),
    "duplicate_key": _(
        "“{key}” stands on an earlier line with other values; the first line counts"
    ),
    "other_value": _("Line {first} gives this customer another value; the first one counts"),
    "customer_unknown": _("No customer has this key; import the customers first"),
    "customer_doubtful": _(
        "Several customers have this: {customers}; name the one you mean by its code"
    ),
    "payer_unknown": _("No customer is known by this; import who pays as a customer first"),
    "order_unknown": _("No order has this number; import the orders first"),
    "contract_unknown": _("No contract has this number; import the contracts first"),
    "owner_unknown": _("{owner} has no account here; the owner was left as it was"),
    "ends_before_start": _("The end comes before the start"),
    "ends_at_start": _("The contract ends on the day it starts, so it never counts"),
    "closed_before_open": _("It was closed before it was opened"),
    "delivered_before_ordered": _("It was delivered before it was ordered"),
    "score_range": _("The score must lie between {low} and {high}"),
    "outside_contract": _("The use lies outside the contract {contract} ({period})"),
    "no_customer": _("The line names no customer; it counts in sales, not for any customer"),
    "amount_jump": _("The amount is {percent}% above the present one, {amount}"),
}


HEADINGS: Mapping[str, str] = {
    "duplicate_key": _("A key stands on an earlier line with other values; the first line counts"),
    "other_value": _("A customer has another value on an earlier line; the first one counts"),
    "outside_contract": _("Use outside the period of its contract"),
    "owner_unknown": _("The owner has no account here"),
    "amount_jump": _("The amount is far above the present one"),
    "not_a_number_maybe": _("Not a number"),
    "not_a_date": _("Not a date"),
    "not_a_choice": _("Not one of the known words"),
    "date_out_of_range": _("A year that cannot be right"),
    "too_long": _("Text too long"),
    "cpf_short": _("CPF with digits missing"),
    "cnpj_short": _("CNPJ with digits missing"),
    "tax_id_padded": _("Leading zeros were missing and put back"),
    "columns_more": _("More columns than the header"),
    "cell_too_big": _("A cell is too large"),
    "score_range": _("A score outside its scale"),
}


def heading(code: str) -> str:
    """This will name a kind of problem, for counts of many."""
    return gettext(HEADINGS.get(code, SENTENCES.get(code, code)))


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """This will give the reason in the reader's language, with its figures filled in."""
    words = gettext(SENTENCES.get(code, code))
    try:
        return words.format(**params)
    except (KeyError, IndexError):
        return words
