"""The same file again: who told it again keeps it, and only what that one told."""

from datetime import timedelta

import pytest

from posvenda.api.models import ImportRun
from posvenda.customers.models import Customer
from tests.rooms.api.undoing import NOW, PEOPLE, WHO, bring, bring_in, take_back

pytestmark = pytest.mark.django_db
ANA, BIA = f"{PEOPLE}A;Ana;a@x.com;;;\n", f"{PEOPLE}B;Bia;b@x.com;;;\n"


def _together(folder, texts) -> ImportRun:
    """Several files of customers in one run."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text)
    return bring_in(folder, "customer", NOW, **WHO)


def test_the_last_of_three_that_told_the_same_keeps_it(tmp_path):
    told = [
        bring(tmp_path / f"{n}.csv", ANA, "customer", NOW + timedelta(minutes=n), **WHO)
        for n in range(3)
    ]
    for each in told[:2]:
        take_back(each, NOW + timedelta(hours=1))
    assert Customer.objects.get().name == "Ana"
    take_back(told[2], NOW + timedelta(hours=2))
    assert not Customer.objects.exists()


def test_one_file_of_a_folder_told_again_keeps_its_own_rows_only(tmp_path):
    both = _together(tmp_path / "both", {"ana.csv": ANA, "bia.csv": BIA})
    bring(tmp_path / "ana.csv", ANA, "customer", NOW + timedelta(hours=1), **WHO)
    take_back(both, NOW + timedelta(hours=2))
    assert [each.name for each in Customer.objects.all()] == ["Ana"]


def test_a_folder_told_again_whole_is_not_read_again_and_keeps_everything(tmp_path):
    both = _together(tmp_path / "both", {"ana.csv": ANA, "bia.csv": BIA})
    again = _together(tmp_path / "again", {"ana.csv": ANA, "bia.csv": BIA})
    assert all("same_as" in file.preview for file in again.files.all())
    take_back(both, NOW + timedelta(hours=2))
    assert sorted(each.name for each in Customer.objects.all()) == ["Ana", "Bia"]
