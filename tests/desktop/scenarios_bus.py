"""What other programs see: actions and states on the bus, and changes that they make themselves."""

import shutil

from desk import DIALOG, run, wait_until
from scenario import scenario
from standin import ACCOUNT, ALICE_ARN

ACTIONS = {
    "enter-code", "restore", "end-session", "about", "quit",
    "enter-code-for", "restore-for", "end-session-for", "later", "sessions",
}


@scenario()
def actions_and_sessions(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    assert ACTIONS <= set(desk.actions()), desk.actions()
    assert desk.state().get("expires", 0) == 0
    desk.activate("enter-code")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    state = desk.wait_for_state("active")
    assert set(state) == {"profile", "state", "expires", "account", "identity"}, state
    assert state["account"] == ACCOUNT and state["identity"] == ALICE_ARN
    now = desk.aws.ask("state")["now"]
    assert 43000 < state["expires"] - now <= 43200, state

    # Nobody else decides what the state is.
    from gi.repository import GLib

    desk.session.call(
        desk.application_id, desk.object_path, "org.gtk.Actions", "SetState", "(sva{sv})",
        ("sessions", GLib.Variant("aa{sv}", []), {}),
    )
    assert desk.sessions()[0] == state
    desk.activate("enter-code-for", "default")
    desk.wait_for_window()
    desk.key("Escape")
    desk.wait_without_window()
    desk.activate("end-session-for", "default")
    desk.wait_for_state("none")
    desk.activate("restore-for", "default")
    wait_until(lambda: "aws_access_key_id" in desk.section(), "the original")
    desk.activate("about")
    wait_until(lambda: desk.texts(), "a window about the program")


@scenario()
def a_window_of_now(desk):
    """Nobody has touched this program since the last dialog; a window manager that guards the focus
    compares the window's time with what the user did elsewhere."""
    def time_of_dialog():
        said = run("xprop", "-id", desk.windows(DIALOG)[0], "_NET_WM_USER_TIME_WINDOW")
        said = run("xprop", "-id", said.split()[-1], "_NET_WM_USER_TIME")
        return int(said.split()[-1]) if "=" in said else 0

    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.activate("enter-code")
    desk.wait_for_window()
    desk.type("1")
    wait_until(lambda: desk.text_of("MFA code") == "1", "the key")
    typed = time_of_dialog()
    desk.press("Cancel")
    desk.wait_without_window()
    desk.activate("enter-code")
    desk.wait_for_window()
    assert time_of_dialog() > typed > 0, (time_of_dialog(), typed)


@scenario()
def a_login_in_the_terminal(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    _, out, _ = desk.awsmfa(desk.aws.code())
    assert "aws_secret" not in out
    desk.wait_for_state("active")
    desk.wait_for_icon("active")
    assert desk.aws_identity() == ALICE_ARN
    desk.awsmfa("--restore")
    desk.wait_for_state("none")
    desk.wait_for_icon("none")


@scenario()
def a_login_in_the_terminal_without_a_folder(desk):
    """The base is in the keyring; ~/.aws was not there when the applet started."""
    desk.write_base_credentials()
    desk.awsmfa(desk.aws.code())
    shutil.rmtree(desk.home / ".aws")
    desk.start_applet("--gapplication-service")
    desk.wait_for_state("none")
    desk.awsmfa(desk.aws.code())
    desk.wait_for_state("active")
    desk.wait_for_icon("active")


@scenario()
def an_editor_takes_the_keys_out(desk):
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.wait_for_state("active")
    # In place, and by another file in its stead, as editors do.
    session = desk.credentials.read_bytes()
    desk.credentials.write_bytes(before)
    desk.wait_for_state("none")
    other = desk.credentials.with_name("credentials.new")
    other.write_bytes(session)
    other.rename(desk.credentials)
    desk.wait_for_state("active")
    shutil.rmtree(desk.home / ".aws")
    desk.wait_for_state("none")


def be_gnome_shell(desk):
    """Take the name under which GNOME Shell shows notifications. Returns those that come in."""
    from gi.repository import Gio

    taken = []

    def on_message(connection, message, incoming):
        if incoming and message.get_member() == "AddNotification":
            taken.append(message.get_body().unpack()[2])
        return message

    desk.session.bus.add_filter(on_message)
    desk.session.call(
        "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName", "(su)",
        ("org.gtk.Notifications", Gio.BusNameOwnerFlags.NONE),
    )
    return taken


@scenario()
def words_for_gnome_shell(desk):
    """It shows a body as it is, and has one line for it."""
    shown = be_gnome_shell(desk)
    desk.start_applet("--gapplication-service")
    desk.activate("restore-for", "R&D <x>")
    notification = wait_until(lambda: shown and shown[0], "a notification")
    assert notification["body"].startswith("R&D <x>:\nNothing to restore"), notification


@scenario()
def words_for_a_daemon(desk):
    """It reads a body as markup; a user may prefer one even where there is GNOME Shell."""
    shown = be_gnome_shell(desk)
    desk.start_applet(
        "--gapplication-service", environment={"GNOTIFICATION_BACKEND": "freedesktop"}
    )
    desk.activate("restore-for", "R&D <x>")
    notice = desk.wait_for_notice("Nothing to restore")
    assert notice["body"].startswith("R&amp;D &lt;x>:\nNothing to restore"), notice
    assert not shown, shown
