"""What is said to and by a customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from posvenda.base.models import User
from posvenda.customers.models import Contact, Customer, Withdrawable, public_id


class Interaction(Withdrawable):
    """A note, call, meeting or message, written down by a person or brought by an import."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        EMAIL = "email", _("E-mail")
        WHATSAPP = "whatsapp", _("WhatsApp")

    class Direction(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        OUT = "out", _("From us")
        IN = "in", _("From the customer")
        BOTH = "both", _("Conversation")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    key = models.CharField(max_length=200, null=True, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="interactions")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL)
    kind = models.CharField(max_length=12, choices=Kind)
    direction = models.CharField(max_length=12, choices=Direction)
    body = models.TextField(_("text"), blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    batch = models.ForeignKey("base.Batch", null=True, on_delete=models.SET_NULL)

    class Meta:
        indexes = [models.Index(fields=["customer", "happened_at"])]
