"""Rules of tracking in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posvenda.commerce.tracking.rules import Rules, Use, Way

WAYS = {
    "group": gettext_lazy("the group the event names, or the person's group"),
    "user": gettext_lazy("the user's code"),
    "email": gettext_lazy("the person's e-mail"),
    "domain": gettext_lazy("the domain of the person's e-mail"),
    "tax_id": gettext_lazy("a CNPJ or CPF among the traits"),
}
SHORT = {
    "group": gettext_lazy("group"),
    "user": gettext_lazy("user's code"),
    "email": gettext_lazy("e-mail"),
    "domain": gettext_lazy("e-mail domain"),
    "tax_id": gettext_lazy("CNPJ or CPF"),
    "trait": gettext_lazy("trait"),
}
CONTACTS = {
    "none": gettext_lazy("Identify never touches contacts."),
    "known": gettext_lazy("Identify completes contacts that exist."),
    "all": gettext_lazy("Identify completes contacts and adds new ones."),
}


def rule(label: str) -> str:
    """This will name the rule that decided about somebody."""
    by, _colon, more = label.partition(":")
    if label == "group:new":
        return _("made from its group")
    named = str(SHORT.get(by, by))
    return f"{named} ({more})" if more else named


def way(one: Way) -> str:
    """This will say one rule of the list."""
    told = str(WAYS.get(one.by, "")) or _("the trait %(path)s") % {"path": one.path}
    if one.scheme:
        return _("%(rule)s, in the codes of %(scheme)s") % {"rule": told, "scheme": one.scheme}
    return told


def use(one: Use) -> str:
    """This will say one rule of the usage label."""
    told = _("the name of the event or page")
    if one.part == "property":
        told = _("the property %(name)s") % {"name": one.property}
    where = one.event or one.kind
    return _("%(label)s, of %(where)s") % {"label": told, "where": where} if where else told


def staff(rules: Rules) -> list[str]:
    """This will say whose use does not count."""
    told = rules.staff
    return [
        *(_("addresses at %(domain)s") % {"domain": domain} for domain in sorted(told.domains)),
        *(_("users %(pattern)s") % {"pattern": pattern} for pattern in told.users),
        *(
            _("people with %(trait)s = %(value)s") % {"trait": t, "value": v}
            for t, v in told.traits
        ),
    ]
