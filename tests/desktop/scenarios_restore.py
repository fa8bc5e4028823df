"""The way back."""

import re

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
    wait_until(lambda: desk.keyring_kinds() == ["base"], "only the base left in the keyring")
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
