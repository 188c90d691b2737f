from dataclasses import replace

import pytest
from planned import PLAN

from mcp_proof_load.engine.consent import refusal
from mcp_proof_load.orders import Orders

HERE = Orders(role="worker", host="127.0.0.1")
ELSEWHERE = Orders(role="worker", host="192.0.2.7")
OWNED = replace(ELSEWHERE, owned=True)


def at(url):
    return replace(PLAN, place={"url": url})


COMMAND = replace(PLAN, place={"command": ["rm", "-r", "everything"]})


@pytest.mark.parametrize("plan", [at("http://127.0.0.1:1/mcp"), at("http://server/mcp"), COMMAND])
def test_a_master_on_this_machine_is_followed(plan):
    assert refusal(plan, HERE) == ""


@pytest.mark.parametrize("orders", [ELSEWHERE, OWNED])
def test_a_master_elsewhere_has_no_command_started_here(orders):
    assert "command" in refusal(COMMAND, orders)


@pytest.mark.parametrize("orders", [ELSEWHERE, OWNED])
def test_a_master_elsewhere_does_not_mean_this_machine_by_loopback(orders):
    assert "another machine" in refusal(at("http://localhost:3001/mcp"), orders)


def test_what_a_master_elsewhere_wants_loaded_needs_the_word_of_who_is_here():
    assert "--i-own-this-target" in refusal(at("http://server/mcp"), ELSEWHERE)
    assert refusal(at("http://server/mcp"), OWNED) == ""
