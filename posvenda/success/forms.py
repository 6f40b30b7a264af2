"""Forms of the success room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from posvenda.success import definitions


class PackForm(forms.Form):
    """The kind of company: it decides scorecard, stages, plays and the columns of the list."""

    pack = forms.ChoiceField(label=_("Kind of company"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pack"]
        assert isinstance(field, forms.ChoiceField)
        names = definitions.names()
        field.choices = [(name, str(definitions.read_pack(name).label)) for name in names]
