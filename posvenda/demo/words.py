"""The words names are composed of. All companies and people are invented; likeness is chance."""


def _list(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(",") if word.strip())


WOMEN = _list(
    """Ana, Beatriz, Camila, Daniela, Eduarda, Fernanda, Gabriela, Helena, Isabela, Janaína,
    Karina, Larissa, Mariana, Natália, Olívia, Patrícia, Queila, Renata, Sabrina, Tatiane,
    Úrsula, Vanessa, Yasmin, Adriana, Bruna, Carolina, Débora, Elisa, Flávia, Giovana,
    Heloísa, Ingrid, Juliana, Lívia, Luciana, Marina, Mônica, Nádia, Paula, Priscila, Raquel,
    Roberta, Sandra, Simone, Sílvia, Teresa, Valéria, Viviane, Alice, Aline, Amanda, Andréa,
    Cecília, Clarice, Cláudia, Cristina, Denise, Elaine, Érica, Estela, Fabiana, Iara,
    Iracema, Jéssica, Joana, Laura, Lorena, Luísa, Manuela, Márcia, Marta, Mirela, Nair,
    Noemi, Regina, Rosana, Sônia, Talita, Telma, Vera, Vitória, Zélia"""
)
MEN = _list(
    """André, Bernardo, Caio, Danilo, Eduardo, Felipe, Gustavo, Henrique, Igor, João, Leandro,
    Marcelo, Nelson, Otávio, Paulo, Renato, Sérgio, Tiago, Ulisses, Vinícius, Wagner,
    Alexandre, Antônio, Arthur, Augusto, Breno, Bruno, Carlos, César, Cláudio, Daniel, Davi,
    Edson, Emanuel, Enzo, Fábio, Fernando, Francisco, Gabriel, Geraldo, Guilherme, Heitor,
    Hugo, Ivan, Jair, Jorge, José, Leonardo, Lucas, Luiz, Marcos, Mateus, Maurício, Miguel,
    Murilo, Natan, Nilton, Orlando, Pedro, Rafael, Raul, Ricardo, Roberto, Rodrigo, Rogério,
    Samuel, Saulo, Silas, Tomás, Valter, Vicente, Vitor, Wilson, Yuri"""
)
SURNAMES = _list(
    """Abreu, Aguiar, Alencar, Almeida, Amaral, Andrade, Antunes, Aragão, Araújo, Assis, Azevedo,
    Barbosa, Barreto, Barros, Bastos, Batista, Bezerra, Bittencourt, Borges, Braga, Brandão,
    Brito, Bueno, Cabral, Caldas, Camargo, Campos, Cardoso, Carneiro, Carvalho, Castilho,
    Castro, Cavalcante, Chaves, Coelho, Correia, Costa, Coutinho, Cruz, Cunha, Dantas, Dias,
    Diniz, Duarte, Esteves, Evangelista, Falcão, Farias, Fernandes, Ferraz, Ferreira,
    Figueiredo, Fonseca, Fontes, Franco, Freitas, Furtado, Galvão, Garcia, Gomes, Gonçalves,
    Gouveia, Guedes, Guerra, Guimarães, Henriques, Jardim, Krieger, Lacerda, Leal, Leite,
    Lemos, Lima, Lopes, Macedo, Machado, Maia, Marinho, Marques, Martins, Mattos, Medeiros,
    Meireles, Melo, Mendes, Menezes, Mesquita, Miranda, Monteiro, Moraes, Moreira, Moura,
    Munhoz, Nascimento, Neves, Novaes, Nunes, Oliveira, Ortiz, Pacheco, Padilha, Paiva,
    Peixoto, Pereira, Pessoa, Pimentel, Pinheiro, Pinto, Pires, Portela, Prates, Queiroz,
    Quintela, Ramos, Rangel, Rezende, Rocha, Rodrigues, Sales, Salgado, Sampaio, Santana,
    Santos, Saraiva, Serrano, Silveira, Simões, Siqueira, Soares, Souza, Tavares, Teixeira,
    Teles, Torres, Trindade, Valadares, Valente, Vargas, Vasconcelos, Vaz, Veloso, Viana,
    Vidal, Vieira, Vilela, Xavier, Zanetti"""
)

# industry: (what such companies call themselves, fewest and most employees)
INDUSTRIES: dict[str, tuple[tuple[str, ...], int, int]] = {
    "Indústria": (_list("Metalúrgica, Tecelagem, Fundição, Embalagens, Móveis, Usinagem"), 40, 420),
    "Hotelaria": (_list("Hotelaria, Pousadas, Hotéis"), 20, 160),
    "Restaurantes": (_list("Restaurantes, Cantinas, Churrascarias"), 25, 220),
    "Logística": (_list("Transportadora, Transportes, Logística"), 30, 380),
    "Varejo": (_list("Farmácias, Lojas, Supermercados, Calçados, Óticas, Papelaria"), 15, 350),
    "Construção": (_list("Construtora, Engenharia, Materiais"), 30, 300),
    "Agro": (_list("Cooperativa, Agropecuária, Sementes, Viveiros"), 25, 400),
    "Atacado": (_list("Distribuidora, Atacadista, Importadora"), 20, 260),
    "Educação": (_list("Colégio, Escola, Instituto, Faculdade"), 25, 240),
    "Alimentos": (_list("Laticínios, Panificadora, Massas, Cafés, Conservas"), 18, 280),
    "Automotivo": (_list("Auto Center, Autopeças, Oficinas"), 10, 120),
    "Saúde": (_list("Clínica, Laboratório, Odontologia, Fisioterapia"), 8, 150),
    "Confecção": (_list("Ateliê, Confecções, Malharia, Uniformes"), 8, 140),
    "Editora": (_list("Editora, Gráfica"), 8, 90),
    "Serviços": (_list("Contabilidade, Limpeza, Segurança, Eventos, Consultoria"), 10, 300),
}
TREES = _list(
    """Jatobá, Cambuí, Sapucaia, Jequitibá, Imbuia, Araucária, Angico, Paineira, Guapuruvu,
    Peroba, Sibipiruna, Cabreúva, Copaíba, Mangabeira, Carnaúba, Umbuzeiro, Pau-Ferro,
    Ipê-Branco, Embaúba, Araçá, Pitangueira, Jabuticaba, Bromélia, Macaúba, Cajueiro,
    Tamboril, Jurema, Quaresmeira"""
)
PLACES_F = _list(
    """Serra, Pedra, Costa, Fonte, Lagoa, Ponte, Colina, Palmeira, Ilha, Enseada, Cascata,
    Ribeira, Vila, Campina, Aldeia, Alameda, Trilha, Vereda"""
)
PLACES_M = _list(
    "Vale, Monte, Campo, Morro, Lago, Bosque, Cais, Farol, Planalto, Ribeirão, Pomar, Riacho"
)
ADJECTIVES = (
    ("Azul", "Azul"), ("Branca", "Branco"), ("Dourada", "Dourado"), ("Verde", "Verde"),
    ("Clara", "Claro"), ("Serena", "Sereno"), ("Mansa", "Manso"), ("Florida", "Florido"),
    ("Morena", "Moreno"), ("Viva", "Vivo"), ("do Norte", "do Norte"), ("do Sul", "do Sul"),
    ("Prateada", "Prateado"), ("Encantada", "Encantado"), ("Ensolarada", "Ensolarado"),
    ("das Flores", "das Flores"), ("do Sol", "do Sol"), ("da Lua", "da Lua"),
)  # fmt: skip

CITIES: tuple[tuple[str, str, str], ...] = tuple(
    (city, state, ddd)
    for city, state, ddd in (
        line.rsplit(" ", 2)
        for line in _list(
            """São Paulo SP 11, São Paulo SP 11, São Paulo SP 11, Guarulhos SP 11,
            Campinas SP 19, Ribeirão Preto SP 16, São José dos Campos SP 12, Santos SP 13,
            Sorocaba SP 15, Bauru SP 14, São José do Rio Preto SP 17,
            Presidente Prudente SP 18, Rio de Janeiro RJ 21, Rio de Janeiro RJ 21,
            Niterói RJ 21, Volta Redonda RJ 24, Vitória ES 27, Belo Horizonte MG 31,
            Belo Horizonte MG 31, Juiz de Fora MG 32, Governador Valadares MG 33,
            Uberlândia MG 34, Poços de Caldas MG 35, Divinópolis MG 37, Montes Claros MG 38,
            Curitiba PR 41, Curitiba PR 41, Ponta Grossa PR 42, Londrina PR 43, Maringá PR 44,
            Cascavel PR 45, Joinville SC 47, Blumenau SC 47, Florianópolis SC 48,
            Chapecó SC 49, Porto Alegre RS 51, Pelotas RS 53, Caxias do Sul RS 54,
            Santa Maria RS 55, Brasília DF 61, Goiânia GO 62, Palmas TO 63, Cuiabá MT 65,
            Campo Grande MS 67, Salvador BA 71, Feira de Santana BA 75, Aracaju SE 79,
            Recife PE 81, Maceió AL 82, João Pessoa PB 83, Natal RN 84, Fortaleza CE 85,
            Teresina PI 86, Petrolina PE 87, Belém PA 91, Manaus AM 92, São Luís MA 98"""
        )
    )
)
SHOP_CITIES = (("Belo Horizonte", "MG", "31"),) * 6 + (
    ("Contagem", "MG", "31"),
    ("Nova Lima", "MG", "31"),
    ("Betim", "MG", "31"),
)
SOURCES = _list("Indicação, Site, Evento, Parceiro contábil, Anúncio, Busca")
SHOP_SOURCES = _list("Indicação, Passou na frente, Instagram, Busca, Feira de adoção")
ROLES = _list(
    """Diretora financeira, Coordenadora financeira, Analista financeira, Controller,
    Gerente administrativa, Contadora, Assistente de contas a pagar, Diretora-geral"""
)
ROLES_M = _list(
    """Diretor financeiro, Coordenador financeiro, Analista financeiro, Controller,
    Gerente administrativo, Contador, Assistente de contas a pagar, Diretor-geral"""
)
FEATURES = _list(
    "Contas a pagar, Contas a receber, Notas fiscais, Conciliação, Fluxo de caixa, Orçamento"
)
PETS = _list(
    """Paçoca, Bob, Mel, Fred, Luna, Thor, Nina, Pipoca, Amora, Simba, Belinha, Chico, Frida,
    Tobias, Jade, Floquinho, Kiara, Pandora, Zeca, Pretinha, Max, Lola, Romeu, Cacau, Farofa,
    Tapioca, Bolota, Marley, Maia, Duque, Estrela, Biscoito, Meg, Apolo, Dora, Rex, Filó,
    Feijão, Mingau, Capitu, Bento, Malu, Snow, Bidu, Gaia, Nick, Sofia, Pingo, Aurora, Theo,
    Jujuba, Leão, Maya, Otto, Princesa, Xodó"""
)
DOGS = _list(
    """Vira-lata, Shih-tzu, Poodle, Golden retriever, Labrador, Lhasa apso, Yorkshire, Pinscher,
    Dachshund, Border collie"""
)
CATS = _list("Sem raça definida, Siamês, Persa, Maine coon")
