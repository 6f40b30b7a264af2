"""What we plan: tasks for people. Journeys for messages join them here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from posvenda.base.models import User
from posvenda.customers.models import Customer, public_id


class Task(models.Model):
    """Something a person has to do for a customer by a day."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(_("what to do"), max_length=200)
    body = models.TextField(_("details"), blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="tasks")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["customer", "done_at"])]
