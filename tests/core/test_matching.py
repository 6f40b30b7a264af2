"""Who is meant is decided by the strongest clue, never by chance, never by a name."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.duplicates import ENOUGH, Side, compare
from posvenda.core.matching import Clue, Known, Rule, decide
from posvenda.core.names import has_common_word, normalised, words

CRM = Clue(Rule.CODE, "crm", "7")
CPF = Clue(Rule.DOCUMENT, "tax_id", "39053344705")
MAIL = Clue(Rule.EMAIL, "email", "ana@example.com")
PHONE = Clue(Rule.PHONE, "phone", "551187654321")
CLUES = (Clue(Rule.KEY, "key", "C1"), CRM, CPF, MAIL, PHONE)
people = st.frozensets(st.integers(1, 4), max_size=3)
founds = st.fixed_dictionaries(dict.fromkeys(CLUES, people))
knowns = st.dictionaries(
    st.integers(1, 4),
    st.builds(
        Known,
        codes=st.dictionaries(
            st.sampled_from(["key", "crm", "tax_id"]), st.sets(st.sampled_from(["C1", "7", "x"]))
        ),
        name=st.sampled_from(["", "Ana Souza", "Bruno Lima"]),
    ),
)


def test_the_strongest_rule_decides():
    decision = decide(CLUES, {CPF: [1], MAIL: [2], PHONE: [3]}, {})
    assert (decision.customer, decision.rule) == (1, Rule.DOCUMENT)


def test_several_by_one_rule_are_told_apart_by_the_next_and_by_nothing_else():
    shared = {MAIL: [1, 2], PHONE: [2, 3]}
    assert decide([MAIL, PHONE], shared, {}).customer == 2
    doubt = decide([MAIL], {MAIL: [1, 2]}, {})
    assert doubt.is_ambiguous
    assert doubt.candidates == {1, 2}
    aside = decide([MAIL, PHONE], {MAIL: [1, 2], PHONE: [3]}, {})
    assert aside.is_ambiguous
    assert aside.candidates == {1, 2}


def test_another_code_of_the_same_system_is_another_customer():
    known = {1: Known({"crm": {"8"}})}
    decision = decide([CRM, MAIL], {MAIL: [1]}, known)
    assert decision.customer is None
    assert decision.denied == {1}
    assert decide([CRM, MAIL], {MAIL: [1]}, {1: Known({"crm": {"7", "8"}})}).customer == 1


def test_another_document_speaks_against_a_shared_mailbox():
    known = {1: Known({"tax_id": {"11144477735"}})}
    assert decide([CPF, MAIL], {MAIL: [1]}, known).customer is None


def test_a_shared_telephone_does_not_join_two_names():
    known = {1: Known(name="Marcos Lima")}
    assert decide([PHONE], {PHONE: [1]}, known, name="Ana Souza").customer is None
    assert decide([PHONE], {PHONE: [1]}, known, name="LIMA, Marcos").customer == 1
    assert decide([PHONE], {PHONE: [1]}, known).customer == 1


def test_a_name_alone_finds_nobody():
    assert decide([], {}, {1: Known(name="Ana")}, name="Ana").customer is None


@given(found=founds, known=knowns, name=st.sampled_from(["", "Ana Lima"]))
def test_the_order_of_the_clues_does_not_matter(found, known, name):
    decisions = {repr(decide(order, found, known, name=name)) for order in permutations(CLUES, 5)}
    assert len(decisions) == 1


@given(found=founds, known=knowns, name=st.sampled_from(["", "Ana Lima"]))
def test_whoever_is_chosen_was_found_by_the_strongest_clue_that_found_anybody(found, known, name):
    decision = decide(CLUES, found, known, name=name)
    if decision.customer is not None:
        assert decision.clue is not None
        assert decision.customer in found[decision.clue]
        assert decision.candidates == {decision.customer}
        kept = [frozenset(found[clue]) - decision.denied for clue in CLUES]
        assert decision.customer in next(each for each in kept if each)
    else:
        assert len(decision.candidates) != 1
        assert not decision.candidates & decision.denied or decision.is_ambiguous


sides = st.builds(
    Side,
    name=st.sampled_from(["", "Ana Souza", "Souza & Ana LTDA", "Bruno Lima"]),
    kind=st.sampled_from(["", "person", "company"]),
    document=st.sampled_from(["", "39053344705", "11222333000181", "11222333000262"]),
    email=st.sampled_from(["", "ana@example.com"]),
    phone_key=st.sampled_from(["", "551187654321"]),
    city=st.sampled_from(["", "São Paulo", "SAO PAULO", "Recife"]),
    contacts=st.frozensets(st.sampled_from(["x@example.com", "551133334444"])),
)


@given(one=sides, other=sides)
def test_weighing_is_symmetric_and_between_0_and_100(one, other):
    left, right = compare(one, other), compare(other, one)
    assert (left.score, left.is_branch) == (right.score, right.is_branch)
    assert [reason.code for reason in left.reasons] == [reason.code for reason in right.reasons]
    assert 0 <= left.score <= 100


@given(one=sides, other=sides)
def test_a_name_or_a_city_alone_is_never_shown(one, other):
    verdict = compare(one, other)
    told = {reason.code for reason in verdict.reasons if not reason.is_against}
    if told <= {"name"} or told <= {"city"}:
        assert not verdict.is_shown


@given(one=sides, other=sides)
def test_two_documents_are_never_one_customer(one, other):
    if one.document and other.document and one.document != other.document:
        verdict = compare(one, other)
        assert verdict.score == 0
        assert verdict.is_branch == (one.document[:8] == other.document[:8])


def test_a_shared_telephone_of_two_names_stays_below_what_is_shown():
    one = Side(name="Ana Souza", phone_key="551187654321")
    other = Side(name="Bruno Lima", phone_key="551187654321")
    assert compare(one, other).score < ENOUGH


@given(st.text(max_size=30))
def test_names_have_one_written_form(name):
    assert normalised(normalised(name)) == normalised(name)
    assert normalised(name.upper().lower()) == normalised(name.lower())
    assert has_common_word(name, name) == bool(words(name))
