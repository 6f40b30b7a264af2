"""Addresses of one customer."""

from django.urls import include, path

from posvenda.insights.client import consents, health, views, views_identity, writing

of_one = [
    path("", views.overview, name="client"),
    path("saude/", health.health, name="client_health"),
    path("saude/mudanca/", health.changed, name="client_health_changed"),
    path("saude/ajuste/", health.override, name="client_override"),
    path("saude/avaliacao/", health.rate, name="client_rate"),
    path("saude/previsao/", health.call, name="client_call"),
    path("saude/sinal/", health.signal, name="client_signal"),
    path("linha-do-tempo/", views.history, name="client_timeline"),
    path("linha-do-tempo/ultimos/", views.latest, name="client_latest"),
    path("contatos/", views.contacts, name="client_contacts"),
    path("contatos/novo/", writing.contact, name="client_contact_new"),
    path("contatos/<int:pk>/saiu/", writing.contact_left, name="client_contact_left"),
    path("contratos/", views.contracts, name="client_contracts"),
    path("pedidos/", views.orders, name="client_orders"),
    path("pedidos/<int:order_id>/", views.order_lines, name="client_order_lines"),
    path("identidades/", views_identity.identities, name="client_identities"),
    path("notas/", views.notes, name="client_notes"),
    path("notas/nova/", writing.note, name="client_note_new"),
    path("notas/<slug:note_id>/desfazer/", writing.note_undo, name="client_note_undo"),
    path("tarefas/nova/", writing.new_task, name="client_task_new"),
    path("tarefas/<slug:task_id>/", writing.edit_task, name="client_task"),
    path("tarefas/<slug:task_id>/concluir/", writing.finish, name="client_task_finish"),
    path("tarefas/<slug:task_id>/reabrir/", writing.reopen, name="client_task_reopen"),
    path("consentimentos/", consents.consents, name="client_consents"),
    path("consentimentos/retirar/", consents.revoke, name="client_consent_revoke"),
    path("editar/", writing.edit, name="client_edit"),
    path("responsavel/", writing.owner, name="client_owner"),
    path("atributos/", writing.attribute_values, name="client_attributes"),
    path("etiquetas/", writing.tag, name="client_tag"),
    path("etiquetas/remover/", writing.untag, name="client_untag"),
]
urlpatterns = [path("clientes/<slug:public_id>/", include(of_one))]
