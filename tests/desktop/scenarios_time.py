"""Warnings, the end, and what a new start knows of them."""

import time

from desk import wait_until
from scenario import scenario
from standin import ALICE_ARN


def start_short_session(desk, seconds, warnings):
    """A session that AWS granted for some seconds only; returns when it ends. It may be past the
    warning, or over, by then. A warning in its first half would be dropped."""
    desk.write_base_credentials()
    desk.set_preferences(warnings=str(warnings))
    desk.start_applet("--gapplication-service")
    desk.aws.set("durations", [seconds])
    desk.log_in()
    return desk.wait_for_expiration()


@scenario()
def a_warning_and_its_button(desk):
    expires = start_short_session(desk, 32, [15])
    desk.wait_for_state("expiring")
    desk.wait_for_icon("expiring")
    notice = desk.wait_for_notice("(?i)session ends")
    assert time.time() < expires
    assert {"Enter code", "Later"} <= set(notice["actions"].values()), notice
    assert not desk.windows("Enter MFA code"), "a window that nobody asked for"
    desk.press_in_notification("Enter code")
    desk.wait_for_window()
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    assert desk.wait_for_state("active")["expires"] > expires + 3600


@scenario()
def a_warning_and_a_login_elsewhere(desk):
    """Nobody has touched the notification, and nothing takes its place: it is taken away."""
    start_short_session(desk, 42, [20])
    desk.wait_for_notice("(?i)session ends")
    shown = len(desk.notices)
    desk.aws.set("durations", [])
    desk.awsmfa(desk.aws.code())
    desk.wait_for_state("active")
    # The daemon would take it away by itself, after a while.
    wait_until(lambda: desk.notices[shown:], "the warning withdrawn")
    assert list(desk.notices[shown]) == ["closed"], desk.notices[shown]
    wait_until(lambda: not desk.showing(None, "Later", "xfce4-notifyd"), "the warning off the screen")


@scenario()
def a_warning_for_later(desk):
    start_short_session(desk, 32, [15])
    desk.wait_for_notice("(?i)session ends")
    desk.press_in_notification("Later")
    wait_until(lambda: not desk.showing(None, "Later", "xfce4-notifyd"), "the warning withdrawn")
    assert not desk.windows("Enter MFA code")
    desk.wait_for_state("expired")
    desk.wait_for_notice("(?i)(has ended|ended|is over)")


@scenario()
def the_end(desk):
    expires = start_short_session(desk, 16, [900, 300])
    active = desk.tray_pixels()
    desk.wait_for_state("expired")
    assert -2 < time.time() - expires < 10, "the state changed long before or after the end"
    desk.wait_for_icon("expired")
    wait_until(lambda: desk.tray_pixels() != active, "another picture in the panel")
    desk.wait_for_notice("(?i)(has ended|ended|is over)")
    assert not desk.windows("Enter MFA code")
    try:
        desk.aws_identity()
    except AssertionError as refusal:
        assert "ExpiredToken" in str(refusal)
    else:
        raise AssertionError("the session still works")
    # The next code goes on from there.
    desk.log_in()
    desk.wait_for_state("active")
    assert desk.aws_identity() == ALICE_ARN


@scenario()
def a_new_start_knows_the_session(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    before = desk.wait_for_state("active")
    desk.quit_applet()
    desk.start_applet("--gapplication-service")
    after = desk.wait_for_state("active")
    assert before == after, (before, after)
    desk.wait_for_icon("active")
    assert not desk.windows("Enter MFA code")


@scenario()
def a_start_while_a_warning_is_due(desk):
    """What the last run told went with it; whoever starts the applet now is told as well."""
    start_short_session(desk, 42, [20])
    desk.wait_for_notice("(?i)session ends")
    desk.quit_applet()
    said = len(desk.notices)
    desk.start_applet("--gapplication-service")
    notice = desk.wait_for_notice("(?i)session ends", after=said)
    assert {"Enter code", "Later"} <= set(notice["actions"].values()), notice
    assert not desk.windows("Enter MFA code"), "a window that nobody asked for"


@scenario()
def an_end_while_the_applet_was_away(desk):
    expires = start_short_session(desk, 12, [900])
    desk.quit_applet()
    wait_until(lambda: time.time() > expires, "the end")
    desk.start_applet("--gapplication-service")
    desk.wait_for_state("expired")
    desk.wait_for_icon("expired")
