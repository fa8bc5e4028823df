"""KeePassXC in the keyring's place: whatever searches all its databases makes it ask for a password."""

import time

from desk import run, search_windows, wait_until
from keepassxc import KeePassXC
from scenario import scenario
from standin import ALICE_ARN

# What KeePassXC may ask with, of one search of ours, comes within this; seconds.
CALM = 2


def log_in_once(desk):
    """A user whose session is running, and whose database is locked since."""
    before = desk.write_base_credentials()
    keyring = KeePassXC(desk.session)
    keyring.start()
    wait_until(lambda: collection(desk) != "/", "the database")
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.quit_applet()
    keyring.stop()
    keyring.start(locked=True)
    return before


def collection(desk):
    return desk.session.call(
        "org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service",
        "ReadAlias", "(s)", ("default",),
    )[0]


def questions(desk):
    return search_windows("--name", "Unlock Database")


def assert_calm(desk, shown):
    end = time.monotonic() + CALM
    while time.monotonic() < end:
        assert questions(desk) == shown, "KeePassXC was made to ask"
        time.sleep(0.1)


@scenario(keyring=None)
def a_whole_round(desk):
    before = desk.write_base_credentials()
    KeePassXC(desk.session).start()
    wait_until(lambda: collection(desk) != "/", "the database")
    desk.start_applet("--gapplication-service")
    desk.log_in()
    assert desk.aws_identity() == ALICE_ARN
    desk.log_in()
    desk.choose("Restore original credentials")
    wait_until(lambda: desk.credentials.read_bytes() == before, "the file as it was")
    assert not questions(desk)


@scenario(keyring=None)
def nothing_unasked_makes_it_ask(desk):
    log_in_once(desk)
    shown = questions(desk)
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("active")
    # A profile of which only the keyring could know something.
    (desk.home / ".aws" / "config").write_text("[profile other]\nregion = eu-west-1\n")
    run(desk.cli, "status")
    run(desk.cli, "status", "--all")
    assert_calm(desk, shown)
    assert desk.wait_for_state("active")
