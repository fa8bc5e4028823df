#!/usr/bin/python3
"""`awsmfa setup --autostart`: the file with which the desktop starts the applet."""

import pathlib
import shutil
import stat
import time

import gi

import harness

gi.require_version("Gio", "2.0")
from gi.repository import Gio  # noqa: E402

NAME = harness.APPLICATION_ID + ".desktop"
# What a shell, a desktop file and its command line each read in a way of their own.
ODD_NAMES = ["plain", "two words", 'a"b', "it's", "$HOME", "`id`", "back\\slash", "ünï", "a;b|c&d"]


class AutostartTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.env["XDG_CONFIG_HOME"] = str(self.top / "config")
        self.file = self.top / "config/autostart" / NAME

    def install(self, name="bin"):
        """A folder of programs, where the applet tells how it was started; the path of awsmfa."""
        folder = self.top / name
        folder.mkdir()
        program = folder / "awsmfa"
        shutil.copy(harness.AWSMFA, program)
        applet = folder / "aws-mfa-applet"
        applet.write_text('#!/bin/sh\nprintf "%s\\n" "$0" "$@" >"$(dirname "$0")/started"\n')
        applet.chmod(0o755)
        return program

    def run_installed(self, program, *arguments, status=0):
        before = harness.AWSMFA
        harness.AWSMFA = str(program)
        try:
            return self.run_cli("setup", *arguments, status=status)
        finally:
            harness.AWSMFA = before

    def started(self, program):
        """How a desktop would start the applet."""
        started = program.parent / "started"
        self.assertTrue(Gio.DesktopAppInfo.new_from_filename(str(self.file)).launch([], None))
        end = time.monotonic() + harness.PATIENCE
        while not started.exists() or started.read_text().count("\n") < 2:
            self.assertLess(time.monotonic(), end, "the applet")
            time.sleep(0.01)
        return started.read_text().splitlines()

    def test_on_and_off(self):
        program = self.install()
        said = self.run_installed(program, "--autostart").stdout
        self.assertIn("awsmfa setup --autostart=no", said)
        self.assertEqual(self.started(program), [str(program.parent / "aws-mfa-applet"), "--gapplication-service"])
        self.assertFalse(stat.S_IMODE(self.file.stat().st_mode) & 0o111)
        before = self.file.read_bytes()
        self.run_installed(program, "--autostart=yes")
        self.assertEqual(self.file.read_bytes(), before)
        self.assertIn("not start", self.run_installed(program, "--autostart=no").stdout)
        self.assertEqual(list(self.file.parent.iterdir()), [])
        self.run_installed(program, "--autostart=no")

    def test_quiet(self):
        program = self.install()
        for option in ("--autostart", "--autostart=no"):
            done = self.run_installed(program, "-q", option)
            self.assertEqual(done.stdout, "")

    def test_only_on_disk(self):
        """Nothing is asked, and nothing else is written."""
        self.write_credentials(harness.CREDENTIALS * 2)
        self.without_keyring()
        self.run_installed(self.install(), "--autostart")
        self.assertEqual(self.aws.requests(), [])
        self.assertFalse(self.state.exists())
        self.assertEqual([p.name for p in self.home.iterdir()], [".aws"])

    def test_default_folder(self):
        del self.env["XDG_CONFIG_HOME"]
        self.run_installed(self.install(), "--autostart")
        self.assertTrue((self.home / ".config/autostart" / NAME).is_file())

    def test_odd_folders(self):
        for name in ODD_NAMES:
            with self.subTest(name):
                program = self.install(name)
                self.run_installed(program, "--autostart")
                applet, option = self.started(program)
                self.assertEqual(pathlib.Path(applet).parent.name, name)
                self.assertEqual(option, "--gapplication-service")

    def test_percent_sign(self):
        """As the specification has it; GIO itself does not find such a program."""
        self.run_installed(self.install("100%f"), "--autostart")
        self.assertIn('/100%%f/aws-mfa-applet" --gapplication-service\n', self.file.read_text())

    def test_switched_off_by_the_desktop(self):
        """On again, and what the user added stays."""
        program = self.install()
        for line in ("Hidden=true", "X-GNOME-Autostart-enabled=false", "X-MATE-Autostart-enabled=false"):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(
                f"# mine\n[Desktop Entry]\nType=Application\nName=old\nExec=gone\n{line}\nX-GNOME-Autostart-Delay=5\n"
            )
            self.run_installed(program, "--autostart")
            text = self.file.read_text()
            self.assertNotIn(line, text)
            self.assertIn("X-GNOME-Autostart-Delay=5", text)
            self.assertIn("# mine", text)
            self.assertIn("--gapplication-service", text)

    def test_through_a_link(self):
        """The file may be one of a repository, which has others."""
        program = self.install()
        self.file.parent.mkdir(parents=True)
        for name in ("there", "not there yet"):
            with self.subTest(name):
                kept = self.top / "dotfiles" / name
                kept.parent.mkdir(exist_ok=True)
                if name == "there":
                    kept.write_text("[Desktop Entry]\nX-GNOME-Autostart-Delay=5\n")
                self.file.symlink_to(kept)
                self.run_installed(program, "--autostart")
                self.assertTrue(self.file.is_symlink())
                self.assertIn("--gapplication-service", kept.read_text())
                self.assertEqual("Delay=5" in kept.read_text(), name == "there")
                self.run_installed(program, "--autostart=no")
                self.assertFalse(self.file.is_symlink())
                self.assertTrue(kept.exists())
        self.file.symlink_to(self.file)
        self.assertIn(str(self.file), self.run_installed(program, "--autostart", status=7).stderr)
        self.assertTrue(self.file.is_symlink())

    def test_forgotten(self):
        """A file that outlives the program starts nothing, and is no error."""
        program = self.install("two words")
        self.run_installed(program, "--autostart")
        self.assertTrue(Gio.DesktopAppInfo.new_from_filename(str(self.file)))
        (program.parent / "aws-mfa-applet").unlink()
        self.assertIn(f"\nTryExec={program.parent}/aws-mfa-applet\n", self.file.read_text())
        with self.assertRaises(TypeError):
            Gio.DesktopAppInfo.new_from_filename(str(self.file))

    def test_no_applet(self):
        program = self.install()
        (program.parent / "aws-mfa-applet").unlink()
        self.assertIn("not installed", self.run_installed(program, "--autostart", status=1).stderr)
        self.assertFalse(self.file.exists())
        self.file.parent.mkdir(parents=True)
        self.file.write_text("[Desktop Entry]\n")
        self.run_installed(program, "--autostart=no")
        self.assertFalse(self.file.exists())

    def test_cannot_be_written(self):
        program = self.install()
        self.file.parent.parent.mkdir()
        self.file.parent.write_text("in the way")
        self.assertIn(str(self.file), self.run_installed(program, "--autostart", status=7).stderr)
        self.file.parent.unlink()
        self.file.mkdir(parents=True)
        for option in ("--autostart", "--autostart=no"):
            self.assertIn(str(self.file), self.run_installed(program, option, status=7).stderr)

    def test_usage(self):
        for arguments in (["--autostart", "--process"], ["--autostart", "--import"], ["-", "--autostart"],
                          ["--autostart", "-p", "work"], ["--autostart=perhaps"], ["--autostart="]):
            self.assertIn("--autostart", self.run_cli("setup", *arguments, status=2).stderr)
        self.assertFalse(self.file.exists())


harness.main()
