"""Which identity a profile's section holds: the user, or one of the user's roles."""

import time

from desk import wait_until
from scenario import scenario
from standin import ACCOUNT, ALICE_ARN

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
    """Until the section holds it, the menu marks it and a notification tells."""
    desk.wait_for_notice(f"AWS session until .*\ndefault · {name}$", after=said)
    wait_until(lambda: f"assumed-role/{name}/" in desk.aws_identity(), f"the keys of {name}")


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
    assert any(label.startswith("default · Admin · until") for label in desk.menu_labels())

    said = len(desk.notices)
    desk.choose(MENU, "Audit · audit")
    wait_for_role(desk, "Audit", said)
    wait_for_mark(desk, "Audit · audit")
    desk.choose(MENU, "alice")
    wait_for_mark(desk, "alice")
    assert desk.aws_identity("aws") == ALICE_ARN
    assert len(desk.aws.requests("GetSessionToken")) == 1
    assert not desk.windows("Enter MFA code")
