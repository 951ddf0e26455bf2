"""The summaries against documents that were read and annotated by hand, never by running the extractor.

The floors are a little under what was measured (docs/reference/figures.md); what must never happen has no floor.
"""

from __future__ import annotations

from typing import Any

import pytest

from bench import golden

pytestmark = pytest.mark.skipif(not golden.CORPUS.is_dir(), reason=f"the shared corpus is not at {golden.CORPUS}")
#: precision, recall and role accuracy of facts, F1 of audiences, share of deadlines, amounts and contacts told in `text`.
FLOORS = {
    "examples": (0.97, 0.95, 0.95, 0.70, 0.95),
    "gold": (0.97, 0.93, 0.95, 0.70, 0.81),
    "english": (0.97, 0.95, 0.95, 0.0, 0.90),
    "first_sight": (0.97, 0.95, 0.95, 0.0, 0.84),
}
Line = tuple[dict[str, Any], str, dict[str, Any]]


@pytest.fixture(scope="module", params=sorted(FLOORS))
def measured(request: pytest.FixtureRequest) -> tuple[str, list[Line], dict[str, Any]]:
    lines = golden.summaries(request.param)
    return request.param, lines, golden.scored(request.param, lines)


def test_every_annotation_stands_in_its_document(measured: tuple[str, list[Line], dict[str, Any]]) -> None:
    for gold, text, _ in measured[1]:
        for fact in (*gold["facts"], *gold["eligibility"], *gold.get("tell", ())):
            assert fact["raw"] in text, f"{gold['id']}: {fact['raw']}"


def test_no_deadline_is_wrong_and_no_figure_of_a_text_is_unsupported(
    measured: tuple[str, list[Line], dict[str, Any]],
) -> None:
    which, lines, result = measured
    assert len(lines) >= 10, which
    assert result["wrong_deadlines"] == 0
    assert result["raw_not_in_text"] == 0
    assert result["summaries"]["unsupported_items"] == 0


def test_facts_audiences_and_what_is_told_stay_above_their_floors(
    measured: tuple[str, list[Line], dict[str, Any]],
) -> None:
    which, lines, result = measured
    precision, recall, roles, audience, told = FLOORS[which]
    found, wanted, _ = golden.told(lines)
    assert result["micro"]["precision"] >= precision
    assert result["micro"]["recall"] >= recall
    assert result["micro"]["role_accuracy"] >= roles
    assert golden.audience_f1(lines)[2] >= audience
    assert found / wanted >= told


def test_every_text_keeps_to_the_lengths_of_the_contract(measured: tuple[str, list[Line], dict[str, Any]]) -> None:
    for gold, _, line in measured[1]:
        sentences = golden.sentences(line["text"], gold["lang"])
        if gold["lang"] == "zh":
            assert len(line["text"]) <= 200, gold["id"]
            assert all(len(said) <= 40 for said in sentences), gold["id"]
            assert len(line["short"]) <= 28, gold["id"]
        else:
            assert len(line["text"].split()) <= 120, gold["id"]
            assert all(len(said.split()) <= 25 for said in sentences), gold["id"]
            assert len(line["short"]) <= 90, gold["id"]
