"""Elicitation, Requested Schema: flat forms of simple fields, and what no form asks for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.questions import Question, questions
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.elicitation.requests import METHOD, MODES_SINCE, PAGE, SINCE, mode_of
from mcp_proof_contracts.rules.undeclared import ill_formed
from mcp_proof_contracts.schema import definitions, is_valid, problems
from mcp_proof_contracts.wire import as_list, as_object, quote

SCHEMA: Final = f"{PAGE}#requested-schema"
NO_FORM: Final = "the user was asked by no form"
CHOICES: Final = ("EnumField", "TitledEnumField", "ManyEnumField", "ManyTitledEnumField")
"""The definitions of fields that offer a choice, as far as a revision has them."""
SECRETS: Final = (
    "password",
    "passwd",
    "passphrase",
    "api key",
    "apikey",
    "access token",
    "auth token",
    "bearer token",
    "refresh token",
    "secret key",
    "client secret",
    "private key",
    "cvv",
    "cvc",
    "credit card number",
    "debit card number",
    "payment card number",
)
"""What ends the name or the title of a field that asks for a secret."""
WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
LINK: Final = re.compile(
    r"\]\(\s*https?://"  # Markdown
    r"|<a\s[^>]*href"  # HTML
    r"|<https?://"
    r"|\b(?:visit|open|click(?:\s+on)?|go\s+to|browse\s+to|navigate\s+to)\s+(?:\w+\s+){0,3}https?://",
    re.IGNORECASE,
)
"""A URL that wants to be followed, not one that shows what a value looks like."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    question: Question
    name: str
    schema: Json

    @property
    def offers_choice(self) -> bool:
        """Whether it is meant as a choice, in whatever form."""
        given = as_object(self.schema)
        items = as_object(given.get("items"))
        if "enum" in given or "enumNames" in given or "enum" in items:
            return True
        several = [given.get(n) for n in ("oneOf", "anyOf")]
        several += [items.get(n) for n in ("oneOf", "anyOf")]
        return any("const" in as_object(each) for some in several for each in as_list(some))

    @property
    def without_default(self) -> Json:
        """The schema, but for the default."""
        if not isinstance(self.schema, Mapping):
            return self.schema
        return {name: value for name, value in self.schema.items() if name != "default"}


@rule("elicit-schema-flat", "schema", SCHEMA, since=SINCE, otherwise=NO_FORM)
def elicit_schema_flat(read: Reading) -> Observations:
    """A form is a flat object of texts, numbers, booleans and choices.

    Clients draw a form from it, without a way to show anything nested. Looked at: the root, and
    every field by the revision's schema. Choices and defaults have rules of their own.
    """
    for question, form in read.derived(_forms):
        wrong = problems(read.revision, "FormSchema", {**form, "properties": {}})
        if not isinstance(form.get("properties"), dict):
            wrong = problems(read.revision, "FormSchema", form)
        for problem in wrong:
            yield ill_formed(question, problem, "an object of simple fields")
        if not wrong:
            yield Kept(question.said.event)
    for field in read.derived(_fields):
        if not field.offers_choice:
            expected = "a text, number or boolean, with the formats of the revision"
            yield from _judged(read, field, expected)


@rule(
    "elicit-schema-enum-forms",
    "schema",
    SCHEMA,
    since=SINCE,
    otherwise="no form offered a choice",
)
def elicit_schema_enum_forms(read: Reading) -> Observations:
    """A choice in a form has one of the forms that the revision has for it.

    In 2025-06-18 that is `enum`, with titles in `enumNames`; later also `oneOf` with titles, and
    arrays for more than one. Looked at: the field by the revision's schema. A field that is valid
    only as a plain text, because further keywords never make it invalid, is not judged.
    """
    known = [name for name in CHOICES if name in definitions(read.revision)]
    for field in read.derived(_fields):
        if not field.offers_choice:
            continue
        plain = field.without_default
        if any(is_valid(read.revision, name, plain) for name in known):
            yield Kept(field.question.said.event)
        elif not is_valid(read.revision, "AnyField", plain):
            yield from _judged(read, field, "a choice in a form of the revision")


@rule(
    "elicit-schema-defaults",
    "schema",
    SCHEMA,
    since=MODES_SINCE,
    otherwise="no field of a form had a default",
)
def elicit_schema_defaults(read: Reading) -> Observations:
    """A default in a form is of its field's type.

    Clients fill it in, and would send back what the server has to refuse. Looked at: `default`
    of fields that are otherwise right. 2.5 is a right default even of an integer in the schema.
    """
    for field in read.derived(_fields):
        if "default" not in as_object(field.schema):
            continue
        if is_valid(read.revision, "AnyField", field.schema):
            yield Kept(field.question.said.event)
        elif is_valid(read.revision, "AnyField", field.without_default):
            default = as_object(field.schema)["default"]
            problem = f"the default of {field.name!r} is {quote(default)}"
            yield ill_formed(field.question, problem, "a default of the field's type")


@rule(
    "elicit-form-no-secrets",
    "MUST NOT",
    f"{PAGE}#user-interaction-model",
    since=SINCE,
    otherwise="no form had a field for text",
)
def elicit_form_no_secrets(read: Reading) -> Observations:
    """No form asks for a password, a key, a token or a payment card.

    What is typed into a form passes through the client, and often into a model's context; a URL
    leads past both. Looked at: fields for text and numbers whose name or title ends with the word
    for such a secret ("apiKey", "New password"), not what only speaks of one ("passwordHint").
    """
    for field in read.derived(_fields):
        given = as_object(field.schema)
        if given.get("type") not in ("string", "number", "integer") or field.offers_choice:
            continue
        secret = next(
            (found for found in map(_secret, (field.name, given.get("title"))) if found), ""
        )
        if secret:
            yield Finding(
                message=f"a form asks for a secret in its field {field.name!r}",
                expected="a question of the mode `url`, or none",
                actual=f"{field.name}: {quote(field.schema)}",
                events=field.question.evidence,
            )
        else:
            yield Kept(field.question.said.event)


@rule(
    "elicit-form-no-links",
    "SHOULD NOT",
    f"{PAGE}#safe-url-handling",
    since=MODES_SINCE,
    otherwise=NO_FORM,
)
def elicit_form_no_links(read: Reading) -> Observations:
    """No text of a form has a URL that is meant to be followed.

    Clients show URLs of the mode `url` with care, and those in a form without. Looked at: links in
    Markdown or HTML, and URLs after words such as "visit", in the message and in the titles and
    descriptions of fields. A URL that shows how a value looks is no link.
    """
    for question, form in read.derived(_forms):
        texts = [question.params.get("message"), form.get("title"), form.get("description")]
        for value in as_object(form.get("properties")).values():
            texts += [as_object(value).get("title"), as_object(value).get("description")]
        linked = [text for text in texts if isinstance(text, str) and LINK.search(text)]
        for text in linked:
            yield Finding(
                message="a form shows a URL to follow",
                expected="a question of the mode `url`",
                actual=text,
                events=question.evidence,
            )
        if not linked:
            yield Kept(question.said.event)


def _forms(read: Reading) -> list[tuple[Question, JsonObject]]:
    """The questions by a form, with its schema."""
    return [
        (question, as_object(question.params["requestedSchema"]))
        for question in questions(read, METHOD)
        if mode_of(question) == "form" and isinstance(question.params.get("requestedSchema"), dict)
    ]


def _fields(read: Reading) -> list[Field]:
    return [
        Field(question, name, schema)
        for question, form in read.derived(_forms)
        for name, schema in as_object(form.get("properties")).items()
    ]


def _judged(read: Reading, field: Field, expected: str) -> Iterator[Kept | Finding]:
    wrong = problems(read.revision, "AnyField", field.without_default)
    for problem in wrong:
        yield ill_formed(field.question, f"the field {field.name!r}: {problem}", expected)
    if not wrong:
        yield Kept(field.question.said.event)


def _secret(name: Json) -> str:
    """The word for a secret that a name ends with, or ""."""
    if not isinstance(name, str):
        return ""
    words = " " + " ".join(WORD.findall(name)).lower()
    return next((secret for secret in SECRETS if words.endswith(f" {secret}")), "")
