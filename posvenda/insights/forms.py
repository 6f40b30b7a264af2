"""What a person fills in when an action is done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from posvenda.conversations.models import Interaction
from posvenda.customers.models import Contact, Customer

LONGEST_NOTE = 4_000
DEFAULT_KINDS = {"call": "call", "email": "email", "whatsapp": "whatsapp"}


class ReportForm(forms.Form):
    """How the action went."""

    contact = forms.ModelChoiceField(
        label=_("With whom"), queryset=Contact.objects.none(), required=False
    )
    kind = forms.ChoiceField(label=_("How"), choices=Interaction.Kind.choices)
    note = forms.CharField(
        label=_("What was agreed"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, customer: Customer, action: str) -> None:
        super().__init__(data, initial={"kind": DEFAULT_KINDS.get(action, "note")})
        people = Contact.objects.filter(customer=customer, left_at=None)
        self.fields["contact"].queryset = people  # type: ignore[attr-defined]
        self.fields["contact"].empty_label = None if people else _("Nobody in particular")  # type: ignore[attr-defined]
