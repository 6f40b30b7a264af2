"""The whole of a trade as a town."""

from datetime import date

from posvenda.demo import shop, shop_orders, shop_voice
from posvenda.demo.people import Registry
from posvenda.demo.town import SEED, Town, stream
from posvenda.demo.trade import Trade


def town(trade: Trade, *, today: date, seed: int = SEED) -> Town:
    """This will make the company as it stands on the morning of ``today``; nothing is later."""
    registry = Registry(stream(seed, trade.pack, "registry"))
    everybody = shop.people(trade, registry, today=today, seed=seed)
    bought = {
        one.key: shop_orders.purchases(trade, one, today=today, seed=seed) for one in everybody
    }
    orders = [order for one in everybody for order in bought[one.key]]
    dice = stream(seed, trade.pack, "customers")
    return Town(
        pack=trade.pack,
        company=trade.company,
        today=today,
        colleagues=trade.colleagues,
        records={
            "customer": [
                shop.customer_row(trade, one, registry, dice, today=today) for one in everybody
            ],
            "subject": [row for one in everybody for row in shop.subject_rows(one)],
            "product": shop_orders.product_rows(trade),
            "order": [shop_orders.order_row(trade, order) for order in orders],
            "order_line": [row for order in orders for row in shop_orders.line_rows(trade, order)],
            "ticket": [
                row
                for one in everybody
                for row in shop_voice.ticket_rows(trade, one, today=today, seed=seed)
            ],
            "answer": [
                row
                for one in everybody
                for row in shop_voice.answer_rows(
                    trade, one, bought[one.key], today=today, seed=seed
                )
            ],
            "interaction": [
                row
                for one in everybody
                for row in shop_voice.interaction_rows(
                    trade, one, bought[one.key], today=today, seed=seed
                )
            ],
        },
        usage=None,
        tasks=tuple(
            row
            for one in everybody
            for row in shop_voice.task_rows(trade, one, today=today, seed=seed)
        ),
        truth=tuple(shop.planted(one) for one in everybody),
    )
