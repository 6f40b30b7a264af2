"""Invented rows in the shape of helpdesks, CRMs and hand-kept tables."""

from datetime import date
from decimal import Decimal

from tests.rooms.api.samples.moment import at

D = Decimal

OTHERS = [
    (
        "zendesk_tickets",
        "id,requester_id,organization_id,status,priority,subject,created_at,updated_at\n"
        "1,77,370,solved,high,Nota errada,2026-02-02T10:00:00Z,2026-02-03T09:00:00Z\n"
        "2,78,,open,,Dúvida,2026-02-02T10:00:00Z,2026-02-05T09:00:00Z\n"
        "3,78,,deleted,,spam,2026-02-02T10:00:00Z,2026-02-05T09:00:00Z\n",
        {
            "ticket": [
                {"key": "1", "customer": "370", "closed_at": at(2026, 2, 3, 9)},
                {"key": "2", "customer": "78", "closed_at": None},
            ]
        },
        ["left_out"],
    ),
    (
        "zendesk_users",
        "id,name,email,role,organization_id,external_id,suspended,ticket_restriction,created_at\n"
        "77,Bia,bia@x.com,end-user,370,,false,,2026-01-01 10:00:00\n"
        "78,Caio,caio@y.com,end-user,,C-9,false,,2026-01-01 10:00:00\n"
        "79,Agente,ag@z.com,agent,,,false,,2026-01-01 10:00:00\n",
        {
            "customer": [
                {"key": "370", "id.zendesk_user": "77", "name": None},
                {"key": "C-9", "id.zendesk_user": "78", "name": "Caio", "kind": "person"},
            ],
            "contact": [{"key": "77", "customer": "370", "name": "Bia"}],
        },
        ["left_out"],
    ),
    (
        "zendesk_organizations",
        "id,name,external_id,shared_tickets,shared_comments,created_at\n"
        "370,Padaria,P-1,false,false,2026-01-01 10:00:00\n"
        "371,Mercado,,false,false,2026-01-01 10:00:00\n",
        {
            "customer": [
                {"key": "P-1", "id.zendesk": "370"},
                {"key": "371", "id.zendesk": "371"},
            ]
        },
        [],
    ),
    (
        "zendesk_satisfaction",
        "id,score,ticket_id,requester_id,assignee_id,created_at,comment\n"
        "1,good,9,77,5,2026-02-02T10:00:00Z,ótimo\n2,bad,9,77,5,2026-02-03T10:00:00Z,\n"
        "3,offered,9,77,5,2026-02-03T10:00:00Z,\n",
        {"answer": [{"score": 5, "customer": "77", "scale": "csat"}, {"score": 1}]},
        ["left_out"],
    ),
    (
        "rdstation_contacts",
        "Email,Nome,Telefone,Celular,Empresa,Cargo,Estágio no funil,"
        "Data da primeira conversão,Tags\n"
        'ana@a.com,Ana,1133334444,11987654321,A,Dona,Lead,02/03/2026 10:00,"vip, promo"\n',
        {
            "customer": [
                {
                    "email": "ana@a.com",
                    "phone": "+5511987654321",
                    "tags": ["vip", "promo"],
                    "attr.funnel_stage": "Lead",
                    "since": at(2026, 3, 2, 13),
                }
            ]
        },
        [],
    ),
    (
        "rdstation_events",
        '{"event_type":"WEBHOOK.CONVERTED","event_identifier":"ebook","timestamp":'
        '"2026-03-02T10:00:00-03:00","contact":{"uuid":"u-1","email":"ana@a.com","name":"Ana",'
        '"mobile_phone":"11987654321","tags":["vip"],"funnel":{"lifecycle_stage":"Lead"}}}\n',
        {"customer": [{"key": "ana@a.com", "id.rdstation": "u-1", "since": at(2026, 3, 2, 13)}]},
        [],
    ),
    (
        "salesforce_accounts",
        "Id,Name,Industry,OwnerId,CreatedDate,BillingCity,NumberOfEmployees,Type\n"
        "001A,Acme,Retail,005X,2026-01-02T10:00:00.000Z,Recife,120,Customer\n"
        "001B,Talvez,Retail,005X,2026-01-02T10:00:00.000Z,Recife,12,Prospect\n",
        {"customer": [{"key": "001A", "since": at(2026, 1, 2, 10), "attr.employees": 120}]},
        ["left_out"],
    ),
    (
        "salesforce_opportunities",
        "Id,AccountId,Name,StageName,Amount,CloseDate\n"
        "006A,001A,Renovação,Closed Won,12500.0,2026-03-02\n"
        "006B,001A,Outra,Prospecting,99.0,2026-04-02\n",
        {"order": [{"number": "006A", "customer": "001A", "amount": 1_250_000}]},
        ["left_out"],
    ),
    (
        "hubspot_companies",
        "Record ID,Company name,Company owner,Create Date,Phone Number,City,Industry\n"
        "901,Acme,bia@x.com,2026-01-02 10:00,+55 11 98765-4321,Natal,RETAIL\n",
        {"customer": [{"key": "901", "owner": "bia@x.com", "attr.industry": "RETAIL"}]},
        [],
    ),
    (
        "hubspot_deals",
        "ID do registro,Nome do negócio,Etapa do negócio,Data de fechamento,Valor,"
        "Empresa associada\n"
        "7,Venda A,Negócio fechado,2026-03-02 10:00,1500,Acme\n"
        "8,Venda B,Proposta enviada,2026-03-02 10:00,1500,Acme\n",
        {"order": [{"number": "7", "customer": "Acme", "amount": 150_000}]},
        ["left_out"],
    ),
    (
        "contracts_en",
        "Contract ID,Customer,Start Date,End Date,Monthly Fee,Seats\n"
        "K1,Acme,2026-01-01,2026-12-31,99.50,4\n",
        {"contract": [{"amount": 9_950, "ends_on": date(2027, 1, 1), "seats": 4}]},
        [],
    ),
    (
        "contracts_pt",
        "Contrato;Cliente;Início;Término;Mensalidade;Licenças\n"
        "K1;Acme;01/01/2026;31/12/2026;1.099,50;4\n",
        {"contract": [{"amount": 109_950, "ends_on": date(2027, 1, 1), "seats": 4}]},
        [],
    ),
    (
        "orders_en",
        "Order ID,Order Date,Customer Email,Order Total,Status\n"
        "1,2026-03-02,ana@a.com,10.50,paid\n2,2026-03-02,ana@a.com,10.50,cancelled\n",
        {"order": [{"amount": 1_050, "customer": "ana@a.com"}, {"cancelled_at": date(2026, 3, 2)}]},
        [],
    ),
    (
        "orders_pt",
        "Pedido;Data;CPF;Valor total;Situação\n"
        "1;02/03/2026;529.982.247-25;10,50;pago\n2;02/03/2026;529.982.247-25;10,50;Devolvido\n",
        {"order": [{"amount": 1_050, "customer": "52998224725"}, {"is_return": True}]},
        [],
    ),
    (
        "tickets_en",
        "Ticket ID,Customer,Subject,Created At,Priority\n1,Acme,Help,2026-03-02 10:00,high\n",
        {"ticket": [{"key": "1", "subject": "Help", "priority": "high"}]},
        [],
    ),
    (
        "tickets_pt",
        "Protocolo;Cliente;Assunto;Aberto em;Prioridade\n1;Acme;Ajuda;02/03/2026 10:00;alta\n",
        {"ticket": [{"key": "1", "subject": "Ajuda", "happened_at": at(2026, 3, 2, 13)}]},
        [],
    ),
    (
        "nps_en",
        "Customer,NPS Score,Response Date,Feedback\nAcme,9,2026-03-02,Great\n",
        {"answer": [{"score": 9, "scale": "nps", "comment": "Great"}]},
        [],
    ),
    (
        "nps_pt",
        "Cliente;Nota NPS;Data da resposta;Motivo\nAcme;9;02/03/2026;Bom\n",
        {"answer": [{"score": 9, "scale": "nps", "comment": "Bom"}]},
        [],
    ),
    (
        "zendesk_ticket_export",
        "Summation column,Id,Requester,Requester email,Organization,Subject,Status,Priority,"
        "Created at,Solved at,Satisfaction Score,First reply time in minutes\n"
        "1,44,Bia,bia@x.com,,Nota,Solved,High,2026-03-02 10:00,2026-03-03 10:00,Good,12\n",
        {
            "ticket": [
                {"customer": "bia@x.com", "score": 5, "first_reply_minutes": D(12)},
            ]
        },
        [],
    ),
    (
        "contratos",
        "contrato;razao_social;cnpj;vl_mensal;dt_inicio;dt_fim\n"
        "K1;Padaria;11.222.333/0001-81;1.240,00;01/06/2026;31/05/2027\n",
        {"contract": [{"amount": 124_000, "ends_on": date(2027, 6, 1)}]},
        [],
    ),
]
