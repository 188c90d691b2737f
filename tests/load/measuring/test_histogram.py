import random

import pytest

from mcp_proof_load.measuring.histogram import BUCKETS, Histogram, bucket_of, merged, middle_of


@pytest.mark.parametrize("microseconds", [0, 1, 255, 256, 257, 1_000, 65_535, 10**6, 2**32 - 1])
def test_a_bucket_is_within_a_hundredth_of_its_latencies(microseconds):
    middle = middle_of(bucket_of(microseconds))
    assert abs(middle - microseconds) <= max(microseconds / 128, 0)


def test_longer_latencies_are_never_in_an_earlier_bucket():
    latencies = sorted(random.Random(0).randrange(2**32) for _ in range(5_000))
    buckets = [bucket_of(each) for each in latencies]
    assert buckets == sorted(buckets)
    assert 0 <= buckets[0] <= buckets[-1] < BUCKETS


def test_what_is_longer_than_any_bucket_is_in_the_last():
    assert bucket_of(2**40) == bucket_of(2**32 - 1) == BUCKETS - 1


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99, 1.0])
def test_quantiles_are_those_of_the_latencies(share):
    drawn = sorted(random.Random(1).lognormvariate(-5, 1) for _ in range(10_000))
    histogram = Histogram()
    for each in drawn:
        histogram.add(each)
    true = drawn[max(0, int(share * len(drawn)) - 1)]
    assert histogram.quantile(share) == pytest.approx(true, rel=0.01)


def test_without_latencies_there_is_no_quantile():
    assert Histogram().quantile(0.5) is None
    assert Histogram().mean is None
    assert Histogram().longest is None


def test_histograms_add_up():
    one, other = Histogram(), Histogram()
    one.add(0.001, 3)
    other.add(0.5)
    both = merged([one, other])
    assert both.count == 4
    assert both.longest == pytest.approx(0.5, rel=0.01)
    assert both.mean == pytest.approx((0.003 + 0.5) / 4, rel=0.01)
