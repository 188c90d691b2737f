"""Faults with their times are read, or refused with what was expected."""

import pytest

from mcp_proof.errors import UsageError
from mcp_proof_load.chaos.schedule import schedule, scheduled_fault
from mcp_proof_load.profiles.profile import Profile
from mcp_proof_load.profiles.steady import STEADY

RAMP = Profile(
    name="ramp", about="", shape=lambda share: share, users=1, duration=60.0, warm_up=0.0
)


def scheduled(*texts, profile=STEADY, duration=60.0, transport="http"):
    return schedule(texts, profile=profile, duration=duration, transport=transport)


def test_a_fault_has_its_parameters_its_start_and_its_length():
    fault = scheduled_fault("latency:ms=200,direction=up@10+2.5")
    assert (fault.text, fault.start, fault.seconds) == ("latency:ms=200,direction=up", 10, 2.5)
    assert fault.end == 12.5
    assert str(fault) == "latency:ms=200,direction=up@10+2.5"
    assert fault.chosen().fault.ms == 200


def test_faults_are_put_in_the_order_of_their_times():
    assert [str(each) for each in scheduled("reset@30+1", "latency@10+5")] == [
        "latency@10+5",
        "reset@30+1",
    ]


def test_without_faults_any_profile_will_do():
    assert scheduled(profile=RAMP, transport="stdio") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("latency:ms=200", "expected FAULT@START+SECONDS, such as latency:ms=200@10+5"),
        ("@10+5", "expected FAULT@START+SECONDS"),
        ("latency@10", "expected FAULT@START+SECONDS"),
        ("latency@ten+5", "'ten' is no number of seconds from 0"),
        ("latency@10+0", "'0' is no number of seconds from 0.1"),
        ("latency@-1+5", "'-1' is no number of seconds from 0"),
        ("latency@10+inf", "'inf' is no number of seconds"),
        ("latenzy@10+5", "Did you mean latency?"),
        ("no-response@10+5", "only what disturbs its bytes can be chosen: bandwidth"),
        ("latency:delay=0.2@10+5", "latency has no parameter 'delay'"),
        ("latency:ms=soon@10+5", "latency: ms is a whole number, not 'soon'"),
    ],
)
def test_what_is_written_wrongly_is_refused_with_what_was_expected(text, said):
    with pytest.raises(UsageError) as told:
        scheduled_fault(text)
    assert str(told.value).startswith(f"--chaos {text!r}")
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("texts", "settings", "said"),
    [
        (["latency@10+5"], {"transport": "stdio"}, "a command has none"),
        (["latency@10+5"], {"profile": RAMP}, "the load of ramp changes by itself"),
        (["latency@3+5"], {}, "the earliest start here is 4"),
        (["latency@10+5", "reset@18+1"], {}, "reset@18+1: before it there must be 4 s"),
        (["latency@50+8"], {}, "Give --duration 62 or more"),
        (["half-written-line@10+5"], {}, "shows over stdio only, and this is http"),
        (["cut-mid-event@10+5"], {"transport": "redis"}, "shows over http only"),
        (["latency:tool=x@10+5"], {"transport": "websocket"}, "found in http only"),
    ],
)
def test_what_could_not_show_or_not_be_compared_is_refused(texts, settings, said):
    with pytest.raises(UsageError) as told:
        scheduled(*texts, **settings)
    assert said in str(told.value)
