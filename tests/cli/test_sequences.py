#!/usr/bin/python3
"""Whatever was done in whatever order, Restore brings back what was there, with other people's edits.

Sequences of random deeds, the same in each run. AMFA_RENEW_ROLE names the program that renews roles.
"""

import os
import random
import re
import subprocess

import harness

RENEW = os.environ.get("AMFA_RENEW_ROLE", "renew-role")
ADMIN = "arn:aws:iam::210987654321:role/Admin"
OTHER = f"arn:aws:iam::{harness.ACCOUNT}:role/Other"
GONE = f"arn:aws:iam::{harness.ACCOUNT}:role/Gone"
LENGTH = 40
DONE, FAILED, REFUSED, NOTHING = 0, 1, 3, 6

BEFORE = "# of mine\n[first]\nregion = r0\n\n"
KEYS = f"aws_access_key_id = {harness.KEY_ID}\naws_secret_access_key = {harness.SECRET}\n"
OWN = f"[default]\n# note\n{KEYS}output = json\n"
AFTER = "\n; the end\n[last]\nregion = r0"


class SequenceTest(harness.CliTest):
    """`before`, `own` and `after` are what Restore has to bring back: the section, and the text around
    it, which nobody but somebody else may change."""

    def setUp(self):
        super().setUp()
        for value in ({"arn": ADMIN, "needs_mfa": True}, {"arn": OTHER}):
            self.aws.set("roles", value)
        self.before = self.own = self.after = ""
        self.is_reordered = False

    def begin(self, before, own, after):
        self.before, self.own, self.after = before, own, after
        if before or own or after:
            self.write_credentials(before + own + after)

    def text(self):
        return self.credentials.read_bytes().decode() if self.credentials.exists() else ""

    def section(self):
        """What stands between the texts that are others'."""
        text = self.text()
        self.assertTrue(text.startswith(self.before), text)
        self.assertTrue(text.endswith(self.after), text)
        return text[len(self.before):len(text) - len(self.after)]

    def attempt(self, expected, *arguments):
        done = self.run_cli(*arguments, status=None)
        self.assertIn(done.returncode, expected, (arguments, done.stderr))
        if done.returncode != DONE:
            self.assertEqual(self.text(), self.was, arguments)
        return done.returncode

    # Deeds

    def log_in(self):
        self.attempt([DONE], self.code())

    def log_in_as_role(self):
        self.attempt([DONE], "--role", ADMIN, self.code())

    def mistype(self):
        keyring = self.keyring.read_bytes()
        self.attempt([REFUSED], self.aws.wrong_code())
        self.assertEqual(self.keyring.read_bytes(), keyring)

    def ask_for_a_role_that_is_gone(self):
        self.attempt([FAILED], "--role", GONE, self.code())

    def switch(self):
        self.attempt([DONE, NOTHING], "--role", self.chance.choice((ADMIN, OTHER, "-")))

    def renew(self):
        done = subprocess.run([RENEW, "default"], env=self.complete_env({}), cwd=self.home,
                              capture_output=True, text=True, timeout=2 * harness.PATIENCE)
        self.check_noise(done.stderr)
        if not done.stdout.strip().isdigit():
            self.assertEqual(done.stdout.strip(), "no-session")
            self.assertEqual(self.text(), self.was)

    def borrow(self):
        self.attempt([DONE, NOTHING], "exec", "--", "/bin/true")
        self.assertEqual(self.text(), self.was)

    def end(self):
        if self.attempt([DONE, NOTHING], "end") == DONE:
            self.assertNotIn("ASIA", self.text())
            self.assertNotIn("ASIA", self.run_cli("status", "--json", status=None).stdout)

    def restore(self):
        self.attempt([DONE, NOTHING], "--restore")
        if self.is_reordered:
            lines = self.section().splitlines()
            self.assertEqual(sorted(lines), sorted(self.own.splitlines()))
            self.own = self.section()
            self.is_reordered = False
        self.assertEqual(self.text(), self.before + self.own + self.after)

    def edit_others(self):
        number = self.chance.randrange(1000)
        change = lambda text: re.sub("region = r[0-9]+", f"region = r{number}", text)  # noqa: E731
        section = self.section()
        self.before, self.after = change(self.before), change(self.after)
        if self.credentials.exists():
            self.write_credentials(self.before + section + self.after)

    def edit_own(self):
        """A line that is none of ours, below the header. Where keys were that are not there just now is
        known of a section that nobody edits."""
        section = self.section()
        if "[default]\n" not in section or "[default]\n" not in self.own:
            return
        line = f"s3_{self.text().count('s3_')}_{self.chance.randrange(10**6)} = x\n"
        put = lambda text: text.replace("[default]\n", "[default]\n" + line, 1)  # noqa: E731
        self.own = put(self.own)
        self.is_reordered |= "aws_access_key_id" not in section
        self.write_credentials(self.before + put(section) + self.after)

    def forget(self):
        """The state file is a memory only."""
        for path in self.state.rglob("state.ini"):
            path.unlink()

    DEEDS = (log_in, log_in_as_role, mistype, ask_for_a_role_that_is_gone, switch, switch, renew, borrow,
             end, restore, edit_others, edit_own, forget)

    def run_sequence(self, seed):
        self.chance = random.Random(seed)
        told = []
        for _ in range(LENGTH):
            deed = self.chance.choice(self.DEEDS)
            told.append(deed.__name__)
            self.was = self.text()
            try:
                deed(self)
                self.section()
            except AssertionError as problem:
                raise AssertionError(f"seed {seed}: {', '.join(told)}") from problem
        self.was = self.text()
        self.log_in()  # the base keys are still there
        self.was = self.text()
        self.restore()

    # Places

    def test_keys_in_the_file(self):
        self.begin(BEFORE, OWN, AFTER)
        self.run_sequence(1)

    def test_last_section_without_newline(self):
        self.begin(BEFORE, OWN.rstrip("\n"), "")
        self.run_sequence(2)

    def use_environment(self):
        self.env.update(AWS_ACCESS_KEY_ID=harness.KEY_ID, AWS_SECRET_ACCESS_KEY=harness.SECRET)

    def test_section_without_keys(self):
        self.use_environment()
        self.begin(BEFORE, "[default]\noutput = json\n", AFTER)
        self.run_sequence(3)

    def test_no_section(self):
        self.use_environment()
        self.begin(BEFORE, "", "")
        self.run_sequence(4)

    def test_no_file(self):
        self.use_environment()
        self.begin("", "", "")
        self.run_sequence(5)
        self.assertFalse(self.credentials.exists())


if __name__ == "__main__":
    harness.main()
