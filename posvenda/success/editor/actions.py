"""The life of a draft: started, saved, put on a newer version, thrown away, published."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from posvenda.base import announcements, audit
from posvenda.base.models import Definition, User
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.editor import reading
from posvenda.success.editor.models import CardDraft
from posvenda.success.editor.reading import KIND, PUBLISHED

LONGEST = 200_000


class MovedOn(ValueError):
    """Raised when somebody saved the draft in between; nothing was written."""


class OutOfDate(ValueError):
    """Raised when the draft started from a version that is no longer the newest."""


class Faulty(ValueError):
    """Raised when the draft cannot judge; the faults are its arguments."""


class NothingNew(ValueError):
    """Raised when the draft says what the version in force says."""


class TooLong(ValueError):
    """Raised when a text is longer than any scorecard."""


def draft() -> CardDraft | None:
    """This will give the draft of the scorecard in force, if there is one."""
    return CardDraft.objects.filter(name=reading.name()).select_related("by").first()


@transaction.atomic
def start(*, by: User, now: datetime, text: str | None = None) -> CardDraft:
    """This will start a draft from the version in force, or with an older text on top of it.

    A draft that is there stays as it is.
    """
    newest = reading.newest()
    made, is_new = CardDraft.objects.get_or_create(
        name=reading.name(),
        defaults={
            "text": newest.text if text is None else text,
            "base_version": newest.number,
            "by": by,
            "started_at": now,
            "at": now,
        },
    )
    if is_new:
        _record("scorecard.draft_started", made, by=by, now=now)
    return made


@transaction.atomic
def save(made: CardDraft, text: str, *, revision: int, by: User, now: datetime) -> CardDraft:
    """This will keep a text, sound or not; what somebody else saved in between stands."""
    if len(text) > LONGEST:
        raise TooLong
    held = _locked(made, revision=revision)
    if held.text == text:
        return held
    held.text, held.revision, held.by, held.at = text, revision + 1, by, now
    held.save()
    _record("scorecard.draft_saved", held, by=by, now=now)
    return held


@transaction.atomic
def rebase(made: CardDraft, *, revision: int, by: User, now: datetime) -> CardDraft:
    """This will put the draft's text on top of the newest version; the text stays as it is."""
    held = _locked(made, revision=revision)
    held.base_version, held.revision = reading.newest().number, revision + 1
    held.by, held.at = by, now
    held.save()
    _record("scorecard.draft_rebased", held, by=by, now=now)
    return held


@transaction.atomic
def discard(made: CardDraft, *, revision: int, by: User, now: datetime) -> None:
    """This will throw a draft away."""
    held = _locked(made, revision=revision)
    _record("scorecard.draft_discarded", held, by=by, now=now)
    held.delete()


def publish(
    made: CardDraft, *, revision: int, by: User, now: datetime, note: str = ""
) -> Definition:
    """This will put the draft in force as a new version, which from then on never changes."""
    try:
        with transaction.atomic():
            return _publish(_locked(made, revision=revision), by=by, now=now, note=note)
    except IntegrityError as error:
        raise OutOfDate from error


def _publish(held: CardDraft, *, by: User, now: datetime, note: str) -> Definition:
    newest = reading.newest()
    if held.base_version != newest.number:
        raise OutOfDate(newest.number)
    if held.text == newest.text:
        raise NothingNew
    problems = definitions.check_text(KIND, held.text, sheet.catalogue(), file=f"{KIND}.yaml")
    if problems:
        raise Faulty(*problems)
    if newest.is_of_the_pack:
        definitions.keep_file(KIND, reading.name(), newest.text, now=now)
    row = definitions.publish(KIND, held.name, held.text, now=now, by=by)
    detail = {"base": held.base_version, "note": note.strip()}
    about = f"{held.name}@{row.version}"
    audit.record(PUBLISHED, about=about, by=by, now=now, detail=detail)
    announcements.announce("config.published", now=now, payload={"pack": held.name, "kind": KIND})
    held.delete()
    return row


def _locked(made: CardDraft, *, revision: int) -> CardDraft:
    held = CardDraft.objects.select_for_update().filter(pk=made.pk).first()
    if held is None or held.revision != revision:
        raise MovedOn
    return held


def _record(verb: str, made: CardDraft, *, by: User, now: datetime) -> None:
    detail = {"base": made.base_version, "revision": made.revision}
    audit.record(verb, about=f"{KIND}:{made.name}", by=by, now=now, detail=detail)
