"""What other programs see: actions and states on the bus, and changes that they make themselves."""

import shutil
import time

from desk import DIALOG, run, wait_until
from scenario import scenario
from session import PATIENCE
from standin import ACCOUNT, ALICE_ARN

ACTIONS = {
    "enter-code", "restore", "end-session", "about", "quit",
    "enter-code-for", "restore-for", "end-session-for", "later", "dismiss",
    "sessions", "start-at-login",
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
    desk.set_action_state("sessions", "aa{sv}", [])
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
def the_start_removes_what_killed_runs_left(desk):
    state = desk.home / ".local/state/awsmfa"
    desk.write_base_credentials()
    state.mkdir(parents=True, exist_ok=True)
    leftovers = [
        desk.credentials.with_name(".credentials.awsmfa-new"),
        desk.credentials.with_name(".config.awsmfa-new"),
        desk.credentials.with_name(".awsmfa.lock"),
        state / ".state.ini.awsmfa-new",
        state / "state.ini.Q1W2E3",
    ]
    for path in leftovers:
        path.touch(mode=0o600)
    desk.start_applet("--gapplication-service")
    wait_until(lambda: not any(path.exists() for path in leftovers), "an empty floor")


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


def await_end_with_bus(desk):
    """The bus goes, as at a log-out or when it crashes; the applet goes after it, and well."""
    desk.session.end("bus")
    (applet,) = desk.applets
    status = applet.wait(PATIENCE)
    desk.applets.clear()
    assert status == 0, status


@scenario(panel=False, notifications=False)
def the_bus_ends(desk):
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    await_end_with_bus(desk)


@scenario(notifications=False)
def the_bus_ends_with_a_dialog_open(desk):
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.activate("enter-code")
    desk.wait_for_window()
    await_end_with_bus(desk)
    assert desk.credentials.read_bytes() == before


@scenario(notifications=False)
def the_bus_ends_while_aws_is_asked(desk):
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.activate("enter-code")
    desk.aws.set("behaviour", {"kind": "silent", "action": "GetSessionToken"})
    desk.enter_code(desk.aws.code())
    wait_until(lambda: "GetSessionToken" in [r["action"] for r in desk.aws.requests()], "the code")
    await_end_with_bus(desk)
    assert desk.credentials.read_bytes() == before


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


def activate_switch(desk, profile, role):
    from gi.repository import GLib

    desk.session.call(
        desk.application_id, desk.object_path, "org.freedesktop.Application", "ActivateAction",
        "(sava{sv})", ("switch-role", [GLib.Variant("(ss)", (profile, role))], {}),
    )


def seconds_that_names_take(desk):
    """Of the answer to the first question after names that nobody has."""
    endless = 100000 * "W"
    for action in ("enter-code-for", "restore-for", "end-session-for", "later"):
        for name in ("", endless, 513 * "W", "a\x1b[0m", "a\nb"):
            desk.activate(action, name)
    desk.activate("enter-code-for", "nobody")
    activate_switch(desk, endless, "-")
    activate_switch(desk, "default", endless)
    activate_switch(desk, "default", "arn:aws:iam::123456789012:role/" + 500 * "W")
    begun = time.monotonic()
    assert desk.sessions()[0]["profile"] == "default"
    return time.monotonic() - begun


@scenario()
def names_that_nobody_has(desk):
    """Any program of the user's can name a profile. One that there is not brings up nothing, and
    one without end does not keep the applet busy."""
    desk.write_base_credentials()
    (desk.home / ".aws/config").write_text("[profile new]\nregion = eu-west-1\n")
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    assert any(seconds_that_names_take(desk) < 2 for _ in range(3)), "busy"

    # Known, and asked for last: by then every other one has been looked for.
    desk.activate("enter-code-for", "new")
    desk.wait_for_window()
    assert len(desk.windows(DIALOG)) == 1
    assert not desk.notices, desk.notices
    desk.key("Escape")
    desk.wait_without_window()


@scenario()
def programs_without_end(desk):
    """Three windows are enough for anybody, and twenty questions for a day."""
    from gi.repository import Gio, GLib

    desk.write_base_credentials()
    invented = [f"invented {number}" for number in range(60)]
    names = [f"p{number}" for number in range(30)]
    (desk.home / ".aws/config").write_text("".join(f"[profile {name}]\n" for name in names))
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    answers = {}

    def on_answer(connection, result, name):
        try:
            answers[name] = connection.call_finish(result)
        except GLib.Error as error:
            answers[name] = Gio.DBusError.get_remote_error(error)

    for name in invented + names:
        desk.session.bus.call(
            desk.application_id, desk.object_path, "com.example.AwsMfa1", "RequestSession",
            GLib.Variant("(sub)", (name, 60, True)), None, Gio.DBusCallFlags.NONE, 60000, None,
            on_answer, name,
        )

    def all_told():
        while GLib.MainContext.default().iteration(False):
            pass
        return len(answers) == 70

    wait_until(all_told, "the answers")
    assert all(answers[name].endswith(".UnknownProfile") for name in invented), answers
    refused = [name for name in names if answers.get(name, "").endswith(".Failed")]
    assert len(refused) == 10, answers
    wait_until(lambda: len(desk.windows(DIALOG)) == 3, "three windows")
    wait_until(lambda: len(desk.notices) == 17, "the other questions")
