"""Users, audit, announcements, batches, definitions kept as text, schedules, keys, dead letters."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a user may do; each role includes what the next one may."""

    ADMIN = "admin", _("Administrator")
    MANAGER = "manager", _("Manager")
    CSM = "csm", _("CSM")
    VIEWER = "viewer", _("Viewer")


class UserQuerySet(models.QuerySet["User"]):
    """Reads of users."""

    def owners(self) -> "UserQuerySet":
        """This will give the active users who may answer for customers."""
        return self.filter(is_active=True).exclude(role=Role.VIEWER).order_by("name")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """This will make a user with a hashed password."""
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        """This will find a user whatever the case of the e-mail."""
        user: User = self.get(email__iexact=email)
        return user


class User(AbstractBaseUser):
    """Somebody who works here."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(
        pgettext_lazy("user", "role"), max_length=16, choices=Role, default=Role.CSM
    )
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=8, blank=True)
    uses_single_keys = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """This will give the name as people write it."""
        return self.name

    @property
    def first_name(self) -> str:
        """The name to greet with."""
        return self.name.split(" ", 1)[0]

    @property
    def sees_everyone(self) -> bool:
        """Whether every customer is visible, not only the own book."""
        return self.role in (Role.ADMIN, Role.MANAGER, Role.VIEWER)

    @property
    def may_write(self) -> bool:
        """Whether anything may be changed."""
        return self.role != Role.VIEWER

    @property
    def may_manage(self) -> bool:
        """Whether imports, owners of other books and settings may be changed."""
        return self.role in (Role.ADMIN, Role.MANAGER)


class Batch(models.Model):
    """Where a group of facts came from: one import, one demo load, one person's edits."""

    label = models.CharField(max_length=300)
    kind = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    is_history = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label


class Audit(models.Model):
    """Who did what, when. Rows are only added."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    verb = models.CharField(max_length=64)
    about = models.CharField(max_length=120)
    detail = models.JSONField(default=dict)


class Announcement(models.Model):
    """The outbox: news written in the transaction that made it, handed on by the job loop."""

    kind = models.CharField(max_length=64)
    customer_ref = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="announcement_waiting", condition=models.Q(handled_at=None)
            )
        ]


class Setting(models.Model):
    """One choice of this installation that is kept as data."""

    name = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()


class Definition(models.Model):
    """Configuration as text: a scorecard, a stage ladder, the plays; every version is kept."""

    kind = models.CharField(max_length=24)
    name = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    text = models.TextField()
    published_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "version"], name="definition_version")
        ]


class Schedule(models.Model):
    """When a repeated job is next due; the claim is one conditional update."""

    name = models.CharField(max_length=64, primary_key=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)


class Heartbeat(models.Model):
    """When a worker was last alive; tasks of a silent one are taken back."""

    worker = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()


class AccessKey(models.Model):
    """A key a program shows at one of our doors; of its secret only a hash is kept."""

    class Kind(models.TextChoices):
        WRITE = "write", _("Tracking")
        API = "api", _("REST API")

    kind = models.CharField(max_length=8, choices=Kind)
    label = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    former_digest = models.CharField(max_length=64, blank=True)
    former_until = models.DateTimeField(null=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.label


class DeadLetter(models.Model):
    """Something a door refused: kept with its reason, to be mended and taken in after all."""

    class Status(models.TextChoices):
        OPEN = "open", _("Refused")
        RETRIED = "retried", _("Taken in after all")
        DROPPED = "dropped", _("Set aside")

    door = models.CharField(max_length=24)
    source = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(db_index=True)
    body = models.TextField()
    item = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=120, blank=True)
    value = models.TextField(blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    settled_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)

    class Meta:
        indexes = [models.Index(fields=["status", "door", "-id"])]
