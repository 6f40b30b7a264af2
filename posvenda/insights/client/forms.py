"""Forms of a customer's page: a note, a task."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from posvenda.base.models import User
from posvenda.conversations.models import Interaction
from posvenda.customers.models import Contact


class NoteForm(forms.Form):
    """What was said or seen, how and with whom."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Interaction.Kind.choices)
    contact = forms.ModelChoiceField(
        label=_("With"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("nobody in particular"),
    )
    body = forms.CharField(
        label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}), max_length=20_000
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.ModelChoiceField[Contact] = self.fields["contact"]  # type: ignore[assignment]
        field.queryset = people


class TaskForm(forms.Form):
    """What somebody has to do, by when."""

    title = forms.CharField(label=_("What to do"), max_length=200)
    due_on = forms.DateField(
        label=_("Due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    owner = forms.TypedChoiceField(label=_("Who does it"), coerce=int)
    body = forms.CharField(
        label=_("Details"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
    )

    def __init__(self, *args: Any, owners: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {user.pk: user for user in owners}
        field: forms.TypedChoiceField = self.fields["owner"]  # type: ignore[assignment]
        field.choices = [(user.pk, user.name) for user in self.people.values()]

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values, with the person instead of the number."""
        data = dict(self.cleaned_data)
        return data | {"owner": self.people[data["owner"]]}
