"""Who: customers, contacts, subjects, identities, owners, tags, attributes, segments, sheets."""

import secrets
from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from posvenda.base.models import User
from posvenda.customers.identity import models as identity  # noqa: F401  (tables of this room)

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def public_id() -> str:
    """This will give a name for addresses that cannot be guessed (79 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


class Kind(models.TextChoices):
    """A customer is a company or a person."""

    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class StandingManager(models.Manager[Row_co]):
    """Rows that stand; those an undone import took back are left out, but kept."""

    def get_queryset(self) -> "models.QuerySet[Row_co]":
        """This will leave out what was withdrawn; ``everything`` has that too."""
        return super().get_queryset().filter(withdrawn_at=None)


class Withdrawable(models.Model):
    """A row without versions that can be taken back: it stays, and says since when.

    ``objects`` sees what stands; ``everything`` also what was known before it was withdrawn.
    """

    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: "ClassVar[StandingManager[Self]]" = StandingManager()
    everything: "ClassVar[models.Manager[Self]]" = models.Manager()

    class Meta:
        abstract = True


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Reads of customers; the one door that decides who sees whom."""

    def visible_to(self, user: User) -> "CustomerQuerySet":
        """This will leave the customers this user may see: all, or the own book."""
        return self.present() if user.sees_everyone else self.present().filter(owner=user)

    def present(self) -> "CustomerQuerySet":
        """This will leave out records that were joined to another customer."""
        return self.filter(merged_into=None)


class Customer(Withdrawable):
    """A company or a person after the contract is signed or the purchase is made."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.COMPANY)
    name = models.CharField(_("name"), max_length=200)
    tax_id = models.CharField(max_length=14, blank=True, db_index=True)
    email = models.CharField(max_length=254, blank=True, db_index=True)
    phone = models.CharField(max_length=20, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, db_index=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    batch = models.ForeignKey("base.Batch", null=True, on_delete=models.SET_NULL)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="absorbed"
    )

    objects = StandingManager.from_queryset(CustomerQuerySet)()  # type: ignore[misc]
    everything = CustomerQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["name"]), models.Index(fields=["owner", "name"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """This will give the address of the customer's page."""
        return f"/clientes/{self.public_id}/"


class Revision(models.Model):
    """What a value of a customer was until it was corrected back, for questions about that time."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=16)
    before = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(db_index=True)


class Identity(models.Model):
    """A name another system knows the customer by; it points to exactly one customer.

    ``rule`` (``core.matching.Rule``) is what tied it to the customer, ``source`` who brought it.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    scheme = models.CharField(max_length=40)
    value = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    rule = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=24, blank=True)
    batch = models.ForeignKey("base.Batch", null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="identity_is_one_customer")
        ]


class Contact(Withdrawable):
    """A person to talk to at a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    key = models.CharField(max_length=160, unique=True)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=120, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, db_index=True)
    is_champion = models.BooleanField(default=False)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    left_recorded_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey("base.Batch", null=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.name


class SubjectKind(models.TextChoices):
    """Whom or what the service is for."""

    PET = "pet", _("Pet")
    CHILD = "child", _("Child")
    PATIENT = "patient", _("Patient")
    VEHICLE = "vehicle", _("Vehicle")
    EQUIPMENT = "equipment", _("Equipment")


class Subject(Withdrawable):
    """A pet, child, vehicle or equipment of a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="subjects")
    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=12, choices=SubjectKind)
    name = models.CharField(max_length=120)
    born_on = models.DateField(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    batch = models.ForeignKey("base.Batch", null=True, on_delete=models.SET_NULL)


class Ownership(models.Model):
    """Who answered for a customer, from when to when (half-open)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="ownerships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()


class Tagging(models.Model):
    """A word put on a customer, from when to when (half-open)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="taggings")
    tag = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "tag"],
                condition=models.Q(ends_at=None),
                name="tag_once_at_a_time",
            )
        ]


class Attribute(models.Model):
    """A declared custom attribute: its name becomes the fact ``attr.<name>``."""

    name = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)
    choices = models.JSONField(default=list, blank=True)


class AttributeValue(Withdrawable):
    """What an attribute was from a moment on; later rows win, nothing is overwritten."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="values")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE)
    value = models.CharField(max_length=500)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    batch = models.ForeignKey("base.Batch", null=True, on_delete=models.SET_NULL)

    class Meta:
        indexes = [models.Index(fields=["customer", "attribute", "happened_at"])]


class Segment(models.Model):
    """A saved view: a condition over the fact sheet with an order and columns."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    name = models.CharField(_("name"), max_length=80)
    condition = models.TextField(blank=True)
    order = models.CharField(max_length=64, blank=True)
    columns = models.JSONField(default=list, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class Sheet(models.Model):
    """A pointer to a fact sheet on disk; the newest finished one is read by the pages.

    ``patch`` names a small file beside it with the rows that changed since, laid over it.
    """

    as_of = models.DateField()
    file = models.CharField(max_length=120)
    rows = models.PositiveIntegerField()
    built_at = models.DateTimeField()
    last_touch = models.BigIntegerField(default=0)
    patch = models.CharField(max_length=120, blank=True)
    patched_at = models.DateTimeField(null=True)


class Touch(models.Model):
    """A customer that changed after the sheet was built; the pages recompute these few rows."""

    customer_ref = models.BigIntegerField()
    at = models.DateTimeField()


class Stale(models.Model):
    """A customer whose facts changed by a stream: the worker lays its row over the sheet soon.

    ``marks`` counts how often, so that a change during the recomputation is not forgotten.
    """

    customer_ref = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField()
    marks = models.BigIntegerField(default=1)
