"""One point, tried: the operation with its fault, then what must hold whatever the fault was.

  1. It ended by itself, in time, and not by a signal that we did not send.
  2. 0 means that the deed is done, or that stderr says what is not; else stderr has a sentence.
  3. Each file is byte for byte as before or as after, and session keys in it are good at AWS.
  4. The long-term key can be had, from the file or the keyring, without our code.
  5. The long-term secret is in no other file.
  6. The same operation, once more, works, and nothing is left behind.
  7. After its undoing every byte is as it was.
"""

import dataclasses
import os
import pathlib
import re
import shlex
import subprocess
import sys

import harness
import noise
import operations
import points
from place import BEFORE, CONFIG, Place

INJECT = os.environ.get("AMFA_INJECT", "inject")
# Seconds after which a program that should have given up is called stuck.
LIMIT = 20 * harness.PATIENCE / 30
EDIT = b"\n[edited]\nregion = somewhere"
DONE = (0, 6)


@dataclasses.dataclass
class Ended:
    status: int
    stderr: str
    log: str
    stdout: str = ""

    def complaints(self):
        """The program's own words on stderr."""
        return set(re.findall(r"^awsmfa: .{10,}$", self.stderr, re.MULTILINE))

    def words(self):
        """These, and what a result says of the keyring."""
        return self.complaints() | set(re.findall(r"^.*\bkeyring\b.*$", self.stdout, re.MULTILINE))


@dataclasses.dataclass(frozen=True)
class Expected:
    """What an operation leaves where nothing fails, and what its undoing leaves."""

    forms: tuple
    changes: bool  # the credentials file, at least the values in it
    kinds: list
    words: set
    names: list
    names_undone: list
    calls: list


def deed(place, action):
    """A point's action as the injector takes it."""
    if action == points.EDIT:
        path = shlex.quote(str(place.credentials))
        return f"run:printf {shlex.quote(EDIT.decode())} >>{path}"
    if action in (points.STOP_KEYRING, points.KILL_KEYRING):
        number = "STOP" if action == points.STOP_KEYRING else "KILL"
        return f"run:kill -{number} {place.service.daemon.pid}"
    if action == points.KILL_BUS:
        return f"run:kill -KILL {place.service.bus.pid}"
    return action


def inject(place, arguments, sockets, *options):
    log = place.top / "log"
    # The leak checker traces, too.
    sanitizer = place.env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    process = subprocess.Popen(
        [INJECT, "--class", "sockets" if sockets else "files", "--under", f"{place.top}/",
         "--log", log, *options, "--", harness.AWSMFA, *arguments],
        env=place.complete_env({"ASAN_OPTIONS": sanitizer}), cwd=place.home, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        stdout, stderr = process.communicate(timeout=LIMIT)
        status = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        (stdout, stderr), status = process.communicate(), None
    text = log.read_text() if log.exists() else ""
    ending = re.search(r"^signal (\d+)$", text, re.MULTILINE)
    return Ended(-int(ending[1]) if ending else status, stderr, text, stdout)


class Trial:
    def __init__(self, place, operation, expected):
        self.place = place
        self.operation = operation
        self.expected = expected
        self.problems = []
        self.found = None
        self.was_hit = False
        self.was_edited = False

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)
        return holds

    def forms(self):
        """Without somebody else's edit, which has to be there if it was made."""
        credentials, config = self.place.forms()
        if self.was_edited:
            self.expect((credentials or b"").endswith(EDIT), "somebody's edit is lost")
            credentials = (credentials or b"").removesuffix(EDIT)
        return credentials, config

    def keep(self):
        """What the operation finds, to be called before it."""
        self.found = self.place.read(self.place.credentials)

    def has_changed(self):
        now = self.place.read(self.place.credentials)
        return (now or b"").removesuffix(EDIT) != (self.found or b"")

    def run(self, point):
        place = self.place
        self.keep()
        before, names = place.forms(), place.names()
        ended = inject(
            place, operations.command(place, self.operation.arguments), point.sockets,
            "--at", str(point.number), "--do", deed(place, point.action),
        )
        # Threads race: the number may belong to another call this time, or to none.
        self.was_hit = re.search(r" !\w", ended.log) is not None
        self.was_edited = self.was_hit and point.action == points.EDIT
        self.check_end(point, ended)
        place.revive()
        self.check_place(point, ended, before)
        if ended.status is not None and ended.status >= 0:
            self.check_names([*names, *self.expected.names, *left_by(point)], "after the fault")
        self.check_next()
        self.check_undone()

    def check_end(self, point, ended):
        if not self.expect(ended.status is not None, f"stuck after {LIMIT:.0f} s"):
            return
        if ended.status < 0:
            self.expect(point.action == "kill" and ended.status == -9,
                        f"ended by signal {-ended.status}")
        elif ended.status > 0:
            self.expect(ended.status <= 7, f"status {ended.status}")
            self.expect(ended.complaints(),
                        f"status {ended.status} without a sentence: {ended.stderr!r}")
        strange = noise.unexpected(ended.stderr, [re.compile("")])
        self.expect(not strange, f"noise: {strange}")

    def check_place(self, point, ended, before):
        forms = self.forms()
        for name, is_now, was, will_be in zip(
            ("credentials", "config"), forms, before, self.expected.forms
        ):
            self.expect(is_now in (was, will_be), f"{name} is neither old nor new: {is_now}")
        self.check_keys()
        self.check_secret(forms)
        if ended.status == 0:
            kinds = self.place.items()[0]
            self.expect(
                forms == self.expected.forms and self.has_changed() >= self.expected.changes,
                f"status 0, but not done: {ended.stderr!r}",
            )
            self.expect(kinds == self.expected.kinds or ended.words() - self.expected.words,
                        f"status 0, without a word, but the keyring has {kinds}")

    def check_keys(self):
        section = self.place.section()
        if not self.expect(section is not None, "botocore cannot read the credentials file"):
            return
        if "aws_session_token" in section:
            self.expect(self.place.is_accepted(section), f"AWS does not take {section}")
        self.expect(self.place.has_base(), "the long-term key is lost")

    def check_secret(self, forms, allowed=("home/.aws/.credentials.awsmfa-new",)):
        secret = harness.SECRET.encode()
        places = ["home/.aws/credentials"] if secret in (forms[0] or b"") else []
        for name in self.place.files_with_secret():
            self.expect(name in places or name in allowed, f"the long-term secret is in {name}")

    def check_names(self, allowed, when):
        more = sorted(set(self.place.names()) - set(allowed))
        self.expect(not more, f"left {when}: {', '.join(more)}")

    def attempt(self, arguments, what):
        """Returns the exit status where it ended well, else None."""
        try:
            done = self.place.run_cli(*operations.command(self.place, arguments), status=None)
        except subprocess.TimeoutExpired:
            self.problems.append(f"{what} is stuck")
            return None
        except AssertionError as problem:
            self.problems.append(f"{what}: {problem}")
            return None
        holds = self.expect(done.returncode in DONE,
                            f"{what} ends with {done.returncode}: {done.stderr.strip()}")
        return done.returncode if holds else None

    def check_next(self):
        status = self.attempt(self.operation.arguments, "the next run")
        if status is None:
            return
        forms = self.forms()
        self.expect(forms == self.expected.forms, f"the next run leaves {forms}")
        kinds = self.place.items()[0]
        # Where nothing was to be done, what a killed run left in the keyring waits for a login.
        self.expect(kinds == self.expected.kinds or
                    status == 6 and set(kinds) >= set(self.expected.kinds),
                    f"the next run leaves {kinds}, not {self.expected.kinds} in the keyring")
        self.check_secret(forms, ())
        self.check_names(self.expected.names, "after the next run")

    def undo(self):
        ends = [self.attempt(line, "the undoing") for line in self.operation.undo]
        return None not in ends

    def check_undone(self):
        if not self.undo():
            return
        forms = self.forms()
        wanted = (BEFORE, CONFIG) if self.operation.files else (None, None)
        self.expect(forms == wanted, f"the undoing leaves {forms}")
        self.check_secret(forms, ())
        self.check_names(self.expected.names_undone, "after the undoing")


def left_by(point):
    """What may lie there until the next run: what could not be removed, and a lock that could not be
    had, as it may be somebody else's."""
    may_stay = point.call.startswith("unlink") or point.about.endswith("/.awsmfa.lock")
    return [point.about] if may_stay else []


def skip_without_tracing():
    """A container may forbid it."""
    probe = subprocess.run([INJECT, "--", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        print(f"SKIP: {probe.stderr.strip()}")
        sys.exit(77)


def survey(aws, operation, has_daemon, sockets, folder):
    """The operation without a fault: its calls, and what it leaves. The prepared place stays in
    `folder`."""
    with Place(aws, has_daemon) as place:
        operations.prepare(place, operation)
        place.save(folder)
        place.begin()
        trial = Trial(place, operation, None)
        trial.keep()
        ended = inject(place, operations.command(place, operation.arguments), sockets)
        if ended.status != 0:
            raise AssertionError(f"{operation.name} ends with {ended.status}: {ended.stderr}")
        forms, kinds, names = place.forms(), place.items()[0], place.names()
        changes = trial.has_changed()
        check_meaning(place, operation)
        trial.undo()
        trial.expected = Expected(
            forms, changes, kinds, ended.words(), names, place.names(),
            points.read_log(ended.log, place.top),
        )
        trial.check_undone()
        if trial.problems:
            raise AssertionError(f"{operation.name}: {trial.problems}")
        return trial.expected


def check_meaning(place, operation):
    """The survey is what points are compared with, so it has to be right itself."""
    section = place.section()
    has_token = "aws_session_token" in section
    has_secret = section.get("aws_secret_access_key") == harness.SECRET
    wanted = {"session": (True, False), "nothing": (False, False)}.get(
        operation.leaves, (False, operation.files)
    )
    place.assertEqual((has_token, has_secret), wanted, operation.name)


def run(aws, operation, point, expected, folder):
    """Returns (what was violated, whether the program came to the point)."""
    with Place(aws, point.has_daemon) as place:
        place.load(pathlib.Path(folder))
        trial = Trial(place, operation, expected)
        trial.run(point)
        return trial.problems, trial.was_hit
