"""Whom PostgreSQL runs as when we are root, which it refuses to be."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mistudio.core.errors import ConfigurationError

NAMES = ("mistudio", "postgres", "nobody", "daemon")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


def service_account(owned: Path | None = None) -> Account | None:
    """The account for services; None when we are not root and they run as we do.

    owned: a directory that an earlier start gave to the account, which is then the one.
    Raises ConfigurationError when there is none.
    """
    if os.geteuid() != 0:
        return None
    if owned is not None and owned.exists() and (uid := owned.stat().st_uid) != 0:
        try:
            return _account(pwd.getpwuid(uid))
        except KeyError:
            raise ConfigurationError(
                f"{owned} belongs to user {uid}, who is not in the list of accounts."
            ) from None
    for name in NAMES:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise ConfigurationError(
        "PostgreSQL does not run as root and there is no account to give it: create one with "
        "`useradd -r mistudio`, run as an ordinary user, or set DATABASE_URL."
    )


def require_passwd_entry() -> None:
    """Raises ConfigurationError when our user id has no name, which PostgreSQL needs."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise ConfigurationError(
            f"User id {os.geteuid()} has no entry in /etc/passwd, which PostgreSQL needs: add one, run as another "
            "user, or set DATABASE_URL."
        ) from None


def may(account: Account | None, test: str, path: Path) -> bool:
    """Whether the account can really get at `path`, tried by being it. test: r, w or x, as in test(1)."""
    if account is None:
        return os.access(path, {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}[test])
    command = ["/bin/sh", "-c", f'test -{test} "$0"', str(path)]
    done = subprocess.run(
        command,
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def own(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
