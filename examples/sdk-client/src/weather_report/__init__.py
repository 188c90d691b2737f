"""A report on the weather of several cities, from any MCP server that has `get_weather`."""

from weather_report.report import NoWeatherServerError, report

__all__ = ["NoWeatherServerError", "report"]
