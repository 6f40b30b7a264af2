"""How to get into a made-up company."""

PASSWORD = "cuidar-de-quem-fica"  # noqa: S105
LEADERS = {
    "saas": "bianca@contaflux.example",
    "loja": "helena@bichobom.example",
    "clinica": "sonia@pedeipe.example",
    "salao": "rosana@mechaclara.example",
    "veterinaria": "teresa@focinhos.example",
}
