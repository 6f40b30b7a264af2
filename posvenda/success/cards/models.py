"""What people say about health: overrides, ratings, signals, calls; and a leaver's last score.

All but ``Indicator`` are only ever added to: the newest row that had happened by a day counts, so a
later row never changes an earlier day.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from posvenda.customers.models import Customer, public_id


class Said(models.Model):
    """A row a person added about a customer, when, and when we learnt of it."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["customer", "happened_at"])]


class Override(Said):
    """A person caps or sets the score from a day until another; "end" stops what is in force."""

    class Kind(models.TextChoices):
        """What an override does with the score."""

        CAP = "cap", _("At most")
        SET = "set", _("Exactly")
        END = "end", _("As the scorecard says")

    kind = models.CharField(max_length=4, choices=Kind)
    value = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    until_on = models.DateField(null=True)


class Rating(Said):
    """A person's judgement of one aspect, from 1 (poor) to 5 (very good); null takes it back."""

    name = models.CharField(max_length=40)
    value = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)


class Call(Said):
    """What a person expects at the next decision, beside what the score showed at that moment."""

    class Says(models.TextChoices):
        """The three answers."""

        STAYS = "stays", _("Will renew")
        LEAVES = "leaves", _("Will leave")
        UNSURE = "unsure", _("Unsure")

    says = models.CharField(max_length=8, choices=Says)
    note = models.CharField(max_length=300, blank=True)
    decides_on = models.DateField(null=True)
    band = models.CharField(max_length=8, blank=True)
    score = models.FloatField(null=True)
    card = models.CharField(max_length=80, blank=True)


class Indicator(models.Model):
    """A risk or an opportunity of the moment, raised by a rule or by hand, kept off the score."""

    class Nature(models.TextChoices):
        """Whether it threatens or promises."""

        RISK = "risk", _("Risk")
        OPPORTUNITY = "opportunity", _("Opportunity")

    class Outcome(models.TextChoices):
        """How it came to its end."""

        HANDLED = "handled", _("handled")
        DISMISSED = "dismissed", _("not a signal")
        CLEARED = "cleared", _("no longer holds")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    nature = models.CharField(max_length=12, choices=Nature)
    rule = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=160, blank=True)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    silent_until = models.DateField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "rule"],
                condition=models.Q(resolved_at=None) & ~models.Q(rule=""),
                name="indicator_open_once",
            )
        ]
        indexes = [models.Index(fields=["resolved_at", "raised_at"])]


class Farewell(models.Model):
    """The score of a customer's last day under contract; from then on it is what is shown.

    ``parts`` are the contributions in the order of the card's facts, with re-weighting and override
    last. ``is_recomputed`` says that nobody had looked that day, so it was worked out afterwards.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    score = models.FloatField(null=True)
    band = models.CharField(max_length=8)
    card = models.CharField(max_length=80)
    coverage = models.FloatField(null=True)
    parts = models.TextField(blank=True)
    is_recomputed = models.BooleanField(default=False)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "on"], name="farewell_once_a_leaving")
        ]
