"""Cassettes on disk: what is read, and what is refused with line and reason."""

import os
from pathlib import Path

import pytest

from mcp_proof_contracts.transcript import (
    Event,
    EventKind,
    Header,
    Sender,
    event_line,
    from_ndjson,
    header_line,
)
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.replay import lines
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.lines import CassetteError
from mcp_proof_mocks.replay.meaning import request_key
from mcp_proof_mocks.replay.playback import NotRecordedError, Playback

HEADER = Header(peer="p", side=Sender.SERVER, transport="stdio", started="2026-01-01T00:00:00")


def line(seq: int, sender: Sender, value: object, **where: str) -> bytes:
    raw = value if isinstance(value, bytes) else encode(value)  # type: ignore[arg-type]
    named = {"session": "s", "channel": "stdio", **where}
    event = Event(
        seq=seq, at=seq / 10, sender=sender, kind=EventKind.MESSAGE, message=parse(raw), **named
    )
    return event_line(event)


def request(given: object, method: str = "tools/call", params: object = None) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": given, "method": method, "params": params or {}}


def call(given: object, text: object, **meta: object) -> dict[str, object]:
    params: dict[str, object] = {"name": "echo", "arguments": {"text": text, "more": 1}}
    return request(given, params=params | ({"_meta": meta} if meta else {}))


def result(given: object, value: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": given, "result": {"value": value}}


def conversation(*said: tuple[str, object]) -> list[bytes]:
    sender = {"c": Sender.CLIENT, "s": Sender.SERVER}
    told = [line(seq, sender[who], value) for seq, (who, value) in enumerate(said)]
    return [header_line(HEADER), *told]


@pytest.fixture
def played(tmp_path):
    """Returns what answers from a conversation."""

    def played(*said: tuple[str, object]) -> Playback:
        return Playback(Cassette(written(tmp_path, conversation(*said))))

    return played


def written(folder: Path, data: list[bytes]) -> Path:
    file = folder / "c.ndjson"
    file.write_bytes(b"".join(data))
    return file


def answer(playback: Playback, message: object) -> object:
    told = playback.lookup(encode(message))  # type: ignore[arg-type]
    return None if told is None else parse(told).value


# Matching


@pytest.mark.parametrize(
    "asked",
    [
        call(9, "a"),
        call("other", "a"),
        call(9, "a", progressToken=5, traceparent="00-1-2-01", baggage="x=y"),
        request(9, params={"arguments": {"more": 1, "text": "a"}, "name": "echo"}),
        request(9, params={"arguments": {"more": 1.0, "text": "a"}, "name": "echo"}),
    ],
)
def test_a_request_is_found_by_what_it_means(asked, played):
    playback = played(("c", call(1, "a", progressToken=1)), ("s", result(1, "told")))
    assert answer(playback, asked) == result(asked["id"], "told")


@pytest.mark.parametrize("given", [7, "7", 'with " and \\', 10**14, -3, 2**60])
def test_an_answer_has_the_id_of_its_request_and_is_otherwise_as_it_was(given, played):
    told = b'{"jsonrpc":"2.0","id":1,"result":{"value" : 1.50,"id":1}}'
    playback = played(("c", call(1, "a")), ("s", told))
    assert playback.lookup(encode(call(given, "a"))) == told.replace(
        b'"id":1,', b'"id":%b,' % encode(given), 1
    )


def test_an_id_at_the_end_is_replaced_too(played):
    told = b'{"result":{"value":"x","id":1},"jsonrpc":"2.0","id":1}'
    playback = played(("c", call(1, "a")), ("s", told))
    assert playback.lookup(encode(call(22, "a"))) == told[:-2] + b"22}"


def test_the_same_request_gets_its_answers_in_order_and_then_the_last(played):
    playback = played(
        *(each for n in (1, 2, 3) for each in (("c", call(n, "a")), ("s", result(n, n))))
    )
    told = [answer(playback, call(0, "a")) for _ in range(200)]
    assert told == [result(0, n) for n in (1, 2, *[3] * 198)]


def test_no_arguments_are_as_good_as_none(played):
    playback = played(("c", request(1, params={"name": "x", "arguments": {}})), ("s", result(1, 1)))
    assert answer(playback, request(2, params={"name": "x"})) == result(2, 1)


def test_long_arguments_are_told_apart(played):
    long, longer = "x" * 5000, "x" * 5001
    playback = played(
        ("c", call(1, long)),
        ("s", result(1, "long")),
        ("c", call(2, longer)),
        ("s", result(2, "er")),
    )
    assert answer(playback, call(5, longer)) == result(5, "er")
    assert answer(playback, call(5, long)) == result(5, "long")
    with pytest.raises(NotRecordedError, match="/arguments/text: expected"):
        answer(playback, call(5, longer + "x"))


def test_a_request_is_near_whatever_its_hash_begins_with(played):
    texts = ("x" * 300 + str(number) for number in range(100_000))
    long = next(each for each in texts if key_of(each).startswith(b'"'))
    playback = played(("c", call(1, long)), ("s", result(1, 1)))
    with pytest.raises(NotRecordedError, match="nearest, request 1"):
        answer(playback, call(2, long + "x"))


def key_of(text: str) -> bytes:
    return request_key("tools/call", call(1, text)["params"])  # type: ignore[arg-type]


def test_answers_go_to_the_request_on_their_channel_though_ids_are_the_same(tmp_path):
    posts = [
        line(n, sender, value, channel=channel)
        for n, (sender, value, channel) in enumerate(
            [
                (Sender.CLIENT, call(1, "a"), "post-1"),
                (Sender.CLIENT, call(1, "b"), "post-2"),
                (Sender.SERVER, result(1, "for a"), "post-1"),
                (Sender.SERVER, result(1, "for b"), "post-2"),
            ]
        )
    ]
    playback = Playback(Cassette(written(tmp_path, [header_line(HEADER), *posts])))
    assert answer(playback, call(3, "b")) == result(3, "for b")
    assert answer(playback, call(3, "a")) == result(3, "for a")


def test_answers_that_cross_go_to_their_requests(played):
    playback = played(
        ("c", call(1, "a")),
        ("c", call("2", "b")),
        ("s", {"result": {"value": "for b"}, "jsonrpc": "2.0", "id": "2"}),
        ("s", result(1, "for a")),
    )
    assert answer(playback, call(3, "a")) == result(3, "for a")
    assert answer(playback, call(3, "b"))["result"] == {"value": "for b"}


def test_what_stands_in_batches_is_found(played):
    playback = played(
        ("c", [call(1, "a"), call(2, "b")]), ("s", [result(2, "for b"), result(1, "for a")])
    )
    assert answer(playback, call(3, "a")) == result(3, "for a")
    assert answer(playback, call(4, "b")) == result(4, "for b")


def test_a_miss_names_the_nearest_request_and_what_differs(played):
    playback = played(
        ("c", call(1, "far off")), ("s", result(1, 1)), ("c", call(2, "near")), ("s", result(2, 2))
    )
    with pytest.raises(NotRecordedError) as missed:
        answer(
            playback, request(3, params={"name": "echo", "arguments": {"text": "near", "more": 2}})
        )
    assert str(missed.value).split("\n")[1:] == [
        'nearest, request 2: {"arguments":{"more":1,"text":"near"},"name":"echo"}',
        "what differs:",
        "  /arguments/more: expected 1, was 2",
    ]


def test_a_name_that_was_never_called_is_guessed_at(played):
    playback = played(("c", call(1, "a")), ("s", result(1, 1)))
    with pytest.raises(NotRecordedError, match=r"It has tools/call of echo. Did you mean echo\?"):
        answer(playback, request(3, params={"name": "ecko"}))


def test_a_request_whose_answer_was_not_recorded_is_told(played):
    playback = played(("c", call(1, "a")))
    with pytest.raises(NotRecordedError, match="its answer is not recorded"):
        answer(playback, call(1, "a"))


# Files


@pytest.mark.parametrize(
    ("third", "why"),
    [
        (b"{damaged\n", "not JSON"),
        (b"\n", "not JSON"),
        (b'{"seq":1\n', "not JSON"),
        (b"\0\0\0\0\n", "not JSON"),
        (b'{"raw":"\xff\xfe"}\n', "not UTF-8"),
        (b"[" * 5000 + b"\n", "not JSON"),
        (b"5\n", "it is no JSON object"),
        (b"[]\n", "it is no JSON object"),
        (b"{}\n", "it lacks `at`"),
        (
            line(1, Sender.SERVER, {}).replace(b'"server"', b'"nobody"'),
            "`sender` is none of client, server: nobody",
        ),
        (line(1, Sender.SERVER, {}).replace(b'"server"', b"[]"), "`sender` is"),
        (line(1, Sender.SERVER, {}).replace(b'"message"', b'"massage"'), "`kind` is none of"),
        (line(1, Sender.SERVER, {}).replace(b'"seq":1', b'"seq":"1"'), "`seq` is no whole number"),
        (line(1, Sender.SERVER, {}).replace(b'"s"', b"null"), "`session` is no text"),
        (line(1, Sender.SERVER, {}).replace(b'"{}"', b"5"), "`raw` is no text"),
        (line(1, Sender.CLIENT, {}).replace(b'"{}"', b"5"), "`raw` is no text"),
    ],
)
def test_damage_is_told_with_its_line_and_the_reason(third, why, tmp_path):
    good = line(0, Sender.CLIENT, call(1, "a"))
    file = written(tmp_path, [header_line(HEADER), good, third, good])
    with pytest.raises(CassetteError, match="line 3 of the transcript is damaged") as refused:
        Cassette(file)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b'"seq":1500', b'"seq":-1', "`seq` is no whole number"),
        (b'"seq":1500', b'"seq":true', "`seq` is no whole number"),
        (b'"seq":1500', b'"seq":1.5', "`seq` is no whole number"),
        (b'"seq":1500', b'"seq":7', "event 7 comes after event 1499"),
        (b'"at":150.0', b'"at":-1', "`at` is no time"),
        (b'"at":150.0', b'"at":true', "`at` is no time"),
        (b'"raw"', b'"more":1,"raw"', "a member that is not known: more"),
        (b'"raw"', b'"data":[1],"raw"', "`data` is no object"),
        (b'"raw"', b'"data":null,"raw"', "`data` is no object"),
        (b'"raw"', b'"probe":5,"raw"', "`probe` is no text"),
        (b'"raw"', b'"raw64"', "`raw64` is no Base64"),
        (b'"raw"', b'"probe"', "a message has `raw` or `raw64`"),
    ],
)
def test_one_damaged_line_among_many_is_told_and_none_is_lost(before, after, why, tmp_path):
    many = [line(n, Sender.CLIENT, call(1, n)) for n in range(3000)]
    assert before in many[1500]
    many[1500] = many[1500].replace(before, after, 1)
    file = written(tmp_path, [header_line(HEADER), *many])
    with pytest.raises(CassetteError, match="line 1502 of the transcript is damaged") as refused:
        Cassette(file)
    assert why in str(refused.value)
    with file.open("rb") as data, pytest.raises(ValueError, match="line 1502") as other:
        from_ndjson(data)
    assert str(other.value) == str(refused.value)


def test_lines_of_unusual_form_are_read_beside_usual_ones(tmp_path):
    many = [line(n, Sender.CLIENT, call(1, n)) for n in range(1000)]
    odd = [
        many[500].replace(b'"raw"', b'"data":{},"probe":"p","raw"'),
        line(500, Sender.SERVER, b"\xff\xfe"),
        many[500].replace(b'"session"', b'"data":{"half":"\\ud800"},"session"'),
        many[500].replace(b"echo", b"\\ud800"),
        b"\xef\xbb\xbf" + many[500],
    ]
    file = written(tmp_path, [header_line(HEADER), *many[:500], *odd, *many[500:]])
    with Cassette(file) as cassette:
        assert len(cassette.index) == 1004
        assert [cassette.asked(n).method for n in range(1004)] == ["tools/call"] * 1004


def test_a_last_line_without_end_that_is_no_event_is_left(tmp_path):
    good = line(0, Sender.CLIENT, call(1, "a"))
    with Cassette(written(tmp_path, [header_line(HEADER), good, b'{"seq":1}'])) as cassette:
        assert len(cassette.index) == 1


def test_damage_far_behind_is_told_with_its_line(tmp_path):
    good = line(0, Sender.CLIENT, call(1, "a"))
    file = written(tmp_path, [header_line(HEADER), *[good] * 3000, b"{\n", good])
    with pytest.raises(CassetteError, match="line 3002 of the transcript is damaged"):
        Cassette(file)


def test_a_cassette_cut_at_any_byte_is_readable(tmp_path):
    data = conversation(("c", call(1, "ü")), ("s", result(1, "ü")), ("c", call(2, "b")))
    whole = b"".join(data)
    for end in range(len(data[0]), len(whole)):
        with Cassette(written(tmp_path, [whole[:end]])) as cassette:
            assert sum(map(bool, cassette.index.told)) == (end >= sum(map(len, data[:3])) - 1)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "the file is empty"),
        (b"\0" * 100_000, "no header"),
        (b"\x89PNG\r\n\x1a\n", "no header"),
        (b'{"log":{"version":"1.2"}}', "no header"),
        (b"x" * 3_000_000, "no header"),
        (b'{"transcript":99}\n', "version 99"),
    ],
)
def test_a_foreign_file_is_refused(data, why, tmp_path):
    with pytest.raises(CassetteError, match=why):
        Cassette(written(tmp_path, [data]))


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 1 << 19)
    file = written(tmp_path, [header_line(HEADER), b"x" * (1 << 20)])
    with pytest.raises(CassetteError, match=r"line 2 .* longer than 524288 bytes"):
        Cassette(file)


def test_a_line_longer_than_what_is_read_at_once_is_read(played):
    text = "x" * (3 * lines.STRETCH)
    playback = played(
        ("c", call(1, "a")), ("s", result(1, text)), ("c", call(2, "b")), ("s", result(2, 2))
    )
    assert answer(playback, call(5, "a")) == result(5, text)
    assert answer(playback, call(5, "b")) == result(5, 2)


def test_a_folder_or_a_pipe_is_refused(tmp_path):
    with pytest.raises(CassetteError, match="no file that could hold"):
        Cassette(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CassetteError, match="no file that could hold"):
        Cassette(tmp_path / "pipe")


def test_a_file_that_shrinks_while_it_is_replayed_is_told(tmp_path, played):
    playback = played(("c", call(1, "a")), ("s", result(1, 1)))
    os.truncate(tmp_path / "c.ndjson", 200)
    with pytest.raises(CassetteError, match="was changed while it was replayed"):
        answer(playback, call(1, "a"))


def test_a_later_header_takes_the_place_of_the_first(tmp_path):
    good = line(0, Sender.CLIENT, call(1, "a"))
    later = header_line(HEADER).replace(b'"stdio"', b'"http"')
    with Cassette(written(tmp_path, [header_line(HEADER), good, later, good])) as cassette:
        assert cassette.header.transport == "http"
        assert len(cassette.index) == 2


def test_requests_without_answers_cost_little(tmp_path):
    many = [line(n, Sender.CLIENT, call(1, n)) for n in range(3000)]
    stray = [line(3000 + n, Sender.SERVER, result(2, n)) for n in range(3000)]
    noise = [
        line(
            6000 + n,
            Sender.SERVER,
            {"jsonrpc": "2.0", "method": "notifications/message", "params": {}},
        )
        for n in range(300)
    ]
    with Cassette(written(tmp_path, [header_line(HEADER), *many, *stray, *noise])) as cassette:
        assert len(cassette.index) == 3000
