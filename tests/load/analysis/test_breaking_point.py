"""Where servers break under ever more load."""

from made_windows import window

from mcp_proof_load.analysis.breaking_point import breaking_point


def found(windows):
    return breaking_point(windows, [each.users for each in windows], "users")


def rising(change, *, seconds=30):
    """Ten users more each second; `change` says what comes of so many."""
    return [change(float(at), 10 * (at + 1)) for at in range(seconds)]


def sound(at, users):
    return window(at, [0.02] * users, users=users)


def test_a_server_that_takes_all_does_not_break():
    assert found(rising(sound)) is None


def test_it_breaks_where_more_than_one_call_in_twenty_fails():
    shown = found(
        rising(
            lambda at, users: (
                window(at, [0.02] * users, users=users, broken=users // 10)
                if users > 200
                else sound(at, users)
            )
        )
    )
    assert shown is not None
    assert (shown.at, shown.last_good) == (20.0, 200)
    assert shown.said == (
        "it broke at 210 users: 9.1 % of the calls ended badly; the last load that it carried was "
        "200 users"
    )


def test_it_breaks_where_it_answers_ten_times_as_late_as_at_first():
    shown = found(
        rising(
            lambda at, users: (
                window(at, [0.3] * users, users=users) if users > 150 else sound(at, users)
            )
        )
    )
    assert shown is not None
    assert shown.last_good == 150
    assert "the p95 is 300 ms, at first it was 20.0 ms" in shown.said


def test_it_breaks_where_no_call_ends_any_more():
    shown = found(
        rising(lambda at, users: window(at, [], users=users) if at >= 20 else sound(at, users))
    )
    assert shown is not None
    assert "it broke at 210 users: no call ended in 3 windows" in shown.said


def test_a_pause_of_two_windows_breaks_nothing():
    assert (
        found(
            rising(
                lambda at, users: (
                    window(at, [2.0] * users, users=users, broken=users)
                    if at in {20, 21}
                    else sound(at, users)
                )
            )
        )
        is None
    )


def test_a_quick_server_that_stays_below_a_tenth_of_a_second_does_not_break():
    assert (
        found(
            rising(lambda at, users: window(at, [0.0005 if at < 9 else 0.05] * users, users=users))
        )
        is None
    )


def test_a_server_whose_calls_take_seconds_is_not_dead_from_the_start():
    assert found([window(float(at), [2.5] * (at % 3 == 0), users=1) for at in range(30)]) is None


def test_it_does_not_break_before_the_third_bad_window():
    windows = rising(
        lambda at, users: (
            window(at, [], users=users, broken=users) if users > 200 else sound(at, users)
        )
    )
    assert found(windows[:22]) is None
    assert found(windows[:23]) is not None
    assert found([]) is None
