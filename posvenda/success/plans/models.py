"""Plans of customers, their milestones, the marks on them, and the links customers open."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from posvenda.core import plans as theory
from posvenda.customers.models import Customer, public_id


class Plan(models.Model):
    """One customer's onboarding, begun on the day it came into the stage of the template."""

    class Closed(models.TextChoices):
        DONE = "done", _("done")
        LEFT = "left", _("left the base")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="plans")
    template = models.CharField(max_length=80)
    label = models.JSONField(default=dict)
    started_on = models.DateField()
    days = models.PositiveSmallIntegerField(default=90)
    behind_after = models.PositiveSmallIntegerField(default=0)
    stuck_after = models.PositiveSmallIntegerField(default=14)
    created_at = models.DateTimeField()
    closed_on = models.DateField(null=True)
    closed_as = models.CharField(max_length=8, choices=Closed, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "started_on"], name="plan_once_a_start")
        ]


class Milestone(models.Model):
    """One thing to get done, as the template said when the plan began."""

    class By(models.TextChoices):
        FACT = theory.FACT, _("by the facts")
        PERSON = theory.PERSON, _("by us")
        CUSTOMER = theory.CUSTOMER, _("by the customer")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="milestones")
    place = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    help = models.JSONField(default=dict)
    due_on = models.DateField()
    by = models.CharField(max_length=8, choices=By)
    when = models.TextField(blank=True)
    is_shown = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="milestone_once_a_plan")
        ]


class Mark(models.Model):
    """A milestone was completed, or that was taken back. Rows are only added; the last counts."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="marks")
    is_done = models.BooleanField()
    on = models.DateField()
    at = models.DateTimeField()
    via = models.CharField(max_length=8, choices=Milestone.By)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )


class PlanLink(models.Model):
    """An address a customer can open without signing in, until it ends or is taken back."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="links")
    language = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    visits = models.PositiveIntegerField(default=0)
