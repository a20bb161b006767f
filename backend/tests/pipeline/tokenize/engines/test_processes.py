import os
import signal
from concurrent.futures import ThreadPoolExecutor

import psutil
import pyarrow as pa
import pytest

from mistudio.core.errors import OutOfMemory, TokenizerInvalid
from mistudio.pipeline.tokenize.engines.processes import Forked
from mistudio.pipeline.tokenize.engines.python import PythonEngine
from tests.tokenizers import loaded


def answer(strings: list[str]) -> list[str]:
    if "bad" in strings:
        raise ValueError("a bad text")
    if "kill" in strings:
        os.kill(os.getpid(), signal.SIGKILL)
    if "leave" in strings:
        os._exit(3)
    return [*strings, str(os.getpid())]


@pytest.mark.parametrize("processes", [1, 2])
def test_calls_are_answered_by_several_processes(processes: int) -> None:
    forked = Forked(answer, processes)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(forked, [[str(i)] for i in range(50)]))
    forked.close()
    assert [strings[0] for strings in found] == [str(i) for i in range(50)]
    pids = {strings[1] for strings in found}
    assert len(pids) <= processes
    assert (str(os.getpid()) in pids) == (processes == 1)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_function_raises_comes_back(processes: int) -> None:
    forked = Forked(answer, processes)
    with pytest.raises(TokenizerInvalid, match="a bad text"):
        forked(["bad"])
    assert forked(["good"])[0] == "good"
    forked.close()


def test_a_process_that_dies_is_an_error_and_not_a_wait() -> None:
    forked = Forked(answer, 2)
    with pytest.raises(OutOfMemory):
        forked(["kill"])
    forked.close()
    forked = Forked(answer, 2)
    with pytest.raises(TokenizerInvalid, match="exit 3"):
        forked(["leave"])
    forked.close()


def test_no_process_outlives_the_pool_or_its_parent() -> None:
    before = set(psutil.Process().children())
    forked = Forked(answer, 3)
    ours = set(psutil.Process().children()) - before
    assert len(ours) >= 3
    forked.close()
    assert not any(child.is_running() and child in ours for child in psutil.Process().children())

    parent = os.fork()
    if parent == 0:  # leaves without a word, as after kill -9
        Forked(answer, 3)
        os.kill(os.getpid(), signal.SIGKILL)
    group = psutil.Process(parent)
    children = group.children()
    os.waitpid(parent, 0)
    _gone, alive = psutil.wait_procs(children, timeout=10)
    assert not alive


def test_python_tokenizers_give_their_own_ids() -> None:
    tokenizer = loaded("byt5").tokenizer
    engine = PythonEngine(tokenizer, 2)
    found = engine.encode(pa.array(["a é", "", "日本"]))
    engine.close()
    expected = tokenizer(["a é", "", "日本"], add_special_tokens=False)["input_ids"]
    assert [found.row(i).tolist() for i in range(3)] == expected
