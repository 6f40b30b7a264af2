"""What is kept about identities: joins and parts with their ledger, proposals, relations."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """One merge or split done by a person; undo adds ``undone_at``, nothing is deleted.

    In a merge ``source`` became part of ``target``; in a split ``target`` was taken out of
    ``source``. ``fields`` holds, by field of the customer that stays, the value before and after.
    ``is_emptied`` marks an undone split whose new record was closed again.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("Joined")
        SPLIT = "split", _("Parted")

    kind = models.CharField(max_length=8, choices=Kind)
    source = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    evidence = models.JSONField(default=dict)
    fields = models.JSONField(default=dict)
    is_new = models.BooleanField(default=False)
    is_emptied = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )


class Moved(models.Model):
    """The ledger: one row of one table went from one customer to another. Rows are only added."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="moves")
    table = models.CharField(max_length=64)
    row = models.BigIntegerField()
    before = models.BigIntegerField()
    after = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["table", "row"], name="moved_row"),
            models.Index(fields=["table", "at"], name="moved_since"),
        ]


class Proposal(models.Model):
    """Two records that may be one customer, with what speaks for it; a person decides.

    ``one`` has the smaller id. A pair that was set aside stays so.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Waiting for a decision")
        MERGED = "merged", _("Joined")
        APART = "apart", _("Not the same")
        BRANCH = "branch", _("Head office and branch")

    one = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    is_branch = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    found_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="one_proposal_a_pair")]
        indexes = [models.Index(fields=["status", "-score", "id"], name="proposal_order")]


class Relation(models.Model):
    """How two customers hang together, over the half-open days [starts_on, ends_on).

    Read as a sentence: ``customer`` *pays for* ``other``, *answers for* ``other``, *is a branch
    of* ``other``, *lives with* ``other``. ``subject`` narrows a payer to one pet or patient.
    """

    class Kind(models.TextChoices):
        HOUSEHOLD = "home", _("lives with")
        PAYER = "payer", _("pays for")
        GUARDIAN = "guardian", _("answers for")
        BRANCH = "branch", _("is a branch of")

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="relations"
    )
    other = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="relations_to"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    subject = models.ForeignKey("customers.Subject", null=True, on_delete=models.SET_NULL)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    ended_recorded_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=24, blank=True)
    batch = models.ForeignKey("base.Batch", null=True, on_delete=models.SET_NULL)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "other", "kind"],
                condition=models.Q(ends_on=None, subject=None),
                name="relation_once_at_a_time",
            )
        ]
