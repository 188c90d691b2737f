"""What the specification permits must not be called a violation: resources."""

import pytest
from resources_tape import URI, Conversation, resource, text

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome

R2411, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
REFUSED = {"code": -32602, "message": "no"}
NOT_FOUND = {"code": -32002, "message": "no"}
PASSWORDS = "root:x:0:0:root:/root:/bin/sh\n"


@pytest.mark.parametrize("reply", [{"error": REFUSED}, {"result": {"resources": []}}])
def test_nothing_declared_may_be_refused_or_an_empty_list(reply):
    tape = Conversation(capabilities={})
    tape.ask("resources/list", None, "undeclared-resources", **reply)
    assert tape.outcome("resources-capability-declared") is UNTESTED


def test_resources_that_are_not_declared_are_told_of_by_either_list():
    tape = Conversation(capabilities={})
    tape.templates("memo://{a}")
    assert tape.outcome("resources-capability-declared") is VIOLATED


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"result": {"resources": []}}, PASSED),
        ({"result": {}}, VIOLATED),
        ({"error": REFUSED}, VIOLATED),
        ({}, UNTESTED),
    ],
)
def test_a_list_may_be_empty_and_its_silence_is_for_another_rule(reply, expected):
    tape = Conversation()
    tape.ask("resources/list", **reply)
    assert tape.outcome("resources-list-answers") is expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, PASSED),
        ({"title": "A", "com.example": 1, "size": 0, "mimeType": ""}, PASSED),
        ({"annotations": {"priority": 7}, "icons": 3, "_meta": 4}, PASSED),  # of other rules
        ({"uri": "C:\\temp"}, VIOLATED),
        ({"uri": "relative/path"}, VIOLATED),
        ({"size": 1.5}, VIOLATED),
        ({"name": None}, VIOLATED),
    ],
)
def test_optional_members_of_a_resource_are_optional(members, expected):
    tape = Conversation()
    tape.list(resource(**members))
    assert tape.outcome("resources-resource-members") is expected


@pytest.mark.parametrize(
    ("uri", "members", "scheme"),
    [
        ("memo+v1.a-b://x", PASSED, PASSED),
        ("HTTPS://example.com", PASSED, UNTESTED),
        ("my_memos://x", PASSED, VIOLATED),
        ("1memo:x", PASSED, VIOLATED),
        ("urn:isbn:1", PASSED, PASSED),
    ],
)
def test_a_scheme_is_judged_by_one_rule_alone(uri, members, scheme):
    tape = Conversation()
    tape.list(resource(uri=uri))
    assert tape.outcome("resources-resource-members") is members
    assert tape.outcome("resources-custom-scheme-rfc3986") is scheme


def test_before_there_is_a_section_on_schemes_a_wrong_one_is_no_uri():
    tape = Conversation(R2503)
    tape.list(resource(uri="my_memos://x"))
    assert tape.outcome("resources-resource-members") is VIOLATED


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{scheme}://{host}", UNTESTED),
        ("memo://{a}", PASSED),
        ("my_memos://{a}", VIOLATED),
        ("{+uri}", UNTESTED),
    ],
)
def test_a_template_may_begin_with_a_variable(template, expected):
    tape = Conversation()
    tape.templates(template)
    assert tape.outcome("resources-templates-list") is PASSED
    assert tape.outcome("resources-custom-scheme-rfc3986") is expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"error": {"code": -32601, "message": "no"}}, UNTESTED),
        ({"result": {"resourceTemplates": []}}, PASSED),
        ({"result": {}}, VIOLATED),
        ({"result": {"resourceTemplates": [{"uriTemplate": "memo://{", "name": "t"}]}}, VIOLATED),
    ],
)
def test_a_server_without_templates_may_refuse_to_list_them(reply, expected):
    tape = Conversation()
    tape.ask("resources/templates/list", **reply)
    assert tape.outcome("resources-templates-list") is expected


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({}, PASSED),
        ({"priority": 0, "audience": []}, PASSED),
        ({"priority": 1.0, "audience": ["user", "assistant"], "com.example": 1}, PASSED),
        ({"priority": 1.01}, VIOLATED),
        ({"priority": "high"}, VIOLATED),
        ({"audience": ["model"]}, VIOLATED),
        ({"audience": "user"}, VIOLATED),
        ({"lastModified": 5}, VIOLATED),
    ],
)
def test_annotations_are_judged_by_their_definition(annotations, expected):
    tape = Conversation()
    tape.list(resource(annotations=annotations))
    assert tape.outcome("resources-annotations-range") is expected


def test_what_a_revision_does_not_define_is_not_judged():
    tape = Conversation(R2503)
    tape.list(resource(annotations={"lastModified": 5}))
    assert tape.outcome("resources-annotations-range") is PASSED


@pytest.mark.parametrize(
    "told",
    [
        *("2025-01-12T15:00:58Z", "2025-01-12T15:00:58", "2025-01-12T15:00:58.123456+02:00"),
        *("20250112T150058Z", "2025-01-12", "2025-W02-7", "2025-012", "2025", "2025-01"),
        *("2025-01-12T15:00", "2025-01-12T15+01", "2025-01-12T23:59:60Z", "2025-01-12T15:00:58,5Z"),
    ],
)
def test_any_form_of_iso_8601_is_a_time(told):
    tape = Conversation()
    tape.list(resource(annotations={"lastModified": told}))
    assert tape.outcome("resources-last-modified-iso8601") is PASSED


@pytest.mark.parametrize("told", ["yesterday", "", "12.01.2025", "1736694058", "2025-13-01"])
def test_other_times_are_not_iso_8601(told):
    tape = Conversation()
    tape.list(resource(annotations={"lastModified": told}))
    assert tape.outcome("resources-last-modified-iso8601") is VIOLATED


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ([text(), text(uri="memo://b")], PASSED),
        ([text("")], PASSED),
        ([], PASSED),
        ([{"uri": URI, "blob": "no base64"}], PASSED),  # of another rule
        ([{"uri": URI}], VIOLATED),
        ([{"text": "a"}], VIOLATED),
        ([text(mimeType=7)], VIOLATED),
        ({}, VIOLATED),
    ],
)
def test_several_contents_other_uris_and_none_are_legal(contents, expected):
    tape = Conversation()
    tape.read(URI, result={"contents": contents})
    assert tape.outcome("resources-read-contents") is expected


def test_a_question_in_place_of_contents_is_none():
    tape = Conversation(R2607)
    tape.read(URI, result={"resultType": "input_required", "inputRequests": {}})
    assert tape.outcome("resources-read-contents") is UNTESTED


@pytest.mark.parametrize(
    ("blob", "expected"),
    [("", PASSED), ("aGk=", PASSED), ("aGk", VIOLATED), ("a-_=", VIOLATED), ("aGk=\n", VIOLATED)],
)
def test_base64_has_its_padding_and_the_standard_alphabet(blob, expected):
    tape = Conversation()
    tape.read(URI, {"uri": URI, "blob": blob})
    assert tape.outcome("resources-blob-base64") is expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (text("<svg/>", mimeType="image/svg+xml"), PASSED),
        (text("é\ufffd\x1b[0m\n", mimeType="application/octet-stream"), PASSED),
        (text("", mimeType="image/png"), UNTESTED),
        (text("\ufffdPNG", mimeType="image/png; a=b"), VIOLATED),
        (text("a\0b"), VIOLATED),
    ],
)
def test_only_what_is_certainly_binary_is_called_so(content, expected):
    tape = Conversation()
    tape.read(URI, content)
    assert tape.outcome("resources-text-only-if-text") is expected


@pytest.mark.parametrize(
    ("revision", "reply", "rule_id", "expected"),
    [
        (R2511, {"error": NOT_FOUND}, "32002", PASSED),
        (R2511, {"error": REFUSED}, "32002", VIOLATED),
        (R2511, {"result": {"contents": []}}, "32002", VIOLATED),
        (R2511, {"error": {"code": -32601, "message": "no"}}, "32002", UNTESTED),
        (R2511, {}, "32002", UNTESTED),
        (R2607, {"error": {**REFUSED, "data": "anything"}}, "32602", PASSED),
        (R2607, {"error": NOT_FOUND}, "32602", VIOLATED),
        (R2607, {"result": {"contents": []}}, "32602", UNTESTED),
        (R2607, {"result": {"contents": []}}, "not-empty", VIOLATED),
        (R2607, {"error": NOT_FOUND}, "not-empty", PASSED),
        (R2607, {"result": {"contents": [text()]}}, "not-empty", UNTESTED),
    ],
)
def test_what_is_not_found_is_refused_as_the_revision_has_it(revision, reply, rule_id, expected):
    tape = Conversation(revision)
    tape.ask("resources/read", {"uri": "nowhere://a"}, "unknown-resource", **reply)
    assert tape.outcome(f"resources-not-found-{rule_id}") is expected


@pytest.mark.parametrize("template", ["{+uri}", "nowhere://{a}", "now{here}"])
def test_a_uri_that_a_template_may_stand_for_is_not_unknown(template):
    tape = Conversation()
    tape.templates("memo://{a}", template)
    tape.read("nowhere://a", text(), probe="unknown-resource")
    assert tape.outcome("resources-not-found-32002") is UNTESTED


def test_a_failure_counts_only_where_it_is_one():
    tape = Conversation()
    tape.read(URI, text(), probe="resource-failure")
    assert tape.outcome("resources-internal-error-code") is UNTESTED


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"error": NOT_FOUND}, PASSED),
        ({"error": {"code": 0, "message": "no"}}, PASSED),
        ({"error": {"code": -32020, "message": "header mismatch"}}, UNTESTED),
        ({"error": {"code": -32601, "message": "no"}}, UNTESTED),
        ({"result": {"contents": []}}, VIOLATED),
    ],
)
def test_any_refusal_of_what_is_no_uri_validates_it(reply, expected):
    tape = Conversation()
    tape.read("not a uri", probe="invalid-uri/no URI", **reply)
    assert tape.outcome("resources-uri-validated") is expected


@pytest.mark.parametrize(
    ("direct", "dots", "expected"),
    [
        ({"error": NOT_FOUND}, {"result": {"contents": [text(PASSWORDS)]}}, VIOLATED),
        ({"error": NOT_FOUND}, {"result": {"contents": [text("an index page")]}}, UNTESTED),
        ({"error": NOT_FOUND}, {"error": REFUSED}, PASSED),
        (
            {"result": {"contents": [text(PASSWORDS)]}},
            {"result": {"contents": [text(PASSWORDS)]}},
            UNTESTED,
        ),
    ],
)
def test_a_server_may_offer_the_whole_file_system(direct, dots, expected):
    tape = Conversation()
    tape.read("file:///etc/passwd", probe="path-traversal/direct", **direct)
    tape.read("file:///../etc/passwd", probe="path-traversal/dots", **dots)
    assert tape.outcome("resources-no-path-traversal") is expected


def test_bytes_that_are_no_base64_are_no_passwords():
    tape = Conversation()
    tape.read("file:///../x", {"uri": URI, "blob": "a"}, probe="path-traversal/dots")
    assert tape.outcome("resources-no-path-traversal") is UNTESTED


@pytest.mark.parametrize(
    ("revision", "uri", "error", "listed_again", "expected"),
    [
        (R2511, URI, NOT_FOUND, True, VIOLATED),
        (R2511, URI, NOT_FOUND, False, UNTESTED),  # it may be gone
        (R2511, URI, REFUSED, True, UNTESTED),
        (R2607, URI, REFUSED, True, VIOLATED),
        (R2511, URI, {"code": -32603, "message": "no"}, True, UNTESTED),
        (R2511, "https://example.com/a", NOT_FOUND, True, UNTESTED),
    ],
)
def test_a_listed_resource_may_vanish_fail_or_be_on_the_web(
    revision, uri, error, listed_again, expected
):
    tape = Conversation(revision)
    tape.list(resource(uri=uri))
    tape.read(uri, error=error)
    tape.list(*([resource(uri=uri)] if listed_again else []), probe="resources-relisted")
    assert tape.outcome("resources-listed-readable") is expected


@pytest.mark.parametrize(("case", "expected"), [("named", VIOLATED), ("suggested", UNTESTED)])
def test_a_suggested_value_may_be_the_beginning_of_one(case, expected):
    tape = Conversation()
    tape.read("memo://a/", probe=f"template-expansions/{case}", error=NOT_FOUND)
    assert tape.outcome("resources-template-expansion-readable") is expected
