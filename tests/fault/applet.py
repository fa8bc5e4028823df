#!/usr/bin/python3
"""A login by the applet's dialog, killed or made to fail at a sample of its system calls; then what
trial.py says, with the dialog in place of the exit status.

usage: applet.py [--points N] [--at K --do ACTION]

AMFA_APPLET, AMFA_CLI and AMFA_INJECT name the programs. Only calls about the AWS folder and the state
are points: a GTK program makes thousands of others. Threads race more than in the terminal program, so
a number may belong to another call the next time.
"""

import argparse
import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import sys
import traceback

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("cli", "desktop"):
    sys.path.append(str(HERE.parent / folder))

import desk as desks  # noqa: E402
import operations  # noqa: E402
import place as places  # noqa: E402
import points  # noqa: E402
import session  # noqa: E402
import trial  # noqa: E402

LOGIN = operations.Operation("applet-login", (), operations.LOGIN, "session")
OURS = ("home/.aws", "home/.local/state")


class DeskPlace(places.Place):
    """A desk's home as a place for trials; the desk's keyring is the keyring."""

    application_id = desks.APPLICATION_ID

    def __init__(self, desk):
        super().__init__(desk.aws, False)
        self.top = desk.session.root
        self.home = desk.home
        self.runtime = self.top / "run"
        self.state = self.home / ".local/state"
        self.aws_folder = self.home / ".aws"
        self.credentials = self.aws_folder / "credentials"
        self.config = self.aws_folder / "config"
        self.env = dict(os.environ)

    def begin(self):
        """The files are there; the keyring is the desk's."""

    def revive(self):
        """Nothing was done to the keyring."""


def what_was_hit(point, log, top):
    """The point with the call that had its number this time."""
    for line in log.splitlines():
        call, mark, _ = line.partition(" !")
        if mark and (found := points.read_log(call, top)):
            [(_, name, _, about)] = found
            return dataclasses.replace(point, call=name, about=about)
    return point


class AppletTrial(trial.Trial):
    def __init__(self, desk, expected):
        super().__init__(DeskPlace(desk), LOGIN, expected)
        self.desk = desk

    def begin(self):
        """As on the first day."""
        for folder in (self.place.aws_folder, self.place.state / "awsmfa"):
            shutil.rmtree(folder, ignore_errors=True)
        self.desk.session.stop_keyring()
        shutil.rmtree(self.place.home / ".local/share/keyrings", ignore_errors=True)
        self.desk.session.start_keyring()
        self.place.fill()
        self.keep()

    def start(self, *options):
        """Start the applet under the injector; returns the log."""
        log = self.place.top / "log-of-calls"
        log.unlink(missing_ok=True)
        wrapper = self.place.top / "tmp" / "aws-mfa-applet"
        words = [trial.INJECT, "--log", str(log), "--under", f"{self.place.top}/", *options, "--",
                 os.environ["AMFA_APPLET"]]
        wrapper.write_text(f"#!/bin/sh\nexec {shlex.join(words)} \"$@\"\n")
        wrapper.chmod(0o700)
        applet, self.desk.applet = self.desk.applet, wrapper
        try:
            self.desk.start_applet("--gapplication-service", wait=False)
        finally:
            self.desk.applet = applet
        return log

    def wait(self, condition, what):
        """Returns whether the applet was there to fulfil the condition."""
        [applet] = self.desk.applets
        session.wait_until(lambda: applet.poll() is not None or condition(), what)
        return applet.poll() is None

    def log_in(self):
        """Returns the words of an error, "" without one, None if the applet ended on the way."""
        desk = self.desk
        if not self.wait(lambda: desk.session.has_name(desk.application_id), "the applet"):
            return None
        desk.activate("enter-code")
        if not self.wait(lambda: desk.showing("text", "MFA code") or desk.showing("alert"),
                         "the dialog"):
            return None
        if not desk.showing("alert"):
            desk.wait_for_window()
            desk.type(desk.aws.code())
            desk.key("Return")
        if not self.wait(lambda: not desk.windows(desks.DIALOG) or desk.showing("alert"),
                         "the dialog to close or to say why not"):
            return None
        return desk.texts() if desk.windows(desks.DIALOG) else ""

    def end(self):
        """Quit the applet, or see how it ended; returns its exit status."""
        [applet] = self.desk.applets
        if applet.poll() is None:
            self.desk.activate("quit")
        self.desk.applets.clear()
        return applet.wait(session.PATIENCE)

    def run(self, point):
        self.begin()
        place = self.place
        before, names = place.forms(), place.names()
        log = self.start("--at", str(point.number), "--do", trial.deed(place, point.action))
        told = self.log_in()
        status = self.end()
        text = log.read_text()
        self.was_hit = re.search(r" !\w", text) is not None
        point = what_was_hit(point, text, place.top)
        self.was_edited = self.was_hit and point.action == points.EDIT
        if told is not None:
            self.expect(status == 0, f"the applet ends with {status}")
            status = 1 if told else 0
        elif status > 128:
            status = 128 - status
        stderr = "awsmfa: " + " ".join(told.split()) if told else self.desk.started[-1].log.read_text()
        ended = trial.Ended(status, stderr, text)
        self.check_end(point, ended)
        self.check_place(point, ended, before)
        if status >= 0:
            self.check_names([*names, *self.expected.names, *trial.left_by(point)],
                             "after the fault")
        self.check_next()
        self.check_undone()

    def attempt(self, arguments, what):
        """The operation itself goes by the dialog, too."""
        if arguments != LOGIN.arguments:
            return super().attempt(arguments, what)
        self.desk.start_applet("--gapplication-service")
        told = self.log_in()
        status = self.end()
        holds = self.expect((told, status) == ("", 0), f"{what} ends with {status}: {told}")
        return 0 if holds else None


def survey(desk):
    """The points, and what a login leaves."""
    case = AppletTrial(desk, None)
    case.begin()
    log = case.start()
    told = case.log_in()
    if told != "" or case.end() != 0:
        raise AssertionError(f"without a fault: {told}")
    place = case.place
    forms, kinds, names = place.forms(), place.items()[0], place.names()
    trial.check_meaning(place, LOGIN)
    case.undo()
    calls = points.read_log(log.read_text(), place.top)
    case.expected = trial.Expected(forms, True, kinds, set(), names, place.names(), calls)
    case.check_undone()
    if case.problems:
        raise AssertionError(f"without a fault: {case.problems}")
    found = points.select(LOGIN, False, False, [c for c in calls if c[3].startswith(OURS)])
    return found, case.expected


def attempt(desk, point, expected):
    case = AppletTrial(desk, expected)
    try:
        case.run(point)
    except Exception:  # a point that cannot be tried is no point that held
        case.problems.append(f"not tried: {traceback.format_exc()}")
        for applet in desk.applets:
            applet.kill()
            applet.wait()
        desk.applets.clear()
    return case


def parse():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=40)
    parser.add_argument("--at", type=int)
    parser.add_argument("--do", dest="action")
    return parser.parse_args()


def main():
    options = parse()
    trial.skip_without_tracing()
    tried = failed = 0
    desk = desks.Desk(panel=False, notifications=False)
    try:
        desk.start()
        found, expected = survey(desk)
        chosen = found[::max(1, len(found) // options.points)]
        if options.at:
            chosen = [points.Point(LOGIN.name, False, False, options.at, options.action)]
        for point in chosen:
            case = attempt(desk, point, expected)
            tried += case.was_hit
            if case.problems:
                failed += 1
                print(f"--at {point.number} --do {point.action} ({point.call} {point.about})",
                      *case.problems, sep="\n    ", flush=True)
    finally:
        desk.stop()
    print(f"{tried} points tried of {len(found)}, {failed} violated something")
    sys.exit(1 if failed or not tried else 0)


if __name__ == "__main__":
    main()
