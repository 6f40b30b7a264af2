"""The ledger of consents, requests of people, the ledger of erasures, incidents.

Consents and erasures are only added; the database refuses to change them. A person may leave, so
what must outlive them (requests, erasures, tombstones) does not point to the customer's row.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.base.models import User
from posvenda.core.consent import ANY
from posvenda.customers.models import Contact, Customer, public_id


class Channel(models.TextChoices):
    """How somebody may be reached; ``any`` stands for all of them."""

    EMAIL = "email", _("E-mail")
    WHATSAPP = "whatsapp", "WhatsApp"
    SMS = "sms", "SMS"
    PHONE = "phone", _("Telephone call")
    ANY = ANY, _("Every channel")


class Source(models.TextChoices):
    """Where a consent was given or taken back."""

    HAND = "hand", _("Written down by hand")
    FORM = "form", _("Form of the person")
    IMPORT = "import", pgettext_lazy("source", "Import")
    RD_STATION = "rd_station", "RD Station"
    API = "api", _("REST API")
    REQUEST = "request", _("Request of the person")


class Consent(models.Model):
    """One line of the ledger: somebody agreed to, or refused, a purpose on a channel.

    ``text`` names the text they saw, as "marketing@2"; ``evidence`` says how we know.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    key = models.CharField(max_length=200, null=True, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE)
    purpose = models.SlugField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel)
    is_granted = models.BooleanField()
    text = models.CharField(max_length=48, blank=True)
    source = models.CharField(max_length=12, choices=Source)
    evidence = models.TextField(blank=True)
    ip_hash = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    batch = models.ForeignKey("base.Batch", null=True, on_delete=models.SET_NULL)

    class Meta:
        indexes = [models.Index(fields=["customer", "happened_at"])]


class Request(models.Model):
    """What a person asked for under art. 18, with its deadline."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("Confirmation and simplified access")
        FULL = "full", _("Complete declaration")
        PORTABILITY = "portability", _("Portability")
        CORRECTION = "correction", _("Correction")
        ERASURE = "erasure", _("Erasure")
        REVOKE = "revoke", _("Consent taken back")

    class Status(models.TextChoices):
        OPEN = "open", _("Identity to be verified")
        VERIFIED = "verified", _("Verified")
        RUNNING = "running", _("Under way")
        DONE = "done", pgettext_lazy("request", "Answered")
        REFUSED = "refused", pgettext_lazy("request", "Refused")

    class Asker(models.TextChoices):
        SELF = "self", _("The person")
        REPRESENTATIVE = "representative", _("A legal representative")

    class Proof(models.TextChoices):
        DOCUMENT = "document", _("Document with photo was shown")
        REPLY = "reply", _("Reply from the address or number on record")
        SIGNED_IN = "signed_in", _("Signed in to our own service")
        KNOWN = "known", _("Known to us in person")

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=16, choices=Asker, default=Asker.SELF)
    note = models.TextField(blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    proof = models.CharField(max_length=12, choices=Proof, blank=True)
    proof_note = models.TextField(blank=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.TextField(blank=True)
    file = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["status", "due_on"])]


class Erasure(models.Model):
    """One person was erased. Written before the first row goes; what is left is counts and hashes.

    ``step`` is how far the work got, so that a killed worker goes on. ``found`` says how many rows
    of each holding went or were kept without the person.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    request = models.ForeignKey(
        Request, null=True, on_delete=models.SET_NULL, related_name="erasures"
    )
    customer_ref = models.BigIntegerField()
    joined_refs = models.JSONField(default=list)
    contact_ref = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    step = models.CharField(max_length=24, blank=True)
    rows_gone_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    is_replay = models.BooleanField(default=False)
    found = models.JSONField(default=dict)

    @property
    def refs(self) -> list[int]:
        """The numbers of the record and of those that were joined to it."""
        return [self.customer_ref, *self.joined_refs]


class Tombstone(models.Model):
    """A keyed hash of one identifier of somebody who was erased."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="tombstones")
    kind = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["erasure", "kind", "digest"], name="tombstone_once")
        ]


class Incident(models.Model):
    """A security incident with personal data (art. 48) and the clock to tell about it."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    known_on = models.DateField(_("known since"))
    due_on = models.DateField()
    what = models.TextField(_("what happened"))
    data = models.TextField(_("which data, of whom"), blank=True)
    people = models.PositiveIntegerField(_("people concerned"), null=True, blank=True)
    is_relevant = models.BooleanField(_("relevant risk or harm to people"), default=True)
    measures = models.TextField(_("what was done"), blank=True)
    created_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reported_on = models.DateField(_("ANPD told on"), null=True, blank=True)
    told_on = models.DateField(_("people told on"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True)
