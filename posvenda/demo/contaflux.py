"""The whole of Contaflux as a town."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain

from posvenda.demo import saas, saas_contracts, saas_usage, saas_voice
from posvenda.demo.people import Registry
from posvenda.demo.town import SEED, Row, Town, stream

# what the product offers, so that breadth counts what matters to each customer
FEATURES = """\
features:
  - {key: contas_a_pagar, name: Contas a pagar, means: [Contas a pagar]}
  - {key: contas_a_receber, name: Contas a receber, means: [Contas a receber]}
  - {key: notas_fiscais, name: Notas fiscais, means: [Notas fiscais]}
  - {key: conciliacao, name: Conciliação, means: [Conciliação]}
  - {key: fluxo_de_caixa, name: Fluxo de caixa, means: [Fluxo de caixa]}
  - {key: orcamento, name: Orçamento, means: [Orçamento], plans: [Plano Gestão, Plano Corporativo]}
"""
Maker = Callable[..., Iterable[Row]]


def town(*, today: date, seed: int = SEED) -> Town:
    """This will make Contaflux as it stands on the morning of ``today``; nothing is dated later."""
    registry = Registry(stream(seed, "registry"))
    everybody = saas.companies(registry, today=today, seed=seed)
    dice = stream(seed, "customers")

    def rows(maker: Maker) -> list[Row]:
        return list(chain.from_iterable(maker(one, today=today, seed=seed) for one in everybody))

    people = [
        row for one in everybody for row in saas.contact_rows(one, registry, today=today, seed=seed)
    ]
    return Town(
        pack="saas",
        company=saas.COMPANY,
        today=today,
        colleagues=saas.COLLEAGUES,
        records={
            "customer": [saas.customer_row(one, registry, dice) for one in everybody],
            "contact": people,
            "product": saas_contracts.product_rows(),
            "contract": rows(saas_contracts.contract_rows),
            "ticket": rows(saas_voice.ticket_rows),
            "answer": rows(saas_voice.answer_rows),
            "cancellation": rows(saas_contracts.cancellation_rows),
            "interaction": rows(saas_voice.interaction_rows),
        },
        usage=saas_usage.frame(everybody, people, today=today, seed=seed),
        tasks=tuple(rows(saas_voice.task_rows)),
        truth=tuple(saas.planted(one) for one in everybody),
        features=FEATURES,
        silent_champions=frozenset(
            one.key for one in everybody if one.left is None and one.champion_stops(today)
        ),
    )
