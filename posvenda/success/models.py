"""Judging and steering: health as it was shown, what people say of it, back-tests."""

from django.db import models

from posvenda.customers.models import Customer
from posvenda.success.backtest.models import BacktestRun, Prediction
from posvenda.success.cards import models as cards  # noqa: F401  (tables of this room)
from posvenda.success.coverage import models as coverage  # noqa: F401  (tables of this room)
from posvenda.success.editor import models as editor  # noqa: F401  (tables of this room)
from posvenda.success.journey.models import Crossing, HistoryRun, StageChange
from posvenda.success.plans.models import Mark, Milestone, Plan, PlanLink

__all__ = [
    "BacktestRun",
    "Crossing",
    "HealthShown",
    "HistoryRun",
    "Mark",
    "Milestone",
    "Plan",
    "PlanLink",
    "Prediction",
    "StageChange",
]


class HealthShown(models.Model):
    """The health a person could see on a day; a back-test reads what people saw.

    ``card`` is name@version of the card that judged; ``parts`` are the contributions as shown, in
    the order of that card's facts, with re-weighting and override last (JSON).
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    score = models.FloatField(null=True)
    band = models.CharField(max_length=8)
    stage = models.CharField(max_length=24, blank=True)
    card = models.CharField(max_length=80)
    coverage = models.FloatField(null=True)
    parts = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "on"], name="health_shown_once_a_day")
        ]
