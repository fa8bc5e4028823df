#!/usr/bin/python3
"""What is tried: what leads to it, how it is begun, what it leaves. Run, it prints the names: meson makes
a test of each, also where the modules that the tests need are not installed."""

import dataclasses
import shutil

ROLE = "arn:aws:iam::123456789012:role/Deploy"
CODE = object()
LOGIN = (CODE,)
RESTORE = ("--restore",)
SETUP = ("setup",)
PROCESS = ("setup", "--process")
NO_PROCESS = ("setup", "--no-process")


def copy(place):
    shutil.copy2(place.credentials, place.top / "copy")


def put_back(place):
    """As an editor that had the file open all the time."""
    shutil.copy2(place.top / "copy", place.credentials)


def type_key(place):
    """Nothing in the files: the key came from elsewhere."""
    place.run_cli("setup", "-", input=place.typed_key)


STALE = (LOGIN, copy, RESTORE, put_back)


@dataclasses.dataclass(frozen=True)
class Operation:
    """`before` are command lines and functions; `leaves` says what [default] holds after it."""

    name: str
    before: tuple
    arguments: tuple
    leaves: str  # "session", "original" or "nothing"
    undo: tuple = (RESTORE,)
    files: bool = True  # the user has an AWS folder with the key in it


OPERATIONS = (
    Operation("first-login", (), LOGIN, "session"),
    Operation("renew", (LOGIN,), LOGIN, "session"),
    Operation("restore", (LOGIN,), RESTORE, "original"),
    Operation("end", (LOGIN,), ("end",), "nothing"),
    Operation("login-after-end", (LOGIN, ("end",)), LOGIN, "session"),
    Operation("login-after-restore", (LOGIN, RESTORE), LOGIN, "session"),
    Operation("switch-role", (LOGIN,), ("--role", ROLE), "session"),
    Operation("login-with-role", (), ("--role", ROLE, CODE), "session"),
    Operation("switch-back", (("--role", ROLE, CODE),), ("--role", "-"), "session"),
    Operation("setup", (), SETUP, "nothing"),
    Operation("forget-keys", (SETUP,), ("forget-keys",), "original"),
    Operation("forget-keys-in-session", (LOGIN,), ("forget-keys",), "original"),
    Operation("process-on", (), PROCESS, "nothing", (NO_PROCESS, RESTORE)),
    Operation("process-on-in-session", (LOGIN,), PROCESS, "nothing", (NO_PROCESS, RESTORE)),
    Operation("process-login", (PROCESS,), LOGIN, "nothing", (NO_PROCESS, RESTORE)),
    Operation("process-end", (PROCESS, LOGIN), ("end",), "nothing", (NO_PROCESS, RESTORE)),
    Operation("process-restore", (PROCESS, LOGIN), RESTORE, "original", (NO_PROCESS, RESTORE)),
    Operation("process-off", (PROCESS, LOGIN), NO_PROCESS, "original"),
    Operation("login-after-stale-save", STALE, LOGIN, "session"),
    Operation("restore-after-stale-save", STALE, RESTORE, "original"),
    Operation("login-without-file", (type_key,), LOGIN, "session", (RESTORE,), False),
    Operation("restore-without-file", (type_key, LOGIN), RESTORE, "original", (RESTORE,), False),
)


def command(place, arguments):
    return [place.code() if word is CODE else word for word in arguments]


def prepare(place, operation):
    if operation.files:
        place.fill()
    else:
        place.begin()
    for step in operation.before:
        if callable(step):
            step(place)
        else:
            place.run_cli(*command(place, step))


if __name__ == "__main__":
    print(*(operation.name for operation in OPERATIONS), sep="\n")
