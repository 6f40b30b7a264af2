"""The doors: import runs, what they refused, and mappings people saved."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from posvenda.base.models import Batch, User
from posvenda.customers.models import Customer, public_id


class ImportRun(models.Model):
    """One import of one or more files, from upload to the last row."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting for you")
        CHECKING = "checking", _("Rehearsing")
        CHECKED = "checked", _("Rehearsed")
        QUEUED = "queued", _("In the queue")
        RUNNING = "running", _("Importing")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")
        UNDOING = "undoing", _("Undoing")
        UNDONE = "undone", _("Undone")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    batch = models.OneToOneField(Batch, null=True, on_delete=models.PROTECT)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    status = models.CharField(max_length=12, choices=Status, default=Status.UPLOADED)
    is_history = models.BooleanField(default=False)
    preset = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    options = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    problem = models.TextField(blank=True)


class ImportFile(models.Model):
    """One file of a run: how it is read, how far it got, and what came of it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=1000)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    record = models.CharField(max_length=24, blank=True)
    dialect = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    rows_total = models.BigIntegerField(null=True)
    rows_read = models.BigIntegerField(default=0)
    rows_new = models.BigIntegerField(default=0)
    rows_changed = models.BigIntegerField(default=0)
    rows_same = models.BigIntegerField(default=0)
    rows_refused = models.BigIntegerField(default=0)
    rows_warned = models.BigIntegerField(default=0)
    tally = models.JSONField(default=dict)
    is_finished = models.BooleanField(default=False)


class Refusal(models.Model):
    """A row that stayed out, or came in with a warning: line, field, value and reason."""

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="refusals")
    line = models.BigIntegerField()
    field = models.CharField(max_length=120, blank=True)
    value = models.TextField(blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    is_warning = models.BooleanField(default=False)
    row = models.JSONField(default=list)


class SavedMapping(models.Model):
    """A mapping a person confirmed; the next file with the same header uses it."""

    header = models.CharField(max_length=64, unique=True)
    record = models.CharField(max_length=24)
    mapping = models.JSONField()
    at = models.DateTimeField()


class Echo(models.Model):
    """What a batch told that was known already, as hashes: who else vouches for a fact.

    ``whole`` is an earlier batch whose file this one repeated byte for byte, ``record`` its kind.
    """

    class Kind(models.TextChoices):
        TOLD = "told", "told"
        USAGE = "usage", "usage"
        WHOLE = "whole", "whole"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    hashes = models.BinaryField(default=bytes)
    whole = models.ForeignKey(Batch, null=True, on_delete=models.CASCADE, related_name="+")
    record = models.CharField(max_length=24, blank=True)


class Change(models.Model):
    """A value without versions that a batch changed in place: what it was and what it became.

    ``is_applied`` is false for a value that was told and not taken, for a better one stood there.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    table = models.CharField(max_length=16)
    key = models.CharField(max_length=260)
    field = models.CharField(max_length=64, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    is_applied = models.BooleanField(default=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["table", "key", "field"])]
