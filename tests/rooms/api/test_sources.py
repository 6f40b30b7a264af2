"""Scheduled readings: new files become imports, the same bytes nothing; failures are named."""

import io
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import paramiko
import pytest

from posvenda.adapters import sftp
from posvenda.adapters.http import Refused
from posvenda.api import jobs, menu
from posvenda.api.imports import run as runs
from posvenda.api.models import ImportRun, Source, SourceFile
from posvenda.api.sources import page, places, reading, timetable
from posvenda.base import announcements
from posvenda.commerce.models import OrderLine
from tests.adapters import sftp_server
from tests.visits import visit

NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEADER = "pedido;data;cod_cliente;produto;qtd;preco_unitario\n"
Status = ImportRun.Status
pytestmark = pytest.mark.django_db


def lines(*numbers: int) -> str:
    return HEADER + "".join(f"{n};04/05/2026;C1;P1;1;{n},00\n" for n in numbers)


def read(source: Source, now: datetime = NOW) -> list[ImportRun]:
    claimed = reading.claim(source.pk, now=now)
    assert claimed is not None
    found = reading.read(claimed, now=now)
    for each in found:
        load(each, now)
    source.refresh_from_db()
    return found


def load(run: ImportRun, now: datetime) -> None:
    claimed = runs.claim(run.pk, now=now)
    assert claimed is not None
    runs.perform(claimed, now=now, clock=lambda: now)
    announcements.deliver(now=now)


def confirm(source: Source, now: datetime = NOW) -> ImportRun:
    """A person confirms the columns of the first run, which then goes in."""
    waiting = reading.waiting_run(source)
    assert waiting is not None
    ImportRun.objects.filter(pk=waiting.pk).update(status=Status.QUEUED)
    load(waiting, now)
    source.refresh_from_db()
    waiting.refresh_from_db()
    return waiting


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    root = tmp_path / "dados"
    (root / "erp").mkdir(parents=True)
    settings.SOURCE_FOLDERS = (str(root),)
    return root / "erp"


def source_of(kind: str, address: str, **more) -> Source:
    more = {"every_minutes": 60, "created_at": NOW, "name": "ERP", **more}
    return Source.objects.create(kind=kind, address=address, **more)


def test_the_first_file_waits_for_a_person_and_the_next_go_in_by_themselves(folder):
    source = source_of("folder", str(folder), pattern="vendas_*.csv")
    (folder / "vendas_1.csv").write_text(lines(1, 2))
    (folder / "clientes.csv").write_text("codigo;nome\n1;Ana\n")
    assert read(source) == []
    assert source.next_at is None
    first = confirm(source)
    assert (first.status, OrderLine.objects.count()) == (Status.DONE, 2)
    assert source.next_at == NOW + HOUR
    assert reading.due(now=NOW + HOUR) == [source.pk]
    (folder / "vendas_2.csv").write_text(lines(2, 3))
    (second,) = read(source, NOW + HOUR)
    second.refresh_from_db()
    assert (second.status, second.source) == (Status.DONE, source)
    assert OrderLine.objects.count() == 3


def test_the_same_bytes_change_nothing_even_under_a_new_moment(folder):
    source = source_of("folder", str(folder))
    file = folder / "vendas.csv"
    file.write_text(lines(1))
    read(source)
    confirm(source)
    count = ImportRun.objects.count()
    assert read(source, NOW + HOUR) == []
    file.write_text(lines(1))
    import os

    os.utime(file, (1, 1))
    assert read(source, NOW + 2 * HOUR) == []
    assert ImportRun.objects.count() == count
    file.write_text(lines(1, 9))
    assert len(read(source, NOW + 3 * HOUR)) == 1
    assert OrderLine.objects.count() == 2


def test_a_file_with_other_columns_waits_for_a_person_again(folder):
    source = source_of("folder", str(folder))
    (folder / "a.csv").write_text(lines(1))
    read(source)
    confirm(source)
    (folder / "b.csv").write_text("codigo;nome\n1;Ana\n")
    assert read(source, NOW + HOUR) == []
    assert reading.waiting_run(source).files.get().name == "b.csv"


def test_a_folder_outside_the_roots_and_links_that_lead_out_are_not_read(folder, tmp_path):
    outside = tmp_path / "segredo.csv"
    outside.write_text(lines(1))
    (folder / "link.csv").symlink_to(outside)
    source = source_of("folder", str(folder))
    assert read(source) == []
    assert not SourceFile.objects.exists()
    for address in (str(tmp_path), str(folder / ".." / ".."), "/etc"):
        elsewhere = source_of("folder", address)
        read(elsewhere)
        assert elsewhere.problem["code"] == "outside_roots"
    assert "POSVENDA_FOLDERS" in page.problem(elsewhere)


def test_failures_back_off_raise_an_alarm_and_are_forgotten_by_a_success(folder):
    source = source_of("folder", str(folder / "later"), every_minutes=5)
    pauses = []
    for _ in range(4):
        now = source.next_at or NOW
        read(source, now)
        pauses.append((source.next_at - now) // timedelta(minutes=1))
    assert pauses == [5, 10, 20, 40]
    assert (source.failures, timetable.is_alarm(source)) == (4, True)
    assert menu.failing(visit(NOW.date())) == 1
    (folder / "later").mkdir()
    (folder / "later" / "a.csv").write_text(lines(1))
    read(source, source.next_at)
    assert (source.failures, source.problem, menu.failing(visit(NOW.date()))) == (0, {}, None)


def test_two_workers_do_not_read_one_place_at_once(folder):
    source = source_of("folder", str(folder))
    assert reading.claim(source.pk, now=NOW) is not None
    assert reading.claim(source.pk, now=NOW + timedelta(minutes=1)) is None
    assert reading.claim(source.pk, now=NOW + HOUR) is not None


def test_a_paused_place_is_not_due(folder):
    source_of("folder", str(folder), next_at=NOW, paused_at=NOW)
    assert reading.due(now=NOW) == []


class Web(BaseHTTPRequestHandler):
    """A web server with ETags, sign-in, a redirect into the own network, and a large file."""

    body, tag, seen = lines(1), '"1"', []

    def do_GET(self) -> None:
        type(self).seen.append((self.path, self.headers.get("If-None-Match")))
        if self.path == "/inside":
            self.answer(302, Location=f"http://127.0.0.2:{self.server.server_port}/vendas.csv")
        elif self.path == "/secret" and self.headers.get("Authorization") != "Bearer abc":
            self.answer(401)
        elif self.headers.get("If-None-Match") == self.tag:
            self.answer(304)
        else:
            self.answer(
                200, self.body, ETag=self.tag, **{"Content-Type": "text/csv; charset=utf-8"}
            )

    def answer(self, status: int, body: str = "", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def web(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Web.body, Web.tag, Web.seen = lines(1), '"1"', []
    settings.OUTBOUND_ALLOWED = frozenset({f"127.0.0.1:{server.server_port}"})
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def test_a_web_address_is_asked_whether_it_changed(web):
    source = source_of("https", f"{web}/vendas.csv")
    read(source)
    confirm(source)
    assert read(source, NOW + HOUR) == []
    assert Web.seen[-1] == ("/vendas.csv", '"1"')
    Web.body, Web.tag = lines(1, 2), '"2"'
    assert len(read(source, NOW + 2 * HOUR)) == 1
    assert OrderLine.objects.count() == 2


def test_a_web_address_may_not_lead_into_the_own_network(web, settings):
    source = source_of("https", f"{web}/inside")
    read(source)
    assert source.problem["code"] == "forbidden_address"
    settings.OUTBOUND_ALLOWED = frozenset()
    for address in (f"{web}/vendas.csv", "https://127.0.0.1/x.csv", "https://[::ffff:10.0.0.1]/x"):
        other = source_of("https", address)
        read(other)
        assert other.problem["code"] in ("not_https", "forbidden_address")
    assert ("/vendas.csv", None) not in Web.seen


def test_a_secret_is_sealed_and_a_wrong_one_names_the_way_out(web):
    from posvenda.base import vault

    source = source_of("https", f"{web}/secret")
    read(source)
    assert source.problem["code"] == "not_allowed"
    source.sealed = vault.seal('{"password": "abc"}')
    source.save()
    assert "abc" not in source.sealed
    read(source)
    assert source.failures == 0
    assert reading.waiting_run(source).files.get().name == "secret.csv"


def test_a_file_above_the_limit_is_refused(web, settings):
    settings.UPLOAD_LIMIT_BYTES = 20
    source = source_of("https", f"{web}/vendas.csv")
    read(source)
    assert source.problem["code"] == "too_big"
    assert not ImportRun.objects.exists()


@pytest.fixture
def server(tmp_path, settings):
    root = tmp_path / "sftp"
    (root / "saida").mkdir(parents=True)
    with sftp_server.serving(root) as running:
        settings.OUTBOUND_ALLOWED = frozenset({"127.0.0.1"})
        running.root = root / "saida"
        yield running


def sftp_source(server, **more) -> Source:
    from posvenda.base import vault

    address = f"127.0.0.1:{server.port}/saida"
    more = {"sealed": vault.seal(f'{{"password": "{sftp_server.PASSWORD}"}}'), **more}
    made = source_of("sftp", address, username=sftp_server.USER, **more)
    if "host_key" not in more:
        made.host_key = sftp.host_key(places.server_of(made))
        made.save()
    return made


def test_an_sftp_folder_is_read_with_its_pinned_key(server):
    (server.root / "vendas.csv").write_text(lines(1))
    (server.root / "sub").mkdir()
    source = sftp_source(server)
    assert source.host_key == f"{server.host_key.get_name()} {server.host_key.get_base64()}"
    read(source)
    confirm(source)
    assert read(source, NOW + HOUR) == []
    (server.root / "mais.csv").write_text(lines(5))
    assert len(read(source, NOW + 2 * HOUR)) == 1
    assert OrderLine.objects.count() == 2


def test_another_host_key_or_a_wrong_password_stops_the_reading(server):
    from posvenda.base import vault

    (server.root / "vendas.csv").write_text(lines(1))
    other = paramiko.ECDSAKey.generate()
    changed = sftp_source(server, host_key=f"{other.get_name()} {other.get_base64()}")
    read(changed)
    assert changed.problem["code"] == "host_key_changed"
    wrong = sftp_source(server, sealed=vault.seal('{"password": "errada"}'))
    read(wrong)
    assert wrong.problem["code"] == "not_allowed"
    assert not SourceFile.objects.exists()


def test_a_private_key_opens_the_server_and_its_address_is_guarded(tmp_path, settings):
    key = paramiko.ECDSAKey.generate()
    text = io.StringIO()
    key.write_private_key(text)
    (tmp_path / "a.csv").write_text(lines(1))
    with sftp_server.serving(tmp_path, user_key=key) as running:
        where = sftp.Server("127.0.0.1", running.port, "erp", key=text.getvalue())
        with pytest.raises(Refused, match="forbidden_address"):
            sftp.host_key(where)
        assert running.connections == []
        allowed = sftp.Server(
            "127.0.0.1", running.port, "erp", key=text.getvalue(), allowed={"127.0.0.1"}
        )
        with sftp.opened(allowed, pinned=sftp.host_key(allowed)) as found:
            assert [each.name for each in found.entries("/")] == ["a.csv"]
    assert sftp.fingerprint("ssh-rsa AAAA").startswith("SHA256:")


def test_the_clock_has_due_places_read(folder):
    source_of("folder", str(folder), next_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert jobs.read_due_sources.call() == 1
