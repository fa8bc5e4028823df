#!/usr/bin/python3
"""What other MFA tools have left: used where it is, and `awsmfa setup --import`."""

import configparser
import shutil

import harness
import standin

KEYS = f"aws_access_key_id = {harness.KEY_ID}\naws_secret_access_key = {harness.SECRET}\n"
SECOND = (
    f"aws_access_key_id = {standin.ALICE_SECOND_KEY_ID}\n"
    f"aws_secret_access_key = {standin.ALICE_SECOND_SECRET}\n"
)
SESSION = (
    "aws_access_key_id = ASIAFOREIGNEXAMPLE\naws_secret_access_key = s\naws_session_token = t\n"
)
PAIR = (
    f"[work-long-term]\n{KEYS}aws_mfa_device = {harness.SERIAL}\n\n"
    f"[work]\nassumed_role = False\n{SESSION}aws_security_token = t\n"
    "expiration = 2020-01-02 03:04:05\n"
)
IMPORT = ("setup", "--import")
KEPT = f"Access key {harness.KEY_ID} of profile %s is in the keyring.\n"


class ImportTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.backup = self.aws_folder / "credentials_backup_by_awsmfa"
        self.leapp = self.aws_folder / "credentials.leapp.bkp"

    def section(self, name):
        parser = configparser.RawConfigParser()
        parser.read(self.credentials)
        return dict(parser[name])

    def state_text(self):
        return (self.state / "awsmfa" / "state.ini").read_text()

    def test_nothing(self):
        self.write_credentials()
        for arguments in ((), ("--yes",), ("-p", "default")):
            self.assertEqual(self.run_cli(*IMPORT, *arguments, status=6).stdout, "")
        self.assertEqual(self.keyring.read_bytes(), harness.EMPTY_KEYRING)

    # aws-mfa's pairs

    def test_pair_is_used_where_it_is(self):
        """A login needs no import; aws-mfa's own settings stay."""
        self.write_credentials(PAIR)
        child = self.terminal("-p", "work")
        child.expect_exact(f"Using access key {harness.KEY_ID} from the section [work-long-term]")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.ends_with(child, 0)
        [request] = self.aws.requests("GetSessionToken")
        self.assertEqual(request["parameters"]["SerialNumber"], harness.SERIAL)
        section = self.section("work")
        self.assertTrue(section["aws_access_key_id"].startswith("ASIA"))
        self.assertEqual(section["assumed_role"], "False")
        self.assertNotIn("aws_security_token", section)
        self.assertIn(f"[work-long-term]\n{KEYS}", self.credentials.read_text())
        self.run_cli("--restore", "-p", "work")
        self.assertEqual(self.credentials.read_text(), PAIR)

    def test_pair_before_its_first_session(self):
        self.write_credentials(f"[work-long-term]\n{KEYS}")
        self.run_cli("-p", "work", self.code())
        self.assertIn("aws_session_token", self.section("work"))

    def test_pair_is_imported(self):
        self.write_credentials(PAIR)
        done = self.run_cli(*IMPORT, "-p", "work")
        self.assertIn(KEPT % "work", done.stdout)
        self.assertIn(harness.ARN, done.stdout)
        self.assertIn(
            f"The section [work-long-term] of {self.credentials} still has the secret in plain "
            f"text. To remove it: ${{EDITOR:-vi}} +2 '{self.credentials}'\n", done.stderr)
        self.assertEqual(self.credentials.read_text(), PAIR)
        self.assertNotIn(harness.SECRET, done.stdout + done.stderr)
        # From the keyring, with the remembered device, once the section is gone.
        self.write_credentials("[work]\n")
        self.aws.set("reset")
        self.run_cli("-p", "work", self.code())
        [request] = self.aws.requests()
        self.assertEqual(request["parameters"]["SerialNumber"], harness.SERIAL)

    def test_plain_setup_takes_it_too(self):
        self.write_credentials(PAIR)
        done = self.run_cli("setup", "-p", "work")
        self.assertIn(KEPT % "work", done.stdout)
        self.assertIn("[work-long-term]", done.stderr)

    def test_keyring_is_nearer_than_the_pair(self):
        self.write_credentials(f"[work]\n{SECOND}")
        self.run_cli("setup", "-p", "work")
        self.write_credentials(PAIR)
        child = self.terminal("-p", "work")
        child.expect_exact("MFA code for ")
        self.assertNotIn("work-long-term", child.before)
        child.send("\x03")
        self.ends_with(child, 130)
        # Nor is it replaced unless the profile is named.
        done = self.run_cli(*IMPORT, "--yes", status=6)
        self.assertIn("the keyring has a key already", done.stdout)
        self.run_cli(*IMPORT, "-p", "work")
        self.assertIn(harness.KEY_ID, self.state_text())

    # Copies of the file

    def test_awsmfa(self):
        """The ancestor's session is on; its copy stays, and the command that removes it is named."""
        self.write_credentials(f"[default]\n{SESSION}")
        self.write(self.backup, f"[default]\n{KEYS}")
        done = self.run_cli(*IMPORT, "--yes")
        self.assertIn(
            f"default: access key {harness.KEY_ID}, left by awsmfa (luhring) ({self.backup}, "
            "line 2)\n", done.stdout)
        self.assertIn(KEPT % "default", done.stdout)
        self.assertIn(f"To remove it: rm '{self.backup}'\n", done.stderr)
        self.assertEqual(self.backup.read_text(), f"[default]\n{KEYS}")
        self.run_cli(self.code())
        self.assertIn("ASIA", self.section("default")["aws_access_key_id"])

    def test_leapp_with_others_in_it(self):
        """A copy that has more in it than that is not to be removed as a whole."""
        self.write(self.leapp, f"[default]\n{KEYS}[work]\n{SECOND}")
        done = self.run_cli(*IMPORT, "--yes")
        self.assertIn(KEPT % "default", done.stdout)
        self.assertIn("of profile work is in the keyring.", done.stdout)
        self.assertNotIn("To remove it: rm", done.stderr)
        self.assertIn(f"To remove it: ${{EDITOR:-vi}} +5 '{self.leapp}'", done.stderr)
        self.assertFalse(self.credentials.exists())

    def test_copies_that_cannot_be_read(self):
        self.write_credentials("[default]\n")
        self.write(self.backup, "nonsense\n")
        self.leapp.mkdir()
        self.write(self.aws_folder / "credentials.bkp", f"[default]\n{KEYS}")
        self.assertIn(KEPT % "default", self.run_cli(*IMPORT, "--yes").stdout)

    def test_awsume(self):
        self.write_credentials(f"[autoawsume-work]\n{SESSION}manager = awsume\n")
        done = self.run_cli(*IMPORT, status=6)
        self.assertIn("autoawsume-work: a session of awsume", done.stdout)

    # The question

    def test_asks(self):
        self.write_credentials(PAIR)
        self.write(self.leapp, f"[default]\n{SECOND}")
        child = self.terminal(*IMPORT)
        child.expect_exact("Bring 2 keys into the keyring? [y/N] ")
        child.sendline("n")
        self.assertIn("Nothing was imported.", self.ends_with(child, 1))
        self.assertEqual(self.keyring.read_bytes(), harness.EMPTY_KEYRING)
        child = self.terminal(*IMPORT)
        child.expect_exact("[y/N] ")
        child.sendline("y")
        said = self.ends_with(child, 0)
        self.assertIn("of profile work is in the keyring.", said)
        self.assertIn("of profile default is in the keyring.", said)

    def test_no_terminal(self):
        self.write_credentials(PAIR)
        done = self.run_cli(*IMPORT, status=2)
        self.assertIn("work: access key", done.stdout)
        self.assertIn("Use: awsmfa setup --import --yes", done.stderr)
        self.assertEqual(self.keyring.read_bytes(), harness.EMPTY_KEYRING)

    def test_one_that_aws_refuses(self):
        """Does not keep the others from it."""
        self.write(self.leapp, f"[default]\n{KEYS.replace('IOSF', 'NONE')}[work]\n{SECOND}")
        done = self.run_cli(*IMPORT, "--yes", status=1)
        self.assertIn("Profile default was not imported:", done.stderr)
        self.assertIn("of profile work is in the keyring.", done.stdout)

    def test_usage(self):
        for arguments in (("--process",), ("--no-process",), ("-",)):
            self.assertIn("--import stands alone", self.run_cli(*IMPORT, *arguments, status=2).stderr)
        self.run_cli("setup", "--yes", status=2)

    def test_doctor(self):
        """Each is named, with the command that brings it in."""
        self.write_credentials(PAIR)
        shutil.copy(self.credentials, self.backup)
        self.write(self.backup, f"[work]\n{KEYS}")
        said = self.run_cli("doctor", "--offline", "-p", "work", status=None).stdout
        self.assertIn("awsmfa setup --import -p work", said)
        self.assertIn(str(self.backup), said)
        self.run_cli(*IMPORT, "-p", "work")
        said = self.run_cli("doctor", "--offline", "-p", "work", status=None).stdout
        self.assertIn(f"rm {self.backup}", said)


if __name__ == "__main__":
    harness.main()
