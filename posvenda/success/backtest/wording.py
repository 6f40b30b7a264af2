"""What a back-test says, in sentences: the verdict first, then what is missing or suspected."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from posvenda.ui import formats

Figures = dict[str, Any]
LATE_RATE = 0.1


def verdict(figures: Figures) -> str:
    """This will answer in one sentence whether the card tells who leaves from who stays."""
    said = figures["verdict"]
    match said["finding"]:
        case "too_few":
            return ngettext(
                "It is too early for a verdict: %(count)s decision to leave, and it takes 30.",
                "It is too early for a verdict: %(count)s decisions to leave, and it takes 30.",
                said["events"],
            ) % {"count": said["events"]}
        case "too_short":
            return _("It is too early for a verdict: the past is too short to test on it.")
        case "no_signal":
            return _(
                "The card does not tell who leaves from who stays. The colours are no reason to"
                " act yet: look for other signs, or correct the weights."
            )
        case "weak":
            return _(
                "The card tells a little of who leaves: right in %(rate)s of pairs, where chance"
                " gives 50%%. Use it together with other reasons."
            ) % {"rate": _rate(figures["auc"]["value"])}
    return _(
        "The card tells who leaves from who stays: of a customer who left and one who stayed, it"
        " had given the first the lower score in %(rate)s of pairs. Chance gives 50%%."
    ) % {"rate": _rate(figures["auc"]["value"])}


def missing(figures: Figures) -> list[str]:
    """This will say what a verdict still needs, or what to keep in mind about it."""
    said = figures["verdict"]
    found = []
    if figures.get("recorded_later", 0) > LATE_RATE:
        found.append(
            _(
                "%(rate)s of the customers and months came in later than they happened, so the test"
                " cannot use them. Import such history as “known when it happened”."
            )
            % {"rate": _rate(figures["recorded_later"])}
        )
    if said["finding"] == "too_few":
        found.append(
            ngettext(
                "%(count)s more decision to leave with its date (cancellation or end of contract).",
                "%(count)s more decisions to leave with their date (cancellation or end of"
                " contract).",
                said["missing"],
            )
            % {"count": said["missing"]}
        )
        if said["months"]:
            found.append(
                ngettext(
                    "At the present pace that takes about %(count)s month.",
                    "At the present pace that takes about %(count)s months.",
                    said["months"],
                )
                % {"count": said["months"]}
            )
        found.append(_("Importing cancellations and contracts of earlier years brings it sooner."))
    elif said["finding"] == "too_short":
        found.append(_("At least seven months with decisions to leave early and late in them."))
    elif not said["is_calibrated"]:
        found.append(
            _(
                "Read the order, not the percentage: in some period the stated chances were no"
                " better than the average rate."
            )
        )
    return found


def leak(found: dict[str, Any], label: str) -> str:
    """This will tell one suspicion about a fact."""
    match found["why"]:
        case "consequence":
            return _(
                "%(fact)s is the decision itself, not a sign of it. Nothing is learnt from it, and"
                " customers who have decided are not asked about."
            ) % {"fact": label}
        case "too_good":
            return _(
                "%(fact)s alone tells almost perfectly (AUC %(auc)s) who leaves within 30 days. No"
                " early sign is that good: check whether it is filled in after the decision."
            ) % {"fact": label, "auc": formats.number(found["figure"], _locale(), digits=2)}
    return _(
        "%(share)s of the values of %(fact)s were recorded or corrected later. The test used what"
        " was known on the day."
    ) % {"fact": label, "share": _rate(found["figure"])}


def learnt(figures: Figures) -> str:
    """This will say whether learnt weights did better where neither had seen the answers."""
    change = figures["learnt"]["auc_change"]
    if change is None:
        return ""
    middle, low, high = change
    words = {
        "middle": formats.points(100 * middle, _locale(), digits=1),
        "low": formats.points(100 * low, _locale(), digits=1),
        "high": formats.points(100 * high, _locale(), digits=1),
    }
    if low > 0:
        text = _(
            "Learnt weights ordered customers better in periods they had not seen: %(middle)s pts"
            " of AUC (from %(low)s to %(high)s)."
        )
    elif high < 0:
        text = _(
            "Learnt weights did worse in periods they had not seen: %(middle)s pts of AUC (from"
            " %(low)s to %(high)s). Keep yours."
        )
    else:
        text = _(
            "No difference can be claimed yet: %(middle)s pts of AUC in periods unseen (from"
            " %(low)s to %(high)s). Keep yours."
        )
    return text % words


def _rate(value: float) -> str:
    return formats.percent(value, _locale(), digits=0)


def _locale() -> str:
    return get_language() or "en"
