"""The knee of servers whose throughput is known."""

import random

from made_windows import latencies, window

from mcp_proof_load.analysis.knee import knee
from mcp_proof_load.analysis.load_level import load_levels


def stress(most: int, *, users=200, levels=10, seconds=6, noise=0.05, seed=1):
    """Users who call each tenth of a second, and a server that answers no more than `most`."""
    rng = random.Random(seed)
    made = []
    for level in range(1, levels + 1):
        now = users * level // levels
        asked = now * 10
        rate = min(asked, most)
        made += [
            window(
                float(len(made) + second),
                latencies(rng, round(rate / 10 * rng.uniform(1 - noise, 1 + noise)), now / rate),
                users=now,
                seconds=0.1,
            )
            for second in range(seconds)
        ]
    return made


def found(windows):
    return knee(load_levels(windows, [each.users for each in windows]), "users")


def test_the_knee_is_where_the_server_answers_no_more():
    shown = found(stress(1000))
    assert shown.last is not None
    assert shown.last.load == 100
    assert shown.said.startswith("the knee is at 100 users: ")
    assert "; with 120 users it is " in shown.said


def test_it_is_found_at_each_noise():
    loads = [found(stress(1000, seed=seed, noise=0.1)).last for seed in range(20)]
    assert all(each is not None and each.load in {80, 100, 120} for each in loads)


def test_a_server_that_takes_all_has_no_knee():
    shown = found(stress(10_000))
    assert shown.last is None
    assert shown.said.startswith("no knee up to 200 users: there it answers ")


def test_one_bad_level_is_no_knee():
    windows = [
        window(each.start, [0.5] * 20, users=each.users, seconds=0.1) if each.users == 60 else each
        for each in stress(10_000)
    ]
    assert found(windows).last is None


def test_a_load_that_rises_all_the_time_is_divided_into_levels():
    rng = random.Random(4)
    windows = [
        window(float(at), latencies(rng, min(at * 10, 500), max(at / 50, 1) / 10), users=at)
        for at in range(1, 101)
    ]
    shown = found(windows)
    assert shown.last is not None
    assert 40 <= shown.last.load <= 60


def test_too_few_levels_say_nothing():
    assert found(stress(1000, levels=2)).said == "2 levels of load are too few to see a knee"
    assert found([]).last is None


def test_the_warm_up_is_left_out():
    assert load_levels([window(0.0, [0.1], warm_up=True)], [5]) == []
