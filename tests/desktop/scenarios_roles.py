"""Which identity a profile's section holds: the user, or one of the user's roles."""

import time

from desk import DIALOG, wait_until
from scenario import scenario
from standin import ACCOUNT, ALICE_ARN, ALICE_SECOND_KEY_ID, ALICE_SECOND_SECRET

ADMIN = "arn:aws:iam::210987654321:role/team/Admin"
AUDIT = f"arn:aws:iam::{ACCOUNT}:role/Audit"
LONG = f"arn:aws:iam::{ACCOUNT}:role/Long"
CONFIG = f"""[default]
region = eu-west-1

[profile prod_1]
role_arn = {ADMIN}
source_profile = default

[profile audit]
role_arn = {AUDIT}
source_profile = default

[profile long]
role_arn = {LONG}
source_profile = default
duration_seconds = 14400
"""
MENU = "Switch role"


def set_up(desk):
    desk.write_base_credentials()
    (desk.home / ".aws" / "config").write_text(CONFIG)
    for role in (
        {"arn": ADMIN, "needs_mfa": True},
        {"arn": AUDIT, "max_mfa_age": 60},
        {"arn": LONG, "max_duration": 28800, "needs_mfa": True},
    ):
        desk.aws.set("roles", role)
    desk.start_applet("--gapplication-service")


def choices(desk):
    return desk.menu_item(MENU)["items"]


def wait_for_mark(desk, label):
    """Until that one and no other is marked."""
    wait_until(
        lambda: [i["label"] for i in choices(desk) if i["marked"]] == [label], f"the mark at {label}"
    )


def wait_for_role(desk, name, said):
    """Until a notification tells it; AWS agrees."""
    desk.wait_for_notice(f"AWS session until .*\ndefault · {name} · [0-9]{{12}}$", after=said)
    assert f"assumed-role/{name}/" in desk.aws_identity()


@scenario()
def one_code_for_all(desk):
    set_up(desk)
    wait_until(lambda: desk.menu_item(MENU)["visible"], "the roles")
    labels = ["The user, without a role", "Admin · prod1", "Audit · audit", "Long · long"]
    assert [i["label"] for i in choices(desk)] == labels, choices(desk)
    assert {i["mark"] for i in choices(desk)} == {"radio"}
    assert not [i for i in choices(desk) if i["marked"]]

    desk.log_in()
    wait_for_mark(desk, "alice")
    said = len(desk.notices)
    desk.choose(MENU, "Admin · prod1")
    wait_for_role(desk, "Admin", said)
    wait_for_mark(desk, "Admin · prod1")
    state = desk.wait_for_state("active")
    assert (state["identity"], state["account"]) == (ADMIN, "210987654321"), state
    assert state["expires"] - time.time() <= 3600
    assert any(label.startswith("default · Admin · 210987654321 · until") for label in desk.menu_labels())

    said = len(desk.notices)
    desk.choose(MENU, "Audit · audit")
    wait_for_role(desk, "Audit", said)
    wait_for_mark(desk, "Audit · audit")
    desk.choose(MENU, "alice")
    wait_for_mark(desk, "alice")
    assert desk.aws_identity("aws") == ALICE_ARN
    assert len(desk.aws.requests("GetSessionToken")) == 1
    # Where failures are told in a window, since this desktop's notifications cannot be started.
    assert not desk.windows("AWS MFA") and not desk.windows(DIALOG)

    # The original keys are the user's, whoever had the section last.
    desk.choose(MENU, "Admin · prod1")
    wait_for_mark(desk, "Admin · prod1")
    said = len(desk.notices)
    desk.choose("Restore original credentials")
    assert desk.wait_for_notice("restored", after=said)["body"].startswith("default · alice:")


@scenario()
def a_day_of_renewals(desk):
    """The day lasts half a minute, an hour eight seconds. Nobody hears of it before the evening."""
    set_up(desk)
    desk.set_preferences(warnings="[2]")
    desk.aws.set("durations", [30] + [8] * 20)
    desk.log_in()
    user_ends = desk.wait_for_state("active")["expires"]
    desk.choose(MENU, "Admin · prod1")
    wait_for_mark(desk, "Admin · prod1")
    said = len(desk.notices)
    keys = set()

    def another_key():
        key = desk.section()["aws_access_key_id"]
        new = key not in keys
        keys.add(key)
        return new

    while len(keys) < 5:
        wait_until(another_key, "another key")
        assert desk.state()["identity"] == ADMIN
    assert time.time() < user_ends, "renewed too seldom"
    assert not [n for n in desk.notices[said:] if "summary" in n], desk.notices[said:]
    assert desk.state()["state"] == "active"

    # What it comes from ends; the warning comes as for any other session.
    notice = desk.wait_for_notice("(?i)session ends", after=said)
    assert notice["body"] == "default · Admin · 210987654321", notice
    assert time.time() >= user_ends - 8
    assert len(desk.aws.requests("GetSessionToken")) == 1
    desk.press_in_notification("Enter code")
    desk.aws.set("durations", [])
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    wait_for_mark(desk, "Admin · prod1")
    assert "assumed-role/Admin/" in desk.aws_identity()


@scenario()
def a_renewal_that_takes_its_time(desk):
    """Beyond the warning and the end. As long as the keys are being renewed nobody is alarmed."""
    set_up(desk)
    desk.set_preferences(warnings="[2]")
    desk.aws.set("durations", [3600, 8])
    desk.log_in()
    desk.wait_for_state("active")
    desk.choose(MENU, "Admin · prod1")
    wait_for_mark(desk, "Admin · prod1")
    said = len(desk.notices)
    desk.aws.set("behaviour", {"kind": "hold", "action": "AssumeRole", "times": 1})
    wait_until(lambda: desk.aws.ask("state")["held"] == 1, "the renewal under way")
    desk.wait_for_state("expiring")
    desk.wait_for_state("expired")
    desk.aws.set("release")
    desk.wait_for_state("active")
    assert desk.state()["identity"] == ADMIN
    assert not [n for n in desk.notices[said:] if "summary" in n], desk.notices[said:]


@scenario()
def a_role_that_vanishes(desk):
    """At the third renewal. The user has a way on, and the menu another role."""
    set_up(desk)
    desk.set_preferences(warnings="[2]")
    desk.aws.set("durations", [3600] + [8] * 3)
    desk.log_in()
    desk.choose(MENU, "Admin · prod1")
    wait_until(lambda: len(desk.aws.requests("AssumeRole")) == 3, "two renewals")
    said = len(desk.notices)
    desk.aws.set("roles", {"remove": ADMIN})
    desk.wait_for_notice(
        "(?i)session ends.*\ndefault · Admin · 210987654321:\n.*not authorized to perform: sts:AssumeRole", after=said
    )
    desk.choose(MENU, "alice")
    wait_for_mark(desk, "alice")
    assert desk.aws_identity() == ALICE_ARN
    wait_until(lambda: not desk.showing(None, "Later", "xfce4-notifyd"), "the warning withdrawn")


@scenario()
def a_code_for_a_role(desk):
    """Without a session, for a role that is too long for one, and for one that wants a new code."""
    set_up(desk)
    wait_until(lambda: desk.menu_item(MENU)["visible"], "the roles")
    desk.choose(MENU, "Admin · prod1")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    wait_for_mark(desk, "Admin · prod1")
    assert "assumed-role/Admin/" in desk.aws_identity()

    desk.choose(MENU, "Long · long")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    wait_for_mark(desk, "Long · long")
    assert desk.state()["expires"] - time.time() > 3 * 3600
    # It has cost a code, and is kept.
    desk.choose(MENU, "alice")
    wait_for_mark(desk, "alice")
    desk.choose(MENU, "Long · long")
    wait_for_mark(desk, "Long · long")

    desk.aws.set("clock", {"offset": 120})
    desk.choose(MENU, "Audit · audit")
    desk.wait_for_window()
    desk.wait_for_text("(?i)is not authorized to perform: sts:AssumeRole")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    wait_for_mark(desk, "Audit · audit")
    assert "assumed-role/Audit/" in desk.aws_identity()


@scenario(panel=False)
def without_a_tray(desk):
    """The dialog switches, without a code where none is needed, and leads to the other profile."""
    set_up(desk)
    text = desk.credentials.read_bytes().replace(
        b"AKIAWORKWORKWEXAMPLE", ALICE_SECOND_KEY_ID.encode()
    ).replace(b"otherOtherOtherOtherOtherOtherOtherOther", ALICE_SECOND_SECRET.encode())
    desk.write_credentials(text)
    desk.activate("enter-code")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_state("active")

    said = len(desk.notices)
    desk.activate("enter-code")
    desk.wait_for_window()
    desk.see("combo box", "Identity")
    desk.key("alt+i", "Home", "Down")
    desk.wait_for_text("without a code")
    desk.press("Switch role")
    desk.wait_without_window()
    wait_for_role(desk, "Admin", said)
    assert len(desk.aws.requests("GetSessionToken")) == 1

    desk.activate("enter-code")
    desk.wait_for_window()
    desk.see("combo box", "Profile")
    desk.key("alt+p", "End")
    desk.wait_for_text("profile work")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_state("active", "work")
    assert desk.state()["identity"] == ADMIN


@scenario()
def the_end_while_aws_is_asked_for_a_role(desk):
    """Who ends the session means the role, too, that is still to come; nobody need be told of it."""
    set_up(desk)
    desk.log_in()
    wait_for_mark(desk, "alice")
    desk.aws.set("behaviour", {"kind": "hold", "action": "AssumeRole", "times": 1})
    desk.choose(MENU, "Admin · prod1")
    wait_until(lambda: desk.aws.ask("state")["held"] == 1, "the request under way")
    said = len(desk.notices)
    desk.choose("End session")
    desk.wait_for_notice("AWS session ended", after=said)
    desk.aws.set("release")
    desk.choose("Restore original credentials")  # takes longer than what the answer leads to
    desk.wait_for_notice("Original credentials restored", after=said)
    titles = [notice["summary"] for notice in desk.notices[said:] if "summary" in notice]
    assert titles == ["AWS session ended", "Original credentials restored"], titles
    assert "aws_session_token" not in desk.section()
    # Where failures are told in a window, since this desktop's notifications cannot be started.
    assert not desk.windows("AWS MFA") and not desk.windows(DIALOG)
