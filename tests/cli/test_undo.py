#!/usr/bin/python3
"""Restore, "End session" and the next login in any order: each cell of the table in
src/core/model/section.c, sequences byte for byte, and what version 0.1.0 left in the keyring and in
the state file (tests/data/version-0.1.0).
"""

import configparser
import fcntl
import json
import os
import re
import shutil
import subprocess
import time

import harness

SAMPLES = harness.TESTS / "data/version-0.1.0"
KEYS = f"aws_access_key_id = {harness.KEY_ID}\naws_secret_access_key = {harness.SECRET}\n"
SECTION = f"[default]\n# the key\n{KEYS}region = eu-west-1\n"
ORIGINAL = f"# mine\n{SECTION}\n[other]\nregion = x\n"
WITHOUT = "# mine\n[default]\n# the key\nregion = eu-west-1\n\n[other]\nregion = x\n"
NEW_KEYS = "aws_access_key_id = AKIANEWNEWNEWEXAMPLE\naws_secret_access_key = new/secret\n"
FOREIGN = (
    "[default]\naws_access_key_id = ASIASOMEBODYELSESKEY\naws_secret_access_key = s\n"
    "aws_session_token = t\n"
)
ROLE = f"arn:aws:iam::{harness.ACCOUNT}:role/Admin"
DONE, FAILED, LOCKED, NOTHING = 0, 1, 4, 6


class Place(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.aws.set("roles", {"arn": ROLE})
        self.write_credentials(ORIGINAL)
        self.saved = None

    def text(self):
        return self.credentials.read_text() if self.credentials.exists() else None

    def item(self, kind, role="-"):
        """What the keyring has, read by a program that is not ours; None if it has not."""
        done = subprocess.run(
            ["secret-tool", "lookup", "application", harness.APPLICATION_ID, "profile", "default",
             "kind", kind, "role", role, "file", "-"],
            env=self.complete_env({}), capture_output=True, text=True, check=False,
        )
        return json.loads(done.stdout) if done.stdout else None

    # Steps

    def login(self):
        self.log_in()
        self.assertIn("aws_session_token", self.text())

    def restore(self):
        self.run_cli("--restore")

    def restore_again(self):
        """There is nothing to restore, and nothing changes."""
        before = self.text()
        self.run_cli("--restore", status=NOTHING)
        self.assertEqual(self.text(), before)

    def end_session(self):
        self.run_cli("end")
        self.assertNotIn("aws_session_token", self.text())

    def end_without_keyring(self):
        """Nobody opens it; the copy there goes later."""
        done = self.run_cli("end", env={**self.no_keyring(), "DBUS_SESSION_BUS_ADDRESS": "disabled:"})
        self.assertIn("keyring, which is not open, has a copy", done.stdout)
        self.assertNotIn("aws_session_token", self.text())

    @staticmethod
    def no_keyring():
        return {"SECRET_BACKEND": None, "SECRET_FILE_TEST_PATH": None,
                "SECRET_FILE_TEST_PASSWORD": None}

    def save(self):
        self.saved = self.text()

    def put_back(self):
        """An editor's stale save, a backup."""
        self.write_credentials(self.saved)

    def delete_section(self):
        before, rest = self.text().split("[default]\n")
        self.write_credentials(before + rest[rest.index("[other]"):])

    def delete_keys(self):
        self.write_credentials(re.sub(r"(?m)^(aws_|expiration).*\n", "", self.text()))

    def configure(self):
        """What `aws configure` does over our session."""
        text = re.sub(r"(?m)^aws_access_key_id.*\n", NEW_KEYS.splitlines(True)[0], self.text())
        text = re.sub(r"(?m)^aws_secret_access_key.*\n", NEW_KEYS.splitlines(True)[1], text)
        self.write_credentials(text)

    def to_role(self):
        self.run_cli("--role", ROLE)
        self.assertIn("aws_session_token", self.text())

    def to_user(self):
        self.run_cli("--role", "-")

    def lose_keyring(self):
        self.empty_keyring()

    def lose_state(self):
        shutil.rmtree(self.state)

    def steps(self, names):
        for name in names.split():
            with self.subTest(step=name, of=names):
                getattr(self, {"end": "end_session"}.get(name, name))()


    def world(self):
        """The files and the keyring, each as it is."""
        places = self.credentials, self.keyring, self.state / "awsmfa/state.ini"
        return {path: path.read_bytes() for path in places}

    def change_world_meanwhile(self, world, *arguments):
        """Between a look into the keyring and the lock of a run somebody makes @world of it."""
        name = self.aws_folder / ".awsmfa.lock"
        with open(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            free = name.stat().st_ctime_ns
            process = self.start_cli(*arguments)
            end = time.monotonic() + harness.PATIENCE
            # Who tries to have it sets its mode.
            while name.stat().st_ctime_ns == free:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.001)
            for path, data in world.items():
                path.write_bytes(data)
            name.unlink()
        return process.wait(harness.PATIENCE)


class SequenceTest(Place):
    def test_byte_for_byte(self):
        for names in (
            "login restore",
            "login login restore restore_again",
            "login restore login end restore",
            "login save restore put_back restore restore_again",
            "login save restore put_back login end restore",
            "login save restore put_back end restore restore_again",
            "login save restore login end put_back restore",
            "login end_without_keyring restore restore_again",
            "login end_without_keyring login restore",
            "login end_without_keyring login end restore",
            "login save restore put_back end_without_keyring restore",
            "login lose_state restore",
            "login lose_state end restore",
            "login lose_state login restore",
            "login to_role restore",
            "login to_role to_user end restore",
            "login to_role end login to_role restore",
            "login to_role save restore put_back restore",
            "login to_role end_without_keyring restore",
            "login save to_role restore put_back restore",
        ):
            self.setUp()
            self.steps(names)
            self.assertEqual(self.text(), ORIGINAL, names)

    def test_offered_again(self):
        """What was restored, came back and was ended without the keyring can be restored once more."""
        self.steps("login save restore put_back end_without_keyring")
        self.run_cli("end", status=NOTHING)
        self.assertIn("has_original=true", (self.state / "awsmfa/state.ini").read_text())
        self.steps("restore")
        self.assertIn("has_original=false", (self.state / "awsmfa/state.ini").read_text())

    def test_deleted_by_hand(self):
        self.steps("login delete_section login restore")
        self.assertEqual(self.text(), f"# mine\n[other]\nregion = x\n\n{SECTION}")

    def test_no_key_where_there_was_none(self):
        """The keys were restored, then deleted: an end or a restore does not bring them back."""
        self.steps("login restore delete_keys restore_again")
        self.assertEqual(self.text(), WITHOUT)
        self.steps("login restore")
        self.assertEqual(self.text(), WITHOUT)

    def test_configured_over_it(self):
        new = ORIGINAL.replace(KEYS, NEW_KEYS)
        self.aws.set("reset")
        for names in ("login configure restore restore_again", "login configure end"):
            self.setUp()
            self.steps(names)
            self.assertEqual(self.text(), new, names)

    def test_never_over_a_newer_key(self):
        """A stale record does not come back over a key that somebody put there since."""
        self.steps("login restore")
        self.write_credentials(ORIGINAL.replace(KEYS, NEW_KEYS))
        done = self.run_cli("--restore", status=NOTHING)
        self.assertIn("AKIANEWNEWNEWEXAMPLE", done.stderr)
        self.assertIn(harness.KEY_ID, done.stderr)
        self.run_cli("end", status=NOTHING)
        self.assertEqual(self.text(), ORIGINAL.replace(KEYS, NEW_KEYS))

    def test_keyring_lost(self):
        self.steps("login save lose_keyring")
        self.assertIn("no longer has the key", self.run_cli("--restore", status=FAILED).stderr)
        self.assertIn("no longer has the key", self.run_cli("123456", status=FAILED).stderr)
        self.assertEqual(self.text(), self.saved)
        self.steps("end")
        self.assertEqual(self.text(), WITHOUT)

    def lose(self, kind):
        subprocess.run(
            ["secret-tool", "clear", "application", harness.APPLICATION_ID, "profile", "default",
             "kind", kind, "role", "-", "file", "-"],
            env=self.complete_env({}), check=True,
        )

    def lose_original(self):
        self.lose("original")

    def test_base_lost(self):
        """The original still has the key: nobody is told to create a new one."""
        self.steps("login save")
        self.lose("base")
        done = self.run_cli(self.code(), status=FAILED)
        self.assertIn(f"original credentials with access key {harness.KEY_ID}", done.stderr)
        self.assertIn("awsmfa --restore", done.stderr)
        self.assertEqual(self.text(), self.saved)
        self.steps("restore")
        self.assertEqual(self.text(), ORIGINAL)
        self.steps("login restore")
        self.assertEqual(self.text(), ORIGINAL)

    def test_original_lost(self):
        """The section without our keys is not taken for it: the base came out of the file."""
        for names in ("login lose_original restore", "login lose_original login restore"):
            self.setUp()
            self.steps(names)
            self.assertEqual(self.text(), ORIGINAL, names)

    def test_base_that_was_never_in_the_file(self):
        self.write_credentials("[default]\nregion = eu-west-1\n")
        keys = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}
        self.run_cli("setup", env=keys)
        self.log_in()
        self.lose_original()
        self.log_in()
        self.assertIsNone(self.item("original"))
        done = self.run_cli("--restore")
        self.assertIn(f"Access key {harness.KEY_ID} is in the keyring", done.stdout)
        self.assertIn("awsmfa forget-keys", done.stdout)
        self.assertEqual(self.text(), "[default]\nregion = eu-west-1\n")
        self.run_cli("forget-keys")
        self.assertIn(KEYS, self.text())


class IndentedTest(Place):
    def test_restore_above_an_indented_line(self):
        """Behind the key, at its place of old, the line would be a part of the secret."""
        self.write_credentials(f"[default]\n output = json\n{KEYS}")
        self.steps("login end")
        self.write_credentials(self.text() + " region = eu-west-1\n")
        self.steps("restore")
        section = configparser.RawConfigParser()
        section.read_string(self.text())
        self.assertEqual(
            dict(section["default"]),
            {"output": "json", "region": "eu-west-1", "aws_access_key_id": harness.KEY_ID,
             "aws_secret_access_key": harness.SECRET},
        )


class LoneKeyTest(Place):
    """Half a key that somebody has typed into a section whose session was ended, as the first of two
    `aws configure set` does: it is replaced by nothing."""

    ID = "aws_access_key_id = AKIANEWNEWNEWEXAMPLE\n"
    SECRET = "aws_secret_access_key = of/nobody\n"

    def type_line(self, line, where):
        self.write_credentials(self.text().replace(where, where + line))

    def test_refused(self):
        for line in (self.ID, self.SECRET):
            for where in ("[default]\n", "region = eu-west-1\n"):
                with self.subTest(line=line, where=where):
                    self.setUp()
                    self.steps("login end")
                    self.type_line(line, where)
                    typed = self.text()
                    number = typed.splitlines(True).index(line) + 1
                    for argument in ("123456", "--restore", "forget-keys"):
                        done = self.run_cli(argument, status=7)
                        self.assertIn(f"line {number}", done.stderr, argument)
                        self.assertEqual(self.text(), typed, argument)
                    self.write_credentials(typed.replace(line, ""))
                    self.steps("restore")
                    self.assertEqual(self.text(), ORIGINAL)

    def test_room_for_both(self):
        """The original has no key that would need the place."""
        keys = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}
        for line in (self.ID, self.SECRET):
            for before in (WITHOUT, "[other]\nregion = x\n"):
                with self.subTest(line=line, before=before):
                    self.setUp()
                    self.write_credentials(before)
                    self.run_cli("setup", env=keys)
                    self.steps("login end")
                    self.type_line(line, "[default]\n")
                    typed = self.text()
                    self.run_cli("123456", status=7)
                    self.steps("restore")
                    self.assertEqual(self.text(), typed)

    def test_after_a_restore(self):
        """What was put back is gone; whoever typed half a key means another one."""
        for line in (self.ID, self.SECRET):
            with self.subTest(line=line):
                self.setUp()
                self.steps("login restore")
                self.write_credentials(self.text().replace(KEYS, ""))
                self.type_line(line, "[default]\n")
                typed = self.text()
                self.assertIn("line 3", self.run_cli("forget-keys", status=7).stderr)
                self.assertEqual(self.text(), typed)

    def test_known(self):
        """What the keyring has may be replaced."""
        for line in KEYS.splitlines(True):
            self.setUp()
            self.steps("login end")
            self.type_line(line, "[default]\n")
            self.steps("login end restore")
            self.assertEqual(sorted(self.text()), sorted(ORIGINAL))


class TableTest(Place):
    """What the section can hold besides a session of ours."""

    def test_others(self):
        long_term = "[default]\n" + NEW_KEYS
        for text, whose in ((FOREIGN, "ASIASOMEBODYELSESKEY"), (long_term, None), ("", None)):
            self.setUp()
            self.write_credentials(text)
            done = self.run_cli("--restore", status=NOTHING)
            if whose:
                self.assertIn(whose, done.stderr)
            self.run_cli("end", status=NOTHING)
            self.assertEqual(self.text(), text)

    def test_sessions_of_the_keyring(self):
        """They go with an end, whatever others have put into the section."""
        for text, whose in ((FOREIGN, "ASIASOMEBODYELSESKEY"), ("[default]\n" + NEW_KEYS, ""),
                            ("", "")):
            self.setUp()
            self.log_in()
            self.write_credentials(text)
            done = self.run_cli("end")
            self.assertIn(whose, done.stdout)
            self.assertEqual(self.text(), text)
            self.assertIsNone(self.item("session"))
            self.run_cli("end", status=NOTHING)

    def test_unreadable(self):
        self.log_in()
        broken = self.text() + "[default]\n"
        self.write_credentials(broken)
        self.run_cli("--restore", status=7)
        self.run_cli("end", status=7)
        self.assertEqual(self.text(), broken)
        self.assertIsNotNone(self.item("session"))

    def test_memory_is_no_proof(self):
        """A state file that names the long-term key does not make it ours (damage, or a server that
        grants the id it was asked with)."""
        digest = "0" * 64
        marks = f"{harness.KEY_ID};2100-01-01T00:00:00Z;{digest};{digest}:{digest};"
        self.write(self.state / "awsmfa/state.ini", f"[default]\nmarks={marks}\nexpiration=4102444800\n")
        self.run_cli("end", status=NOTHING)
        self.assertEqual(self.text(), ORIGINAL)
        self.log_in()
        self.assertEqual(self.item("base")["key_id"], harness.KEY_ID)
        self.steps("restore")
        self.assertEqual(self.text(), ORIGINAL)

    def test_marks_for_a_token_that_is_not_ours(self):
        """Without the keyring, keys go only if all that is known of them fits."""
        self.log_in()
        marks = self.item("session")["marks"]
        self.assertTrue(any(re.fullmatch("[0-9a-f]{64}:[0-9a-f]{64}", mark) for mark in marks))
        text = re.sub("(?m)^(aws_secret_access_key = ).*$", r"\1another/secret", self.text())
        self.write_credentials(text)
        env = {**self.no_keyring(), "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        self.run_cli("end", status=LOCKED, env=env)
        self.assertEqual(self.text(), text)

    def test_continued_line(self):
        """What an end left is known again only if its last line was not made longer: else the rest of
        that line would be behind the secret."""
        for section in (f"[default]\n{KEYS}output = js", f"[default]\noutput = js\n{KEYS}".strip()):
            self.setUp()
            self.write_credentials(section)
            self.steps("login end")
            self.write_credentials(self.text().rstrip("\n") + "on")
            self.steps("restore")
            lines = self.text().splitlines()
            self.assertIn(f"aws_secret_access_key = {harness.SECRET}", lines)
            self.assertIn("output = json", lines)
            self.assertEqual(len(lines), 4)


class ForgetTest(Place):
    """`forget-keys` leaves a key that AWS tools can use, or what was there."""

    def test_left_over(self):
        """The same key was typed over our session: without the token beside it, it works."""
        self.steps("login")
        for line in KEYS.splitlines(True):
            name = line.split(" ")[0]
            self.write_credentials(re.sub(f"(?m)^{name} .*\n", line, self.text()))
        self.run_cli("forget-keys")
        self.assertEqual(self.text(), ORIGINAL)
        self.assertIsNone(self.item("base"))
        self.steps("login restore")
        self.assertEqual(self.text(), ORIGINAL)

    def test_left_over_and_discarded(self):
        """What is left of our session is still known to be ours."""
        self.steps("login configure")
        self.run_cli("forget-keys", "--discard", "--yes")
        self.steps("restore")
        self.assertEqual(self.text(), ORIGINAL.replace(KEYS, NEW_KEYS))

    def test_keys_of_another_program(self):
        """They would be in the way of the base: nothing is changed, as is said."""
        self.write_credentials(FOREIGN)
        keys = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}
        self.run_cli("setup", env=keys)
        self.run_cli("setup", "--process")
        taken_out = self.text()
        done = self.run_cli("forget-keys", status=FAILED)
        self.assertIn("nothing was changed", done.stderr)
        self.assertEqual(self.text(), taken_out)
        self.assertTrue(self.config.exists())
        self.steps("restore")
        self.assertEqual(self.text(), FOREIGN)


    def test_imported_meanwhile(self):
        """What is to be restored is known under the lock only."""
        self.steps("login restore")
        before = self.world()
        self.run_cli("setup")
        imported = self.world()
        self.assertEqual(self.text(), WITHOUT)
        for path, data in before.items():
            path.write_bytes(data)
        self.assertEqual(self.change_world_meanwhile(imported, "forget-keys"), DONE)
        self.assertEqual(self.text(), ORIGINAL)
        self.assertIsNone(self.item("base"))


class ProcessTest(Place):
    def setUp(self):
        super().setUp()
        self.run_cli("setup", "--process")

    def test_end_without_keyring(self):
        """The note is the whole of it: nobody is given the ended session, and it goes with the next
        opening."""
        self.log_in()
        env = {**self.no_keyring(), "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        self.run_cli("end", env=env)
        self.assertIsNotNone(self.item("session"))
        self.run_cli("status", status=NOTHING)
        self.run_cli("credential-process", status=None, env={"DBUS_SESSION_BUS_ADDRESS": "disabled:"})
        self.assertIsNone(self.item("session"))
        self.steps("restore")
        self.assertEqual(self.text(), ORIGINAL)

    def test_end_without_keyring_then_leave(self):
        """Who leaves process mode does not get the ended session either."""
        self.steps("restore")
        rest = "[default]\nregion = eu-west-1\n"
        self.write_credentials(rest)
        keys = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}
        self.run_cli("setup", "--process", env=keys)
        self.log_in()
        self.run_cli("end", env={**self.no_keyring(), "DBUS_SESSION_BUS_ADDRESS": "disabled:"})
        self.run_cli("setup", "--no-process")
        self.assertEqual(self.text(), rest)
        self.assertIsNone(self.item("session"))

    def test_login_end_restore(self):
        self.log_in()
        self.run_cli("end")
        self.assertIsNone(self.item("session"))
        self.log_in()
        self.steps("restore")
        self.assertEqual(self.text(), ORIGINAL)
        self.assertFalse(self.config.exists())


class OldVersionTest(Place):
    """A keyring and a state file that version 0.1.0 wrote."""

    def install(self, name):
        folder = SAMPLES / name
        self.write(self.credentials, (folder / "credentials").read_bytes())
        self.write(self.state / "awsmfa/state.ini", (folder / "state.ini").read_bytes())
        self.keyring.write_bytes((folder / "keyring").read_bytes())
        if (folder / "config").exists():
            self.write(self.config, (folder / "config").read_bytes())

    def test_restore(self):
        for name in ("session", "ended", "role", "process"):
            for lost in ("", "lose_state"):
                self.setUp()
                self.install(name)
                self.steps(f"{lost} restore restore_again")
                self.assertEqual(self.text(), ORIGINAL, (name, lost))
                # Only the state file knew that the section had to be made for our line.
                rest = self.config.read_text() if self.config.exists() else ""
                self.assertEqual(rest, "[default]\n" if name == "process" and lost else "")

    def test_go_on(self):
        for name in ("session", "ended", "role"):
            for names in ("login restore", "login end restore", "login to_role end login restore"):
                self.setUp()
                self.install(name)
                self.steps(names)
                self.assertEqual(self.text(), ORIGINAL, (name, names))

    def test_end(self):
        for name in ("session", "role"):
            self.setUp()
            self.install(name)
            self.steps("end restore")
            self.assertEqual(self.text(), ORIGINAL, name)

    def test_end_without_keyring(self):
        """No digest of the secret is known: the id and the token are enough."""
        self.install("session")
        self.steps("end_without_keyring restore")
        self.assertEqual(self.text(), ORIGINAL)

    def test_base_is_known_to_be_from_the_file(self):
        self.install("session")
        self.assertNotIn("from_file", self.item("base"))
        self.steps("login")
        self.assertIs(self.item("base")["from_file"], True)


class UnwrittenTest(Place):
    """AWS granted a session, the keyring has it, and the file could not be written."""

    def await_held(self):
        end = time.monotonic() + harness.PATIENCE
        while self.aws.ask("state")["held"] == 0:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def fail_to_write(self, *options):
        """The file cannot be replaced any more when the answer comes: it has a second name."""
        second = self.home / "second"
        self.aws.set("behaviour", {"kind": "hold", "action": "GetSessionToken"})
        process = self.start_cli(*options, "-")
        process.stdin.write(self.code() + "\n")
        process.stdin.flush()
        process.stdin.close()
        self.await_held()
        second.hardlink_to(self.credentials)
        self.aws.set("release")
        self.assertEqual(process.wait(harness.PATIENCE), 7)
        self.aws.set("behaviour", None)
        second.unlink()
        self.assertEqual(self.text(), ORIGINAL)

    def test_no_other_code(self):
        self.fail_to_write()
        done = self.run_cli()
        self.assertIn("has a session until", done.stdout)
        self.assertIn("aws_session_token", self.text())
        self.run_cli(status=2)  # there is nothing left to write, and no terminal to ask for a code
        self.steps("restore")
        self.assertEqual(self.text(), ORIGINAL)

    def test_file_keeps_its_identity(self):
        """What the file holds is what it was, and so is what is said of it."""
        self.log_in()
        before = self.text()
        second = self.home / "second"
        self.aws.set("behaviour", {"kind": "hold", "action": "AssumeRole"})
        process = self.start_cli("--role", ROLE)
        self.await_held()
        second.hardlink_to(self.credentials)
        self.aws.set("release")
        self.assertEqual(process.wait(harness.PATIENCE), 7)
        self.aws.set("behaviour", None)
        second.unlink()
        self.assertEqual(self.text(), before)
        self.assertEqual(self.identity_said(), harness.ARN)
        self.run_cli("-d", "1h")
        self.assertEqual(self.identity_said(), ROLE)
        self.run_cli("--role", "-")
        self.assertEqual(self.text(), before)

    def identity_said(self):
        return re.search("(?m)^Identity: *(.*)$", self.run_cli("status").stdout)[1]

    def test_ended_meanwhile(self):
        """Between a look into the keyring and the lock the session was ended: it stays out."""
        self.fail_to_write()
        state = self.state / "awsmfa/state.ini"
        ended = re.sub("(?m)^(unwritten|user_expiration)=.*\n", "", state.read_text())
        self.assertEqual(self.change_world_meanwhile({state: ended.encode()}), 7)
        self.assertEqual(self.text(), ORIGINAL)

    def test_another_key_meanwhile(self):
        """Whose session it is nobody means any more: a code is asked for."""
        self.fail_to_write()
        self.write_credentials(ORIGINAL.replace(KEYS, NEW_KEYS))
        self.run_cli(status=2)

    def test_too_short(self):
        self.fail_to_write("-d", "15m")
        self.run_cli("-d", "12h", status=2)
        self.run_cli("-d", "20m")
        self.assertIn("aws_session_token", self.text())


class OrderTest(Place):
    """The keyring has all, on the disk, before the file loses anything."""

    def trace(self, calls, *arguments, env=None, options=()):
        log = self.top / "trace"
        sanitizer = self.env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        subprocess.run(
            ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={calls}", *options, harness.AWSMFA,
             *arguments],
            env=self.complete_env({"ASAN_OPTIONS": sanitizer, **(env or {})}), cwd=self.home,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=True,
        )
        return log.read_text().splitlines()

    @classmethod
    def setUpClass(cls):
        probe = ["strace", "-o", "/dev/null", "true"]
        if not shutil.which("strace") or subprocess.run(probe, check=False).returncode != 0:
            raise harness.unittest.SkipTest("strace is missing or not allowed here")
        super().setUpClass()

    def test_durable_before_the_file(self):
        lines = self.trace("syncfs,rename,renameat,renameat2", self.code())
        kept = [i for i, line in enumerate(lines) if "rename" in line and "/keyring\"" in line]
        synced = [i for i, line in enumerate(lines) if "syncfs(" in line]
        written = [i for i, line in enumerate(lines)
                   if "rename" in line and re.search(r'"(?:[^"]*/)?credentials"', line)]
        self.assertTrue(kept and synced and written, lines)
        # The base and the original are there and synced; only the session may come later.
        self.assertLess(kept[1], synced[0])
        self.assertLess(synced[-1], written[0])

    def test_whose_secret_ever(self):
        """A long-term key that was typed beside another program's token is on the disk, too."""
        self.run_cli("setup")
        self.write_credentials(f"[default]\n{NEW_KEYS}aws_session_token = t\n")
        lines = self.trace("syncfs,renameat", self.code())
        synced = [i for i, line in enumerate(lines) if "syncfs(" in line]
        written = [i for i, line in enumerate(lines) if re.search(r'"(?:[^"]*/)?credentials"', line)]
        self.assertTrue(synced and written, lines)
        self.assertLess(synced[-1], written[0])

    def test_memory_that_fails_after_the_file(self):
        """What fails then is no failure."""
        self.log_in()
        env = {**self.no_keyring(), "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        lines = self.trace("renameat", "end", env=env, options=["-e", "inject=renameat:error=EIO:when=3"])
        self.assertIn("(INJECTED)", lines[2])
        self.assertEqual(self.text(), WITHOUT)

    def test_durable_before_the_keyring_forgets(self):
        """Also a key that somebody else wrote just now."""
        self.log_in()
        self.write_credentials(ORIGINAL)
        lines = self.trace("syncfs,rename,renameat,renameat2", "forget-keys")
        forgot = [i for i, line in enumerate(lines) if "rename" in line and "/keyring\"" in line]
        synced = [i for i, line in enumerate(lines) if "syncfs(" in line]
        self.assertTrue(forgot and synced, lines)
        self.assertLess(synced[0], forgot[0])


if __name__ == "__main__":
    harness.main()
