"""Invented rows in the shape of what Stripe exports."""

from datetime import date

from tests.rooms.api.samples.moment import at

STRIPE = [
    (
        "stripe_customers",
        "id,Description,Email,Name,Created (UTC),Delinquent,Card ID\n"
        "cus_A,,ana@a.com,Ana Souza,2026-01-02 10:00,false,card_1\n"
        "cus_B,Loja B,b@b.com,,2026-02-03 11:30,true,\n",
        {
            "customer": [
                {"key": "cus_A", "name": "Ana Souza", "since": at(2026, 1, 2, 10)},
                {"key": "cus_B", "name": "Loja B", "attr.delinquent": True},
            ]
        },
        [],
    ),
    (
        "stripe_subscriptions",
        "id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,"
        "Start Date (UTC),Current Period Start (UTC),Canceled At (UTC),Ended At (UTC)\n"
        "sub_1,cus_A,ana@a.com,pro,3,usd,month,49.90,active,2026-01-02 10:00,2026-05-02 10:00,,\n"
        "sub_2,cus_B,b@b.com,pro,1,brl,year,1200.00,canceled,2025-01-02 10:00,2025-01-02 10:00,"
        "2025-06-01 00:00,2026-01-02 10:00\n"
        "sub_3,cus_C,c@b.com,pro,1,brl,year,1200.00,incomplete,2025-01-02 10:00,"
        "2025-01-02 10:00,,\n",
        {
            "contract": [
                {"key": "sub_1", "amount": 14_970, "currency": "USD", "period": "month"},
                {"key": "sub_2", "amount": 120_000, "ends_on": date(2026, 1, 2), "period": "year"},
            ]
        },
        ["left_out"],
    ),
    (
        "stripe_subscription_objects",
        '{"id":"sub_1","customer":"cus_A","status":"trialing","quantity":2,"currency":"usd",'
        '"plan":{"id":"pro","amount":4990,"interval":"month"},"created":1767348000,'
        '"current_period_start":1767348000}\n',
        {
            "contract": [
                {
                    "amount": 9_980,
                    "starts_on": date(2026, 1, 2),
                    "is_trial": True,
                    "product": "pro",
                }
            ]
        },
        [],
    ),
    (
        "stripe_invoices",
        "id,Amount Due,Currency,Customer,Date (UTC),Number,Paid,Subtotal,Total,Status\n"
        "in_1,49.90,usd,cus_A,2026-02-02 10:00,N-1,true,49.90,49.90,paid\n"
        "in_2,10.00,usd,cus_A,2026-03-02 10:00,N-2,false,10.00,10.00,void\n"
        "in_3,10.00,usd,cus_A,2026-03-02 10:00,,false,10.00,10.00,draft\n",
        {
            "order": [
                {"number": "in_1", "amount": 4_990, "happened_at": at(2026, 2, 2, 10)},
                {"number": "in_2", "cancelled_at": at(2026, 3, 2, 10)},
            ]
        },
        ["left_out"],
    ),
    (
        "stripe_charges",
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Status,Customer ID,"
        "Customer Email,Invoice ID\n"
        "ch_1,2026-02-02 10:00,100.00,30.00,brl,true,Paid,cus_A,ana@a.com,\n"
        "ch_2,2026-02-03 10:00,100.00,0.00,brl,false,Failed,cus_A,ana@a.com,\n"
        "ch_3,2026-02-04 10:00,50.00,0.00,brl,true,Paid,cus_A,ana@a.com,in_1\n",
        {
            "order": [
                {"number": "ch_1", "amount": 10_000, "currency": "BRL"},
                {"number": "ch_1-refund", "amount": 3_000, "is_return": True},
            ]
        },
        ["left_out", "left_out"],
    ),
    (
        "stripe_charge_objects",
        "id,amount,amount_refunded,captured,created,currency,customer_id,invoice_id,receipt_email,"
        "status\n"
        "ch_1,10050,10050,TRUE,2026-02-18 14:07:57,usd,cus_A,,ana@a.com,succeeded\n"
        "ch_2,3293,0,FALSE,2026-02-18 14:07:57,usd,cus_A,,ana@a.com,failed\n",
        {
            "order": [
                {"number": "ch_1", "amount": 10_050, "currency": "USD"},
                {"number": "ch_1-refund", "amount": 10_050, "is_return": True},
            ]
        },
        ["left_out"],
    ),
    (
        "stripe_invoice_objects",
        "id,customer_id,amount_due,amount_paid,period_end,subtotal,total,status,currency\n"
        "in_1,cus_A,0,1000,2026-02-19 14:16:37,1000,1000,paid,usd\n",
        {"order": [{"amount": 1_000, "happened_at": at(2026, 2, 19, 14, 16, 37)}]},
        [],
    ),
    (
        "stripe_invoice_lines",
        "id,invoice_id,amount,currency,description,quantity,plan_id,subscription_item_id,unique_id\n"
        "il_1,in_1,2100,usd,Plano pro,5,pro,si_1,\n",
        {"order_line": [{"order": "in_1", "line": "il_1", "product": "pro", "amount": 2_100}]},
        [],
    ),
    (
        "stripe_plans",
        "id,active,amount,billing_scheme,currency,interval,nickname,product_id\n"
        "pro,TRUE,150000,per_unit,usd,month,Pro,prod_1\n",
        {"product": [{"key": "pro", "name": "Pro", "kind": "plan"}]},
        [],
    ),
    (
        "stripe_products",
        "id,active,name,shippable,statement_descriptor,type,unit_label\nprod_1,true,Pro,,,service,\n",
        {"product": [{"key": "prod_1", "name": "Pro"}]},
        [],
    ),
]
