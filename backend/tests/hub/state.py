"""Everything the local Hub knows: repositories, users, faults and the log of requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hub.faults import Fault, Kind, Logged
from tests.hub.repository import Repository


@dataclass
class User:
    """granted: repositories whose gate is open; "*" for all of them. private: whether private ones are seen."""

    name: str
    granted: frozenset[str] = frozenset({"*"})
    private: bool = True


GOOD_TOKEN, OUTSIDER_TOKEN, BAD_TOKEN = "hf_alice_may_read", "hf_bob_may_not", "hf_nobody_knows_this"


@dataclass
class HubState:
    root: Path
    repositories: dict[tuple[str, str], Repository] = field(default_factory=dict)
    users: dict[str, User] = field(
        default_factory=lambda: {
            GOOD_TOKEN: User("alice"),
            OUTSIDER_TOKEN: User("bob", granted=frozenset(), private=False),
        }
    )
    faults: list[Fault] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)
    files_origin: str = ""

    def dataset(self, name: str, files: Mapping[str, bytes | str | Path], **options: Any) -> Repository:
        return self._add("datasets", name, files, **options)

    def model(self, name: str, files: Mapping[str, bytes | str | Path], **options: Any) -> Repository:
        return self._add("models", name, files, **options)

    def fault(self, match: str, kind: Kind, **options: Any) -> None:
        self.faults.append(Fault(match, kind, **options))

    def reset(self) -> None:
        """Forget faults and requests; the repositories stay."""
        self.faults.clear()
        self.log.clear()

    def requests(self, match: str = "") -> list[Logged]:
        """The requests so far whose "METHOD /path" contains `match`."""
        return [entry for entry in list(self.log) if match in str(entry)]

    def fault_for(self, request: str) -> Fault | None:
        return next((fault for fault in self.faults if fault.hits(request)), None)

    def find(self, kind: str, name: str) -> Repository | None:
        return self.repositories.get((kind, name))

    def _add(self, kind: str, name: str, files: Mapping[str, bytes | str | Path], **options: Any) -> Repository:
        repository = Repository(kind, name, self.root / "blobs", **options)
        repository.commit(files)
        self.repositories[kind, name] = repository
        return repository
