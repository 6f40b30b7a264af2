"""Forms about health: two days, override, rating, call, signal, and what is done with one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posvenda.base.models import User
from posvenda.success.cards.actions import LONGEST_DAYS
from posvenda.success.cards.models import Call, Indicator, Override
from posvenda.success.cards.queries import Rated

KINDS = [(each.value, each.label) for each in (Override.Kind.CAP, Override.Kind.SET)]
MARKS = (
    ("5", gettext_lazy("5, very good")),
    ("4", gettext_lazy("4, good")),
    ("3", gettext_lazy("3, neither")),
    ("2", gettext_lazy("2, bad")),
    ("1", gettext_lazy("1, very bad")),
    ("", gettext_lazy("take the rating back")),
)


def _day(label: Any, **more: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=picker, **more)


class BetweenForm(forms.Form):
    """Two days to compare."""

    de = _day(gettext_lazy("From"))
    ate = _day(gettext_lazy("To"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """This will ask for two days in order, neither of them to come."""
        data = super().clean() or {}
        first, last = data.get("de"), data.get("ate")
        if last and last > self.today:
            self.add_error("ate", _("This day has not come yet."))
        if first and last and first >= last:
            self.add_error("de", _("The first day must come before the second."))
        return data


class OverrideForm(forms.Form):
    """A cap or an exact score, with its reason and its end."""

    kind = forms.ChoiceField(label=gettext_lazy("The score is"), choices=KINDS)
    value = forms.IntegerField(label=gettext_lazy("Points"), min_value=0, max_value=100)
    until_on = _day(gettext_lazy("Until (not included)"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until_on(self) -> date:
        """This will ask for an end within a year."""
        day: date = self.cleaned_data["until_on"]
        if not self.today < day <= self.today + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError(_("Choose a day after today, within a year."))
        return day


class RatingForm(forms.Form):
    """A person's judgement of one aspect."""

    name = forms.ChoiceField(label=gettext_lazy("What you judge"))
    value = forms.TypedChoiceField(
        label=gettext_lazy("Rating"), choices=MARKS, coerce=int, empty_value=None, required=False
    )
    note = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, asked: Iterable[Rated], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = [(each.name, each.label) for each in asked]  # type: ignore[attr-defined]


class CallForm(forms.Form):
    """What a person expects at the next decision."""

    says = forms.ChoiceField(label=gettext_lazy("You expect"), choices=Call.Says.choices)
    decides_on = _day(
        gettext_lazy("Decided on"),
        required=False,
        help_text=gettext_lazy("The day we will know: the renewal, unless you know better."),
    )
    note = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)


class SignalForm(forms.Form):
    """A risk or an opportunity a person saw."""

    nature = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Indicator.Nature.choices)
    title = forms.CharField(label=gettext_lazy("What you saw"), max_length=160)


class HandleForm(forms.Form):
    """What is done with a signal: given to somebody, silenced, closed."""

    ASSIGN, SILENCE, HANDLED, DISMISSED = "responsavel", "silenciar", "resolvido", "descartado"
    DAYS = (("7", gettext_lazy("7 days")), ("30", gettext_lazy("30 days")))
    verb = forms.ChoiceField(
        choices=[(each, each) for each in (ASSIGN, SILENCE, HANDLED, DISMISSED)]
    )
    owner = forms.TypedChoiceField(
        label=gettext_lazy("Who looks after it"), coerce=int, required=False, empty_value=None
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Silence for"),
        choices=DAYS,
        coerce=int,
        required=False,
        empty_value=None,
    )
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, owners: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {user.pk: user for user in owners}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            ("", _("nobody")),
            *((user.pk, user.name) for user in self.people.values()),
        ]

    @property
    def new_owner(self) -> User | None:
        """The person chosen, if any."""
        return self.people.get(self.cleaned_data["owner"])
