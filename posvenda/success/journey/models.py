"""What the ladder said on past days, and when somebody fell behind or got stuck."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from posvenda.core.pace import BEHIND, ON_TRACK, STUCK
from posvenda.customers.models import Customer


class StageChange(models.Model):
    """The day a customer came into a stage, as the replay of the ladder gives it.

    Rows are only added. A later replay that finds another past (late facts, another ladder) sets
    ``superseded_at`` and writes the new row, so what was believed on a day can still be told.
    ``stage`` "" means in no stage. ``is_start``: already there when the history begins.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    stage = models.CharField(max_length=24, blank=True)
    before = models.CharField(max_length=24, blank=True)
    is_start = models.BooleanField(default=False)
    ladder = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "on"],
                condition=models.Q(superseded_at=None),
                name="stage_change_one_current",
            )
        ]


class HistoryRun(models.Model):
    """One stretch of days the ladder was replayed over, newest first; ``done_to`` is the cursor."""

    class Kind(models.TextChoices):
        DAY = "day", _("New day")
        REPLAY = "replay", _("Whole history")
        LATE = "late", _("Late facts")

    kind = models.CharField(max_length=8, choices=Kind)
    ladder = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    done_to = models.DateField()
    customers = models.JSONField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    changes = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)


class Crossing(models.Model):
    """The day somebody's pace changed: on track, behind, stuck, in a stage or in a plan.

    ``is_first``: how somebody was found when crossings began to be kept; no news.
    """

    class State(models.TextChoices):
        ON_TRACK = ON_TRACK, _("on track")
        BEHIND = BEHIND, _("behind")
        STUCK = STUCK, _("stuck")

    class Of(models.TextChoices):
        STAGE = "stage", _("Stage")
        PLAN = "plan", _("Onboarding plan")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    of = models.CharField(max_length=8, choices=Of)
    on = models.DateField()
    at = models.DateTimeField()
    stage = models.CharField(max_length=24, blank=True)
    state = models.CharField(max_length=8, choices=State)
    reason = models.JSONField(default=dict)
    is_first = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "of", "-id"], name="crossing_last"),
            models.Index(fields=["-on"], name="crossing_day"),
        ]
