import numpy as np
import pytest
from components.decision import FALLBACK, OUT_OF_SCOPE, Decision, Thresholds, decide

INTENTS = ["accept_job", "confirm_done", OUT_OF_SCOPE, "report_emergency", "thank"]
LIMITS = Thresholds(
    agreed=0.35, alone=0.6, lead=0.1, refuse=0.4, choice=0.1, shares=(0.5, 0.5),
    by_intent={"confirm_done": 0.5, "report_emergency": 0.25},
)  # fmt: skip


def decided(first: list[float], second: list[float]) -> Decision:
    return decide(INTENTS, (np.array(first), np.array(second)), LIMITS)


def test_both_sure_acts() -> None:
    decision = decided([0.1, 0.1, 0.0, 0.0, 0.8], [0.1, 0.1, 0.1, 0.1, 0.6])
    assert (decision.act, decision.intent, decision.choices) == ("act", "thank", ("thank",))
    assert decision.second == ("thank", 0.6)


def test_disagreement_asks_between_the_two() -> None:
    decision = decided([0.5, 0.4, 0.0, 0.0, 0.1], [0.3, 0.6, 0.0, 0.0, 0.1])
    assert (decision.act, decision.intent) == ("ask", FALLBACK)
    assert decision.choices == ("confirm_done", "accept_job", "thank")
    assert decision.second == ("accept_job", 0.5)


def test_one_model_alone_must_be_surer() -> None:
    assert decided([0.95, 0.0, 0.0, 0.0, 0.05], [0.4, 0.0, 0.0, 0.0, 0.6]).act == "act"
    assert decided([0.7, 0.1, 0.0, 0.0, 0.2], [0.4, 0.0, 0.0, 0.0, 0.6]).act == "ask"


def test_coins_need_more_and_life_needs_less() -> None:
    assert decided([0.3, 0.45, 0.1, 0.1, 0.05], [0.3, 0.45, 0.1, 0.1, 0.05]).act == "ask"
    assert decided([0.15, 0.15, 0.2, 0.3, 0.2], [0.15, 0.1, 0.1, 0.35, 0.3]).intent == FALLBACK  # no lead
    decision = decided([0.1, 0.15, 0.15, 0.45, 0.15], [0.2, 0.15, 0.15, 0.3, 0.2])
    assert (decision.act, decision.intent) == ("act", "report_emergency")
    decision = decided([0.1, 0.15, 0.1, 0.55, 0.1], [0.15, 0.15, 0.4, 0.2, 0.1])
    assert (decision.act, decision.intent) == ("act", "report_emergency")  # one model is enough


def test_an_emergency_needs_less_of_a_lead_than_anything_else() -> None:
    wide = Thresholds(
        agreed=0.35,
        alone=0.5,
        lead=0.3,
        urgent_lead=0.1,
        wary=2,
        shares=(1.0, 1.0),
        by_intent={"report_emergency": 0.25},
    )
    calm, alarm = np.array([0.3, 0.5, 0.0, 0.1, 0.1]), np.array([0.3, 0.1, 0.0, 0.5, 0.1])
    assert decide(INTENTS, (calm, calm), wide).act == "ask"
    assert decide(INTENTS, (alarm, alarm), wide).intent == "report_emergency"


def test_out_of_scope_refuses_and_is_never_offered() -> None:
    decision = decided([0.1, 0.0, 0.8, 0.0, 0.1], [0.2, 0.0, 0.7, 0.0, 0.1])
    assert (decision.act, decision.intent, decision.choices) == ("refuse", OUT_OF_SCOPE, ())
    unsure = decided([0.3, 0.1, 0.38, 0.0, 0.22], [0.3, 0.1, 0.38, 0.0, 0.22])
    assert (unsure.act, unsure.intent, unsure.choices) == ("ask", FALLBACK, ("accept_job", "thank", "confirm_done"))


def test_what_may_be_out_of_scope_needs_a_wider_lead() -> None:
    wary = Thresholds(agreed=0.35, lead=0.2, wary=2.0, shares=(1.0,))
    plain, doubtful = np.array([0.2, 0.6, 0.05, 0.0, 0.15]), np.array([0.05, 0.6, 0.25, 0.0, 0.1])
    assert decide(INTENTS, (plain,), wary).act == "act"
    assert decide(INTENTS, (doubtful,), wary).choices == ("confirm_done", "thank")


def test_every_model_has_its_share_of_the_vote() -> None:
    limits = Thresholds(shares=(3.0 / 4, 1.0 / 8, 1.0 / 8))
    sure, other = np.array([0.0, 1.0, 0.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    decision = decide(INTENTS, (sure, other, sure), limits)
    assert (decision.intent, decision.confidence, decision.second) == ("confirm_done", 0.875, ("thank", 1.0))
    with pytest.raises(ValueError, match="zip"):
        decide(INTENTS, (sure, other), limits)


def test_ranking_is_all_models_and_sums_to_at_most_one() -> None:
    decision = decided([0.5, 0.4, 0.0, 0.0, 0.1], [0.3, 0.6, 0.0, 0.0, 0.1])
    assert [name for name, _ in decision.ranking][:2] == ["confirm_done", "accept_job"]
    assert sum(confidence for _, confidence in decision.ranking) <= 1.0001


def test_certain_and_nothing() -> None:
    assert Decision.certain("affirm").act == "act"
    assert (Decision.certain(OUT_OF_SCOPE).act, Decision.certain(OUT_OF_SCOPE).choices) == ("refuse", ())
    assert (Decision.nothing().act, Decision.nothing().intent) == ("ask", FALLBACK)


def test_thresholds_are_checked() -> None:
    with pytest.raises(TypeError):
        Thresholds.from_config({"agred": 0.3})
    with pytest.raises(ValueError, match="0 to 1"):
        Thresholds.from_config({"by_intent": {"thank": 3}})
    with pytest.raises(ValueError, match="0 to 1"):
        Thresholds.from_config({"shares": [0.5, -0.5]})
