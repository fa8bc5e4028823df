"""What a user does at a desktop, as Python: click the tray, read a window, type, press a button of
a notification; and what a developer looks at besides: the bus, the files, the keyring.

Every verb waits for its effect and raises when it does not come.
"""

import datetime
import os
import pathlib
import re
import subprocess
import threading

import session as sessions
from session import KEYRING_PASSWORD, PANEL_HEIGHT, SCREEN, wait_until
from standin import ALICE_KEY_ID, ALICE_SECRET, StandIn

TESTS = pathlib.Path(__file__).resolve().parent.parent
APPLICATION_ID = "com.example.AwsMfa"
DIALOG = "Enter MFA code"
SECRETS = ("org.freedesktop.secrets", "/org/freedesktop/secrets")
# The roles of AT-SPI by number: their names are the toolkit's, and change with its release.
ROLES = {"alert": 2, "combo box": 11, "password text": 40, "button": 43, "radio button": 44, "text": 61}


def run(*command, check=True, **more):
    """Run a program to its end; its standard output."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=60, **more
    )
    if check and done.returncode != 0:
        raise AssertionError(f"{command[0]} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def search_windows(*criteria):
    """Visible windows. The search breaks off when a window disappears under it: then once more."""
    for _ in range(100):
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", *criteria],
            capture_output=True, text=True, timeout=60,
        )
        if "X Error" not in done.stderr:
            return done.stdout.split()
    raise AssertionError(f"xdotool cannot search: {done.stderr}")


class Desk:
    """One desktop, one stand-in for AWS, one home with the user's AWS files, and the programs."""

    def __init__(self, keyring="unlocked", panel=True, notifications=True, dark=True):
        self.application_id = APPLICATION_ID
        self.applet = pathlib.Path(os.environ["AMFA_APPLET"]).resolve()
        self.cli = pathlib.Path(os.environ["AMFA_CLI"]).resolve()
        self.session = sessions.Session(keyring, panel, notifications, dark)
        # Those that run, and all there were.
        self.applets = []
        self.started = []
        self.said = ""
        self.notices = []
        self.aws = None

    def start(self):
        self.session.start()
        self.aws = StandIn()
        os.environ.update(
            AWS_ENDPOINT_URL=self.aws.endpoint,
            LSAN_OPTIONS=f"suppressions={TESTS}/lsan.supp:print_suppressions=0",
            UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1",
        )
        if self.session.notifications_wanted:
            self._watch_notifications()

    def stop(self):
        for applet in self.applets:
            if applet.poll() is None:
                applet.kill()
                applet.wait()
        if self.aws:
            self.aws.stop()
        self.session.stop()

    # The user's files

    @property
    def home(self):
        return self.session.home

    @property
    def credentials(self):
        return self.home / ".aws" / "credentials"

    def write_credentials(self, text):
        """Put the file there as an editor does, readable by its owner alone."""
        self.credentials.parent.mkdir(exist_ok=True)
        self.credentials.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.credentials.chmod(0o600)

    def write_base_credentials(self):
        """A file as people have it: comments, odd blanks, another profile. Returns its bytes."""
        text = (
            "# my keys\n"
            "[work]\n"
            "aws_access_key_id=AKIAWORKWORKWEXAMPLE\n"
            "aws_secret_access_key = otherOtherOtherOtherOtherOtherOtherOther\n"
            "\n"
            "[default]\n"
            "; from the console\n"
            f"aws_access_key_id = {ALICE_KEY_ID}\n"
            f"aws_secret_access_key={ALICE_SECRET}\n"
            "region =  eu-west-1\n"
            "\n"
            "[last]\n"
            "# no newline at the end\n"
            "role_session_name = x"
        ).encode()
        self.write_credentials(text)
        return text

    def section(self, profile="default"):
        """What botocore reads in one section of the file; None without it."""
        from botocore.configloader import raw_config_parse

        if not self.credentials.exists():
            return None
        return raw_config_parse(str(self.credentials)).get(profile)

    def wait_for_session(self):
        """The section once it holds session keys."""
        def found():
            section = self.section() or {}
            return section if "aws_session_token" in section else None

        return wait_until(found, "session keys in the credentials file")

    def wait_for_expiration(self):
        """When the session in the file ends, as seconds since 1970."""
        text = self.wait_for_session()["expiration"]
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

    def set_preferences(self, **values):
        """GSettings of the keyfile back end, as GVariant text."""
        path = self.home / ".config/glib-2.0/settings/keyfile"
        path.parent.mkdir(parents=True, exist_ok=True)
        group = self.application_id.replace(".", "/")
        lines = [f"[{group}]"] + [f"{k.replace('_', '-')}={v}" for k, v in values.items()]
        path.write_text("\n".join(lines) + "\n")

    # The programs

    def start_applet(self, *arguments, wait=True, environment=None):
        """Start the applet; with `wait`, until it is on the bus."""
        log = self.session.logs / f"applet-{len(self.started)}.log"
        with open(log, "wb") as stream:
            applet = subprocess.Popen(
                [*sessions.WITH_PARENT, str(self.applet), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                env={**os.environ, **(environment or {})},
            )
        applet.log = log
        self.applets.append(applet)
        self.started.append(applet)
        if wait:
            wait_until(
                lambda: applet.poll() is not None or self.session.has_name(self.application_id),
                "the applet on the bus",
            )
            if applet.poll() is not None:
                raise AssertionError(f"the applet ended at once:\n{log.read_text()}")
        return applet

    def quit_applet(self):
        """End the applet as its menu does; its exit status must be 0."""
        self.activate("quit")
        for applet in self.applets:
            status = applet.wait(sessions.PATIENCE)
            if status != 0:
                raise AssertionError(f"the applet ended with {status}:\n{applet.log.read_text()}")
        self.applets.clear()
        self.session.wait_without_name(self.application_id)

    def awsmfa(self, *arguments, check=True):
        """Run the terminal program; (status, stdout, stderr)."""
        done = subprocess.run(
            [str(self.cli), *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )
        self.said += done.stderr
        if check and done.returncode != 0:
            raise AssertionError(f"awsmfa ended with {done.returncode}: {done.stderr}")
        return done.returncode, done.stdout, done.stderr

    def aws_identity(self, tool="boto3"):
        """Who the file's default profile is, asked by a client that is not ours."""
        command = {
            "boto3": [
                "/usr/bin/python3", "-c",
                "import boto3, sys; print(boto3.client('sts', endpoint_url=sys.argv[1])"
                ".get_caller_identity()['Arn'])",
                self.aws.endpoint,
            ],
            "aws": [
                "/usr/bin/aws", "--endpoint-url", self.aws.endpoint, "--output", "text",
                "sts", "get-caller-identity", "--query", "Arn",
            ],
        }[tool]
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        return run(*command, env=environment).strip()

    # The bus

    @property
    def object_path(self):
        return "/" + self.application_id.replace(".", "/").replace("-", "_")

    def activate(self, action, *parameter):
        """Activate one of the applet's actions over the bus."""
        from gi.repository import GLib

        self.session.call(
            self.application_id, self.object_path, "org.freedesktop.Application",
            "ActivateAction", "(sava{sv})",
            (action, [GLib.Variant("s", p) for p in parameter], {}),
        )

    def actions(self):
        return self.session.call(
            self.application_id, self.object_path, "org.gtk.Actions", "List"
        )[0]

    def set_action_state(self, action, kind, value):
        """Ask for a state of one of the applet's actions over the bus."""
        from gi.repository import GLib

        self.session.call(
            self.application_id, self.object_path, "org.gtk.Actions", "SetState", "(sva{sv})",
            (action, GLib.Variant(kind, value), {}),
        )

    def sessions(self):
        """The state of app.sessions: a dictionary a profile."""
        description = self.session.call(
            self.application_id, self.object_path, "org.gtk.Actions", "Describe", "(s)",
            ("sessions",),
        )[0]
        return description[2][0] if description[2] else []

    def state(self, profile="default"):
        return next((s for s in self.sessions() if s["profile"] == profile), {"state": "none"})

    def wait_for_state(self, state, profile="default", timeout=None):
        def reached():
            now = self.state(profile)
            return now if now["state"] == state else None

        return wait_until(reached, f"the state {state}", timeout)

    # The tray

    def tray_items(self):
        """The items that the panel knows, as (bus name, path)."""
        if not self.session.has_name("org.kde.StatusNotifierWatcher"):
            return []
        items = self.session.call(
            "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher",
            "org.freedesktop.DBus.Properties", "Get", "(ss)",
            ("org.kde.StatusNotifierWatcher", "RegisteredStatusNotifierItems"),
        )[0]
        return [(i.partition("/")[0], "/" + i.partition("/")[2]) for i in items]

    def tray_item(self):
        return wait_until(self.tray_items, "an item in the tray")[0]

    def tray_properties(self):
        name, path = self.tray_item()
        return self.session.call(
            name, path, "org.freedesktop.DBus.Properties", "GetAll", "(s)",
            ("org.kde.StatusNotifierItem",),
        )[0]

    def wait_for_icon(self, state):
        wanted = f"{APPLICATION_ID}-{state}-symbolic"
        wait_until(lambda: self.tray_properties()["IconName"] == wanted, f"the icon {wanted}")

    def _panel_windows(self):
        """Visible windows of the panel's plug-ins, as (x, y, width, height)."""
        found = []
        for window in search_windows("--class", "^wrapper-2.0$"):
            shell = run("xdotool", "getwindowgeometry", "--shell", window, check=False)
            numbers = dict(re.findall(r"^(X|Y|WIDTH|HEIGHT)=(-?\d+)$", shell, re.MULTILINE))
            if len(numbers) == 4:
                found.append(tuple(int(numbers[n]) for n in ("X", "Y", "WIDTH", "HEIGHT")))
        return found

    def tray_icon(self):
        """Where the one icon is drawn on the panel, as the middle of it; None while there is none."""
        for x, y, width, height in self._panel_windows():
            if height == PANEL_HEIGHT and width > PANEL_HEIGHT:
                return x + width // 2, y + height // 2
        return None

    def click_tray(self, button=1):
        """A real click on the icon: 1 left, 2 middle, 3 right."""
        x, y = wait_until(self.tray_icon, "the icon on the panel")
        run("xdotool", "mousemove", 400, 600, "mousemove", x, y, "click", button)

    def _await_click(self):
        """Until the panel has dealt with the last click, and the applet with what came of it. Their
        programs take what comes in from the screen and from the bus in turn, one thing at a time."""
        for _ in range(5):
            run("xdotool", "getmouselocation")
            self.tray_items()
        self.actions()

    def _click_until(self, button, condition, what):
        """Click until it has an effect: the panel draws an icon before it knows all of it. No click
        of these comes later, when it would do something else."""
        timeout = 3
        while True:
            self.click_tray(button)
            self._await_click()
            try:
                return wait_until(condition, what, timeout)
            except sessions.TimedOut:
                if timeout > 20:
                    raise
                timeout *= 2

    def open_dialog(self):
        """With left clicks."""
        self._click_until(1, lambda: self.windows(DIALOG), "the dialog")
        self.wait_for_window()

    def menu_shown(self):
        """The tray's menu on the screen, as (x, y, width, height); None without one."""
        return next((w for w in self._panel_windows() if w[3] > PANEL_HEIGHT + 10), None)

    def menu(self):
        """The tray's menu as the panel is told it: dictionaries with label, enabled, visible, type,
        mark ("radio"; None) and marked, and the items of a submenu."""
        name, path = self.tray_item()
        menu_path = self.tray_properties()["Menu"]
        layout = self.session.call(
            name, menu_path, "com.canonical.dbusmenu", "GetLayout", "(iias)", (0, -1, [])
        )[1]
        return [self._menu_item(*item) for item in layout[2]]

    def _menu_item(self, identifier, properties, children):
        return {
            "id": identifier,
            "label": properties.get("label", "").replace("_", ""),
            "enabled": properties.get("enabled", True),
            "visible": properties.get("visible", True),
            "type": properties.get("type", "standard"),
            "mark": properties.get("toggle-type"),
            "marked": properties.get("toggle-state") == 1,
            "items": [self._menu_item(*child) for child in children],
        }

    def menu_labels(self):
        return [i["label"] for i in self.menu() if i["type"] != "separator" and i["visible"]]

    def menu_item(self, label):
        return next((i for i in self.menu() if i["label"] == label), None)

    def open_menu(self, button=3):
        """Where it is, as (x, y, width, height)."""
        return self._click_until(button, self.menu_shown, "the tray's menu")

    def close_menu(self):
        run("xdotool", "key", "Escape")
        wait_until(lambda: not self.menu_shown(), "the menu gone")

    def choose(self, label, *further):
        """Open the menu with the right button and pick an entry with the keyboard; `further` ones
        are in the submenus."""
        item = wait_until(lambda: self.menu_item(label), f"{label} in the menu")
        wait_until(
            lambda: (self.menu_item(label) or item)["enabled"], f"{label} to be sensitive"
        )
        self.open_menu()
        items = self.menu()
        keys = ["Down"]
        for name in (label, *further):
            # The arrow keys pass over separators and what is insensitive.
            reachable = [
                i for i in items if i["enabled"] and i["visible"] and i["type"] != "separator"
            ]
            index = [i["label"] for i in reachable].index(name)
            keys += ["Down"] * index + ["Right"]
            items = reachable[index]["items"]
        run("xdotool", "key", "--delay", "30", *keys[:-1], "Return")
        wait_until(lambda: not self.menu_shown(), "the menu gone")

    # Windows, keyboard, screen

    def windows(self, title):
        return search_windows("--name", f"^{title}$")

    def wait_for_window(self, title=DIALOG, active=True):
        wait_until(lambda: self.windows(title), f"a window {title!r}")
        if active:
            wait_until(
                lambda: run("xdotool", "getactivewindow", "getwindowname", check=False).strip()
                == title,
                f"{title!r} to have the focus",
            )

    def wait_without_window(self, title=DIALOG):
        wait_until(lambda: not self.windows(title), f"no window {title!r}")

    def type(self, text):
        run("xdotool", "type", "--delay", "5", text)

    def key(self, *names):
        run("xdotool", "key", *names)

    def screenshot(self, path):
        run("import", "-window", "root", path)

    def tray_pixels(self):
        """What the panel shows in the place of the icon."""
        x, y = wait_until(self.tray_icon, "the icon on the panel")
        half = PANEL_HEIGHT // 2
        area = f"{PANEL_HEIGHT}x{PANEL_HEIGHT}+{x - half}+{y - half}"
        return subprocess.run(
            ["import", "-window", "root", "-crop", area, "-depth", "8", "rgb:-"],
            capture_output=True, check=True, timeout=60,
        ).stdout

    # Accessibility

    def _applications(self, name):
        import pyatspi

        desktop = pyatspi.Registry.getDesktop(0)
        for index in range(desktop.childCount):
            try:
                application = desktop.getChildAtIndex(index)
                if application and application.name == name:
                    yield application
            except Exception:
                # An application that ends while it is being asked.
                continue

    def _walk(self, accessible):
        yield accessible
        try:
            children = [accessible.getChildAtIndex(i) for i in range(accessible.childCount)]
        except Exception:
            return
        for child in children:
            if child:
                yield from self._walk(child)

    def _name(self, accessible):
        """What a screen reader calls it: its own name, or that of the label that belongs to it."""
        import pyatspi

        if accessible.name:
            return accessible.name
        for relation in accessible.getRelationSet():
            if relation.getRelationType() == pyatspi.RELATION_LABELLED_BY:
                return " ".join(
                    relation.getTarget(i).name for i in range(relation.getNTargets())
                )
        return ""

    def showing(self, role=None, name=None, application=None):
        """The first thing on the screen with that role (one of ROLES) and name (a string, or a
        regular expression that is searched); None without one."""
        import pyatspi

        number = None if role is None else ROLES[role]
        for top in self._applications(application or self.applet.name):
            for accessible in self._walk(top):
                try:
                    if number is not None and int(accessible.getRole()) != number:
                        continue
                    given = self._name(accessible).replace("_", "")
                    if isinstance(name, str) and given != name:
                        continue
                    if isinstance(name, re.Pattern) and not name.search(given):
                        continue
                    if accessible.getState().contains(pyatspi.STATE_SHOWING):
                        return accessible
                except Exception:
                    continue
        return None

    def see(self, role=None, name=None, application=None):
        """Wait for it, and have it."""
        return wait_until(
            lambda: self.showing(role, name, application),
            f"{role} {name!r} of {application or self.applet.name} on the screen",
        )

    def press(self, name, role="button", application=None):
        """Press a button through the accessibility interface once it can be pressed."""
        import pyatspi

        def pressed():
            button = self.showing(role, name, application)
            if button is None or not button.getState().contains(pyatspi.STATE_SENSITIVE):
                return False
            return button.queryAction().doAction(0)

        wait_until(pressed, f"the button {name!r} to be pressed")

    def wait_for_focus(self, role, application=None):
        """Until what is typed goes there."""
        import pyatspi

        def focused():
            accessible = self.showing(role, None, application)
            return accessible and accessible.getState().contains(pyatspi.STATE_FOCUSED)

        wait_until(focused, f"the focus in a {role}")

    def is_on_screen(self, role, name):
        """Whether the lower edge of a widget is."""
        import pyatspi

        box = self.see(role, name).queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        return box.y + box.height <= SCREEN[1]

    def has_focus(self, role, name):
        import pyatspi

        accessible = self.showing(role, name)
        return accessible and accessible.getState().contains(pyatspi.STATE_FOCUSED)

    def sensitive(self, name, role="button"):
        import pyatspi

        return self.see(role, name).getState().contains(pyatspi.STATE_SENSITIVE)

    def text_of(self, name, role="text"):
        text = self.see(role, name).queryText()
        return text.getText(0, text.characterCount)

    def texts(self, application=None):
        """Every name and text on the screen of one program, for searching in."""
        import pyatspi

        found = []
        for top in self._applications(application or self.applet.name):
            for accessible in self._walk(top):
                try:
                    if not accessible.getState().contains(pyatspi.STATE_SHOWING):
                        continue
                    found.append(accessible.name or "")
                    text = accessible.queryText()
                    found.append(text.getText(0, text.characterCount))
                except Exception:
                    continue
        return "\n".join(t for t in found if t)

    def wait_for_text(self, pattern, application=None):
        wait_until(
            lambda: re.search(pattern, self.texts(application)),
            f"{pattern!r} on the screen",
        )

    # The dialog

    def enter_code(self, code):
        """Type a code into the dialog that has the focus, and Enter."""
        self.wait_for_window()
        self.see("text", "MFA code")
        self.type(code)
        self.key("Return")

    def log_in(self):
        """The whole of it: left click, code, Enter; returns when the dialog has gone."""
        self.open_dialog()
        self.enter_code(self.aws.code())
        self.wait_without_window()
        return self.wait_for_session()

    # Notifications

    def _watch_notifications(self):
        """Collect what is sent to the notification daemon, from a second connection."""
        from gi.repository import Gio, GLib

        flags = Gio.DBusConnectionFlags
        self._monitor = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SESSION_BUS_ADDRESS"],
            flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None,
        )
        self._monitor.set_exit_on_close(False)
        lock = threading.Lock()

        def on_message(connection, message, incoming):
            if message.get_member() == "Notify" and message.get_body():
                body = message.get_body().unpack()
                with lock:
                    self.notices.append(
                        {"id": body[1], "summary": body[3], "body": body[4],
                         "actions": dict(zip(body[5][::2], body[5][1::2])), "hints": body[6]}
                    )
            elif message.get_member() == "CloseNotification" and message.get_body():
                with lock:
                    self.notices.append({"closed": message.get_body().unpack()[0]})
            # A monitor that answered what it overhears would be disconnected.
            call = message.get_message_type() == Gio.DBusMessageType.METHOD_CALL
            return None if incoming and call else message

        self._monitor.add_filter(on_message)
        rule = "interface='org.freedesktop.Notifications',type='method_call'"
        self._monitor.call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Monitoring",
            "BecomeMonitor", GLib.Variant("(asu)", ([rule], 0)), None, 0, -1, None,
        )

    def wait_for_notice(self, pattern, after=0):
        """The first notification from the `after`th on whose summary or body matches."""
        def sent():
            for notice in self.notices[after:]:
                if "summary" in notice and re.search(
                    pattern, f"{notice['summary']}\n{notice['body']}"
                ):
                    return notice
            return None

        return wait_until(sent, f"a notification {pattern!r}; there were {self.notices}")

    def press_in_notification(self, label):
        self.press(label, application="xfce4-notifyd")

    # The keyring

    def keyring_items(self):
        """What the keyring holds: label, attributes, locked, and the secret where it is open."""
        name, path = SECRETS
        service = "org.freedesktop.Secret.Service"
        properties = "org.freedesktop.DBus.Properties"
        opened, locked = self.session.call(name, path, service, "SearchItems", "(a{ss})", ({},))
        items = []
        channel = None
        for item in opened + locked:
            values = self.session.call(
                name, item, properties, "GetAll", "(s)", ("org.freedesktop.Secret.Item",)
            )[0]
            entry = {
                "label": values["Label"],
                "attributes": values["Attributes"],
                "locked": values["Locked"],
                "collection": item.rsplit("/", 2)[1],
            }
            if not values["Locked"]:
                if channel is None:
                    from gi.repository import GLib

                    channel = self.session.call(
                        name, path, service, "OpenSession", "(sv)", ("plain", GLib.Variant("s", ""))
                    )[1]
                secret = self.session.call(
                    name, item, "org.freedesktop.Secret.Item", "GetSecret", "(o)", (channel,)
                )[0]
                entry["secret"] = bytes(secret[2]).decode()
            items.append(entry)
        return sorted(items, key=lambda i: sorted(i["attributes"].items()))

    def keyring_kinds(self):
        return sorted(i["attributes"].get("kind", "?") for i in self.keyring_items())

    def lock_keyring(self):
        """As after a log-in without the password: the daemon is new and has opened nothing."""
        self.session.stop_keyring()
        self.session.start_keyring(locked=True)

    def answer_keyring(self, password=KEYRING_PASSWORD):
        """Type into the keyring's prompt; None dismisses it."""
        self.wait_for_prompt()
        if password is None:
            self.key("Escape")
        else:
            self.type(password)
            self.key("Return")
        wait_until(lambda: not self.prompt(), "the keyring's prompt gone")

    def prompt(self):
        return search_windows("--class", "^Gcr-prompter$")

    def wait_for_prompt(self):
        window = wait_until(self.prompt, "the keyring's prompt")[0]
        wait_until(
            lambda: run("xdotool", "getactivewindow", check=False).strip() == window,
            "the keyring's prompt to have the focus",
        )
        self.wait_for_focus("password text", "gcr-prompter")

    # What the programs had to say

    def noise(self):
        """Lines that no program of ours should print."""
        import noise

        allowed = noise.read(TESTS / "known-noise")
        found = noise.unexpected(self.said, allowed)
        for applet in self.started:
            found += noise.unexpected(applet.log.read_text(errors="replace"), allowed)
        return found
