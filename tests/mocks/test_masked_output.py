"""What a process prints passes one mask, whoever prints it."""

import io
import subprocess
import sys
import threading

from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_mocks.masked_output import MaskedStream, masked_output

SECRET = "abc-123-secret"


def test_a_secret_that_is_written_in_pieces_is_hidden():
    stream = io.StringIO()
    masked = MaskedStream(stream, Mask([SECRET]))
    for piece in ("it is ", SECRET[:5], SECRET[5:], ".\nand"):
        masked.write(piece)
    assert stream.getvalue() == "it is [hidden].\n"
    masked.flush()
    assert stream.getvalue() == "it is [hidden].\nand"


def test_a_line_that_is_written_over_does_not_wait():
    stream = io.StringIO()
    MaskedStream(stream, Mask()).writelines(["10 %\r", "20 %\r"])
    assert stream.getvalue() == "10 %\r20 %\r"


def test_a_masked_stream_is_like_the_other_in_all_the_rest():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    masked = MaskedStream(stream, Mask())
    assert (masked.encoding, masked.isatty()) == ("latin-1", False)
    assert masked.write("four") == 4


def test_what_the_stream_cannot_encode_is_written_out():
    for encoding, shown in (("latin-1", "é \\u2713 \\udce9"), ("utf-8", "é ✓ \\udce9")):
        written = io.BytesIO()
        masked = MaskedStream(io.TextIOWrapper(written, encoding=encoding), Mask())
        masked.write("é ✓ \udce9")
        masked.flush()
        assert written.getvalue().decode(encoding) == shown


def test_the_streams_come_back_when_the_block_ends(capsys, monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", SECRET)
    before = sys.stdout, sys.stderr
    with masked_output(["--password", "another-secret"]) as mask:
        mask.hide(["a-third-secret"])
        sys.stdout.write(f"{SECRET} another-secret")
        sys.stderr.write("a-third-secret")
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr() == ("[hidden] [hidden]", "[hidden]")


def test_what_several_threads_print_stays_in_lines(capsys):
    def tell() -> None:
        for _ in range(100):
            sys.stdout.write("one line of several words\n")

    with masked_output([]):
        threads = [threading.Thread(target=tell) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(capsys.readouterr().out.splitlines()) == {"one line of several words"}


def test_what_is_printed_at_the_very_end_is_hidden_too():
    code = (
        "import sys\n"
        "from mcp_proof_mocks.masked_output import masked_output\n"
        f"class Last:\n    def __del__(self): raise ValueError({SECRET!r})\n"
        "last = Last()\n"
        f"with masked_output(['--token', {SECRET!r}], for_good=True): print('done')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "done\n"
    assert "ValueError: [hidden]" in done.stderr
