"""What the rules about clients' authorization must not take for a fault, and what they must."""

import pytest
from steps_tape import BASE, OPENID, RESOURCE, SERVER, Steps

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome

R2503, R2506 = Revision.R2025_03_26, Revision.R2025_06_18
R2511, R2607 = Revision.R2025_11_25, Revision.R2026_07_28
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
TENANT = f"{BASE}/tenant1"


def of(tape, rule_id, revision=R2607):
    return tape.outcome(f"auth-client-{rule_id}", revision)


def test_a_client_without_authorization_is_judged_by_none():
    tape = Steps().refused().ended()
    assert of(tape, "handles-401") is UNTESTED


@pytest.mark.parametrize(
    ("tape", "outcome"),
    [
        (Steps().flow().request(token="token-1").refused("token-1").ended(), VIOLATED),
        (Steps().flow().request(token="token-1").refused("token-1").ended("killed"), PASSED),
        (Steps().flow().request(token="token-1").refused("token-1").server().ended(), PASSED),
        (Steps().flow().refused("token-1").ended(), PASSED),  # it never was any good
    ],
)
def test_only_a_token_that_was_accepted_must_be_replaced(tape, outcome):
    assert of(tape, "handles-401") is outcome


def test_another_token_that_is_there_already_will_do():
    tape = Steps().flow().request(token="token-1").refused("token-1")
    assert of(tape.request(token="token-2").ended(), "handles-401") is PASSED


def test_a_refused_goodbye_takes_no_token():
    tape = Steps().flow().request(token="token-1").request(401, "token-1", method="DELETE")
    assert of(tape.ended(), "handles-401") is PASSED


def test_metadata_that_were_asked_for_in_vain_were_asked_for():
    asked = Steps().refused().resource(status=404).resource(RESOURCE, status=404)
    assert of(asked.server().register(), "uses-prm", R2506) is PASSED
    assert of(Steps().refused().server().register(), "uses-prm", R2506) is VIOLATED


def test_a_named_place_may_be_asked_after_others():
    named = Steps().refused(resource_metadata=f"{BASE}/there")
    assert of(named.resource(status=404).resource("/there"), "prm-from-header") is PASSED


def test_metadata_that_are_known_need_not_be_fetched():
    named = Steps().refused(resource_metadata=f"{BASE}/there").register().authorize()
    assert of(named, "prm-from-header") is UNTESTED
    assert of(Steps().refused().register().authorize(), "prm-wellknown-order") is UNTESTED


def test_where_a_challenge_names_the_metadata_no_other_place_need_be_asked():
    named = Steps().refused(resource_metadata=f"{BASE}/there").resource("/there")
    assert of(named.ended(), "prm-wellknown-order") is UNTESTED


def test_a_client_that_was_ended_may_have_asked_the_root_yet():
    tape = Steps().refused().resource(status=404)
    assert of(tape.ended("terminated"), "prm-wellknown-order") is UNTESTED
    assert of(Steps().refused().resource(status=404).ended(), "prm-wellknown-order") is VIOLATED


def test_further_places_in_between_do_not_matter():
    tape = Steps().resource(authorization_servers=[TENANT])
    tape.server(f"{SERVER}/tenant1", 404).server(SERVER, 404).server(f"{OPENID}/tenant1", 404)
    assert of(tape.server(f"/tenant1{OPENID}"), "as-metadata-order") is PASSED


def test_a_place_that_is_passed_over_matters():
    tape = Steps().resource(authorization_servers=[TENANT]).server(f"{SERVER}/tenant1", 404)
    assert of(tape.server(f"/tenant1{OPENID}"), "as-metadata-order") is VIOLATED


def test_which_of_several_servers_is_asked_is_up_to_the_client():
    tape = Steps().resource(authorization_servers=[TENANT, "https://a.example"])
    assert of(tape.server(f"{SERVER}/tenant1", 404).ended(), "as-metadata-order") is UNTESTED


def test_one_kind_of_place_is_enough_until_2025_06_18():
    tape = Steps().refused().resource().server(status=404).ended()
    assert of(tape, "as-metadata", R2506) is UNTESTED
    assert of(tape, "as-metadata", R2511) is VIOLATED


def test_metadata_that_were_found_later_are_used():
    tape = Steps().server(issuer="https://another.example").server(OPENID).register().ended()
    assert of(tape, "issuer-match") is PASSED


def test_what_is_found_at_the_own_origin_may_be_found_otherwise():
    foreign = Steps().resource(resource="https://another.example/mcp")
    assert of(foreign.server().authorize().ended(), "resource-mismatch") is UNTESTED
    foreign = Steps().resource(
        resource="https://another.example/mcp", authorization_servers=[TENANT]
    )
    assert of(foreign.authorize("/tenant1").ended(), "resource-mismatch") is VIOLATED


def test_the_origin_may_be_the_resource():
    assert of(Steps().resource(resource=BASE).authorize().ended(), "resource-mismatch") is UNTESTED


def test_places_of_later_revisions_may_be_asked_first():
    tape = Steps().refused().resource(status=404).server(f"{SERVER}/mcp", 404).server()
    assert of(tape.register(), "2503-base-url", R2503) is PASSED


def test_defaults_are_for_servers_without_metadata():
    assert of(Steps().server().authorize("/elsewhere"), "2503-default-paths", R2503) is UNTESTED
    without = Steps().server(status=404).authorize("/elsewhere")
    assert of(without, "2503-default-paths", R2503) is VIOLATED


def test_a_client_that_does_not_know_what_it_was_given_may_register():
    tape = Steps().given(client_id="known", redirect_uri="http://localhost:1/given")
    registered = tape.server().register(redirect_uris=["http://localhost:2/own"])
    assert of(registered, "registration-order") is UNTESTED


def test_a_document_counts_where_the_server_supports_it():
    uri = "http://localhost:1/given"
    known = {"client_metadata_url": "https://a.example/b", "redirect_uri": uri}
    tape = Steps().given(**known).server().register(redirect_uris=[uri])
    assert of(tape, "registration-order") is UNTESTED
    supported = {"client_id_metadata_document_supported": True}
    tape = Steps().given(**known).server(**supported).register(redirect_uris=[uri])
    assert of(tape, "registration-order") is VIOLATED


@pytest.mark.parametrize(
    ("client_id", "outcome"),
    [
        ("client-1", UNTESTED),
        ("http://localhost:8000/client.json", UNTESTED),
        ("http://a.example/client.json", VIOLATED),
        ("https://a.example", VIOLATED),
        ("https://a.example/client.json", PASSED),
    ],
)
def test_ids_that_are_urls(client_id, outcome):
    assert of(Steps().authorize(client_id=client_id), "cimd-document") is outcome


@pytest.mark.parametrize(
    ("uri", "outcome"),
    [
        ("http://localhost:3000/callback", PASSED),
        ("http://127.0.0.1/callback", PASSED),
        ("http://[::1]:80/callback", PASSED),
        ("https://a.example/callback", PASSED),
        ("http://a.example/callback", VIOLATED),
        ("http://localhost.a.example/callback", VIOLATED),
    ],
)
def test_redirect_uris(uri, outcome):
    assert of(Steps().authorize(redirect_uri=uri), "redirect-uri") is outcome


def test_the_id_of_a_document_goes_with_all_servers():
    document = "https://a.example/client.json"
    tape = Steps().authorize(client_id=document).authorize("/moved", 2, client_id=document)
    assert of(tape, "as-binding") is UNTESTED
    tape = Steps().register().authorize().authorize("/moved", 2)
    assert of(tape, "as-binding") is VIOLATED


def test_offline_access_that_was_named_may_be_asked_for():
    tape = Steps().refused(scope="read offline_access").server()
    assert of(tape.authorize(scope="read offline_access"), "refresh-metadata") is UNTESTED
    assert of(Steps().server().authorize(scope="offline_access"), "refresh-metadata") is VIOLATED


def test_a_client_that_wants_no_refresh_tokens_need_not_register_for_them():
    registered = Steps().server().register(grant_types=["authorization_code"]).authorize()
    assert of(registered, "refresh-metadata") is UNTESTED
    refreshed = registered.redeem(grant_type="refresh_token")
    assert of(refreshed, "refresh-metadata") is VIOLATED


def test_a_plain_challenge_is_answered_by_itself():
    plain = {"code_challenge_method": "plain"}
    tape = Steps().authorize(**plain).redeem(verifies="", repeats="challenge-1")
    assert of(tape, "pkce", R2503) is PASSED
    tape = Steps().authorize().redeem(verifies="", repeats="challenge-1")
    assert of(tape, "pkce", R2503) is VIOLATED


def test_a_server_that_advertises_pkce_in_its_other_document_may_be_used():
    tape = Steps().server(code_challenge_methods_supported=["S256"])
    without = {"issuer": BASE}
    first = Steps().step("server-metadata", SERVER, answer=without).server(OPENID).authorize()
    assert of(first.ended(), "pkce-required") is UNTESTED
    assert of(tape.authorize().ended(), "pkce-required") is UNTESTED


def test_a_code_that_was_discarded_for_its_state_says_nothing_of_iss():
    tape = Steps().server().authorize(answer={"state": "state-2"}).ended()
    assert of(tape, "iss-not-required") is UNTESTED
    assert of(Steps().server().authorize().ended(), "iss-not-required") is VIOLATED
    assert of(Steps().server().authorize().ended("killed"), "iss-not-required") is UNTESTED


@pytest.mark.parametrize(
    ("resource", "outcome"),
    [
        (f"{BASE}/mcp", PASSED),
        (f"{BASE}/mcp/", PASSED),
        (BASE, PASSED),
        ("http://LOCALHOST:3001/mcp", PASSED),
        (f"{BASE}/mc", VIOLATED),
        (f"{BASE}/mcp#here", VIOLATED),
        ("127.0.0.1:3001/mcp", VIOLATED),
        ("https://another.example/mcp", VIOLATED),
    ],
)
def test_the_uri_of_the_server(resource, outcome):
    tape = Steps().refused().resource().authorize(resource=resource).redeem(resource=resource)
    assert of(tape, "resource-canonical") is outcome


def test_a_slash_at_the_end_is_no_other_resource():
    tape = Steps().refused().authorize(resource=f"{BASE}/mcp/").redeem(resource=f"{BASE}/mcp")
    assert of(tape, "resource-canonical") is PASSED


def test_a_new_connection_may_begin_without_a_token():
    used = Steps().flow().request(token="token-1")
    again = used.request(401, message="initialize")
    assert of(again.ended(), "every-request") is PASSED


def test_a_token_that_was_refused_need_not_be_sent_again():
    used = Steps().flow().request(token="token-1", session="session-1")
    assert of(
        used.refused("token-1").request(401, session="session-1").ended(), "every-request"
    ) is (PASSED)


def test_another_instance_asks_for_a_token_of_its_own():
    used = Steps().flow().request(token="token-1").request(401)
    assert of(used.resource().ended(), "every-request") is PASSED
    used = Steps().flow().request(token="token-1").request(401)
    assert of(used.ended(), "every-request") is VIOLATED
    used = Steps().flow().request(token="token-1").request(401, method="OPTIONS")
    assert of(used.ended(), "every-request") is PASSED


def test_the_token_before_may_be_on_its_way_until_there_is_another():
    moved = (
        Steps().flow().request(token="token-1").resource(authorization_servers=[f"{BASE}/moved"])
    )
    moved.refused("token-1").redeem("/moved", 2).refused("token-1")
    assert of(moved, "token-origin") is PASSED
    moved.request(token="token-2").refused("token-1")
    assert of(moved, "token-origin") is VIOLATED


def test_a_client_without_a_secret_cannot_choose_how_to_authenticate():
    server = Steps().server(token_endpoint_auth_methods_supported=["client_secret_basic"])
    assert of(server.redeem(client_id="known"), "token-endpoint-auth") is UNTESTED


def test_scopes_that_are_about_no_resource_are_no_invention():
    tape = Steps().refused().resource().server(scopes_supported=["listed"])
    assert of(tape.authorize(scope="openid listed"), "scope-from-prm") is PASSED
    tape = Steps().refused().resource().server().authorize(scope="everything")
    assert of(tape, "scope-from-prm") is VIOLATED


def test_more_than_the_challenge_may_be_asked_for():
    tape = Steps().refused(scope="read").authorize(scope="offline_access read")
    assert of(tape, "scope-from-challenge") is PASSED


def test_who_acts_for_itself_may_give_up():
    assert of(Steps().insufficient("write").ended(), "step-up") is UNTESTED
    assert of(Steps().authorize(scope="read").insufficient("write").ended(), "step-up") is VIOLATED


def test_a_challenge_that_names_all_shows_nothing_of_the_union():
    tape = Steps().authorize(scope="read").insufficient("read write")
    assert of(tape.authorize(number=2, scope="write read"), "scope-union") is UNTESTED


def test_a_few_authorizations_are_no_loop():
    tape = Steps().authorize(scope="read")
    for number in range(2, 12):
        tape.insufficient("write").authorize(number=number, scope="read write")
    assert of(tape.insufficient("write").ended(), "retry-limit") is PASSED
    tape.authorize(number=12, scope="read write")
    assert of(tape, "retry-limit") is VIOLATED
    tape.request(token="token-1", message="tools/call", tool="echo")
    assert of(tape, "retry-limit") is UNTESTED
