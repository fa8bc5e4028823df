#!/usr/bin/python3
"""What the manual says under LEAVING, as it is written there, with a real keyring."""

import json
import pathlib
import re
import shlex
import subprocess

import harness
import keyring_place

PAGE = pathlib.Path(__file__).resolve().parents[2] / "data" / "awsmfa.1"
BLOCK = re.compile(r"^\.Bd -literal -offset indent\n(.*?)^\.Ed$", re.M | re.S)
ID = "com.example.AwsMfa"


class LeavingTest(keyring_place.KeyringTest):
    def setUp(self):
        super().setUp()
        # The real id, on a bus of its own.
        self.env["AWSMFA_APPLICATION_ID"] = ID
        del self.env["XDG_STATE_HOME"]
        commands = self.top / "bin"
        commands.mkdir()
        self.script(commands / "awsmfa", f'exec {shlex.quote(harness.AWSMFA)} "$@"')
        self.script(commands / "dconf", 'test "$*" = "reset -f /com/example/AwsMfa/"')
        self.script(
            commands / "systemctl", f'echo "$*"; test "$*" = "--user disable {self.unit()}"'
        )
        self.env["PATH"] = f"{commands}:{self.env['PATH']}"
        text = PAGE.read_text().partition(".Sh LEAVING\n")[2].partition("\n.Sh ")[0]
        self.says_first = text.splitlines()[0]
        self.restore, self.disable, self.look_up, self.remove = BLOCK.findall(text)
        self.write_credentials()
        self.log_in()

    @staticmethod
    def unit():
        """The one that is installed."""
        (source,) = PAGE.parent.glob("*-applet.service.in")
        return source.name.removesuffix(".in")

    @staticmethod
    def script(path, command):
        path.write_text(f"#!/bin/sh\n{command}\n")
        path.chmod(0o755)

    def run_block(self, text, without_awsmfa=False):
        if without_awsmfa:
            (self.top / "bin/awsmfa").unlink()
        done = subprocess.run(
            ["/bin/sh", "-e", "-c", text], env=self.env, cwd=self.home, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=2 * harness.PATIENCE,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def kinds(self):
        found = self.run_block(f"secret-tool search --all application {ID} 2>&1")
        return sorted(re.findall(r"attribute\.kind = (\S+)", found))

    def test_restore_comes_first(self):
        self.assertTrue(self.says_first.startswith("Restore "))
        self.assertEqual(self.restore.splitlines()[0], "awsmfa --restore")
        self.run_block(self.restore)
        self.run_block(self.disable)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.assertNotIn("base", self.kinds())
        self.assertNotIn("session", self.kinds())

    def test_key_without_the_program(self):
        for other in ("work", "default-old"):
            self.write_credentials(self.credentials.read_text() + harness.CREDENTIALS.replace("default", other))
            self.run_cli("-p", other, self.code())
        item = json.loads(self.run_block(self.look_up, without_awsmfa=True))
        self.assertEqual((item["key_id"], item["secret"]), (harness.KEY_ID, harness.SECRET))

    def test_what_remains(self):
        self.assertIn("base", self.kinds())
        self.run_block(self.remove, without_awsmfa=True)
        self.assertEqual(self.kinds(), [])
        self.assertEqual([path.name for path in self.home.glob(".local/state/*")], [])


harness.main()
