"""The way back."""

import re
import subprocess

from desk import wait_until
from scenario import scenario
from standin import ALICE_ARN, ALICE_KEY_ID

RESTORE = "Restore original credentials"


@scenario()
def byte_for_byte(desk):
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.wait_for_state("active")
    assert desk.credentials.read_bytes() != before
    desk.choose(RESTORE)
    wait_until(lambda: desk.credentials.read_bytes() == before, "the file as it was")
    desk.wait_for_state("none")
    desk.wait_for_icon("none")
    # The original stays for a session that an editor's stale save would bring back.
    wait_until(lambda: desk.keyring_kinds() == ["base", "original"], "no session in the keyring")
    for tool in ("boto3", "aws"):
        assert desk.aws_identity(tool) == ALICE_ARN
        assert desk.aws.requests("GetCallerIdentity")[-1]["key_id"] == ALICE_KEY_ID
    wait_until(
        lambda: not desk.menu_item(RESTORE)["enabled"], "nothing more to restore in the menu"
    )


@scenario()
def other_edits_stay(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    edited = desk.credentials.read_bytes().replace(b"region =  eu-west-1", b"region = eu-north-1")
    desk.credentials.write_bytes(edited + b"\n[added]\nregion = x\n")
    desk.activate("restore")
    wait_until(
        lambda: (desk.section() or {}).get("aws_access_key_id") == ALICE_KEY_ID, "the base key back"
    )
    assert desk.section()["region"] == "eu-north-1"
    assert desk.section("added") == {"region": "x"}
    assert "aws_session_token" not in desk.section()
    assert "expiration" not in desk.section()


@scenario()
def the_session_is_ended(desk):
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.wait_for_state("active")
    desk.choose("End session")
    desk.wait_for_state("none")
    desk.wait_for_icon("none")
    section = desk.section()
    assert not {"aws_access_key_id", "aws_secret_access_key", "aws_session_token"} & set(section)
    assert desk.section("work") and desk.section("last")
    wait_until(
        lambda: desk.keyring_kinds() == ["base", "original"], "the session gone from the keyring"
    )
    # Nothing long-term was written, and the original can still be had.
    assert ALICE_KEY_ID.encode() not in desk.credentials.read_bytes()
    desk.choose(RESTORE)
    wait_until(lambda: desk.credentials.read_bytes() == before, "the file as it was")


@scenario()
def a_file_that_was_not_there(desk):
    """The base comes from the keyring; what the login made, Restore takes away again."""
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.activate("restore")
    desk.wait_for_state("none")
    desk.credentials.unlink()
    desk.log_in()
    desk.wait_for_state("active")
    assert re.match(rb"\[default\]\n", desk.credentials.read_bytes())
    desk.choose(RESTORE)
    wait_until(lambda: not desk.credentials.exists(), "the file gone")
    desk.wait_for_state("none")


@scenario()
def an_open_dialog_tells_how_it_is_now(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.open_dialog()
    desk.wait_for_text("from your keyring")
    desk.wait_for_text("The session that runs now ends at")
    desk.type("12")
    desk.awsmfa("--restore")
    desk.wait_for_text("is in the credentials file")
    assert "The session that runs now" not in desk.texts()
    assert desk.text_of("MFA code") == "12"
    desk.type("3")
    assert desk.text_of("MFA code") == "123"


def start_in_terminal(desk, *arguments):
    return subprocess.Popen(
        [str(desk.cli), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )


def end_in_terminal(process, *statuses):
    _, said = process.communicate(timeout=60)
    assert process.returncode in statuses, f"{process.args}: {process.returncode}: {said}"
    return process.returncode


def wait_for_applet(desk, said):
    """Until it has said what came of what it was asked for."""
    desk.wait_for_notice("restored|Nothing to restore|AWS session ended|not ended", after=said)


@scenario()
def two_at_once(desk):
    """From the terminal, from the applet, and twice from the terminal: one has done it, and whoever
    comes too late is told so. The file is never anything but what it was, or a session."""
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    for action, arguments in 2 * (("restore", ["--restore"]), ("end-session", ["end"])):
        desk.awsmfa(desk.aws.code())
        desk.wait_for_state("active")
        said = len(desk.notices)
        both = [start_in_terminal(desk, *arguments) for _ in range(2)]
        desk.activate(action)
        statuses = [end_in_terminal(process, 0, 6) for process in both]
        wait_for_applet(desk, said)
        assert "aws_session_token" not in desk.section(), (action, statuses)
        if action == "end-session":
            desk.awsmfa("--restore")
        assert desk.credentials.read_bytes() == before, (action, statuses)
        desk.wait_for_state("none")


@scenario()
def a_restore_and_a_login_at_once(desk):
    """Whichever is first, the other finds a file that it understands, and the way back stays."""
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    for from_terminal in (False, True, False):
        desk.awsmfa(desk.aws.code())
        said = len(desk.notices)
        login = start_in_terminal(desk, desk.aws.code())
        restore = start_in_terminal(desk, "--restore") if from_terminal else None
        if not from_terminal:
            desk.activate("restore")
        # A key that came back meanwhile is not the session that the login began with.
        end_in_terminal(login, 0, 7)
        if restore:
            end_in_terminal(restore, 0, 6)
        else:
            wait_for_applet(desk, said)
        section = desk.section()
        assert section["aws_access_key_id"].startswith("ASIA") == ("aws_session_token" in section)
        desk.awsmfa("--restore", check=False)
        assert desk.credentials.read_bytes() == before
