"""Profiles: within bounds, over in time, and shaped as they promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_proof.errors import UsageError
from mcp_proof_load.plan import Plan
from mcp_proof_load.profiles import PROFILES, profile_named
from mcp_proof_load.profiles.level import Level, level

NAMES = sorted(PROFILES)
RISING = ("ramp", "stress", "breakpoint")
SECONDS = st.floats(0, 10_000)
DURATIONS = st.floats(0.5, 5_000)


def plan_of(name: str, **members: object) -> Plan:
    return Plan(
        client="stateless",
        place={},
        speech={},
        operations=(),
        **{"profile": name, "users": 40, "duration": 60.0, **members},
    )


@pytest.mark.parametrize("name", NAMES)
@given(at=st.floats(-100, 10_000), duration=DURATIONS)
def test_the_load_is_above_nothing_and_at_most_the_peak_until_the_profile_is_over(
    name, at, duration
):
    share = PROFILES[name].share(at, duration)
    assert share is None if at >= duration else share is not None and 0 < share <= 1


@pytest.mark.parametrize("name", NAMES)
@given(duration=DURATIONS)
def test_each_profile_reaches_its_peak(name, duration):
    at_hundredths = [PROFILES[name].share(duration * n / 100, duration) for n in range(100)]
    assert max(at_hundredths) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("name", RISING)
@given(at=SECONDS, later=SECONDS, duration=DURATIONS)
def test_load_that_rises_never_falls(name, at, later, duration):
    shares = [PROFILES[name].share(min(each, duration * 0.999), duration) for each in (at, later)]
    first, second = shares if at <= later else reversed(shares)
    assert first <= second


@pytest.mark.parametrize("name", NAMES)
@given(at=SECONDS, later=SECONDS)
def test_a_profile_is_level_where_it_says_so_and_nowhere_else(name, at, later):
    profile = PROFILES[name]
    shares = {profile.share(each % 50, 50.0) for each in (at, later)}
    assert len(shares) == 1 or not profile.level
    assert profile.level == (len({profile.share(n / 10, 50.0) for n in range(500)}) == 1)


@pytest.mark.parametrize("name", NAMES)
def test_each_profile_ends_soon_when_nobody_says_how_long_it_takes(name):
    profile = PROFILES[name]
    longest = {"soak": 31 * 60, "stress": 300, "breakpoint": 300}.get(name, 120)
    assert profile.warm_up + profile.duration <= longest
    assert profile.users >= 1


@pytest.mark.parametrize("name", NAMES)
def test_each_profile_says_in_a_sentence_what_it_is_good_for(name):
    assert PROFILES[name].name == name
    assert PROFILES[name].about.endswith("?")


def test_a_spike_is_ten_times_what_is_before_and_after_it():
    before, within, after = (PROFILES["spike"].share(at, 100.0) for at in (39, 41, 61))
    assert before == after == within / 10


def test_stress_goes_up_in_ten_equal_steps():
    shares = [PROFILES["stress"].share(at + 0.5, 100.0) for at in range(100)]
    assert sorted(set(shares)) == pytest.approx([n / 10 for n in range(1, 11)])
    assert all(shares.count(share) == 10 for share in shares)


def test_a_name_that_is_nearly_right_is_told_with_the_right_one():
    with pytest.raises(UsageError, match=r"no profile 'stedy'.* Did you mean steady\?"):
        profile_named("stedy")


def test_in_the_closed_model_users_follow_the_profile_and_one_is_always_there():
    assert level(plan_of("spike"), 10) == Level(4, None)
    assert level(plan_of("spike"), 30) == Level(40, None)
    assert level(plan_of("spike", users=1), 10) == Level(1, None)


def test_in_the_open_model_the_rate_follows_the_profile_and_all_users_wait_for_it():
    assert level(plan_of("spike", rate=50.0), 10) == Level(40, 5.0)
    assert level(plan_of("spike", rate=50.0), 30) == Level(40, 50.0)


def test_the_warm_up_is_at_the_first_level_and_behind_the_end_there_is_no_load():
    assert level(plan_of("stress"), -5) == level(plan_of("stress"), 0) == Level(4, None)
    assert level(plan_of("stress"), 60.0) is None
