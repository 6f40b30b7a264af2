"""The whole of Bicho Bom as a town."""

from datetime import date

from posvenda.demo import shop, shop_orders, shop_voice
from posvenda.demo.people import Registry
from posvenda.demo.town import SEED, Town, stream


def town(*, today: date, seed: int = SEED) -> Town:
    """This will make Bicho Bom as it stands on the morning of ``today``; nothing is dated later."""
    registry = Registry(stream(seed, "shop registry"))
    everybody = shop.people(registry, today=today, seed=seed)
    bought = {p.key: shop_orders.purchases(p, today=today, seed=seed) for p in everybody}
    orders = [order for one in everybody for order in bought[one.key]]
    dice = stream(seed, "shop customers")
    return Town(
        pack="loja",
        company=shop.COMPANY,
        today=today,
        colleagues=shop.COLLEAGUES,
        records={
            "customer": [shop.customer_row(one, registry, dice) for one in everybody],
            "subject": [row for one in everybody for row in shop.subject_rows(one)],
            "product": shop_orders.product_rows(),
            "order": [shop_orders.order_row(order) for order in orders],
            "order_line": [row for order in orders for row in shop_orders.line_rows(order)],
            "ticket": [
                r for p in everybody for r in shop_voice.ticket_rows(p, today=today, seed=seed)
            ],
            "answer": [
                r
                for p in everybody
                for r in shop_voice.answer_rows(p, bought[p.key], today=today, seed=seed)
            ],
            "interaction": [
                r
                for p in everybody
                for r in shop_voice.interaction_rows(p, bought[p.key], today=today, seed=seed)
            ],
        },
        usage=None,
        tasks=tuple(r for p in everybody for r in shop_voice.task_rows(p, today=today, seed=seed)),
        truth=tuple(shop.planted(one) for one in everybody),
    )
