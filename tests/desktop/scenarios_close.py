"""The window is closed, or the program ended, while what AWS has granted is being written."""

import pathlib
import signal
import time

import scenarios_identity
from desk import DIALOG, wait_until
from scenario import scenario
from session import PATIENCE
from standin import ALICE_ARN


def waits_for_keyring(process):
    """Whether the time of a keyring call is running: a thread sees to that."""
    for path in pathlib.Path(f"/proc/{process.pid}/task").glob("*/comm"):
        try:
            if path.read_text().strip() == "awsmfa-budget":
                return True
        except OSError:
            continue
    return False


def is_written(desk):
    """Whether the file has a session: as quick as it can be told, while the commit's time runs."""
    return b"aws_session_token" in desk.credentials.read_bytes()


def stop_in_the_commit(desk, role=0):
    """A code that AWS has accepted; the applet stores it, and waits for a keyring that sleeps: six
    seconds. What comes before wake_keyring() is to be quick."""
    scenarios_identity.set_up(desk)
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    desk.open_dialog()
    if role:
        scenarios_identity.choose(desk, role)
    desk.aws.set("behaviour", {"kind": "hold", "action": "GetSessionToken"})
    desk.enter_code(desk.aws.code())
    wait_until(lambda: desk.aws.ask("state")["held"] == 1, "the request under way")
    wait_until(lambda: not waits_for_keyring(desk.applets[0]), "the end of what came before")
    desk.session.processes["keyring"].send_signal(signal.SIGSTOP)
    desk.aws.set("behaviour", None)
    desk.aws.set("release")
    wait_until(lambda: waits_for_keyring(desk.applets[0]), "the commit")
    assert not is_written(desk)


def wake_keyring(desk):
    desk.session.processes["keyring"].send_signal(signal.SIGCONT)


@scenario()
def the_window_in_the_commit(desk):
    stop_in_the_commit(desk)
    said = len(desk.notices)
    desk.key("alt+F4")
    desk.wait_without_window()
    assert not is_written(desk)
    wake_keyring(desk)
    desk.wait_for_session()
    desk.wait_for_notice("AWS session until", after=said)
    desk.wait_for_icon("active")
    assert not desk.windows(DIALOG)
    assert desk.aws_identity() == ALICE_ARN


@scenario()
def the_window_before_the_keyring_fails(desk):
    stop_in_the_commit(desk)
    before = desk.credentials.read_bytes()
    desk.key("alt+F4")
    desk.wait_without_window()
    desk.session.processes["keyring"].kill()
    desk.wait_for_window()
    desk.wait_for_text("(?i)keyring")
    wait_until(lambda: desk.has_focus("button", "Try again"), "the focus")
    assert desk.credentials.read_bytes() == before
    desk.session.stop_keyring()
    desk.session.start_keyring()
    desk.key("Return")
    desk.wait_without_window()
    desk.wait_for_session()
    assert len(desk.aws.requests("GetSessionToken")) == 1


@scenario()
def nothing_but_the_keyring_fails(desk):
    """A role was granted and could not be written: the user's session came with it."""
    stop_in_the_commit(desk, role=1)
    desk.session.processes["keyring"].kill()
    desk.wait_for_text("(?i)keyring failed|no keyring")
    desk.session.stop_keyring()
    desk.session.start_keyring()
    scenarios_identity.choose(desk, 0)
    desk.key("Return")
    desk.wait_without_window()
    desk.wait_for_session()
    assert desk.aws_identity() == ALICE_ARN
    assert len(desk.aws.requests("GetSessionToken")) == 1


@scenario()
def the_window_before_aws_answers(desk):
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    desk.open_dialog()
    desk.aws.set("behaviour", {"kind": "silent", "action": "GetSessionToken"})
    desk.enter_code(desk.aws.code())
    wait_until(lambda: desk.aws.ask("state")["held"] == 1, "the request under way")
    desk.key("alt+F4")
    desk.wait_without_window()
    desk.aws.set("behaviour", None)
    desk.aws.set("release")
    assert desk.credentials.read_bytes() == before
    # The next one is another dialog.
    desk.open_dialog()
    assert desk.text_of("MFA code") == ""


@scenario()
def the_program_in_the_commit(desk):
    stop_in_the_commit(desk)
    said = len(desk.notices)
    desk.activate("quit")
    desk.wait_without_window()
    assert desk.applets[0].poll() is None
    assert not is_written(desk)
    wake_keyring(desk)
    assert desk.applets[0].wait(PATIENCE) == 0
    assert "aws_session_token" in desk.section()
    assert desk.aws_identity() == ALICE_ARN
    desk.wait_for_notice("AWS session until", after=said)


@scenario()
def signals_in_the_commit(desk):
    """As at log-out: what AWS has granted is written, and the status is that of a quiet end."""
    stop_in_the_commit(desk)
    said = len(desk.notices)
    desk.applets[0].send_signal(signal.SIGTERM)
    desk.wait_without_window()
    assert desk.applets[0].poll() is None
    wake_keyring(desk)
    assert desk.applets[0].wait(PATIENCE) == 0
    assert "aws_session_token" in desk.section()
    desk.wait_for_notice("AWS session until", after=said)

    desk.applets.clear()
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        applet = desk.start_applet("--gapplication-service")
        desk.wait_for_icon("active")
        applet.send_signal(number)
        assert applet.wait(PATIENCE) == 0, number
        desk.applets.clear()
    desk.session.wait_without_name(desk.application_id)


@scenario()
def the_program_and_a_keyring_that_sleeps_on(desk):
    """Nobody waits for ever, and a code that is used up is no secret."""
    stop_in_the_commit(desk)
    before = desk.credentials.read_bytes()
    said = len(desk.notices)
    desk.activate("quit")
    begun = time.monotonic()
    desk.wait_without_window()
    assert desk.applets[0].wait(PATIENCE) == 0
    # Without an end of its own, a call on the bus waits for 25.
    assert time.monotonic() - begun < 24
    notice = desk.wait_for_notice("AWS session not stored", after=said)
    assert "Your code was accepted" in notice["body"], notice
    assert desk.credentials.read_bytes() == before
    wake_keyring(desk)


@scenario()
def escape_in_the_commit(desk):
    """The window goes while the keyring still has time; the session comes all the same, and is
    told."""
    stop_in_the_commit(desk)
    said = len(desk.notices)
    desk.key("Escape")
    desk.wait_without_window()
    assert not is_written(desk)
    wake_keyring(desk)
    desk.wait_for_session()
    desk.wait_for_notice("AWS session until", after=said)


@scenario()
def the_program_in_a_restore(desk):
    """A deed that was clicked is carried out."""
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.session.processes["keyring"].send_signal(signal.SIGSTOP)
    said = len(desk.notices)
    desk.activate("restore")
    desk.activate("quit")
    # Known by its effect alone: the applet takes nothing on any more.
    desk.activate("enter-code")
    assert desk.applets[0].poll() is None
    wake_keyring(desk)
    assert desk.applets[0].wait(PATIENCE) == 0
    assert desk.credentials.read_bytes() == before
    desk.wait_for_notice("Original credentials restored", after=said)
    assert not desk.windows(DIALOG)


def escape_gives_back(desk):
    """The window can be used again, or is gone, before the ten seconds of a silent AWS are over."""
    begun = time.monotonic()
    desk.key("Escape")
    wait_until(
        lambda: not desk.windows(DIALOG) or desk.sensitive("Start session"), "the code given back"
    )
    assert time.monotonic() - begun < 8
    if desk.windows(DIALOG):
        desk.key("Escape")
    desk.wait_without_window()


@scenario()
def escape_at_any_moment(desk):
    """While AWS, asked for this or that, says nothing."""
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    for action in ("GetCallerIdentity", "ListMFADevices", "GetSessionToken"):
        desk.aws.set("behaviour", {"kind": "silent", "action": action})
        desk.activate("enter-code")
        desk.enter_code(desk.aws.code())
        wait_until(lambda: desk.aws.ask("state")["held"] >= 1, f"{action} under way")
        escape_gives_back(desk)
        desk.aws.set("behaviour", None)
        desk.aws.set("release")
        wait_until(lambda: desk.aws.ask("state")["held"] == 0, "nothing under way")
    assert desk.credentials.read_bytes() == before
    desk.log_in()
    assert desk.aws_identity() == ALICE_ARN


@scenario()
def told_what_failed_at_the_end(desk):
    """A deed that quitting waits for, and that fails."""
    desk.write_base_credentials()
    applet = desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.lock_keyring()
    said = len(desk.notices)
    desk.choose("Restore original credentials")
    desk.wait_for_prompt()
    desk.activate("quit")
    desk.answer_keyring(None)
    desk.wait_for_notice("Original credentials not restored", after=said)
    assert applet.wait(PATIENCE) == 0
