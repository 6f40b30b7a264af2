"""Addresses of the api room."""

from django.urls import path

from posvenda.api.events import meaning
from posvenda.api.events import views as events
from posvenda.api.imports.page import comparing, preset_views, undoing, views
from posvenda.api.keypage import views as key_views
from posvenda.api.refused import page as refused
from posvenda.api.rest import entry as rest
from posvenda.api.sources import page as sources
from posvenda.api.webhooks import door, page

urlpatterns = [
    path("recusados/", refused.refused, name="refused"),
    path("recusados/todos/", refused.everything, name="refused_all"),
    path("recusados/recusados.csv", refused.as_csv, name="refused_csv"),
    path("recusados/linha/<int:pk>/", refused.row, name="refused_row"),
    path("recusados/carta/<int:pk>/", refused.letter, name="refused_letter"),
    path("importar/", views.imports, name="imports"),
    path("importar/leituras/", sources.sources, name="sources"),
    path("importar/leituras/nova/<slug:kind>/", sources.new, name="source_new"),
    path("importar/leituras/<slug:public_id>/", sources.source, name="source"),
    path("importar/leituras/<slug:public_id>/ler/", sources.read_now, name="source_read"),
    path("importar/leituras/<slug:public_id>/pausar/", sources.switch, name="source_switch"),
    path("importar/leituras/<slug:public_id>/chave/", sources.confirm_key, name="source_key"),
    path("importar/leituras/<slug:public_id>/apagar/", sources.remove, name="source_remove"),
    path("importar/comparar/", comparing.comparing, name="imports_compare"),
    path("importar/modelos/", preset_views.presets_page, name="import_presets"),
    path("importar/modelos/<slug:name>.yaml", preset_views.text, name="import_preset"),
    path("importar/modelos/<slug:name>/apagar/", preset_views.drop, name="import_preset_drop"),
    path("importar/<slug:public_id>/", views.run_page, name="import"),
    path("importar/<slug:public_id>/colunas/", views.choose, name="import_columns"),
    path("importar/<slug:public_id>/voltar/", views.back, name="import_back"),
    path("importar/<slug:public_id>/comecar/", views.begin, name="import_begin"),
    path("importar/<slug:public_id>/parar/", views.stop, name="import_stop"),
    path("importar/<slug:public_id>/desfazer/", undoing.undo, name="import_undo"),
    path("importar/<slug:public_id>/problemas.csv", views.problems, name="import_problems"),
    path("eventos/", events.events, name="events"),
    path("eventos/teste/", events.send_test, name="events_test"),
    path("eventos/esperando/", events.unmatched, name="events_waiting"),
    path("eventos/pessoas/", events.people, name="events_people"),
    path("eventos/corrigidos/", events.late, name="events_late"),
    path("eventos/regras/", meaning.rules, name="events_rules"),
    path("eventos/regras/<int:pk>/parar/", meaning.stop, name="events_replay_stop"),
    path("eventos/recursos/", meaning.features, name="events_features"),
    path("eventos/texto/<slug:kind>.yaml", meaning.definition, name="events_text"),
    path("api/docs", rest.overview, name="api_docs"),
    path("api/docs/<slug:name>", rest.resource, name="api_docs_resource"),
    path("api/v1/openapi.json", rest.openapi_json, name="api_openapi"),
    path("api/v1/<str:name>/<str:id>", rest.operation, name="api-v1-one"),
    path("api/v1/<path:rest>", rest.operation, name="api-v1"),
    path("chaves/", key_views.key_list, name="keys"),
    path("chaves/nova/", key_views.new_key, name="key_new"),
    path("chaves/<slug:prefix>/", key_views.key_page, name="key"),
    path("chaves/<slug:prefix>/trocar/", key_views.rotate, name="key_rotate"),
    path("chaves/<slug:prefix>/revogar/", key_views.revoke, name="key_revoke"),
    path("webhooks/", page.webhooks, name="webhooks"),
    path("webhooks/novo/<slug:provider>/", page.new, name="webhook_new"),
    path("webhooks/in/<slug:public_id>/", door.receive, name="webhook_receive"),
    path("webhooks/<slug:public_id>/", page.webhook, name="webhook"),
    path("webhooks/<slug:public_id>/mudar/", page.change, name="webhook_change"),
    path("webhooks/<slug:public_id>/segredo/", page.renew, name="webhook_renew"),
    path("webhooks/<slug:public_id>/pausa/", page.switch, name="webhook_switch"),
    path("webhooks/<slug:public_id>/repetir/", page.replay, name="webhook_replay"),
    path("webhooks/<slug:public_id>/<int:pk>/", page.delivery, name="webhook_delivery"),
]
