"""A keyring that is locked, dismissed, silent, or not there."""

import signal

import scenarios_process
from desk import wait_until
from scenario import scenario
from standin import ALICE_ARN


def with_locked_keyring(desk):
    """A user who has logged in before, and whose keyring is locked since."""
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.quit_applet()
    desk.lock_keyring()
    desk.start_applet("--gapplication-service")
    desk.wait_for_state("active")


@scenario()
def unlocked_on_the_way(desk):
    with_locked_keyring(desk)
    assert not desk.prompt(), "starting asked for the keyring"
    first = desk.section()["aws_access_key_id"]
    desk.open_dialog()
    desk.enter_code(desk.aws.code())
    desk.answer_keyring()
    desk.wait_without_window()
    wait_until(lambda: desk.section()["aws_access_key_id"] != first, "new keys")
    assert desk.aws_identity() == ALICE_ARN


@scenario()
def silent_at_the_start(desk):
    """What is remembered is shown all the same, of a session that only the keyring has, too."""
    scenarios_process.set_up(desk)
    desk.open_dialog()
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_icon("active")
    desk.quit_applet()
    desk.session.processes["keyring"].send_signal(signal.SIGSTOP)
    try:
        desk.start_applet("--gapplication-service")
        desk.wait_for_icon("active")
        assert desk.state()["state"] == "active"
    finally:
        desk.session.processes["keyring"].send_signal(signal.SIGCONT)
    desk.wait_for_icon("active")


@scenario()
def dismissed(desk):
    with_locked_keyring(desk)
    before = desk.credentials.read_bytes()
    seen = len(desk.aws.requests("GetSessionToken"))
    desk.open_dialog()
    desk.enter_code(desk.aws.code())
    desk.answer_keyring(None)
    desk.wait_for_text("Your keyring is locked")
    assert desk.credentials.read_bytes() == before
    # No code was spent on it.
    assert len(desk.aws.requests("GetSessionToken")) == seen
    # Another try asks again.
    desk.enter_code(desk.aws.code())
    desk.answer_keyring()
    desk.wait_without_window()
    wait_until(lambda: desk.credentials.read_bytes() != before, "new keys")


@scenario()
def restored_after_unlocking(desk):
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.lock_keyring()
    desk.choose("Restore original credentials")
    desk.answer_keyring()
    wait_until(lambda: desk.credentials.read_bytes() == before, "the file as it was")


@scenario()
def ended_without_it(desk):
    """The keys leave the file all the same; the copy in the keyring goes when that is next opened."""
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.lock_keyring()
    said = len(desk.notices)
    desk.choose("End session")
    desk.answer_keyring(None)
    wait_until(lambda: "aws_session_token" not in desk.section(), "the end")
    desk.wait_for_notice("keyring is not open", after=said)
    desk.wait_for_state("none")
    desk.choose("Restore original credentials")
    desk.answer_keyring()
    wait_until(lambda: desk.credentials.read_bytes() == before, "the file as it was")
    wait_until(lambda: desk.keyring_kinds() == ["base", "original"], "no session in the keyring")


@scenario(keyring="none")
def absent(desk):
    before = desk.write_base_credentials()
    desk.start_applet()
    desk.enter_code(desk.aws.code())
    desk.wait_for_text("No keyring is running")
    assert desk.credentials.read_bytes() == before
    assert desk.aws.requests("GetSessionToken") == []
    # One that is started meanwhile will do.
    desk.session.start_keyring()
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()


@scenario()
def gone_in_the_middle(desk):
    before = desk.write_base_credentials()
    desk.start_applet()
    desk.wait_for_window()
    desk.aws.set("behaviour", {"kind": "hold", "action": "GetSessionToken", "times": 1})
    desk.enter_code(desk.aws.code())
    wait_until(lambda: desk.aws.ask("state")["held"] == 1, "the request under way")
    desk.session.stop_keyring()
    desk.aws.set("release")
    desk.wait_for_text("(?i)keyring")
    desk.see("button", "Try again")
    assert desk.credentials.read_bytes() == before
    # The session is kept in memory: trying again takes no other code.
    desk.session.start_keyring()
    desk.press("Try again")
    desk.wait_without_window()
    desk.wait_for_session()
    assert len(desk.aws.requests("GetSessionToken")) == 1


@scenario()
def a_list_of_devices_from_a_locked_keyring(desk):
    """Somebody asks for the list: the keyring may ask for its password, and be told no."""
    with_locked_keyring(desk)
    desk.open_dialog()
    desk.press("Change…")
    desk.answer_keyring(None)
    desk.wait_for_text("Your keyring is locked")
    desk.key("Escape")
    desk.wait_for_focus("text")
    desk.press("Change…")
    desk.answer_keyring()
    desk.wait_for_text("alice \\(virtual\\), since")


@scenario()
def quit_while_it_asks(desk):
    """Nothing has been sent: the program need not wait for an answer."""
    with_locked_keyring(desk)
    before = desk.credentials.read_bytes()
    desk.open_dialog()
    desk.enter_code(desk.aws.code())
    desk.wait_for_prompt()
    desk.quit_applet()
    assert desk.credentials.read_bytes() == before
    wait_until(lambda: not desk.prompt(), "the keyring's prompt gone")


@scenario()
def locked_in_the_middle(desk):
    """Trying again asks for the password, and takes no other code."""
    before = desk.write_base_credentials()
    desk.start_applet()
    desk.wait_for_window()
    desk.aws.set("behaviour", {"kind": "hold", "action": "GetSessionToken", "times": 1})
    desk.enter_code(desk.aws.code())
    wait_until(lambda: desk.aws.ask("state")["held"] == 1, "the request under way")
    desk.lock_keyring()
    desk.aws.set("release")
    desk.wait_for_text("Your keyring is locked")
    assert not desk.prompt() and desk.credentials.read_bytes() == before
    desk.press("Try again")
    desk.answer_keyring(None)
    desk.wait_for_text("Your keyring is locked")
    desk.press("Try again")
    desk.answer_keyring()
    desk.wait_without_window()
    desk.wait_for_session()
    assert len(desk.aws.requests("GetSessionToken")) == 1
