"""What people agreed to and took back."""

from django.utils.translation import gettext_lazy as _

from posvenda.api.imports.mapping.fields import CUSTOMER, CUSTOMER_TAX, HAPPENED, Record, make

RECORDS: tuple[Record, ...] = (
    Record(
        "consent",
        _("consent"),
        _("consents"),
        13,
        (
            make("key", "key", _("key (identifies)"), "id, consent id, consentimento id"),
            CUSTOMER,
            CUSTOMER_TAX,
            make("contact", "text", _("contact"), "contato, contact"),
            make(
                "purpose",
                "key",
                _("purpose: service, research, marketing or news"),
                "finalidade, purpose, proposito",
                must=True,
            ),
            make("channel", "consent_channel", _("channel"), "canal, channel, meio"),
            make(
                "is_granted",
                "boolean",
                _("agreed (yes or no)"),
                "aceitou, consentiu, granted, is granted, opt in, optin, consentimento, aceite",
                must=True,
            ),
            make("text", "key", _("version of the text"), "versao, texto versao, text version"),
            make(
                "evidence",
                "long_text",
                _("proof: where the person agreed"),
                "prova, evidencia, evidence, comprovante, proof",
            ),
            make(
                "happened_at",
                "moment",
                _("date"),
                f"{HAPPENED}, data consentimento, data do consentimento, aceito em, consented at",
                must=True,
            ),
        ),
        ("consentimento", "consent", "optin", "opt", "lgpd", "aceite"),
    ),
)
