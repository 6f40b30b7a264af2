"""Addresses of the page *Privacidade*."""

from django.urls import URLPattern, URLResolver, include, path

from posvenda.customers.privacy.page import more, views

of_one = [
    path("", views.one, name="privacy_request"),
    path("identidade/", views.verify, name="privacy_verify"),
    path("apagar/", views.erase, name="privacy_erase"),
    path("responder/", views.answer, name="privacy_answer"),
    path("recusar/", views.refuse, name="privacy_refuse"),
    path("arquivo/", views.download, name="privacy_download"),
    path("comprovante/", views.receipt, name="privacy_receipt"),
]
pages: list[URLPattern | URLResolver] = [
    path("", views.home, name="privacy"),
    path("pedidos/procurar/", views.find, name="privacy_find"),
    path("pedidos/novo/", views.new, name="privacy_new"),
    path("pedidos/<slug:public_id>/", include(of_one)),
    path("consentimentos/", more.consents, name="privacy_consents"),
    path("consentimentos/<slug:key>/", more.text, name="privacy_text"),
    path("apagados/", more.erased, name="privacy_erased"),
    path("incidentes/", more.incidents, name="privacy_incidents"),
    path("incidentes/novo/", more.incident, name="privacy_incident_new"),
    path("incidentes/<slug:public_id>/", more.incident, name="privacy_incident"),
    path("registro/", more.settings_page, name="privacy_settings"),
    path("registro/tratamento.csv", more.record, name="privacy_record"),
]
urlpatterns = [path("privacidade/", include(pages))]
