"""Whose session it is: the user's or that of a role, chosen in the dialog."""

from desk import wait_until
from scenario import scenario
from standin import ACCOUNT, ALICE_ARN, ALICE_DEVICE

ADMIN = "arn:aws:iam::210987654321:role/team/Admin"
LONG = f"arn:aws:iam::{ACCOUNT}:role/Operator-with-a-name-as-long-as-AWS-allows-it-to-be-0123456789ab"
NOBODY = f"arn:aws:iam::{ACCOUNT}:role/Nobody"
TOO_LONG = f"arn:aws:iam::{ACCOUNT}:role/TooLong"
CONFIG = f"""[default]
region = eu-west-1

[profile prod]
role_arn = {ADMIN}
source_profile = default

[profile long]
role_arn = {LONG}
source_profile = default
duration_seconds = 14400
mfa_serial = {ALICE_DEVICE}

[profile nobody]
role_arn = {NOBODY}
source_profile = default

[profile toolong]
role_arn = {TOO_LONG}
source_profile = prod
duration_seconds = 7200
"""
ASSUMED_ADMIN = "arn:aws:sts::210987654321:assumed-role/Admin/awsmfa-alice"


def set_up(desk):
    desk.write_base_credentials()
    (desk.home / ".aws/config").write_text(CONFIG)
    desk.aws.set("roles", {"arn": ADMIN, "needs_mfa": True})
    desk.aws.set("roles", {"arn": LONG, "max_duration": 28800, "needs_mfa": True})


def choose(desk, n):
    """With the keyboard: the nth, as they stand in the config file; 0 is the user."""
    desk.wait_for_window()
    desk.see("combo box", "Identity")
    desk.key("alt+i", "Home", *["Down"] * n)
    desk.key("alt+m")
    desk.wait_for_focus("text")


@scenario()
def chosen_in_the_dialog(desk):
    set_up(desk)
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    desk.open_dialog()
    choose(desk, 1)
    said = len(desk.notices)
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()
    assert desk.aws_identity() == ASSUMED_ADMIN
    assert "Admin" in desk.wait_for_notice("until", after=said)["body"]
    wait_until(lambda: desk.state()["identity"] == ADMIN, "the role in the tray")


@scenario()
def a_role_stays_until_another_is_chosen(desk):
    set_up(desk)
    desk.awsmfa("--role", ADMIN, desk.aws.code())
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("active")
    first = desk.section()
    desk.log_in()
    wait_until(lambda: desk.section() != first, "new keys")
    assert desk.aws_identity() == ASSUMED_ADMIN

    desk.open_dialog()
    choose(desk, 0)
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    wait_until(lambda: desk.aws_identity() == ALICE_ARN, "the user again")
    assert len(desk.aws.requests("AssumeRole")) == 2


@scenario()
def for_longer_than_an_hour(desk):
    set_up(desk)
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    desk.open_dialog()
    choose(desk, 2)
    wait_until(lambda: not desk.sensitive("Valid for", "combo box"), "a fixed duration")
    assert "duration_seconds" in desk.see("combo box", "Valid for").description
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()
    asked = desk.aws.requests("AssumeRole")[-1]["parameters"]
    assert asked["DurationSeconds"] == "14400" and "TokenCode" in asked, asked
    assert not desk.aws.requests("GetSessionToken")


@scenario()
def refused_to_the_user(desk):
    set_up(desk)
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    before = desk.credentials.read_bytes()
    desk.open_dialog()
    choose(desk, 3)
    desk.enter_code(desk.aws.code())
    desk.wait_for_text("(?s)not authorized.*try again without a new one")
    assert desk.credentials.read_bytes() == before
    wait_until(lambda: desk.has_focus("button", "Try again"), "the focus")
    # Somebody allows it meanwhile.
    desk.aws.set("roles", {"arn": NOBODY, "needs_mfa": True})
    desk.key("Return")
    desk.wait_without_window()
    desk.wait_for_session()
    assert desk.aws_identity().endswith(":assumed-role/Nobody/awsmfa-alice")
    assert len(desk.aws.requests("GetSessionToken")) == 1


@scenario()
def the_user_instead_of_a_refused_role(desk):
    set_up(desk)
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    desk.open_dialog()
    choose(desk, 3)
    desk.enter_code(desk.aws.code())
    desk.wait_for_text("not authorized")
    choose(desk, 0)
    desk.key("Return")
    desk.wait_without_window()
    desk.wait_for_session()
    assert desk.aws_identity() == ALICE_ARN
    assert len(desk.aws.requests("GetSessionToken")) == 1


@scenario()
def that_cannot_be_had(desk):
    set_up(desk)
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    desk.open_dialog()
    choose(desk, 4)
    desk.wait_for_text(TOO_LONG)
    code = desk.aws.code()
    desk.enter_code(code)
    desk.wait_for_text(TOO_LONG)
    assert not desk.aws.requests("GetSessionToken") and not desk.aws.requests("AssumeRole")
    choose(desk, 0)
    desk.enter_code(code)
    desk.wait_without_window()
    desk.wait_for_session()
