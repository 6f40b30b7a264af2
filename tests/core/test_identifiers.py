"""Brazilian identifiers are read as people and spreadsheets write them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.br import cnpj as stdnum_cnpj
from stdnum.br import cpf as stdnum_cpf

from posvenda.core.identifiers import (
    DDDS,
    InvalidIdentifier,
    cep,
    cnpj,
    cpf,
    document,
    email,
    mask_cep,
    mask_document,
    mask_email,
    mask_phone,
    match_key,
    phone,
    show_cep,
)


def _code(reader, *args, **named) -> str:
    with pytest.raises(InvalidIdentifier) as raised:
        reader(*args, **named)
    return raised.value.code


ddds = st.sampled_from(sorted(DDDS))
digits = st.sampled_from("0123456789")


@st.composite
def cpfs(draw):
    stem = "".join(draw(st.lists(digits, min_size=9, max_size=9)))
    assume(len(set(stem)) > 1)
    return stem + stdnum_cpf._calc_check_digits(stem)


@st.composite
def cnpjs(draw):
    letters = st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    stem = "".join(draw(st.lists(letters, min_size=12, max_size=12)))
    assume(len(set(stem)) > 1)
    return stem + stdnum_cnpj.calc_check_digits(stem)


@given(cpfs())
def test_a_cpf_is_read_with_and_without_punctuation(number):
    found = cpf(number)
    assert found.value == number
    assert cpf(found.shown) == found
    assert document(f" {found.shown} ") == found


@given(cpfs())
def test_lost_leading_zeros_come_back_with_a_flag(number):
    lost = number.lstrip("0")
    assume(len(lost) >= 8)
    found = cpf(lost)
    assert (found.value, found.is_padded) == (number, len(lost) < 11)
    assert cpf(f"{lost}.0").value == number


@given(cpfs(), st.integers(0, 10), digits)
def test_a_wrong_digit_is_refused(number, place, digit):
    assume(number[place] != digit)
    wrong = number[:place] + digit + number[place + 1 :]
    assert _code(cpf, wrong) in ("check_digits", "repeated")


@given(cnpjs())
def test_a_cnpj_is_read_with_letters_and_in_any_case(number):
    found = cnpj(number.lower())
    assert found.value == number
    assert cnpj(found.shown) == found == document(number)


@pytest.mark.parametrize("text", ["12.ABC.345/01DE-35", "11.222.333/0001-81", "11222333000181"])
def test_old_and_new_cnpjs_are_valid(text):
    assert cnpj(text).kind == "cnpj"


@pytest.mark.parametrize(
    ("reader", "text", "code"),
    [
        (cpf, "", "empty"),
        (cpf, "123", "length"),
        (cpf, "111.111.111-11", "repeated"),
        (cpf, "39053344706", "check_digits"),
        (cpf, "3905334470A", "length"),
        (cnpj, "12.ABC.345/01DE-36", "check_digits"),
        (cnpj, "00.000.000/0000-00", "repeated"),
        (cnpj, "11222333", "length"),
        (cnpj, "é1222333000181", "length"),
        (document, "12", "length"),
        (cep, "123", "length"),
        (cep, "", "empty"),
        (cep, "00000-000", "repeated"),
    ],
)
def test_what_is_no_document_is_refused_by_name(reader, text, code):
    assert _code(reader, text) == code


def test_a_cep_keeps_eight_digits():
    assert [cep(x) for x in ("01310-100", "1310100", "01.310-100")] == ["01310100"] * 3
    assert show_cep("01310100") == "01310-100"


@given(ddds, st.sampled_from("6789"), st.lists(digits, min_size=7, max_size=7))
def test_a_mobile_meets_itself_without_its_ninth_digit(ddd, first, rest):
    local = first + "".join(rest)
    with_ninth = phone(f"+55 ({ddd}) 9{local[:4]}-{local[4:]}")
    without = phone(f"{ddd} {local}")
    assert with_ninth.match_key == without.match_key == match_key(f"55{ddd}9{local}")
    assert with_ninth.e164 == f"+55{ddd}9{local}"
    assert without.e164 == f"+55{ddd}{local}"
    assert with_ninth.kind == without.kind == "mobile"


@given(ddds, st.sampled_from("2345"), st.lists(digits, min_size=7, max_size=7))
def test_a_landline_never_meets_a_mobile(ddd, first, rest):
    local = first + "".join(rest)
    landline, mobile = phone(f"0{ddd} {local}"), phone(f"{ddd} 9{local}")
    assert (landline.kind, mobile.kind) == ("landline", "mobile")
    assert landline.match_key != mobile.match_key


@given(ddds, st.sampled_from("6789"), st.lists(digits, min_size=7, max_size=7))
def test_every_way_of_writing_a_number_is_one_number(ddd, first, rest):
    local = "9" + first + "".join(rest)
    forms = (
        "+55{d}{n}", "+55 (0{d}) {n}", "55{d}{n}", "0{d}{n}", "0xx{d} {n}", "015{d}{n}",
        "({d}) {n}", "{d}.{n}", "0055{d}{n}", "{n}",
    )  # fmt: skip
    found = {phone(form.format(d=ddd, n=local), default_ddd=ddd).e164 for form in forms}
    assert found == {f"+55{ddd}{local}"}
    shown = phone(f"{ddd}{local}").shown
    assert phone(shown).e164 == f"+55{ddd}{local}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("sem telefone", "not_a_phone"),
        ("0800 123 4567", "not_a_contact"),
        ("0800 12 3456", "not_a_contact"),
        ("0300-789-1234", "not_a_contact"),
        ("800 123 4567", "not_a_contact"),
        ("4004-1234", "not_a_contact"),
        ("3003 1234", "not_a_contact"),
        ("190", "not_a_contact"),
        ("98765-4321", "ddd_missing"),
        ("20 98765-4321", "ddd_unknown"),
        ("11 1234-5678", "not_a_phone"),
        ("11 81234-5678", "not_a_phone"),
        ("119876543210", "length"),
        ("+55 11 9876", "not_a_contact"),
        ("+1 23", "length"),
        ("+999 1234567", "not_a_phone"),
    ],
)
def test_what_is_no_contact_number_is_refused_by_name(text, code):
    assert _code(phone, text) == code


def test_a_number_without_area_code_gets_the_default_one_and_says_so():
    found = phone("3333-4444", default_ddd="31")
    assert (found.e164, found.is_ddd_assumed) == ("+553133334444", True)


def test_area_code_55_is_not_the_country_code():
    assert phone("55 99999-8888").e164 == "+5555999998888"
    assert phone("55 3222-1111").e164 == "+555532221111"


def test_a_foreign_number_keeps_its_country():
    for text in ("+1 212 555 2368", "001 212 555 2368"):
        found = phone(text)
        assert (found.e164, found.kind, found.match_key) == (
            "+12125552368",
            "foreign",
            "12125552368",
        )


@given(st.text(max_size=25) | st.text("0123456789+()- x", max_size=20))
def test_any_text_is_an_identifier_or_refused(text):
    for reader in (cpf, cnpj, document, cep, email, phone):
        try:
            found = reader(text)
        except InvalidIdentifier:
            continue
        assert found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ana <ANA@Loja.com.br>", "ana@loja.com.br"),
        ("mailto:ana+promo@loja.com.br", "ana+promo@loja.com.br"),
        (" ana@loja.com.br; ", "ana@loja.com.br"),
        ("ana@açaí.com.br", "ana@xn--aa-4iaz.com.br"),
    ],
)
def test_an_address_has_one_written_form(text, address):
    assert email(text) == address
    assert email(address) == address


@pytest.mark.parametrize(
    "text",
    ["ana", "@loja.com", "ana@loja", "a na@loja.com", "a..b@loja.com", ".a@loja.com", "a@1.2.3.4",
     "a@b@c.com", "a@-b.com", f"{'a' * 65}@b.com"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    assert _code(email, text) == "not_an_email"


def test_masks_show_only_a_hint():
    assert mask_document("39053344705") == "***.533.447-**"
    assert mask_document("12ABC34501DE35") == "12.ABC.***/****-35"
    assert mask_document("1234") == "****"
    assert mask_phone("+5511987654321") == "+5511*****4321"
    assert mask_phone("+12125552368") == "+12*****2368"
    assert mask_email("ana@loja.com.br") == "a***@loja.com.br"
    assert mask_email("ana") == "***"
    assert mask_cep("01310100") == "01310-***"
