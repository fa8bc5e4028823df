"""A private desktop: X server without a screen, session bus, keyring, window manager, panel with a
tray, notification daemon.

Everything lives under one temporary folder and is awaited by name or window, never by time. The bus
has a configuration of its own that can activate the accessibility bus, the settings daemon of the
panel and the keyring's prompter, and nothing else: what a scenario has not started does not come by
itself. All processes end with the one that made the session, whatever ends that.
"""

import ctypes
import glob
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

PATIENCE = float(os.environ.get("AMFA_TEST_PATIENCE", "30"))
KEYRING_PASSWORD = "correct horse"
SCREEN = (1024, 768)
PANEL_HEIGHT = 30

SERVICES = ("org.a11y.Bus", "org.xfce.Xfconf", "org.gnome.keyring.SystemPrompter")

BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={root}/run/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{root}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

# A panel at the top of the screen with nothing in it but the tray.
PANEL_CONFIGURATION = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="{height}"/>
      <property name="icon-size" type="uint" value="16"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="hide-new-items" type="bool" value="false"/>
    </property>
  </property>
</channel>
"""

# Notifications stay until somebody deals with them.
NOTIFYD_CONFIGURATION = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-notifyd" version="1.0">
  <property name="expire-timeout-enabled" type="bool" value="false"/>
  <property name="do-fadeout" type="bool" value="false"/>
  <property name="do-slideout" type="bool" value="false"/>
  <property name="notification-log" type="bool" value="false"/>
</channel>
"""


class TimedOut(AssertionError):
    pass


def wait_until(condition, what, timeout=None):
    """The first true value of `condition()`; TimedOut after `timeout` seconds."""
    end = time.monotonic() + (PATIENCE if timeout is None else timeout)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimedOut(f"waited in vain: {what}")
        time.sleep(0.02)


# In front of a command: it ends when the process that started it does.
WITH_PARENT = ["setpriv", "--pdeathsig", "KILL", "--"]


def adopt_orphans():
    """Become the parent of every descendant whose own parent ends, so that none is lost."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def _children(pid):
    found = []
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            found += [int(child) for child in pathlib.Path(path).read_text().split()]
        except OSError:
            pass
    return found


def _descendants(pid):
    found = []
    for child in _children(pid):
        found += [child] + _descendants(child)
    return found


class Session:
    """One desktop for this process. `start()` changes os.environ: children belong to it."""

    def __init__(self, keyring="unlocked", panel=True, notifications=True, dark=True):
        self.keyring_wanted = keyring
        self.panel_wanted = panel
        self.notifications_wanted = notifications
        self.dark = dark
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="awsmfa-"))
        self.home = self.root / "home"
        self.logs = self.root / "log"
        self.processes = {}

    # Processes

    def spawn(self, name, command, stdin=None, **more):
        """Start a part of the desktop; its output goes to a log of that name."""
        with open(self.logs / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                WITH_PARENT + [str(part) for part in command],
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **more,
            )
        if stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
        self.processes[name] = process
        return process

    def end(self, name):
        """End one part and wait for it."""
        process = self.processes.pop(name, None)
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _end_descendants(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            end = time.monotonic() + 3
            while time.monotonic() < end:
                left = _descendants(os.getpid())
                if not left:
                    return
                for pid in left:
                    try:
                        os.kill(pid, number)
                    except ProcessLookupError:
                        pass
                try:
                    while os.waitpid(-1, os.WNOHANG)[0]:
                        pass
                except ChildProcessError:
                    return
                time.sleep(0.02)

    # Parts

    def _start_display(self):
        read, write = os.pipe()
        self.spawn(
            "xvfb",
            ["Xvfb", "-displayfd", write, "-screen", "0", "%dx%dx24" % SCREEN,
             "-nolisten", "tcp", "-noreset"],
            pass_fds=[write],
        )
        os.close(write)
        # The number comes when the server accepts connections.
        with os.fdopen(read) as stream:
            number = stream.readline().strip()
        if not number:
            raise AssertionError("Xvfb did not start:\n" + self.log("xvfb"))
        os.environ["DISPLAY"] = ":" + number

    def _start_bus(self):
        services = self.root / "services"
        services.mkdir()
        for name in SERVICES:
            shutil.copy(f"/usr/share/dbus-1/services/{name}.service", services)
        configuration = self.root / "bus.conf"
        configuration.write_text(BUS_CONFIGURATION.format(root=self.root))
        address = f"unix:path={self.root}/run/bus"
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = address
        self.spawn(
            "bus", ["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={configuration}"]
        )
        wait_until((self.root / "run" / "bus").exists, "the session bus")

        from gi.repository import Gio

        flags = Gio.DBusConnectionFlags
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None
        )
        self.bus.set_exit_on_close(False)

    def has_name(self, name):
        return self.call(
            "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "(s)", (name,)
        )[0]

    def wait_for_name(self, name):
        wait_until(lambda: self.has_name(name), f"{name} on the bus")

    def wait_without_name(self, name):
        wait_until(lambda: not self.has_name(name), f"the bus without {name}")

    def call(self, name, path, interface, method, signature=None, arguments=(), timeout=PATIENCE):
        """A D-Bus call; the reply as plain Python values."""
        from gi.repository import Gio, GLib

        parameters = GLib.Variant(signature, arguments) if signature else None
        reply = self.bus.call_sync(
            name, path, interface, method, parameters, None,
            Gio.DBusCallFlags.NO_AUTO_START, int(timeout * 1000), None,
        )
        return reply.unpack()

    def start_keyring(self, locked=False):
        """The real gnome-keyring. Cold and locked, it hides what the items are."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        if locked:
            self.spawn("keyring", [*command, "--start"])
        else:
            self.spawn("keyring", [*command, "--unlock"], stdin=KEYRING_PASSWORD.encode())
        self.wait_for_name("org.freedesktop.secrets")
        wait_until(
            lambda: self.call(
                "org.freedesktop.secrets", "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service", "ReadAlias", "(s)", ("default",),
            )[0].endswith("/login"),
            "the login keyring",
        )

    def stop_keyring(self):
        self.end("keyring")
        self.wait_without_name("org.freedesktop.secrets")

    def start_window_manager(self):
        self.spawn("xfwm4", ["xfwm4", "--compositor=off"])

        def managed():
            done = subprocess.run(
                ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"], capture_output=True, text=True
            )
            return "0x" in done.stdout

        wait_until(managed, "the window manager")
        # It says that it is there before it gives the focus to new windows.
        if not any(self._gives_focus(seconds) for seconds in (1, 2, 4, 8, 16)):
            raise TimedOut("waited in vain: the window manager to give the focus")

    def _gives_focus(self, seconds):
        """Whether a window that appears now gets the focus in that time."""
        def active():
            done = subprocess.run(
                ["xdotool", "getactivewindow", "getwindowname"], capture_output=True, text=True
            )
            return done.stdout.strip() == "Event Tester"

        self.spawn("probe", ["xev"])
        try:
            return wait_until(active, "the focus", seconds)
        except TimedOut:
            return False
        finally:
            self.end("probe")

    def start_panel(self):
        self.spawn("panel", ["xfce4-panel", "--disable-wm-check"])
        self.wait_for_name("org.kde.StatusNotifierWatcher")

    def stop_panel(self):
        self.end("panel")
        self.wait_without_name("org.kde.StatusNotifierWatcher")

    def start_notifications(self):
        found = glob.glob("/usr/lib/*/xfce4/notifyd/xfce4-notifyd")
        self.spawn("notifyd", [found[0] if found else "xfce4-notifyd"])
        self.wait_for_name("org.freedesktop.Notifications")

    # Whole

    def _make_environment(self):
        keep = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(("ASAN_", "UBSAN_", "LSAN_", "AMFA_", "MESON_"))
        }
        home = self.home
        run = self.root / "run"
        settings = home / ".config/xfce4/xfconf/xfce-perchannel-xml"
        for folder in (self.logs, run, settings, home / ".local/share", home / ".local/state",
                       home / ".cache", self.root / "tmp"):
            folder.mkdir(parents=True)
        run.chmod(0o700)
        (settings / "xfce4-panel.xml").write_text(
            PANEL_CONFIGURATION.format(height=PANEL_HEIGHT, dark="true" if self.dark else "false")
        )
        (settings / "xfce4-notifyd.xml").write_text(NOTIFYD_CONFIGURATION)
        os.environ.clear()
        os.environ.update(keep)
        os.environ.update(
            HOME=str(home),
            TMPDIR=str(self.root / "tmp"),
            PATH="/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
            LANG="C.UTF-8",
            LC_ALL="C.UTF-8",
            XDG_RUNTIME_DIR=str(run),
            XDG_CONFIG_HOME=str(home / ".config"),
            XDG_DATA_HOME=str(home / ".local/share"),
            XDG_STATE_HOME=str(home / ".local/state"),
            XDG_CACHE_HOME=str(home / ".cache"),
            XDG_DATA_DIRS="/usr/local/share:/usr/share",
            XDG_CONFIG_DIRS="/etc/xdg",
            XDG_CURRENT_DESKTOP="XFCE",
            XDG_SESSION_TYPE="x11",
            GDK_BACKEND="x11",
            GSETTINGS_BACKEND="keyfile",
            GIO_USE_VFS="local",
            # Nothing of the machine's own system bus takes part.
            DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={run}/no-system-bus",
        )

    def start(self):
        adopt_orphans()
        self._make_environment()
        self._start_display()
        self._start_bus()
        if self.keyring_wanted == "unlocked":
            self.start_keyring()
        self.start_window_manager()
        if self.notifications_wanted:
            self.start_notifications()
        if self.panel_wanted:
            self.start_panel()

    def log(self, name):
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self):
        """End everything and remove the folder."""
        for name in reversed(list(self.processes)):
            self.end(name)
        self._end_descendants()
        shutil.rmtree(self.root, ignore_errors=True)
