"""Judging and steering: what was shown as health on each day, frozen; back-tests."""

from django.db import models

from posvenda.customers.models import Customer
from posvenda.success.backtest.models import BacktestRun, Prediction

__all__ = ["BacktestRun", "HealthShown", "Prediction"]


class HealthShown(models.Model):
    """The health a person could see on a day; a back-test reads what people saw."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    score = models.FloatField(null=True)
    band = models.CharField(max_length=8)
    stage = models.CharField(max_length=24, blank=True)
    card = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "on"], name="health_shown_once_a_day")
        ]
