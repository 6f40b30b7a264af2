"""The people and the files they come in with."""

import csv
import io
import zipfile
from dataclasses import dataclass
from functools import cached_property

from stdnum.br import cpf


@dataclass(frozen=True)
class Bird:
    """One person; every value is found nowhere else."""

    number: int

    def word(self, kind: str) -> str:
        """This will give a word of this person alone: letters only, so that no number matches."""
        letters = "".join("abcdefghij"[int(each)] for each in f"{self.number:04d}")
        return f"Canario{kind}{letters}x"

    @cached_property
    def document(self) -> str:
        """A CPF with right check digits."""
        base = f"{712_345_000 + self.number:09d}"
        return base + cpf._calc_check_digits(base)

    @property
    def phone(self) -> str:
        """A mobile number."""
        return f"+55119873{self.number:05d}"

    @property
    def email(self) -> str:
        """An address."""
        return f"{self.word('mail').lower()}@exemplo.com.br"

    @property
    def name(self) -> str:
        """A name of two words."""
        return f"{self.word('nome')} {self.word('sobrenome')}"

    @property
    def key(self) -> str:
        """The code the company's own system has."""
        return f"{self.word('codigo')}"

    @property
    def order(self) -> str:
        """The number of an order: the law keeps it."""
        return f"PED{self.word('pedido')}"

    def needles(self) -> dict[str, list[str]]:
        """This will list what must not be found, by kind."""
        kinds = ("attribute", "contact", "pet", "ticket", "answer", "note", "task", "tag")
        more = ("refused", "event", "letter", "stripe", "cancel", "proof", "detail", "breed")
        others = (
            "trait",
            "hook",
            "signed",
            "spurned",
            "posted",
            "undone",
            "second",
            "held",
            "folder",
        )
        digits = self.phone.removeprefix("+")
        return {
            "name": [self.word("nome"), self.word("sobrenome")],
            "email": [self.word("mail")],
            "phone": [digits[2:], digits[4:]],
            "document": [self.document, cpf.format(self.document)],
            "key": [self.word("codigo")],
            **{kind: [self.word(kind)] for kind in (*kinds, *more, *others)},
        }


def archive(birds: list[Bird]) -> bytes:
    """This will write one zip with a CSV for each kind of record, as a company would export."""
    tables = {
        "clientes.csv": (
            "codigo;nome;cpf;email;telefone;tipo;etiquetas;cliente desde;apelido",
            _customer,
        ),
        "contatos.csv": ("id contato;cliente;nome contato;cargo;email contato", _contact),
        "pets.csv": ("id pet;tutor;nome do pet;tipo;raca;nascimento", _pet),
        "contratos.csv": ("contrato;cliente;data inicio;data fim;valor mensal", _contract),
        "pedidos.csv": ("numero pedido;cliente;data do pedido;valor total;status", _order),
        "itens.csv": ("numero pedido;linha;cliente;cod produto;quantidade;valor total;data", _line),
        "chamados.csv": ("numero chamado;cliente;assunto;aberto em", _ticket),
        "respostas.csv": ("resposta id;cliente;escala;nota;comentario;data resposta", _answer),
        "cancelamentos.csv": (
            "cancelamento id;cliente;data cancelamento;motivo;comentario",
            _cancel,
        ),
        "reunioes.csv": ("id interacao;cliente;data contato;tipo;texto", _note),
        "consentimentos.csv": (
            "consentimento id;cliente;finalidade;canal;aceitou;prova;data",
            _consent,
        ),
        "uso.csv": ("event id;cliente;user id;occurred at;feature", _use),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, (header, write) in tables.items():
            text = io.StringIO()
            writer = csv.writer(text, delimiter=";")
            writer.writerow(header.split(";"))
            for bird in birds:
                writer.writerows(write(bird))
            zipped.writestr(name, text.getvalue())
    return packed.getvalue()


def packed(name: str, header: str, lines: list[list[str]]) -> bytes:
    """This will write a zip with one CSV."""
    text, zipped = io.StringIO(), io.BytesIO()
    csv.writer(text, delimiter=";").writerows([header.split(";"), *lines])
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text.getvalue())
    return zipped.getvalue()


def contacts(birds: list[Bird], kind: str) -> bytes:
    """This will write a file of contacts that other files do not tell."""
    lines = [
        [f"{kind}{bird.number}", bird.key, f"{bird.word(kind)} Silva", "tia", ""] for bird in birds
    ]
    return packed(f"{kind}.csv", "id contato;cliente;nome contato;cargo;email contato", lines)


def _customer(bird: Bird) -> list[list[str]]:
    told = [bird.key, bird.name, bird.document, bird.email, bird.phone, "pessoa", bird.word("tag")]
    return [[*told, "01/02/2025", bird.word("attribute")]]


def _contact(bird: Bird) -> list[list[str]]:
    name = f"{bird.word('contact')} {bird.word('detail')}"
    email = f"{bird.word('contact').lower()}@exemplo.com.br"
    return [[f"k{bird.number}", bird.key, name, "mae", email]]


def _pet(bird: Bird) -> list[list[str]]:
    return [
        [f"p{bird.number}", bird.key, bird.word("pet"), "cao", bird.word("breed"), "04/05/2020"]
    ]


def _contract(bird: Bird) -> list[list[str]]:
    return [[f"CT{bird.number}", bird.key, "01/01/2026", "01/01/2027", "100,00"]]


def _order(bird: Bird) -> list[list[str]]:
    return [[bird.order, bird.key, "04/05/2026", f"{bird.number + 10},50", "pago"]]


def _line(bird: Bird) -> list[list[str]]:
    return [[bird.order, "1", bird.key, "SKU1", "2", f"{bird.number + 10},50", "04/05/2026"]]


def _ticket(bird: Bird) -> list[list[str]]:
    """The second one cannot be read, so that it stays among the refused rows."""
    good = [f"T{bird.number}", bird.key, bird.word("ticket"), "05/05/2026 10:00"]
    return [good, [f"R{bird.number}", bird.key, bird.word("refused"), "45/45/2026"]]


def _answer(bird: Bird) -> list[list[str]]:
    return [[f"A{bird.number}", bird.key, "nps", "9", bird.word("answer"), "06/05/2026"]]


def _cancel(bird: Bird) -> list[list[str]]:
    return [[f"X{bird.number}", bird.key, "07/05/2026", "preco", bird.word("cancel")]]


def _note(bird: Bird) -> list[list[str]]:
    return [[f"I{bird.number}", bird.key, "08/05/2026", "nota", bird.word("note")]]


def _consent(bird: Bird) -> list[list[str]]:
    told = [f"S{bird.number}", bird.key, "marketing", "email", "sim", bird.word("proof")]
    return [[*told, "09/05/2026"]]


def _use(bird: Bird) -> list[list[str]]:
    return [[f"E{bird.number}", bird.key, bird.email, "2026-05-10T10:00:00-03:00", "Agenda"]]
