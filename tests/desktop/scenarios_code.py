"""The dialog: from a click to usable keys, and what happens when it does not go well."""

import re

from desk import wait_until
from scenario import scenario
from standin import ALICE_ARN, ALICE_DEVICE, ALICE_KEY_ID, ALICE_SECRET


PHONE = "arn:aws:iam::123456789012:mfa/phone"


def snapshot(desk):
    """What a failed attempt must not touch."""
    return desk.credentials.read_bytes(), desk.keyring_items()


@scenario()
def first_start_with_keys_in_the_file(desk):
    before = desk.write_base_credentials()
    desk.start_applet()
    desk.wait_for_window()
    desk.wait_for_text(ALICE_KEY_ID)
    desk.wait_for_text("(?i)keyring")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    section = desk.wait_for_session()

    assert section["aws_access_key_id"].startswith("ASIA"), section
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", section["expiration"]), section
    after = desk.credentials.read_bytes()
    assert ALICE_SECRET.encode() not in after
    kept = [line for line in before.splitlines() if b"aws_" not in line or b"WORK" in line]
    assert [line for line in after.splitlines() if line in kept] == kept, after
    assert desk.credentials.stat().st_mode & 0o777 == 0o600

    assert desk.keyring_kinds() == ["base", "original", "session"], desk.keyring_items()
    for item in desk.keyring_items():
        assert set(item["attributes"]) >= {"application", "profile", "kind", "role", "file"}, item
        assert item["collection"] == "login", item
        assert "\n" not in item["secret"]
        for name, value in item["attributes"].items():
            assert value not in item["secret"] or name != "secret"
    desk.wait_for_icon("active")
    assert desk.state()["identity"] == ALICE_ARN, desk.sessions()
    desk.wait_for_notice(r"\d{1,2}:\d\d")
    assert desk.aws_identity("boto3") == ALICE_ARN
    assert desk.aws_identity("aws") == ALICE_ARN
    used = desk.aws.requests("GetCallerIdentity")[-1]
    assert used["key_id"] == section["aws_access_key_id"] and used["status"] == 200


@scenario()
def a_code_by_click(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    without = desk.tray_pixels()
    assert not desk.windows("Enter MFA code")
    desk.open_dialog()
    code = desk.aws.code()
    # As people type and paste it.
    desk.type(f"{code[:3]} {code[3:]}")
    desk.key("Return")
    desk.wait_without_window()
    first = desk.wait_for_session()
    desk.wait_for_icon("active")
    wait_until(lambda: desk.tray_pixels() != without, "another picture in the panel")

    # What is known now is asked no more: the next code costs one request.
    seen = len(desk.aws.requests())
    desk.log_in()
    wait_until(
        lambda: desk.section()["aws_access_key_id"] != first["aws_access_key_id"], "new keys"
    )
    assert [r["action"] for r in desk.aws.requests()[seen:]] == ["GetSessionToken"]
    assert desk.aws.requests()[-1]["key_id"] == ALICE_KEY_ID


@scenario()
def a_pasted_code(desk):
    desk.write_base_credentials()
    desk.start_applet()
    desk.wait_for_window()
    assert not desk.sensitive("Start session")
    desk.type("12345")
    assert not desk.sensitive("Start session")
    desk.key("Return")
    desk.key("ctrl+a", "Delete")
    code = desk.aws.code()
    desk.see("text", "MFA code").queryEditableText().setTextContents(f" {code[:2]}-{code[2:]} ")
    desk.press("Start session")
    desk.wait_without_window()
    desk.wait_for_session()
    assert len(desk.aws.requests("GetSessionToken")) == 1


@scenario()
def a_wrong_code(desk):
    desk.write_base_credentials()
    desk.start_applet()
    desk.wait_for_window()
    before = snapshot(desk)
    desk.enter_code(desk.aws.wrong_code())
    desk.wait_for_text("AWS refused that code")
    assert desk.windows("Enter MFA code")
    assert snapshot(desk) == before
    assert desk.state()["state"] == "none"
    # The entry is selected: the next code takes the place of the refused one.
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()


@scenario()
def a_wrong_code_while_a_session_runs(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.wait_for_state("active")
    before = snapshot(desk)
    desk.open_dialog()
    desk.enter_code(desk.aws.wrong_code())
    desk.wait_for_text("AWS refused that code")
    assert snapshot(desk) == before
    desk.key("Escape")
    desk.wait_without_window()
    assert desk.state()["state"] == "active"
    assert desk.aws_identity() == ALICE_ARN


@scenario()
def a_used_code(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    code = desk.aws.code()
    desk.open_dialog()
    desk.enter_code(code)
    desk.wait_without_window()
    desk.wait_for_session()
    before = snapshot(desk)
    desk.open_dialog()
    desk.enter_code(code)
    desk.wait_for_text("AWS refused that code")
    assert snapshot(desk) == before
    # Known to be used up: it was not even sent again.
    assert len(desk.aws.requests("GetSessionToken")) == 1, desk.aws.requests()


@scenario()
def the_server_is_down(desk):
    before = desk.write_base_credentials()
    desk.start_applet()
    desk.wait_for_window()
    desk.aws.set("behaviour", {"kind": "down"})
    desk.enter_code(desk.aws.code())
    desk.wait_for_text("Cannot reach")
    assert desk.credentials.read_bytes() == before
    assert desk.keyring_items() == []
    assert len(desk.aws.requests("GetSessionToken")) <= 1
    # The code was not used: it may be sent again.
    desk.aws.set("behaviour", None)
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()


@scenario()
def a_captive_portal(desk):
    before = desk.write_base_credentials()
    desk.start_applet()
    desk.wait_for_window()
    desk.aws.set("behaviour", {"kind": "html"})
    desk.enter_code(desk.aws.code())
    desk.wait_for_text("does not come from AWS")
    assert desk.credentials.read_bytes() == before
    assert desk.keyring_items() == []


@scenario()
def escape_cancels_a_request(desk):
    before = desk.write_base_credentials()
    desk.start_applet()
    desk.wait_for_window()
    desk.aws.set("behaviour", {"kind": "silent", "action": "GetSessionToken"})
    desk.enter_code(desk.aws.code())
    wait_until(lambda: desk.aws.ask("state")["held"] == 1, "the request under way")
    # A second Enter sends nothing.
    desk.key("Return")
    desk.key("Escape")
    wait_until(
        lambda: not desk.windows("Enter MFA code") or desk.sensitive("Start session"),
        "the request given up",
    )
    desk.aws.set("behaviour", None)
    desk.aws.set("release")
    assert len(desk.aws.requests("GetSessionToken")) == 1
    assert desk.credentials.read_bytes() == before


@scenario()
def the_clock_is_off(desk):
    desk.write_base_credentials()
    desk.aws.set("clock", {"offset": 3600})
    desk.start_applet("--gapplication-service")
    desk.log_in()
    # The refused request was signed again by the server's clock; the deadline is by ours.
    assert [r.get("status") for r in desk.aws.requests("GetSessionToken")][-1] == 200
    left = desk.wait_for_state("active")["expires"] - desk.aws.ask("state")["now"] + 3600
    assert 42000 < left < 43300, left


@scenario()
def several_devices(desk):
    desk.write_base_credentials()
    for serial in ("arn:aws:iam::123456789012:mfa/phone",
                   "arn:aws:iam::123456789012:u2f/user/alice/key-ABC"):
        desk.aws.set("devices", {"serial": serial})
    desk.aws.set("pages", {"size": 1})
    desk.start_applet()
    desk.wait_for_window()
    desk.wait_for_text("phone")
    desk.wait_for_text("alice.*virtual.*since")
    key = "key-ABC (FIDO): security keys and passkeys work in the AWS console only"
    assert not desk.sensitive(key, "radio button")
    assert len(desk.aws.requests("ListMFADevices")) == 3
    assert ALICE_DEVICE.rpartition("/")[2] in desk.texts()


@scenario()
def no_keys_anywhere(desk):
    desk.start_applet()
    desk.wait_for_window()
    desk.see("text", "Access key ID").queryEditableText().setTextContents(ALICE_KEY_ID)
    desk.showing(None, "Secret access key").queryEditableText().setTextContents(ALICE_SECRET)
    desk.press("Continue")
    desk.wait_for_text("(?m)^alice")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()
    assert "base" in desk.keyring_kinds()
    assert desk.aws_identity() == ALICE_ARN


def asked_duration(desk):
    return desk.aws.requests("GetSessionToken")[-1]["parameters"]["DurationSeconds"]


def stored_preferences(desk):
    return (desk.home / ".config/glib-2.0/settings/keyfile").read_text()


@scenario()
def a_duration_of_its_own(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    desk.open_dialog()
    desk.key("alt+v", "End", "alt+m")
    desk.wait_for_focus("text")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()
    assert asked_duration(desk) == "129600"
    assert "'default': 129600" in stored_preferences(desk)
    # The next one is as long without a word, in the terminal, too.
    desk.awsmfa(desk.aws.code())
    assert asked_duration(desk) == "129600"


@scenario()
def the_duration_of_all_again(desk):
    desk.set_preferences(durations="{'default': uint32 86400, 'work': 900}")
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    desk.open_dialog()
    desk.key("alt+v", "Up", "alt+m")
    desk.wait_for_focus("text")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()
    assert asked_duration(desk) == "43200"
    assert "default" not in stored_preferences(desk) and "work" in stored_preferences(desk)


def remember_a_device(desk):
    """One session, so that the device is known and AWS is asked for nothing else again."""
    desk.write_base_credentials()
    for serial in (PHONE, "arn:aws:iam::123456789012:u2f/user/alice/key-ABC"):
        desk.aws.set("devices", {"serial": serial})
    desk.awsmfa("--serial", ALICE_DEVICE, desk.aws.code())
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("active")
    desk.open_dialog()


@scenario()
def another_device(desk):
    remember_a_device(desk)
    desk.aws.set("behaviour", {"kind": "hold", "action": "ListMFADevices"})
    desk.press("Change…")
    desk.wait_for_text("Asking AWS for your devices")
    wait_until(lambda: desk.has_focus("radio button", "alice (virtual)"), "the device in use")
    desk.see("text", "Serial number or ARN")
    desk.aws.set("behaviour", None)
    desk.aws.set("release")
    desk.wait_for_text("phone.*virtual.*since")
    assert "Asking AWS" not in desk.texts()
    key = "key-ABC (FIDO): security keys and passkeys work in the AWS console only"
    assert not desk.sensitive(key, "radio button")
    desk.key("Down", "Return")
    desk.wait_for_text("phone \\(virtual\\)")
    desk.wait_for_focus("text")
    desk.enter_code(desk.aws.ask(f"code?serial={PHONE}")["code"])
    desk.wait_without_window()
    assert desk.aws.requests("GetSessionToken")[-1]["parameters"]["SerialNumber"] == PHONE


@scenario()
def no_list_of_devices(desk):
    remember_a_device(desk)
    desk.aws.set("denied", ["ListMFADevices"])
    desk.press("Change…")
    desk.wait_for_text("AWS does not allow this user to list MFA devices")
    desk.see("text", "Serial number or ARN").queryEditableText().setTextContents(PHONE)
    desk.press("Use device")
    desk.wait_for_focus("text")
    desk.enter_code(desk.aws.ask(f"code?serial={PHONE}")["code"])
    desk.wait_without_window()
    assert desk.aws.requests("GetSessionToken")[-1]["parameters"]["SerialNumber"] == PHONE


@scenario()
def a_list_that_nobody_waits_for(desk):
    remember_a_device(desk)
    desk.aws.set("behaviour", {"kind": "hold", "action": "GetCallerIdentity"})
    desk.press("Change…")
    desk.wait_for_text("Asking AWS for your devices")
    wait_until(lambda: desk.aws.ask("state")["held"] == 1, "the request under way")
    desk.key("Escape")
    desk.wait_for_focus("text")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.aws.set("behaviour", None)
    desk.aws.set("release")
    assert not desk.aws.requests("ListMFADevices")
