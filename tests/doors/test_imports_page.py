"""The page Importar, from dropping a file to the customers it brought."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from posvenda.api import jobs
from posvenda.api.models import ImportRun, SavedMapping
from posvenda.base.models import Announcement
from posvenda.commerce.models import ContractLine
from posvenda.customers.models import Customer

pytestmark = pytest.mark.django_db

HEADER = "razao_social;cnpj;vl_mensal;dt_inicio;dt_fim;resp_cs;obs_int"
ROWS = [
    "Padaria Trigo Bom;12.481.330/0001-0;1.240,00;01/06/2026;31/05/2027;bianca.t;",
    "Óticas Horizonte;33.902.118/0001-00;2.1800,00;10/04/2026;09/04/2027;manager;",
    "Móveis Castanheira;08.554.716/0001-00;3.460,00;01/07/2026;30/06/2026;manager;",
    "Laticínios Serrinha;11.222.333/0001-81;3.720,00;25/03/2026;24/03/2027;manager;renovou",
    "Escola Girassol;11.444.777/0001-61;2.890,00;05/05/2026;04/05/2027;lucas.f;",
]


def sheet(*rows, header=HEADER, name="contratos_2026-06.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, ("\n".join([header, *rows]) + "\n").encode(encoding))


@pytest.fixture
def page(client: Client, manager):
    client.force_login(manager)
    return client


def upload(page, *files):
    answer = page.post("/importar/", {"files": list(files)})
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.latest("id")
    jobs.inspect.func(run.pk)
    return run


def rehearse(page, run, **choices):
    page.post(f"/importar/{run.public_id}/colunas/", {"act": "check", **choices})
    jobs.check.func(run.pk)
    run.refresh_from_db()
    return page.get(f"/importar/{run.public_id}/").content.decode()


def test_only_people_who_manage_may_import(client, csm, viewer):
    for user in (csm, viewer):
        client.force_login(user)
        assert client.get("/importar/").status_code == 403
        assert client.post("/importar/", {"files": [sheet(*ROWS)]}).status_code == 403
    assert not ImportRun.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get("/importar/").status_code == 302


def test_an_empty_list_says_what_to_do(page):
    assert "Nada importado ainda" in page.get("/importar/").content.decode()


def test_columns_are_recognised_and_shown_with_examples(page):
    run = upload(page, sheet(*ROWS))
    text = page.get(f"/importar/{run.public_id}/").content.decode()
    assert "Importar contratos" in text
    assert "UTF-8, separador ponto e vírgula" in text
    assert "vírgula decimal" in text
    assert "dd/mm/aaaa" in text
    assert "Cliente: CPF ou CNPJ" in text or "cliente: CPF ou CNPJ" in text
    assert not Customer.objects.exists()


def test_the_rehearsal_tells_rows_to_look_at_and_writes_nothing(page):
    run = upload(page, sheet(*ROWS))
    text = rehearse(page, run)
    assert run.status == ImportRun.Status.CHECKED
    assert "CNPJ com 13 dígitos; faltou o último" in text
    assert "Não é um número; seria 21.800,00?" in text
    assert "lucas.f não tem conta" in text
    assert "Importar 2 linhas" in text
    assert not Customer.objects.exists()
    assert not ContractLine.objects.exists()


def test_good_rows_go_in_and_the_others_can_be_downloaded(page):
    run = upload(page, sheet(*ROWS))
    rehearse(page, run)
    assert page.post(f"/importar/{run.public_id}/comecar/").status_code == 302
    jobs.perform.func(run.pk)
    run.refresh_from_db()
    assert run.status == ImportRun.Status.DONE
    names = set(Customer.objects.values_list("name", flat=True))
    assert names == {"Laticínios Serrinha", "Escola Girassol"}
    contract = ContractLine.objects.get(customer__name="Laticínios Serrinha")
    assert contract.amount_cents == 372_000
    assert contract.ends_on.isoformat() == "2027-03-25"
    assert Announcement.objects.filter(kind="import.finished").count() == 1
    text = page.get(f"/importar/{run.public_id}/").content.decode()
    assert 'href="/clientes/"' in text
    answer = page.get(f"/importar/{run.public_id}/problemas.csv")
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert lines[0][:7] == HEADER.split(";")
    assert lines[1][0] == "Padaria Trigo Bom"
    assert lines[1][8:10] == ["2", "cnpj"]


def test_the_same_file_again_changes_nothing(page):
    for expected in (2, 2):
        run = upload(page, sheet(*ROWS[3:]))
        rehearse(page, run)
        page.post(f"/importar/{run.public_id}/comecar/")
        jobs.perform.func(run.pk)
        assert ContractLine.objects.count() == expected
    file = run.files.get()
    assert (file.rows_new, file.rows_changed, file.rows_same) == (0, 0, 2)


def test_a_choice_of_columns_is_kept_for_the_next_file(page):
    header = "quem;quanto;comeca;termina"
    rows = ["Padaria;1.200,00;13/06/2026;13/06/2027", "Escola;900,00;14/06/2026;14/06/2027"]
    run = upload(page, sheet(*rows, header=header, name="a.csv"))
    page.post(f"/importar/{run.public_id}/colunas/", {"act": "change", "t0-record": "contract"})
    choices = {
        "t0-record": "contract",
        "t0-c0": "customer",
        "t0-c1": "amount",
        "t0-c2": "starts_on",
        "t0-c3": "ends_on",
        "t0-ends": "exclusive",
    }
    text = rehearse(page, run, **choices)
    assert "Importar 2 linhas" in text
    assert SavedMapping.objects.count() == 1
    second = upload(page, sheet(*rows, header=header, name="b.csv"))
    assert second.files.get().record == "contract"
    fields = [c["field"] for c in second.files.get().mapping["outputs"][0]["columns"]]
    assert fields == ["customer", "amount", "starts_on", "ends_on"]


def test_what_is_missing_is_said_and_nothing_begins(page):
    run = upload(page, sheet(*ROWS))
    page.post(f"/importar/{run.public_id}/colunas/", {"act": "check", "t0-c2": ""})
    run.refresh_from_db()
    assert run.status == ImportRun.Status.UPLOADED
    assert "valor" in page.get(f"/importar/{run.public_id}/").content.decode()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("foto.png", b"\x89PNG", "é de um tipo desconhecido"),
        ("vazio.csv", b"", "enviado está vazio"),
    ],
)
def test_what_cannot_be_read_is_refused_at_the_door(page, name, content, reason):
    answer = page.post("/importar/", {"files": [SimpleUploadedFile(name, content)]})
    if answer.status_code == 302:
        run = ImportRun.objects.latest("id")
        jobs.inspect.func(run.pk)
        run.refresh_from_db()
        assert run.status == ImportRun.Status.FAILED
        assert "vazio.csv está vazio" in run.problem
    else:
        assert answer.status_code == 422
        assert reason in answer.content.decode()


def test_a_file_above_the_limit_is_refused(page, settings):
    settings.UPLOAD_LIMIT_BYTES = 1_048_576
    big = SimpleUploadedFile("grande.csv", b"a;b\n" * 600_000)
    answer = page.post("/importar/", {"files": [big]})
    assert answer.status_code == 422
    assert "no máximo 1 MB" in answer.content.decode()


def test_a_files_name_cannot_leave_its_folder(page, settings):
    run = upload(page, SimpleUploadedFile("x.csv", b"nome;email\nAna;ana@a.com\n"))
    (upload_,) = run.summary["uploads"]
    assert str(settings.MEDIA_ROOT) in upload_["path"]
    from posvenda.api.imports.uploaded import clean

    assert clean("../../etc/passwd") == "passwd"
    assert clean("C:\\temp\\a\x00b.csv") == "ab.csv"


def test_stopping_keeps_what_is_in_and_going_on_brings_the_rest(page, monkeypatch):
    rows = [f"Cliente {n};;{n + 1},00;01/01/2026;31/12/2026;;" for n in range(30)]
    run = upload(page, sheet(*rows))
    rehearse(page, run)
    page.post(f"/importar/{run.public_id}/comecar/")
    page.post(f"/importar/{run.public_id}/parar/")
    jobs.perform.func(run.pk)
    run.refresh_from_db()
    assert run.status == ImportRun.Status.STOPPED
    assert not ContractLine.objects.exists()


def test_the_moving_part_answers_htmx_and_reloads_the_page_when_the_step_changes(page):
    run = upload(page, sheet(*ROWS))
    ImportRun.objects.filter(pk=run.pk).update(status="running", started_at=run.created_at)
    path = f"/importar/{run.public_id}/"
    same = page.get(f"{path}?seen=running1", headers={"HX-Request": "true"})
    assert same.status_code == 200
    assert "<html" not in same.content.decode()
    other = page.get(f"{path}?seen=checking1", headers={"HX-Request": "true"})
    assert (other.status_code, other["HX-Refresh"]) == (204, "true")


def test_an_import_is_not_found_by_guessing(page):
    assert page.get("/importar/22222222222222222/").status_code == 404
