"""The doors: import runs, what they refused, mappings people saved, webhooks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.api.rest.models import Replay, Snapshot
from posvenda.base.models import Batch, DeadLetter, User
from posvenda.customers.models import Customer, public_id

__all__ = ["ImportFile", "ImportRun", "Refusal", "Replay", "SavedMapping", "Snapshot"]


class ImportRun(models.Model):
    """One import of one or more files, from upload to the last row."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting for you")
        CHECKING = "checking", _("Rehearsing")
        CHECKED = "checked", _("Rehearsed")
        QUEUED = "queued", _("In the queue")
        RUNNING = "running", _("Importing")
        DONE = "done", pgettext_lazy("import", "Done")
        STOPPED = "stopped", pgettext_lazy("import", "Stopped")
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
    source = models.ForeignKey(
        "Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="runs"
    )


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
    status = models.CharField(
        max_length=8, choices=DeadLetter.Status, default=DeadLetter.Status.OPEN
    )
    settled_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["status", "is_warning", "code"])]


class SavedMapping(models.Model):
    """A mapping a person confirmed; the next file with the same header uses it."""

    header = models.CharField(max_length=64, unique=True)
    record = models.CharField(max_length=24)
    mapping = models.JSONField()
    at = models.DateTimeField()


class TrackingDay(models.Model):
    """What one write key sent on one day, counted by one web process in a row of its own."""

    key = models.ForeignKey("base.AccessKey", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    shard = models.PositiveSmallIntegerField()
    requests = models.BigIntegerField()
    events = models.BigIntegerField()
    repeated = models.BigIntegerField()
    refused = models.BigIntegerField()
    code = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "day", "shard"], name="tracking_day_shard")
        ]


class SavedPreset(models.Model):
    """A preset a person saved: its text as in a preset's file, recognised by its columns."""

    name = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    text = models.TextField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()

    class Meta:
        ordering = ("title", "id")


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


class WebhookEndpoint(models.Model):
    """An address of ours that one account of one provider sends to."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    provider = models.CharField(max_length=24)
    label = models.CharField(_("name"), max_length=80)
    sealed_secret = models.TextField()
    sealed_former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True)
    sealed_options = models.TextField(blank=True)
    quiet_hours = models.PositiveIntegerField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    received_at = models.DateTimeField(null=True)
    forged = models.PositiveIntegerField(default=0)
    forged_at = models.DateTimeField(null=True)
    forged_code = models.CharField(max_length=24, blank=True)
    is_silent = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label


class WebhookDelivery(models.Model):
    """One request that a provider sent and signed, as it came, and what became of it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("In the queue")
        DONE = "done", pgettext_lazy("delivery", "Taken in")
        QUIET = "quiet", _("Nothing to keep")
        OUTDATED = "outdated", pgettext_lazy("delivery", "Older than what we know")
        REFUSED = "refused", pgettext_lazy("delivery", "Refused")

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    again = models.PositiveIntegerField(default=0)
    effect = models.JSONField(default=dict)
    letter = models.ForeignKey("base.DeadLetter", null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "key"], name="webhook_delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["id"], name="webhook_waiting", condition=models.Q(status="waiting")
            ),
            models.Index(fields=["endpoint", "-id"]),
        ]


class WebhookObject(models.Model):
    """How new what we know of a provider's object is: an older delivery changes nothing."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE)
    about = models.CharField(max_length=200)
    moment = models.DateTimeField()
    rank = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "about"], name="webhook_object_once")
        ]


class Source(models.Model):
    """A place that is read again and again: a folder, an HTTPS address, a folder of an SFTP server.

    ``mappings`` holds, by header, what a person confirmed in the first run; until then the source
    only waits. What opens the place is in ``sealed``; ``host_key`` is the server's pinned key.
    """

    class Kind(models.TextChoices):
        FOLDER = "folder", _("Folder on this server")
        HTTPS = "https", _("Web address")
        SFTP = "sftp", _("SFTP server")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=8, choices=Kind)
    address = models.CharField(max_length=1000)
    pattern = models.CharField(max_length=120, blank=True)
    username = models.CharField(max_length=120, blank=True)
    sealed = models.TextField(blank=True)
    host_key = models.TextField(blank=True)
    every_minutes = models.PositiveIntegerField(null=True)
    at_hour = models.PositiveSmallIntegerField(null=True)
    mappings = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    next_at = models.DateTimeField(null=True, db_index=True)
    reading_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class SourceFile(models.Model):
    """One file of a source as it was last seen, and the run that read it."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    mark = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    seen_at = models.DateTimeField()
    run = models.ForeignKey(ImportRun, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="source_file_once")]


class Mending(models.Model):
    """All refused things of one reason, tried again or set aside in the background."""

    class Verb(models.TextChoices):
        RETRY = "retry", _("Try again")
        DROP = "drop", pgettext_lazy("verb", "Set aside")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    verb = models.CharField(max_length=8, choices=Verb)
    door = models.CharField(max_length=24)
    source = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    settled = models.PositiveIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
