"""What people decided about the queue of next best actions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.base.models import User
from posvenda.customers.models import Customer, public_id


class Decision(models.Model):
    """A person did, or postponed, an action of the queue; undo adds ``undone_at``."""

    class Verdict(models.TextChoices):
        DONE = "done", pgettext_lazy("action", "Done")
        SNOOZED = "snoozed", _("Postponed")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="decisions")
    play = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, choices=Verdict)
    until_on = models.DateField(null=True)
    expected_cents = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "play", "at"])]
