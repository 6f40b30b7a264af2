"""A run's figures ready to print: sentences, tables, the chart."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from posvenda.core.health import Card
from posvenda.customers import sheet
from posvenda.success.backtest import asking, wording
from posvenda.success.backtest.models import BacktestRun
from posvenda.success.facts import BANDS
from posvenda.ui import charts, formats

TONES = {"separates": "good", "weak": "warn", "no_signal": "risk"}
Figures = dict[str, Any]


def shown(run: BacktestRun, *, in_force: str) -> dict[str, Any]:
    """This will lay out one run; what could not be measured is left out, never zero."""
    figures, card = run.figures, asking.cards_of(run)[1]
    labels = _labels(card)
    has_verdict = "auc" in figures
    return {
        "tone": TONES.get(figures["verdict"]["finding"], ""),
        "verdict": wording.verdict(figures),
        "missing": wording.missing(figures),
        "figures": figures,
        "has_verdict": has_verdict,
        "bands": [{**row, "label": BANDS[row["band"]]} for row in figures["bands"]],
        "leaks": [wording.leak(each, labels.get(each["fact"], each["fact"]))
                  for each in figures["leaks"]],
        "reliability": _reliability(figures) if has_verdict else None,
        "weights": _weights(figures, card, labels),
        "learnt": wording.learnt(figures) if has_verdict else "",
        "boosting": figures["challenger"] if _has_won(figures) else None,
        "is_current": run.card_text == in_force,
        "skills": [_fold(fold) for fold in figures.get("folds", ())],
    }  # fmt: skip


def _has_won(figures: Figures) -> bool:
    return bool(figures.get("challenger", {}).get("is_winner"))


def _labels(card: Card) -> dict[str, str]:
    catalogue = sheet.catalogue()
    found = {}
    for measure in card.measures:
        fact = catalogue.get(measure.fact)
        own = str(measure.label) or (str(fact.label) if fact else "")
        found[measure.fact] = own or measure.fact
    return found


def _weights(figures: Figures, card: Card, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Hand-set and learnt weights side by side, the heaviest first."""
    learnt = figures.get("learnt", {}).get("shares", {})
    rows = [
        {
            "label": labels[fact],
            "hand": share,
            "learnt": learnt.get(fact),
            "change": None if fact not in learnt else 100 * (learnt[fact] - share),
        }
        for fact, share in card.shares.items()
    ]
    return sorted(rows, key=lambda row: -row["hand"])


def _fold(fold: Figures) -> dict[str, Any]:
    return {
        **fold,
        "from": date.fromisoformat(fold["test_from"]),
        "to": date.fromisoformat(fold["test_until"]),
    }


def _reliability(figures: Figures) -> SafeString:
    """Said against came, in ten groups of equal size; the band is the doubt of what came."""
    bins, locale = figures["reliability"], get_language() or "en"

    def write(value: float) -> str:
        return formats.percent(value, locale, digits=0)

    said = [charts.Series(_("said"), [each["said"] for each in bins], "comparison")]
    came = charts.Series(_("left"), [each["came"] for each in bins])
    top = bins[-1]
    sentence = _(
        "In the tenth with the highest stated chance, %(said)s were expected to leave and"
        " %(came)s left; in the lowest, %(low_said)s and %(low_came)s."
    ) % {
        "said": write(top["said"]),
        "came": write(top["came"]),
        "low_said": write(bins[0]["said"]),
        "low_came": write(bins[0]["came"]),
    }
    frame = charts.Frame(
        title=_("Stated chance and what came of it"),
        sentence=sentence,
        labels=[str(number) for number in range(1, len(bins) + 1)],
        write=write,
        heading=_("Group"),
        height="11rem",
    )
    doubt = [(each["low"], each["high"]) for each in bins]
    return charts.line([came, *said], frame, band=doubt, has_area=False)
