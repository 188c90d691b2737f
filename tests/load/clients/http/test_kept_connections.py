"""A connection is kept while it can be, and no request is ever sent twice."""

import socket
import time

import pytest
import trustme
from said import request, response, result

from mcp_proof_load.clients.client import BrokenError
from mcp_proof_load.clients.stateless import client


def numbered(connection):
    """Answer the requests of a connection with their numbers, one after the other."""
    number = 0
    while True:
        request(connection)
        number += 1
        connection.sendall(response(result(number)))


def once(*headers):
    def script(connection):
        request(connection)
        connection.sendall(response(result(1), "200 OK", *headers))

    return script


def calls(server, plan_for, count, pause=0.0):
    caller = client(plan_for(server.url), 1)
    caller.open()
    try:
        for number in range(1, count + 1):
            yield caller.call("describe", {}, number)
            time.sleep(pause)
    finally:
        caller.close()


def test_calls_go_over_one_connection(scripted, plan_for):
    server = scripted(numbered)
    bodies = [answer.body for answer in calls(server, plan_for, 5)]
    assert bodies == [result(number) for number in range(1, 6)]
    assert server.connections == 1


def test_a_server_that_says_it_closes_is_believed(scripted, plan_for):
    server = scripted(once("Connection: close"))
    assert len(list(calls(server, plan_for, 3))) == 3
    assert server.connections == 3


def test_a_connection_that_was_closed_while_idle_is_opened_anew(scripted, plan_for):
    server = scripted(once())
    assert len(list(calls(server, plan_for, 3, pause=0.05))) == 3
    assert server.connections == 3


def test_a_request_that_was_sent_is_not_sent_again(scripted, plan_for):
    asked = []

    def closes_on_the_second(connection):
        request(connection)
        connection.sendall(response(result(1)))
        asked.append(request(connection))

    server = scripted(closes_on_the_second, numbered)
    with pytest.raises(BrokenError):
        list(calls(server, plan_for, 2))
    assert (len(asked), server.connections) == (1, 1)


def test_a_server_that_refuses_before_it_has_read_all_is_understood(scripted, plan_for):
    def refuses(connection):
        connection.recv(100)
        connection.sendall(response(b"", "413 Content Too Large", "Connection: close"))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass

    caller = client(plan_for(scripted(refuses).url), 1)
    answer = caller.call("describe", {"city": "x" * (8 << 20)}, 1)
    caller.close()
    assert answer.failure == "HTTP 413"


def test_a_request_says_in_its_headers_what_the_revision_wants_there(scripted, plan_for):
    seen = []

    def script(connection):
        while True:
            seen.append(request(connection))
            connection.sendall(response(result(len(seen))))

    mirrored = {"describe": {"Mcp-Param-City": ["city"], "Mcp-Param-Far": ["there", "not"]}}
    server = scripted(script)
    given = [["X-Key", "k"], ["user-agent", "mine"]]
    plan = plan_for(server.url + "?a=b", headers=given, parameter_headers=mirrored)
    caller = client(plan, 1)
    caller.call("describe", {"city": "Bodø"}, 1)
    caller.call("describe", {"city": "Oslo"}, 2)
    caller.call("héllo", {}, 3)
    caller.close()
    heads = [each.partition(b"\r\n\r\n")[0].decode().split("\r\n") for each in seen]
    assert heads[0][0] == "POST /mcp?a=b HTTP/1.1"
    assert {"X-Key: k", "user-agent: mine", "MCP-Protocol-Version: 2026-07-28"} <= set(heads[0])
    assert {"Mcp-Method: tools/call", "Mcp-Name: describe"} <= set(heads[0])
    assert "Mcp-Param-City: =?base64?Qm9kw7g=?=" in heads[0]
    assert "Mcp-Param-City: Oslo" in heads[1]
    assert not any("Far" in line for line in heads[0])
    assert "Mcp-Name: =?base64?aMOpbGxv?=" in heads[2]
    assert not any("mcp-proof" in line for line in heads[0])


def test_tls_is_spoken_with_who_is_trusted_and_nobody_else(
    scripted, plan_for, monkeypatch, tmp_path
):
    import ssl

    from mcp_proof.transports.tls import trusted

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    def script(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            numbered(secure)

    url = scripted(script).url.replace("http://127.0.0.1", "https://localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authorities.pem"))
    authority.cert_pem.write_to_path(tmp_path / "authorities.pem")
    trusted.cache_clear()
    caller = client(plan_for(url), 1)
    assert [caller.call("describe", {}, n).body for n in (1, 2)] == [result(1), result(2)]
    caller.close()
    trustme.CA().cert_pem.write_to_path(tmp_path / "authorities.pem")
    trusted.cache_clear()
    with pytest.raises(BrokenError, match=r"no connection: .*certificate verify failed"):
        client(plan_for(url), 1).open()
    trusted.cache_clear()
