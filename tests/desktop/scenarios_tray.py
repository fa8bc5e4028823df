"""The icon, its menu and its three buttons; and life without it."""

from desk import wait_until
from scenario import scenario
from session import PATIENCE
from standin import ALICE_SECOND_KEY_ID, ALICE_SECOND_SECRET

MENU = ["Enter MFA code…", "End session", "Restore original credentials", "About", "Quit"]


@scenario()
def three_buttons(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.open_dialog()
    assert not desk.menu_shown()
    desk.key("Escape")
    desk.wait_without_window()
    desk.open_menu(3)
    assert not desk.windows("Enter MFA code")
    desk.close_menu()
    desk.click_tray(2)
    desk.wait_for_window()


@scenario()
def the_menu(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    wait_until(desk.tray_items, "the icon")
    labels = wait_until(desk.menu_labels, "the menu")
    assert labels[0] == MENU[0], labels
    assert [label for label in labels if label in MENU] == MENU, labels
    for label in ("End session", "Restore original credentials"):
        assert not desk.menu_item(label)["enabled"], label
    desk.log_in()
    wait_until(lambda: desk.menu_item("End session")["enabled"], "a session to end")
    wait_until(lambda: any("default" in label for label in desk.menu_labels()), "the session's line")
    assert desk.tray_properties()["Title"], "the tooltip has no text"
    description = desk.tray_properties()["IconAccessibleDesc"]
    assert description.startswith("AWS MFA: default · alice"), description
    desk.choose("Enter MFA code…")
    desk.wait_for_window()
    desk.key("Escape")
    desk.wait_without_window()
    desk.choose("Quit")
    assert desk.applets[0].wait(PATIENCE) == 0


@scenario()
def start_at_login(desk):
    """The mark in the menu is what the file says, whoever wrote it."""
    label = "Start at log-in"
    file = desk.home / ".config/autostart/com.example.AwsMfa.desktop"

    def wait_for_mark(marked):
        wait_until(lambda: desk.menu_item(label)["marked"] == marked, f"the mark {marked}")

    desk.start_applet("--gapplication-service")
    wait_until(lambda: desk.tray_items() and desk.menu_item(label), "the menu")
    assert desk.menu_item(label)["mark"] == "checkmark" and not desk.menu_item(label)["marked"]
    desk.choose(label)
    wait_until(file.exists, "the file")
    assert f"Exec={desk.applet} --gapplication-service\n" in file.read_text()
    wait_for_mark(True)
    desk.awsmfa("setup", "--autostart=no")
    wait_for_mark(False)
    desk.awsmfa("setup", "--autostart")
    wait_for_mark(True)
    for off in ("Hidden=true", "X-GNOME-Autostart-enabled=false", "X-MATE-Autostart-enabled=false"):
        file.write_text(file.read_text() + off + "\n")
        wait_for_mark(False)
        desk.activate("start-at-login")
        wait_for_mark(True)
        assert off not in file.read_text()
    desk.choose(label)
    wait_for_mark(False)
    assert not file.exists()
    # By its state, over the bus.
    desk.set_action_state("start-at-login", "b", True)
    wait_for_mark(True)
    desk.set_action_state("start-at-login", "b", False)
    wait_for_mark(False)
    # What cannot be written is said, and the mark stays as it is.
    file.parent.rmdir()
    file.parent.write_text("in the way")
    desk.choose(label)
    desk.wait_for_notice("Start at log-in not changed")
    wait_for_mark(False)


@scenario()
def several_profiles(desk):
    """Each profile with keys has its line, its code and its restore; the icon tells what is urgent."""
    before = desk.write_base_credentials()
    text = before.replace(b"AKIAWORKWORKWEXAMPLE", ALICE_SECOND_KEY_ID.encode()).replace(
        b"otherOtherOtherOtherOtherOtherOtherOther", ALICE_SECOND_SECRET.encode()
    )
    desk.write_credentials(text)
    desk.start_applet("--gapplication-service")
    wait_until(lambda: len(desk.sessions()) == 2, "two profiles")
    assert [s["profile"] for s in desk.sessions()] == ["default", "work"], desk.sessions()
    desk.log_in()
    desk.wait_for_state("active")
    assert desk.state("work")["state"] == "none"
    assert "Other profiles" not in desk.menu_labels()
    desk.choose("work · no session")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_state("active", "work")
    title = desk.tray_properties()["Title"]
    assert title.startswith("AWS session until ") and title.endswith(" – default"), title
    for profile in ("default", "work"):
        assert "aws_session_token" in desk.section(profile), profile
    wait_until(lambda: "Other profiles" in desk.menu_labels(), "deeds for the other profile")
    assert len([label for label in desk.menu_labels() if "until" in label]) == 2
    desk.activate("restore-for", "work")
    desk.wait_for_state("none", "work")
    assert desk.state()["state"] == "active"
    desk.choose("Restore original credentials")
    desk.wait_for_state("none")
    assert desk.credentials.read_bytes() == text


@scenario()
def chosen_profiles(desk):
    desk.write_base_credentials()
    desk.set_preferences(profiles="['work', 'last']")
    desk.start_applet("--gapplication-service")
    wait_until(lambda: len(desk.sessions()) == 2, "two profiles")
    assert [s["profile"] for s in desk.sessions()] == ["work", "last"], desk.sessions()


@scenario()
def five_fast_clicks(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.open_dialog()
    desk.key("Escape")
    desk.wait_without_window()
    for _ in range(5):
        desk.click_tray()
    desk.wait_for_window()
    assert len(desk.windows("Enter MFA code")) == 1


@scenario(panel=False)
def no_host(desk):
    desk.write_base_credentials()
    desk.start_applet()
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()
    desk.wait_for_state("active")
    # Starting it again is the way in.
    assert desk.start_applet(wait=False).wait(PATIENCE) == 0
    desk.wait_for_window()


@scenario(panel=False)
def a_host_that_comes_later(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_state("none")
    desk.session.start_panel()
    desk.wait_for_icon("none")
    desk.open_dialog()
    desk.key("Escape")
    desk.wait_without_window()
    desk.session.stop_panel()
    desk.session.start_panel()
    desk.log_in()
    desk.wait_for_icon("active")


@scenario()
def a_second_start(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    assert not desk.windows("Enter MFA code")
    assert desk.start_applet(wait=False).wait(PATIENCE) == 0
    desk.wait_for_window()
    # Once more while the window is there: it is the same one.
    assert desk.start_applet(wait=False).wait(PATIENCE) == 0
    desk.wait_for_window()
    assert len(desk.windows("Enter MFA code")) == 1
    assert len(desk.tray_items()) == 1


@scenario(notifications=False)
def no_notifications(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.wait_for_state("active")
