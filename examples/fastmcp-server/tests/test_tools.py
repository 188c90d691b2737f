import anyio
import pytest

from mcp_proof.testing import ErrorAnswerError, assert_conforms, assert_kept


def test_a_search_finds_notes_in_any_case(mcp_client):
    found = mcp_client.call_tool("search_notes", {"word": "green"}).succeeded()
    assert found.structured == {"result": [{"title": "tea", "text": "Green tea, 70 degrees"}]}


def test_a_search_needs_a_word(mcp_client):
    mcp_client.call_tool("search_notes", {"word": ""}).failed("at least 1 character")


def test_a_note_that_is_not_there_is_told(mcp_client):
    mcp_client.call_tool("read_note", {"title": "cake"}).failed("there is no note 'cake'")


def test_what_was_written_can_be_read(mcp_client):
    mcp_client.call_tool("write_note", {"title": "cake", "text": "Eggs"}).succeeded()
    assert mcp_client.call_tool("read_note", {"title": "cake"}).text == "Eggs"
    assert mcp_client.read_resource("note://cake")[0]["text"] == "Eggs"


def test_a_resource_that_is_not_there_is_an_error(mcp_client):
    with pytest.raises(ErrorAnswerError, match="there is no note 'cake'"):
        mcp_client.read_resource("note://cake")


def test_only_writing_says_that_it_changes_something(mcp_client):
    tools = {tool["name"]: tool["annotations"] for tool in mcp_client.list_tools()}
    assert [name for name, hints in tools.items() if not hints.get("readOnlyHint")] == [
        "write_note"
    ]


def test_results_are_what_the_output_schema_says(mcp_client):
    [tool] = [tool for tool in mcp_client.list_tools() if tool["name"] == "search_notes"]
    found = mcp_client.call_tool("search_notes", {"word": "tea"})
    assert_conforms(found.structured, tool["outputSchema"])


@pytest.mark.anyio
async def test_two_searches_at_once_get_their_own_answers(mcp_client, mcp_transcript):
    found = {}

    async def search(word):
        found[word] = (await mcp_client.aio.call_tool("search_notes", {"word": word})).structured

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(search, "green")
        tasks.start_soon(search, "salt")
    assert found["green"]["result"][0]["title"] == "tea"
    assert found["salt"]["result"][0]["title"] == "bread"
    assert_kept(mcp_transcript, "jsonrpc-", "tools-")
