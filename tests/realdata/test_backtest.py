"""Published churn figures through import, facts and segments; and a set without signal said so."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from posvenda.api.imports import cli
from posvenda.core import conditions
from posvenda.core.backtest import auc, brier, expected_error
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.backtest import run as runs
from posvenda.success.backtest import wording

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]
NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)
NUMBERS = ("tenure", "monthly", "total")
WORDS = ("gender", "senior", "partner", "dependents", "phone", "lines", "internet", "security",
         "backup", "protection", "support", "tv", "movies", "term", "paperless",
         "payment")  # fmt: skip
TELCO = """
title: {en: "Telco churn", pt: "Telco: cancelamento"}
family: telco
header: [customerID, tenure, Contract, MonthlyCharges, Churn]
formats: {decimal: ".", currency: USD}
outputs:
  - record: customer
    columns:
      customerID: key
      gender: attr.gender
      SeniorCitizen: attr.senior
      Partner: attr.partner
      Dependents: attr.dependents
      tenure: {field: attr.tenure, kind: number}
      PhoneService: attr.phone
      MultipleLines: attr.lines
      InternetService: attr.internet
      OnlineSecurity: attr.security
      OnlineBackup: attr.backup
      DeviceProtection: attr.protection
      TechSupport: attr.support
      StreamingTV: attr.tv
      StreamingMovies: attr.movies
      Contract: attr.term
      PaperlessBilling: attr.paperless
      PaymentMethod: attr.payment
      MonthlyCharges: {field: attr.monthly, kind: number}
      TotalCharges: {field: attr.total, kind: number}
      Churn: {field: attr.churn, kind: boolean}
    constants: {kind: person}
"""


def bring(*arguments: Path | str) -> None:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    cli.run_import(parser.parse_args([str(each) for each in arguments]), now=NOW)


def test_telco_through_import_facts_and_segment(shared_data: Path, tmp_path: Path) -> None:
    preset = tmp_path / "telco.yaml"
    preset.write_text(TELCO, encoding="utf-8")
    bring(shared_data / "telco" / "Telco-Customer-Churn.csv", "--preset-file", preset)
    facts, known = sheet.build(as_of=date(2026, 6, 16)), sheet.catalogue()

    def segment(text: str) -> pl.DataFrame:
        asked = conditions.parse(text)
        assert not conditions.check(asked, known)
        return facts.filter(conditions.expression(asked, known, as_of=date(2026, 6, 16)))

    assert facts.height == 7_043
    gone = segment("attr.churn = true")
    assert (gone.height, round(gone.height / 70.43, 2)) == (1_869, 26.54)
    assert round(facts["attr.monthly"].sum(), 2) == 456_116.60
    assert round(gone["attr.monthly"].sum(), 2) == 139_130.85
    for term, rate in (("Month-to-month", 42.71), ("One year", 11.27), ("Two year", 2.83)):
        part = segment(f'attr.term = "{term}"')
        both = segment(f'attr.term = "{term}" and attr.churn = true')
        assert round(100 * both.height / part.height, 2) == rate
    assert facts["attr.total"].null_count() == 11
    _logistic_is_as_published(facts)


def _logistic_is_as_published(facts: pl.DataFrame) -> None:
    """One row per person and no dates: here folds of people, fitted apart from what they judge."""
    words = (
        facts.select(f"attr.{name}" for name in WORDS).cast(pl.String).to_dummies(drop_first=True)
    )
    numbers = facts.select(pl.col(f"attr.{name}").cast(pl.Float64).fill_null(0) for name in NUMBERS)
    x = np.hstack([numbers.to_numpy(), words.to_numpy().astype(float)])
    y = facts["attr.churn"].cast(pl.Int8).to_numpy()
    said, areas = np.zeros(y.size), []
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(x, y):
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2_000))
        said[test] = model.fit(x[train], y[train]).predict_proba(x[test])[:, 1]
        areas.append(auc(said[test], y[test]).value)
    assert float(np.mean(areas)) == pytest.approx(0.845, abs=0.005)
    assert expected_error(said, y) <= 0.03
    assert brier(said, y) == pytest.approx(0.1354, abs=0.002)


def test_ravenstack_has_no_signal_and_the_product_says_so(shared_data: Path) -> None:
    definitions.install("saas", now=NOW)
    bring(shared_data / "ravenstack", "--known-when-happened")
    done = runs.examine(definitions.card(), as_of=date(2024, 12, 31), months=24)
    figures = done.figures
    assert figures["events"] >= 30
    assert figures["verdict"]["finding"] == "no_signal"
    assert figures["auc"]["value"] < 0.6
    assert "não separa quem sai de quem fica" in wording.verdict(figures)
    assert done.model == "base"
    assert not figures["challenger"]["is_winner"]


def test_history_brought_in_afterwards_is_not_mistaken_for_knowledge(shared_data: Path) -> None:
    definitions.install("saas", now=NOW)
    bring(shared_data / "ravenstack")
    figures = runs.examine(definitions.card(), as_of=date(2024, 12, 31), months=6).figures
    assert figures["verdict"]["finding"] == "too_few"
    assert figures["recorded_later"] == 1
    assert "conhecido quando aconteceu" in wording.missing(figures)[0]
