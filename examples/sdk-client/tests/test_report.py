"""The report, against servers that are well, slow, and broken in known ways."""

from pathlib import Path

import pytest

from weather_report import NoWeatherServerError, report

pytestmark = pytest.mark.anyio
WEATHER = Path(__file__).with_name("weather.yaml")


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_each_city_is_asked_for_once(mcp_mock):
    mcp_mock.register_mock_tool("get_weather", lambda asked: f"mild in {asked['city']}")
    assert await report(mcp_mock.url, ["Paris", "Rome"]) == {
        "Paris": "mild in Paris",
        "Rome": "mild in Rome",
    }
    assert len(mcp_mock.call_history) == 2
    mcp_mock.journal.assert_called_with("get_weather", {"city": "Rome"})


async def test_a_tool_on_the_second_page_is_found(make_mcp_mock):
    weather = make_mcp_mock(WEATHER)
    assert await report(weather.url, ["Paris"]) == {"Paris": "mild in Paris"}
    assert len(weather.journal.requests("tools/list")) == 2


async def test_a_server_without_weather_is_told(mcp_mock):
    mcp_mock.register_mock_tool("get_news", "none")
    with pytest.raises(NoWeatherServerError, match="no tool get_weather"):
        await report(mcp_mock.url, ["Paris"])
    assert mcp_mock.call_history == []


async def test_a_failure_is_reported_and_not_tried_again(make_mcp_mock):
    weather = make_mcp_mock(WEATHER)
    assert await report(weather.url, ["Atlantis", "Rome"]) == {
        "Atlantis": "unknown (there is no such place)",
        "Rome": "mild in Rome",
    }
    assert [call.arguments for call in weather.call_history].count({"city": "Atlantis"}) == 1


async def test_a_late_answer_is_asked_for_again(make_mcp_mock):
    weather = make_mcp_mock(WEATHER, ["late-response:tool=get_weather,call=1,seconds=30"])
    assert await report(weather.url, ["Paris"], patience=1.0) == {"Paris": "mild in Paris"}
    assert len(weather.call_history) == 2


async def test_a_server_that_is_always_too_slow_is_given_up(make_mcp_mock):
    slow = make_mcp_mock({"tools": [{"name": "get_weather", "latency": 30_000}]})
    said = await report(slow.url, ["Paris"], patience=0.1, attempts=2)
    assert said == {"Paris": "unknown (no answer, asked 2 times)"}
    assert len(slow.call_history) == 2


async def test_a_server_that_breaks_while_it_runs_is_told(mcp_mock):
    mcp_mock.register_mock_tool("get_weather", "mild")
    mcp_mock.inject("unknown-error-code", tool="get_weather", call=1)
    assert "unknown" in (await report(mcp_mock.url, ["Paris"]))["Paris"]
    assert await report(mcp_mock.url, ["Paris"]) == {"Paris": "mild"}


async def test_a_server_behind_a_public_name_is_reached_without_a_network(mcp_respx, make_mcp_mock):
    url = "https://weather.example.com/mcp"
    weather = make_mcp_mock(WEATHER)
    mcp_respx.mount(url, weather)
    assert await report(url, ["Paris"]) == {"Paris": "mild in Paris"}
    weather.journal.assert_called_once_with("get_weather", {"city": "Paris"})
