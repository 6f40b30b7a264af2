"""The rows of tracking: people and groups seen, events that wait, what arrived, replays."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.customers.models import Customer


class Actor(models.Model):
    """A person who used the product, under one key however many ids the browser gave them.

    ``person`` is what the event store counts by; e-mail, name and traits live only here.
    ``rule`` names the rule that found the customer.
    """

    person = models.CharField(max_length=220, unique=True)
    user_ref = models.CharField(max_length=200, blank=True, db_index=True)
    anonymous_ref = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    traits = models.JSONField(default=dict)
    traits_at = models.DateTimeField(null=True)
    group_ref = models.CharField(max_length=200, blank=True, db_index=True)
    group_at = models.DateTimeField(null=True)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="actors"
    )
    rule = models.CharField(max_length=60, blank=True)
    is_staff = models.BooleanField(default=False, db_index=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        app_label = "commerce"

    def __str__(self) -> str:
        return self.name or self.email or self.user_ref or self.anonymous_ref


class ActorRef(models.Model):
    """One id of a person: ``u:`` and a user id, or ``a:`` and an anonymous id."""

    ref = models.CharField(max_length=210, unique=True)
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="refs")

    class Meta:
        app_label = "commerce"


class Group(models.Model):
    """A group (company, account, workspace) as the product names it, with the traits it told."""

    ref = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200, blank=True)
    traits = models.JSONField(default=dict)
    traits_at = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        app_label = "commerce"


class Held(models.Model):
    """An event that does not count yet: nobody knows its customer, or its person is staff.

    ``clues`` is what the item itself says under the rules of ``version``; with its actor it is
    all the resolution needs, so that thousands of equal rows are resolved as one.
    """

    class Reason(models.TextChoices):
        CUSTOMER = "customer", _("Waiting for its customer")
        STAFF = "staff", _("Staff")

    key = models.CharField(max_length=210, unique=True)
    reason = models.CharField(max_length=8, choices=Reason)
    source = models.ForeignKey("base.AccessKey", on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="held")
    group_ref = models.CharField(max_length=200, blank=True)
    clues = models.TextField()
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)
    event = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    body = models.TextField()

    class Meta:
        app_label = "commerce"
        indexes = [
            models.Index(fields=["reason", "group_ref"]),
            models.Index(fields=["reason", "received_at"]),
        ]


class Arrival(models.Model):
    """How many items of a source came in one hour, and what became of them."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("Counted")
        WAITING = "waiting", _("Waiting for its customer")
        STAFF = "staff", _("Staff, not counted")
        SAME = "same", _("Sent twice")
        TOLD = "told", _("About people and groups")
        REFUSED = "refused", pgettext_lazy("events", "Refused")

    hour = models.DateTimeField()
    source = models.ForeignKey("base.AccessKey", on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome)
    count = models.BigIntegerField()

    class Meta:
        app_label = "commerce"
        constraints = [
            models.UniqueConstraint(fields=["hour", "source", "outcome"], name="arrival_hour")
        ]


class EventName(models.Model):
    """One event as the product names it, with a usage label it got."""

    kind = models.CharField(max_length=8)
    event = models.CharField(max_length=200, blank=True)
    label = models.CharField(max_length=200, blank=True)
    count = models.BigIntegerField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        app_label = "commerce"
        constraints = [
            models.UniqueConstraint(fields=["kind", "event", "label"], name="event_name_once")
        ]


class PersonJoin(models.Model):
    """Two keys of the event store that turned out to be one person; gone once the store knows."""

    former = models.BigIntegerField()
    present = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        app_label = "commerce"


class Replay(models.Model):
    """Stored events read again under rules, month by month; a rehearsal only counts.

    ``text`` holds the rules a rehearsal tries. ``concerned`` are the customers of the month at
    hand, kept before anything is written, so that a killed replay goes on where it was.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("In the queue")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    is_rehearsal = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    starts_on = models.DateField()
    ends_on = models.DateField()
    months_done = models.PositiveIntegerField(default=0)
    months_total = models.PositiveIntegerField(null=True)
    reached = models.CharField(max_length=7, blank=True)
    concerned = models.JSONField(default=list)
    rows_read = models.BigIntegerField(default=0)
    rows_changed = models.BigIntegerField(default=0)
    customers = models.JSONField(default=list)
    attached = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by = models.ForeignKey("base.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        app_label = "commerce"
