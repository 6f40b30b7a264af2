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
    "no_such_day": _("{month}/{year} has no day {day}; look the date up in the source"),
    "no_year": _("The year is missing; write the date like {example}"),
    "percent": _("This is a percentage; write the amount itself, like 1234,56"),
    "date_out_of_range": _("The year {year} cannot be right; write all four digits of it"),
    "not_yes_or_no": _("This is neither yes nor no; write Sim or Não"),
    "not_a_choice": _("“{value}” is not known here; write one of: {choices}"),
    "not_an_email": _("This is not an e-mail address; it should look like ana@empresa.com.br"),
    "not_a_currency": _("This is not a currency code; write it like BRL, USD or EUR"),
    "not_whole": _("This should be a whole number; leave the decimals out"),
    "negative": _("This cannot be below zero; correct it or leave the cell empty"),
    "too_long": _("The text has {length} characters and at most {limit} fit; shorten it"),
    "too_big": _("The number is too big; check its decimal sign"),
    "cpf_short": _("CPF with {digits} digits; {missing} are missing: compare it with the document"),
    "cpf_last": _("CPF with 10 digits; the last one is missing: compare it with the document"),
    "cpf_check": _("The check digits of this CPF do not match; compare it with the document"),
    "cnpj_short": _(
        "CNPJ with {digits} digits; {missing} are missing: compare it with the document"
    ),
    "cnpj_last": _("CNPJ with 13 digits; the last one is missing: compare it with the document"),
    "cnpj_check": _("The check digits of this CNPJ do not match; compare it with the document"),
    "tax_id_length": _("Neither a CPF (11 digits) nor a CNPJ (14 characters); write all of it"),
    "tax_id_padded": _("The leading zeros were missing; read as {value}"),
    "phone_odd": _("This does not look like a telephone number; kept as written"),
    "columns_more": _("The line has {found} columns and the header {expected}; check the quotes"),
    "cell_too_big": _("A cell is larger than {limit}; is a closing quote missing?"),
    "not_json": _("This line is not a JSON object; write one object a line"),
    "truncated": _(
        "The file ends in the middle; the rows before this one are in, send it whole again"
    ),
    "duplicate_key": _(
        "“{key}” stands on an earlier line with other values; the first one counts;"
        " drop one of them"
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
    "ends_before_start": _("The end comes before the start; check both dates"),
    "ends_at_start": _(
        "The contract ends on the day it starts, so it never counts; check both dates"
    ),
    "closed_before_open": _("It was closed before it was opened; check both dates"),
    "delivered_before_ordered": _("It was delivered before it was ordered; check both dates"),
    "score_range": _("The score must lie between {low} and {high}; check the scale"),
    "outside_contract": _("The use lies outside the contract {contract} ({period})"),
    "no_customer": _("The line names no customer; it counts in sales, not for any customer"),
    "left_out": _("“{value}” is nothing to bring in here; the row was left out"),
    "nobody_out": _("The row names no customer; you chose to leave such rows out"),
    "told_again": _("Line {line} tells this again and later; only that line counts"),
    "amount_jump": _("The amount is {percent}% above the present one, {amount}"),
    "erased": _("Erased at the person's request on {day}; the row stays out and is not kept"),
    "no_evidence": _("A consent needs its proof: fill in where the person agreed"),
    "unknown_purpose": _("“{value}” is not one of the purposes: {choices}"),
    "unknown_channel": _("This purpose does not use this channel; it uses: {choices}"),
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
    "left_out": _("Nothing to bring in (by its status or kind)"),
    "told_again": _("Told again on a later line; only that line counts"),
    "too_long": _("Text too long"),
    "cpf_short": _("CPF with digits missing"),
    "cnpj_short": _("CNPJ with digits missing"),
    "tax_id_padded": _("Leading zeros were missing and put back"),
    "columns_more": _("More columns than the header"),
    "cell_too_big": _("A cell is too large"),
    "score_range": _("A score outside its scale"),
    "erased": _("People who were erased at their request"),
    "unknown_purpose": _("A purpose that is not known"),
    "unknown_channel": _("A channel the purpose does not use"),
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
