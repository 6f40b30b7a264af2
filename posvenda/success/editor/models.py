"""The draft of a scorecard: a text a person works on, and the version it started from."""

from django.db import models

from posvenda.base.models import User


class CardDraft(models.Model):
    """One draft per scorecard; what is published is a ``Definition`` and never changes.

    ``revision`` grows with every save, so that two people who edit at once see each other.
    """

    name = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    base_version = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    at = models.DateTimeField()
