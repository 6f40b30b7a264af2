"""Tables of the event store: what keeps events exactly once, and the daily roll-ups of use.

Days are whole days since 1970-01-01 in the company's calendar, moments whole microseconds since
1970 in UTC, uses whole thousandths. Rows are many and small: on SQLite the roll-ups have no row id.
"""

from datetime import date, timedelta

from django.db import models

EPOCH = date(1970, 1, 1)


class SeenKey(models.Model):
    """The 64-bit hash of a key that came in lately; a key that is here is not taken again.

    ``BigAutoField`` only because SQLite then keeps the hash as the row id itself.
    """

    key = models.BigAutoField(primary_key=True)
    day = models.IntegerField()


class Staging(models.Model):
    """One row: the number of the last staged part.

    A writer holds its lock until it commits, so numbers become visible in their order.
    """

    last = models.BigIntegerField(default=0)


class StagedEvents(models.Model):
    """Fresh events on their way to the lake: one Parquet file in a row, deleted when it is in."""

    id = models.BigIntegerField(primary_key=True)
    staged_at = models.DateTimeField()
    events = models.PositiveIntegerField()
    body = models.BinaryField()


class FeatureLabel(models.Model):
    """What a feature is called in usage events; roll-ups hold its number."""

    label = models.TextField(unique=True)


class UsageDay(models.Model):
    """What one person (0: nobody named) of one customer used on one day."""

    pk = models.CompositePrimaryKey("customer_ref", "day", "person")
    customer_ref = models.BigIntegerField()
    day = models.IntegerField()
    person = models.BigIntegerField()
    uses_milli = models.BigIntegerField()
    seconds = models.BigIntegerField()
    first_us = models.BigIntegerField()
    last_us = models.BigIntegerField()


class FeatureDay(models.Model):
    """How much one customer used one feature on one day."""

    pk = models.CompositePrimaryKey("customer_ref", "day", "feature")
    customer_ref = models.BigIntegerField()
    day = models.IntegerField()
    feature = models.IntegerField()
    uses_milli = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["feature", "day"], name="feature_offered")]


class UsagePack(models.Model):
    """The roll-up rows of one customer up to a day, in one row that is cheap to read.

    A copy: it is dropped when a row of such a day changes, and made again by the worker. ``days``
    and ``features`` are whole numbers of 8 bytes, as ``usage.packs`` writes them.
    """

    customer_ref = models.BigIntegerField(primary_key=True)
    upto_day = models.IntegerField(db_index=True)
    named = models.SmallIntegerField()
    first_us = models.BigIntegerField()
    last_us = models.BigIntegerField()
    days = models.BinaryField()
    features = models.BinaryField()


class LateUse(models.Model):
    """Events that corrected a past day: which day, when we learnt of it, how many."""

    pk = models.CompositePrimaryKey("day", "learnt_day")
    day = models.IntegerField()
    learnt_day = models.IntegerField()
    events = models.BigIntegerField()
    last_at = models.DateTimeField()

    @property
    def on(self) -> date:
        """The day that was corrected."""
        return EPOCH + timedelta(days=self.day)

    @property
    def learnt_on(self) -> date:
        """The day we learnt of it."""
        return EPOCH + timedelta(days=self.learnt_day)


class UsageCorrection(models.Model):
    """A batch of events that was taken back: since when it does not count, and how many it told.

    ``done_to`` is the last customer whose roll-ups were counted again.
    """

    batch_ref = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    events = models.BigIntegerField()
    done_to = models.BigIntegerField(default=0)
    is_finished = models.BooleanField(default=False)
