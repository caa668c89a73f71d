from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.page import chart, page
from benchmarks.questions import QUESTIONS
from benchmarks.results import Growth, Results, Round, Steadiness, read

RATES = {"constant": 10_000, "handwritten": 1_000, "causerie": 900, "causerie-cached": 6_000, "yoga": 400}


@pytest.fixture
def results() -> Results:
    keys = [question.key for question in QUESTIONS]
    return Results(
        date="2026-11-24",
        commit="0123456789",
        machine={"Processor": "some, 2 cores"},
        versions={"Python": "3.11.7"},
        rows="5 posts",
        seconds=5,
        rounds=[
            Round(key, question, rate * factor, 0.01, 0.02, 0.001)
            for key, rate in {**RATES, "mercurius": 450}.items()
            for question in keys
            for factor in (0.5, 1, 1.1)
        ],
        titles={key: key.title() for key in (*RATES, "mercurius")},
        about={key: f"about {key}" for key in (*RATES, "mercurius")},
        stores=dict.fromkeys((*RATES, "mercurius"), "sqlite"),
        kinds={key: "ours" if key.startswith("causerie") else "node" for key in (*RATES, "mercurius")},
        sizes=dict.fromkeys(keys, 12_345),
        memory=dict.fromkeys((*RATES, "mercurius"), 50 * 2**20),
        growth=[Growth(key, "sqlite", [100, 110, 90], [100, 80, 50]) for key in keys],
        steadiness=Steadiness(5_000, [10_000, 20_000], [100 * 2**20, 103 * 2**20]),
    )


def _row(text: str, name: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_the_page_shows_medians(results: Results) -> None:
    assert _row(page(results), "**Causerie**") == ["900", "900", "900", "900"]


def test_the_page_says_which_targets_are_reached(results: Results) -> None:
    text = page(results)
    ratios = text.partition("## Causerie against the others")[2]
    assert _row(ratios, "Hand-written SQL")[0] == "0.90 (≥ 0.75)"
    assert _row(ratios, "The best on Node.js")[0] == "2.00 (≥ 2)"
    assert _row(ratios, "Answers kept: constant bytes")[0] == "0.60 (not ≥ 0.7)"


def test_servers_that_were_not_measured_are_not_compared_with(results: Results) -> None:
    assert "Strawberry + Tortoise" not in page(results)


def test_the_page_shows_growth_and_memory_where_they_were_measured(results: Results) -> None:
    text = page(results)
    assert _row(text, "**Causerie** on SQLite")[0] == "1.25"
    assert "100.0 MiB after 10,000 requests, 103.0 MiB after 20,000 (+3.0%)" in text
    results.growth, results.steadiness = [], None
    assert "Ten times" not in page(results)
    assert "Memory over time" not in page(results)


def test_the_chart_is_a_picture(results: Results) -> None:
    drawn = ET.fromstring(chart(results))
    bars = drawn.findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) == 4 * len(QUESTIONS)
    assert max(float(bar.attrib["width"]) for bar in bars) < 470


def test_results_can_be_kept(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path / "results.json")
    assert read(tmp_path / "results.json") == results
