"""The parts of a page: health, trend, stage, avatar, fields, palette, toasts, the whole layout."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from posvenda.ui import context, menu, palette, parts, toasts

PAGE = """{% extends "ui/base.html" %}{% load ui %}
{% block title %}Hoje{% endblock %}{% block heading %}Bom dia{% endblock %}
{% block content %}{% health 43 "risk" %}{% stage_badge "r" "Renovação" 5 %}{% avatar "Ana Lima" %}
{% trend -25 %}{% badge "No ritmo" "good" %}{% spark series "risk" label="Uso" %}{{ 980000|money }}
{% define "mrr" "MRR" "Receita do mês" "soma" %}
{% empty "inbox" "Nada" "Importe" "/x" "Importar" "upload" %}
{% stepper steps 2 %}{% progress 3 11 "3 de 11" %}{% progress 0 None %}{% pages page "#lista" %}
{% form_errors form %}{% field form.name %}{% field form.kind %}{% field form.agreed %}
{% query sort="name" %} {{ today|date_short:today }} {{ now|relative:now }}
{{ today|days_until:today }}
{% endblock %}"""


class _Visitor:
    is_authenticated = True
    uses_single_keys = True
    may_manage = False

    def get_full_name(self) -> str:
        return "Bianca Tavares"

    def get_role_display(self) -> str:
        return "Gerente"


class _Form(forms.Form):
    name = forms.CharField(label="Nome", help_text="Como no contrato")
    kind = forms.ChoiceField(choices=[("m", "Mensal")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)


@pytest.fixture
def request_(monkeypatch: pytest.MonkeyPatch) -> HttpRequest:
    monkeypatch.setattr(context, "_company", [lambda: "Contaflux"])
    request = RequestFactory().get("/entrar/", {"q": "a&b", "page": "2"})
    request.user = _Visitor()  # type: ignore[assignment]
    request.now = datetime(2026, 6, 16, 12, tzinfo=UTC)  # type: ignore[attr-defined]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_entries", {})


def _entry(key: str, **changes: object) -> menu.Entry:
    told: dict[str, object] = {
        "section": "know",
        "key": key,
        "label": key,
        "icon": "users",
        "url_name": "account_login",
    }
    return menu.Entry(**(told | changes))  # type: ignore[arg-type]


def _page(request: HttpRequest, source: str = PAGE) -> str:
    form = _Form({})
    values = {
        "user": request.user,
        "series": [3, 2, 1],
        "form": form,
        "steps": ["Arquivo", "Colunas"],
        "page": Paginator(range(130), 50).get_page(2),
    }
    return str(engines["django"].from_string(source).render(values, request))


@pytest.mark.parametrize(
    ("locale", "lang", "word"), [("pt-br", "pt-BR", "Risco"), ("en", "en", "At risk")]
)
def test_a_page_with_every_part_is_whole_in_both_languages(
    request_: HttpRequest, locale: str, lang: str, word: str
) -> None:
    with translation.override(locale):
        html = _page(request_)
    assert f'<html lang="{lang}">' in html
    assert f"<b>43</b> {word}" in html
    assert "{%" not in html
    assert "{{" not in html
    assert html.count("<h1>") == 1


def test_a_page_asks_for_no_inline_script(request_: HttpRequest) -> None:
    html = _page(request_)
    assert html.count("<script") == html.count("<script src=") + html.count(
        '<script type="module" src='
    )
    assert "<style" not in html
    assert '"includeIndicatorStyles":false' in html


def test_pages_keep_the_filters(request_: HttpRequest) -> None:
    html = _page(request_)
    assert 'href="?q=a%26b&amp;page=3"' in html
    assert 'href="?q=a%26b&amp;page=1"' in html
    assert "51 a 100 de 130" in html


def test_a_field_ties_label_hint_and_error_to_its_control(request_: HttpRequest) -> None:
    html = _page(request_)
    assert '<label for="id_name">Nome' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name-error"' in html


def test_health_speaks_by_shape_number_and_word() -> None:
    with translation.override("pt-br"):
        assert "<b>86</b> Saudável" in parts.health(86.4, "good", "pt-br")
        compact = parts.health(43, "risk", "pt-br", is_compact=True)
    assert 'title="Saúde 43: Risco"' in compact
    assert '<span class="sr"> Risco</span>' in compact


@pytest.mark.parametrize(
    ("score", "band"), [(None, None), (None, "good"), (50, "unknown"), (50, None)]
)
def test_unknown_health_has_a_word_and_no_number(score: float | None, band: str | None) -> None:
    with translation.override("pt-br"):
        html = parts.health(score, band, "pt-br")
    assert "Sem dados" in html
    assert "50" not in html


def test_a_strange_band_is_refused() -> None:
    with pytest.raises(parts.UnknownBand):
        parts.health(50, "purple", "en")


def test_fewer_cancellations_is_a_green_arrow_down() -> None:
    html = parts.trend(-3, "en", is_higher_better=False)
    assert 'class="up"' in html
    assert "−3" in html
    assert parts.trend(None, "en") == ""


def test_a_person_keeps_initials_and_hue() -> None:
    assert parts.initials("Bianca de Tavares") == "BT"
    assert parts.initials("Aroeira") == "AR"
    assert parts.initials("") == "?"
    assert parts.hue("Ana Lima") == parts.hue(" ana lima ")


def test_text_in_a_part_is_escaped() -> None:
    assert "<b>x" not in parts.badge("<b>x")
    assert "<i>" not in parts.stage_badge("<i>", 1)


def test_the_menu_shows_only_what_one_may_open(entries: None, request_: HttpRequest) -> None:
    menu.add(
        _entry("clients", count=lambda _request: 12),
        _entry("imports", section="data", permission=lambda request: request.user.may_manage),
    )
    shown = menu.visible(request_)
    assert [section.key for section in shown.sections] == ["know"]
    assert shown.sections[0].lines[0].count == 12
    request_.user.may_manage = True
    assert [section.key for section in menu.visible(request_).sections] == ["know", "data"]


def test_the_menu_marks_the_page_one_is_on(entries: None, request_: HttpRequest) -> None:
    menu.add(_entry("in"), _entry("out", url_name="account_logout"))
    lines = menu.visible(request_).sections[0].lines
    assert [(line.entry.key, line.is_current) for line in lines] == [("in", True), ("out", False)]


def test_an_entry_needs_a_known_section() -> None:
    with pytest.raises(menu.UnknownSection):
        menu.add(_entry("x", section="elsewhere"))


def test_the_phone_bar_holds_four_entries(entries: None, request_: HttpRequest) -> None:
    menu.add(*(_entry(f"e{i}", tab=i != 1, order=i) for i in range(7)))
    assert [line.entry.key for line in menu.visible(request_).tabs] == ["e0", "e2", "e3", "e4"]


def test_the_palette_finds_places_whatever_the_accents(
    entries: None, request_: HttpRequest
) -> None:
    menu.add(_entry("a", label="Previsões", goto="p"), _entry("b", label="Clientes"))
    found = palette.places(request_, "PREVISO")
    assert [(o.label, o.keys) for o in found.options] == [("Previsões", ("G", "P"))]
    assert palette.filled(palette.places(request_, "zebra")) == []


def test_a_message_becomes_a_toast_with_its_undo(request_: HttpRequest) -> None:
    toasts.say(request_, "Tarefa <concluída>", undo="/desfazer/7")
    html = _page(request_)
    assert "Tarefa &lt;concluída&gt;" in html
    assert '<form method="post" action="/desfazer/7" data-undo>' in html


def test_an_htmx_answer_carries_its_toast() -> None:
    answer = toasts.attach(HttpResponse(), "Adiado", undo="/u")
    assert answer["HX-Trigger"] == '{"toast": {"text": "Adiado", "undo": "/u", "error": false}}'


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html", "403_csrf.html"])
def test_an_error_page_stands_without_a_request(name: str) -> None:
    with translation.override("pt-br"):
        html = engines["django"].get_template(name).render()
    assert '<html lang="pt-BR">' in html
    assert "<h1>" in html
