"""What the REST API keeps: answers to repeat, and sheets of other days that somebody asked for."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.customers.models import public_id


class Replay(models.Model):
    """One ``Idempotency-Key``: the request it came with, and the answer every repetition gets.

    ``status`` is empty while the request is at work; after ``lease_until`` another may take over
    and go on from ``progress``.
    """

    access = models.ForeignKey("base.AccessKey", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    token = models.CharField(max_length=32)
    lease_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    progress = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["access", "key"], name="replay_once_per_key")
        ]


class Snapshot(models.Model):
    """Facts of another day, or as they were known at a moment, worked out by the worker."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("In the queue")
        RUNNING = "running", _("At work")
        DONE = "done", pgettext_lazy("answer", "Done")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    access = models.ForeignKey("base.AccessKey", on_delete=models.CASCADE, related_name="+")
    as_of = models.DateField()
    known_at = models.DateTimeField(null=True)
    where = models.TextField(blank=True)
    fields = models.JSONField(default=list)
    customers = models.JSONField(default=list)
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    rows = models.PositiveIntegerField(null=True)
    file = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True)
