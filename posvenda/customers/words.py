"""What can be wrong with a condition, listed here so that the catalogue has the core's messages."""

from django.utils.translation import gettext_noop as _

COMPLAINTS = (
    _("Unexpected character %(found)s"),
    _("This text has no closing quotation mark"),
    _("The condition is longer than %(limit)d characters"),
    _("The condition is nested deeper than %(limit)d levels"),
    _("The condition has more than %(limit)d comparisons"),
    _("The condition is empty"),
    _("A fact name was expected instead of %(found)s"),
    _("An operator was expected instead of %(found)s"),
    _("A value was expected instead of %(found)s"),
    _("%(expected)s was expected instead of %(found)s"),
    _("Nothing more was expected, but there is %(found)s"),
    _("The list is empty"),
    _("The number %(found)s is too large"),
    _("%(found)s is not a date of the calendar"),
    _("This is not a condition: %(found)s"),
    _("There is no fact named %(fact)s"),
    _("There is no fact named %(fact)s; did you mean %(suggestion)s?"),
    _("%(fact)s cannot be compared with %(operator)s"),
    _("%(fact)s is %(kind)s and cannot be compared with %(value)s"),
    _("%(operator)s needs a list of values"),
    _("%(operator)s needs one value, not a list"),
    _("between needs two values, the lower one first"),
    _("%(value)s is not a choice of %(fact)s"),
    _("%(value)s is not a choice of %(fact)s; did you mean %(suggestion)s?"),
    _("%(fact)s is in %(currency)s, not in %(value)s"),
)
