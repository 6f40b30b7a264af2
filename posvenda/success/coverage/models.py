"""Champions who are gone, as dated events."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from posvenda.customers.models import Contact, Customer


class ChampionGone(models.Model):
    """A champion who left the company or stopped using the product: since when, noted when."""

    class How(models.TextChoices):
        LEFT = "left", _("Left the company")
        QUIET = "quiet", _("Stopped using the product")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    how = models.CharField(max_length=8, choices=How)
    on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "how", "on"], name="champion_is_gone_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["customer", "on"], name="champion_gone_of_customer")]
