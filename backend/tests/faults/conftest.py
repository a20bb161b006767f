"""One stack for all faults, healed between them; the choice of cells; the table at the end.

A test is a row of the table, each of its parameters a cell. The usual run takes one cell of each row;
`--all-cells` takes them all.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mistudio.local.postgres import LocalPostgres
from tests.faults.clean import assert_clean, watch
from tests.faults.failpoints import disarm, shared_dataset
from tests.hub.fixtures import LocalHub
from tests.stack import Stack, make_stack, new_stack, stack  # noqa: F401

WORKERS = ("a", "b")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-cells", action="store_true", help="every cell of the fault table, not one a row")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(row): a row of the fault table")
    config.addinivalue_line("markers", "further_cell: not part of the usual run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("all_cells", default=False):
        return
    left_out = [item for item in items if item.get_closest_marker("further_cell")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def everything(
    postgres: LocalPostgres,
    template_database: str,
    hub_server: LocalHub,
    service_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("faults")
    with new_stack(postgres, template_database, hub_server, service_dir, folder) as made:
        watch(made)
        yield made


def heal(stack: Stack) -> None:  # noqa: F811
    """The servers run, nothing is held any more, and what is missing of our own processes is on its way."""
    disarm(stack)
    stack.valkey.resume()
    stack.valkey.start()
    stack.postgres.start()
    for name in WORKERS:
        if not stack.running(name):
            stack.start_worker(name)
    if not stack.running("api"):
        stack.start_api()


@pytest.fixture
def faulty(everything: Stack, hub: LocalHub) -> Iterator[Stack]:
    """API and two workers, of which at least one takes messages. After the test all must be clean."""
    heal(everything)
    everything.wait_ready()
    shared_dataset(everything)
    everything.statuses.clear()
    yield everything
    heal(everything)
    assert_clean(everything)


@pytest.fixture
def both(faulty: Stack) -> Stack:
    """As `faulty`, with both workers ready."""
    faulty.wait_ready(len(WORKERS))
    return faulty


@pytest.fixture
def saw(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Says in the table what came of it."""
    marker = request.node.get_closest_marker("fault")
    assert marker is not None
    record_property("row", marker.args[0])
    record_property("cell", getattr(request.node, "callspec", None) and request.node.callspec.id)
    return lambda words: record_property("saw", words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows: dict[tuple[str, str], list[str]] = {}
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            said = dict(report.user_properties)
            if "row" in said:
                rows[said["row"], said["cell"] or "–"] = [outcome, said.get("saw", "")]
    if rows:
        terminalreporter.section("faults")
    for (row, cell), (outcome, words) in rows.items():
        terminalreporter.write_line(f"{row:44} {cell:18} {outcome:7} {words}")
