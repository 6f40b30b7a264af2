"""Satisfaction: what customers answered to surveys and wrote in reviews."""

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.commerce.models import Answer
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider

FACTS = (
    Fact(
        "nps.last_score",
        Is.NUMBER,
        _("Last NPS answer"),
        _("The last answer from 0 to 10: would you recommend us?"),
        "satisfaction",
        phrases={
            "<=": _("last NPS answer of {value} or less"),
            ">=": _("last NPS answer of {value} or more"),
            "is unknown": _("never answered the NPS survey"),
        },
        higher_is="better",
    ),
    Fact(
        "nps.days_since",
        Is.DAYS,
        _("Days since the last NPS answer"),
        _("Days since the last NPS answer."),
        "satisfaction",
        phrases={
            "<=": _("answered the NPS survey within the last {value}"),
            ">": _("has not answered the NPS survey for more than {value}"),
        },
    ),
    Fact(
        "csat.last_score",
        Is.NUMBER,
        _("Last CSAT answer"),
        _("The last answer from 1 to 5: how satisfied are you?"),
        "satisfaction",
        phrases={
            "<=": _("last CSAT answer of {value} or less"),
            ">=": _("last CSAT answer of {value} or more"),
        },
        higher_is="better",
    ),
    Fact(
        "csat.days_since",
        Is.DAYS,
        _("Days since the last CSAT answer"),
        _("Days since the last CSAT answer."),
        "satisfaction",
        phrases={"<=": _("answered the CSAT survey within the last {value}")},
    ),
    Fact(
        "csat.mean_365d",
        Is.NUMBER,
        _("Mean CSAT in 365 days"),
        _("Mean of the CSAT answers of the last 365 days."),
        "satisfaction",
        phrases={
            "<": _("mean CSAT below {value} in 365 days"),
            ">=": _("mean CSAT of {value} or more in 365 days"),
        },
        higher_is="better",
    ),
    Fact(
        "satisfaction.answers",
        Is.INTEGER,
        _("Survey answers"),
        _("Answers of every scale so far."),
        "satisfaction",
    ),
    Fact(
        "satisfaction.last_comment",
        Is.TEXT,
        _("Last comment"),
        _("The last answer that came with words."),
        "satisfaction",
        phrases={"contains": _("the last comment mentions {value}")},
    ),
)


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will tell the last answers and their mean; unknown without an answer."""
    if not evidence.has(Answer):
        return sheet.select("customer_id").clear()
    answers = evidence.facts(Answer, "key", "scale", "score", "comment").sort("happened_at", "key")
    age = evidence.days_since("happened_at")
    nps, csat = pl.col("scale") == Answer.Scale.NPS, pl.col("scale") == Answer.Scale.CSAT
    words = pl.col("comment").str.strip_chars()
    found = answers.group_by("customer_id", maintain_order=True).agg(
        pl.col("score").filter(nps).last().alias("nps.last_score"),
        age.filter(nps).last().alias("nps.days_since"),
        pl.col("score").filter(csat).last().alias("csat.last_score"),
        age.filter(csat).last().alias("csat.days_since"),
        pl.col("score").filter(csat & (age < 365)).mean().alias("csat.mean_365d"),
        pl.len().cast(pl.Int64).alias("satisfaction.answers"),
        words.filter(words != "").last().alias("satisfaction.last_comment"),
    )
    everyone = sheet.select("customer_id").join(found, on="customer_id", how="left")
    return everyone.with_columns(pl.col("satisfaction.answers").fill_null(0))


PROVIDER = Provider("satisfaction", FACTS, compute)
