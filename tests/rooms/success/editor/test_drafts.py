"""A draft from its start to its publication, and what was published never changing."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from posvenda.base import choices
from posvenda.base.models import Announcement, Audit, Definition, User
from posvenda.success import definitions
from posvenda.success.cards import versions
from posvenda.success.editor import actions, reading
from posvenda.success.editor.models import CardDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(manager: User, now: datetime) -> CardDraft:
    """A draft on top of the card that comes with the product."""
    choices.put("pack", "saas")
    return actions.start(by=manager, now=now)


def _heavier(text: str) -> str:
    return text.replace("weight: 23", "weight: 60")


def _saved(draft: CardDraft, text: str, by: User, now: datetime) -> CardDraft:
    return actions.save(draft, text, revision=draft.revision, by=by, now=now)


def test_a_draft_starts_from_the_packs_own_file_as_version_0(draft: CardDraft) -> None:
    assert draft.base_version == 0
    assert draft.text == reading.pack_text()
    assert [each.number for each in reading.versions()] == [0]


def test_starting_again_keeps_what_is_there(draft: CardDraft, manager: User, now: datetime) -> None:
    _saved(draft, "name: half", manager, now)
    assert actions.start(by=manager, now=now).text == "name: half"
    assert CardDraft.objects.count() == 1


def test_publishing_adds_a_version_and_keeps_the_packs_as_version_0(
    draft: CardDraft, manager: User, now: datetime
) -> None:
    draft = _saved(draft, _heavier(draft.text), manager, now)
    row = actions.publish(draft, revision=draft.revision, by=manager, now=now, note="Cancelling")
    assert row.version == 1
    assert [each.number for each in reading.versions()] == [1, 0]
    assert reading.newest().note == "Cancelling"
    assert definitions.card().version == 1
    assert definitions.card().shares["contract.is_cancelling"] > 0.3
    assert versions.of_title("saas@0") is not None
    assert Audit.objects.get(verb="scorecard.published").by == manager
    assert Announcement.objects.filter(kind="config.published").count() == 1
    assert not CardDraft.objects.exists()


def test_yesterday_was_judged_by_the_card_of_yesterday(
    draft: CardDraft, manager: User, now: datetime
) -> None:
    draft = _saved(draft, _heavier(draft.text), manager, now)
    actions.publish(draft, revision=draft.revision, by=manager, now=now)
    assert versions.on(now.date() - timedelta(days=1)).card.version == 0
    assert versions.on(now.date()).card.version == 1


@pytest.mark.parametrize(
    "change", [{"text": "x"}, {"version": 9}, {"name": "x"}, {"published_at": None}]
)
def test_the_database_refuses_to_change_what_was_published(
    change: dict[str, object], now: datetime
) -> None:
    row = definitions.publish("scorecard", "saas", "name: x", now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Definition.objects.filter(pk=row.pk).update(**change)
    row.refresh_from_db()
    assert (row.text, row.version, row.name) == ("name: x", 1, "saas")


def test_the_account_of_who_published_may_go(now: datetime, manager: User) -> None:
    row = definitions.publish("scorecard", "saas", "name: x", now=now, by=manager)
    Definition.objects.filter(pk=row.pk).update(by=None)
    row.refresh_from_db()
    assert row.by is None


def test_a_draft_with_faults_is_kept_and_not_published(
    draft: CardDraft, manager: User, now: datetime
) -> None:
    draft = _saved(draft, draft.text.replace("weight: 23", "weight: muito"), manager, now)
    with pytest.raises(actions.Faulty):
        actions.publish(draft, revision=draft.revision, by=manager, now=now)
    assert "weight: muito" in CardDraft.objects.get().text
    assert not Definition.objects.exists()


def test_a_draft_behind_the_newest_version_waits_until_a_person_decides(
    draft: CardDraft, manager: User, now: datetime
) -> None:
    draft = _saved(draft, _heavier(draft.text), manager, now)
    definitions.publish("scorecard", "saas", reading.pack_text() + "\n# other\n", now=now)
    with pytest.raises(actions.OutOfDate):
        actions.publish(draft, revision=draft.revision, by=manager, now=now)
    draft = actions.rebase(draft, revision=draft.revision, by=manager, now=now)
    assert draft.base_version == 1
    assert actions.publish(draft, revision=draft.revision, by=manager, now=now).version == 2


def test_two_people_who_save_at_once_see_each_other(
    draft: CardDraft, manager: User, admin: User, now: datetime
) -> None:
    _saved(draft, "name: mine", manager, now)
    with pytest.raises(actions.MovedOn):
        actions.save(draft, "name: theirs", revision=draft.revision, by=admin, now=now)
    assert CardDraft.objects.get().text == "name: mine"


def test_what_says_the_same_is_not_published(
    draft: CardDraft, manager: User, now: datetime
) -> None:
    with pytest.raises(actions.NothingNew):
        actions.publish(draft, revision=draft.revision, by=manager, now=now)


def test_every_step_leaves_a_trace(draft: CardDraft, manager: User, now: datetime) -> None:
    draft = _saved(draft, "name: x", manager, now)
    actions.discard(draft, revision=draft.revision, by=manager, now=now)
    verbs = list(Audit.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "scorecard.draft_started",
        "scorecard.draft_saved",
        "scorecard.draft_discarded",
    ]
