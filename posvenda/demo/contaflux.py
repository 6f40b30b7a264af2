"""The whole of Contaflux as a town."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain

from posvenda.demo import saas, saas_contracts, saas_usage, saas_voice
from posvenda.demo.people import Registry
from posvenda.demo.town import SEED, Row, Town, stream

Maker = Callable[..., Iterable[Row]]


def town(*, today: date, seed: int = SEED) -> Town:
    """This will make Contaflux as it stands on the morning of ``today``; nothing is dated later."""
    registry = Registry(stream(seed, "registry"))
    everybody = saas.companies(registry, today=today, seed=seed)
    dice = stream(seed, "customers")

    def rows(maker: Maker) -> list[Row]:
        return list(chain.from_iterable(maker(one, today=today, seed=seed) for one in everybody))

    return Town(
        pack="saas",
        company=saas.COMPANY,
        today=today,
        colleagues=saas.COLLEAGUES,
        records={
            "customer": [saas.customer_row(one, registry, dice) for one in everybody],
            "contact": [
                row
                for one in everybody
                for row in saas.contact_rows(one, registry, today=today, seed=seed)
            ],
            "product": saas_contracts.product_rows(),
            "contract": rows(saas_contracts.contract_rows),
            "ticket": rows(saas_voice.ticket_rows),
            "answer": rows(saas_voice.answer_rows),
            "cancellation": rows(saas_contracts.cancellation_rows),
            "interaction": rows(saas_voice.interaction_rows),
        },
        usage=saas_usage.frame(everybody, today=today, seed=seed),
        tasks=tuple(rows(saas_voice.task_rows)),
        truth=tuple(saas.planted(one) for one in everybody),
    )
