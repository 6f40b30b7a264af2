"""Runs of the back-test and the chances they stated, to be scored when the outcome is in."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.base.models import Definition, User
from posvenda.customers.models import Customer, public_id


class BacktestRun(models.Model):
    """One back-test of one card: what was tested, on which data, and every figure of it."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("In the queue")
        RUNNING = "running", _("Running")
        DONE = "done", pgettext_lazy("backtest", "Done")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    card = models.CharField(max_length=80)
    card_text = models.TextField()
    as_of = models.DateField()
    months = models.PositiveSmallIntegerField()
    data_hash = models.CharField(max_length=64, blank=True)
    figures = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    days_done = models.PositiveSmallIntegerField(default=0)
    days_total = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    published = models.ForeignKey(
        Definition, null=True, on_delete=models.SET_NULL, related_name="+"
    )


class Prediction(models.Model):
    """The chance stated for one customer on one day, and later what happened."""

    run = models.ForeignKey(BacktestRun, on_delete=models.CASCADE, related_name="predictions")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    as_of = models.DateField()
    due_on = models.DateField()
    model = models.CharField(max_length=100)
    score = models.FloatField(null=True)
    chance = models.FloatField()
    left = models.BooleanField(null=True)
    scored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "customer"], name="prediction_once_a_run")
        ]
        indexes = [models.Index(fields=["due_on", "scored_at"])]
