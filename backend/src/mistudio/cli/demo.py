"""`mistudio demo`: the main job from end to end, without the internet."""

import subprocess
import sys
import time

from mistudio.cli.client import Api, ServerAway
from mistudio.cli.progress import console, finish, follow
from mistudio.cli.tables import out, print_statistics

START_S = 120


def demo() -> None:
    """Tokenize a built-in text with a tokenizer trained on it, and print the statistics."""
    api = Api()
    if api.answers():
        _run(api)
        return
    console.print("Nothing runs yet: starting miStudio for the demo.")
    stack = subprocess.Popen([sys.executable, "-m", "mistudio.cli", "up"], stdout=subprocess.DEVNULL)
    try:
        _await(api, stack)
        _run(api)
    finally:
        stack.terminate()
        stack.wait()


def _await(api: Api, stack: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while not api.answers():
        if stack.poll() is not None or time.monotonic() > deadline:
            raise ServerAway("miStudio did not start. `mistudio doctor` says what is missing.")
        time.sleep(0.2)


def _run(api: Api) -> None:
    answer = api.call("POST", "/datasets/demo")
    finish(follow(api, answer["job"]))
    dataset_id = answer["dataset"]["id"]
    for job in api.call("GET", "/jobs", params={"dataset_id": dataset_id, "kind": "tokenize"})["items"][:1]:
        finish(follow(api, job))
    out.print(f"{answer['dataset']['name']}  {api.url}/datasets/{dataset_id}", markup=False)
    for tokenization in api.call("GET", f"/datasets/{dataset_id}/tokenizations")["items"]:
        print_statistics(tokenization)
