"""What providers send, in short; and what the facts say after it."""

from typing import Any

from posvenda.commerce.models import ContractLine, Order, OrderLine


def stripe(kind: str, told: dict[str, Any], created: int, number: int = 1) -> dict[str, Any]:
    """This will give an event of Stripe."""
    return {"id": f"evt_{number}", "type": kind, "created": created, "data": {"object": told}}


def subscription(**more: Any) -> dict[str, Any]:
    """This will give a subscription of Stripe."""
    price = {
        "id": "price_1",
        "unit_amount": 49_000,
        "currency": "brl",
        "product": "prod_pro",
        "recurring": {"interval": "month", "interval_count": 1},
    }
    item = {"id": "si_1", "quantity": 3, "price": price}
    told = {
        "id": "sub_1",
        "customer": "cus_1",
        "status": "active",
        "start_date": 1_767_225_600,
        "items": {"data": [item]},
    }
    return told | more


def current(model: type[Any]) -> Any:
    """This will give the rows that hold now."""
    return model.objects.filter(superseded_at=None, is_retracted=False)


def picture() -> list[Any]:
    """What the facts say now, without ids and moments of recording."""
    return [
        sorted(current(Order).values_list("key", "customer__key", "amount_cents", "is_return")),
        sorted(current(OrderLine).values_list("key", "order_key", "amount_cents")),
        sorted(
            current(ContractLine).values_list(
                "key", "amount_cents", "period", "starts_on", "ends_on", "seats"
            ),
            key=str,
        ),
    ]


def asaas(kind: str, number: int, created: str = "2026-03-02 10:00:00", **more: Any) -> Any:
    """This will give an event of Asaas."""
    payment = {"id": "pay_1", "customer": "cus_00001", "value": 129.9, "paymentDate": "2026-03-02"}
    return {"id": f"evt_{number}", "event": kind, "dateCreated": created, "payment": payment | more}


def hotmart(kind: str, number: int, at: int = 1_770_000_000_000, **more: Any) -> dict[str, Any]:
    """This will give an event of Hotmart."""
    data = {
        "product": {"id": 77, "name": "Curso de vendas"},
        "buyer": {"email": "Bia@x.example", "name": "Bia", "document": "529.982.247-25"},
        "purchase": {
            "transaction": "HP123",
            "approved_date": 1_769_000_000_000,
            "price": {"value": 297.0, "currency_value": "BRL"},
        },
    }
    return {"id": f"h{number}", "event": kind, "creation_date": at, "data": data | more}
