"""Words in cells that stand for one of a few values, in Portuguese and English."""

from collections.abc import Mapping

PERIOD = {
    "month": "mes mensal mensalmente monthly month m",
    "quarter": "trimestre trimestral quarterly quarter q",
    "semester": "semestre semestral semester semiannual half",
    "year": "ano anual anualmente yearly annual annually year y a",
    "once": "unico unica once avulso one-time one_time onetime",
}
SCALE = {"nps": "nps", "csat": "csat satisfacao estrelas stars", "ces": "ces esforco effort"}
CUSTOMER = {
    "company": "company empresa pj juridica j business pessoajuridica",
    "person": "person pessoa pf fisica f individual pessoafisica",
}
PRODUCT = {
    "goods": "goods produto mercadoria good product p",
    "service": "service servico s",
    "plan": "plan plano assinatura subscription",
    "charge": "charge taxa frete encargo cobranca fee",
}
SUBJECT = {
    "pet": "pet animal cao cachorro gato dog cat",
    "child": "child crianca filho filha dependente",
    "patient": "patient paciente",
    "vehicle": "vehicle veiculo carro moto car",
    "equipment": "equipment equipamento maquina aparelho",
}
INTERACTION = {
    "note": "note nota anotacao observacao",
    "call": "call ligacao telefonema telefone chamada phone",
    "meeting": "meeting reuniao visita",
    "email": "email mail",
    "whatsapp": "whatsapp wa zap",
}
DIRECTION = {
    "internal": "internal interna interno",
    "out": "out saida enviado enviada outbound nos",
    "in": "in entrada recebido recebida inbound cliente",
    "both": "both ambos conversa",
}

CONSENT_CHANNEL = {
    "email": "email mail",
    "whatsapp": "whatsapp wa zap",
    "sms": "sms torpedo",
    "phone": "phone telefone ligacao call",
    "any": "any todos qualquer all",
}


def _words(table: Mapping[str, str]) -> dict[str, str]:
    return {word: value for value, words in table.items() for word in words.split()}


CHOICES: Mapping[str, Mapping[str, str]] = {
    "period": _words(PERIOD),
    "scale": _words(SCALE),
    "customer_kind": _words(CUSTOMER),
    "product_kind": _words(PRODUCT),
    "subject_kind": _words(SUBJECT),
    "interaction_kind": _words(INTERACTION),
    "direction": _words(DIRECTION),
    "consent_channel": _words(CONSENT_CHANNEL),
}
