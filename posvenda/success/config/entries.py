"""The kinds that come with this room. A further kind is one more entry here, or a ``declare``."""

from posvenda.success import definitions, offers
from posvenda.success.config.kinds import FACTS, SEGMENTS, Kind, of_pack

WHY = {"raises": "word", "lowers": "word", "keeps": "word", "unknown": "word"}
MEASURE = {"fact": "orders.count", "weight": 1, "typical": 50, "label": "word", "why": WHY}
RATED = {"judgement": "mood", "weight": 1, "typical": 50, "expires_days": 90}
MEASURES = [
    {**MEASURE, "curve": [[0, 50]]},
    {**MEASURE, "fact": "stage.name", "table": {"word": 50}, "otherwise": 50},
    {**MEASURE, "fact": "a", "bands": [{"points": 50}], "missing": "leave_out"},
    {
        **MEASURE,
        "fact": "b",
        "bands": [{"upto": 10, "points": 20}, {"points": 50}],
        "missing": {"points": 50, "label": "word"},
    },
    {
        **MEASURE,
        "fact": "c",
        "bands": [{"points": 20}, {"from": 10, "points": 50}],
        "age_fact": "orders.recency_days",
        "fresh_within_days": 90,
    },
    {**RATED, "judgement": "trust", "curve": [[1, 50]]},
]
GROUP = {"name": "inner", "label": "word", "weight": 1, "measures": [RATED]}
SCORECARD = {
    "name": "card",
    "version": 1,
    "floor_coverage": 0.4,
    "bands": {"good": 70, "warn": 45},
    "groups": [
        {
            "name": "group",
            "label": "word",
            "measures": MEASURES,
            "groups": [GROUP],
        }
    ],
}
LATE = [{"when": "orders.count = 1", "reason": "word"}] * 2
RULE = {
    "stage": "one",
    "when": "orders.count = 1",
    "segment": {"when": "orders.count = 1", "label": "word"},
    "label": "word",
    "enter": "in",
    "leave": "out",
    "span": "word",
    "expected_days": 30,
    "limit_days": 1_000_000,
    "behind_when": LATE,
    "stuck_when": LATE,
}
CLOCK = {"starts": "orders.first_on", "reached": "orders.second_on", "label": "word"}
INDICATOR = {"name": "one", "nature": "risk", "when": "orders.count = 1", "label": "word"}
CARDS = {
    "name": "cards",
    "version": 1,
    "cards": [
        {
            "name": "first",
            "label": "word",
            "when": "orders.count = 1",
            "bands": {"good": 70, "warn": 45},
            "groups": [
                {
                    "name": "group",
                    "measures": MEASURES,
                    "groups": [{"name": "inner", "measures": [RATED]}],
                }
            ],
        },
        {"name": "last", "groups": [GROUP]},
    ],
    "indicators": [INDICATOR],
}
STAGES = {
    "name": "ladder",
    "version": 1,
    "screen": ["one", "one"],
    "value": [
        {**CLOCK, "when": "orders.count = 1"},
        {"starts": "orders.first_on", "days": "adoption.days_to_first_use", "label": "word"},
    ],
    "rules": [RULE, {**RULE, "stage": "two"}],
    "default": "three",
    "default_label": "word",
}
PLAY = {
    "id": "one",
    "when": "orders.count = 1",
    "value": "orders.value",
    "unit": "word",
    "chance": 0.5,
    "leverage": "risk",
    "action": "call",
    "do": "word",
    "icon": "phone",
    "title": "word",
    "needs": "orders.count = 1",
    "reasons": [
        {"icon": "star", "text": "word", "when": "orders.count = 1"},
        {"text": "word"},
    ],
    "message": {"subject": "word", "body": "word"},
}
PLAYS = {
    "plays": [
        PLAY,
        {**PLAY, "id": "two", "value": {"fact": "orders.value", "times": 2}},
        {**PLAY, "id": "three", "value": {"cents": 100}},
    ]
}
CLIENTS = {
    "columns": ["health.score", "who.owner"],
    "order": "-at_risk",
    "money": "orders.value_365d",
    "risk": "orders.count = 1",
    "segments": [
        {
            "name": "one",
            "label": "word",
            "when": "orders.count = 1",
            "band": "risk",
            "order": "who.name",
        },
        {"name": "two", "label": "word", "when": "orders.count = 1"},
    ],
}


ENTRIES: tuple[Kind, ...] = (
    of_pack(
        "scorecard",
        "Health: groups, measures and points",
        read=definitions.cards_of,
        samples=(SCORECARD, CARDS),
    ),
    of_pack("stages", "Stages of the lifecycle", read=definitions.stages_of, samples=(STAGES,)),
    of_pack("plays", "Next best actions", read=offers.plays_of, samples=(PLAYS,)),
    of_pack(
        "clients",
        "The list of customers on the first day",
        read=definitions.look_of,
        samples=(CLIENTS,),
    ),
    FACTS,
    SEGMENTS,
)
