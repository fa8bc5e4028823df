#!/usr/bin/python3
"""What the keyring holds for us when others have been at it, and who has to save it."""

import shutil
import subprocess

from gi.repository import Gio, GLib

import harness
import keyring_place

SAVE = "Save your keyring's database now: it holds the only copy of your long-term key."


class KeyringKeptTest(keyring_place.KeyringTest):
    def add_twin(self, kind, text):
        """An item with the attributes of ours beside it, as a keyring manager copies it."""
        flags = Gio.DBusConnectionFlags
        bus = Gio.DBusConnection.new_for_address_sync(
            self.address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None
        )

        def call(path, interface, method, arguments):
            return bus.call_sync(
                "org.freedesktop.secrets", path, f"org.freedesktop.Secret.{interface}", method,
                arguments, None, 0, -1, None,
            ).unpack()

        _, session = call(
            "/org/freedesktop/secrets", "Service", "OpenSession",
            GLib.Variant("(sv)", ("plain", GLib.Variant("s", ""))),
        )
        attributes = {
            "application": harness.APPLICATION_ID, "profile": "default", "kind": kind, "role": "-",
            "file": "-",
        }
        properties = {
            "org.freedesktop.Secret.Item.Label": GLib.Variant("s", "copy"),
            "org.freedesktop.Secret.Item.Attributes": GLib.Variant("a{ss}", attributes),
        }
        call(
            "/org/freedesktop/secrets/aliases/default", "Collection", "CreateItem",
            GLib.Variant(
                "(a{sv}(oayays)b)",
                (properties, (session, b"", text.encode(), "text/plain"), False),
            ),
        )
        bus.close_sync()

    def texts(self, kind):
        found = subprocess.run(
            ["secret-tool", "search", "--all", "kind", kind],
            env=self.env, capture_output=True, text=True, check=True,
        )
        return [
            line.removeprefix("secret = ") for line in found.stdout.splitlines()
            if line.startswith("secret = ")
        ]

    def test_twins(self):
        """Empty, somebody's, and of a version to come: ours counts, and those stay."""
        self.write_credentials()
        self.log_in()
        for kind in ("base", "original", "session"):
            for text in ("copy", '{"v":2}', ""):
                with self.subTest(text=text, kind=kind):
                    self.add_twin(kind, text)
                    self.log_in()
                    self.assertIn(text, self.texts(kind))
        self.assertEqual(len(self.texts("base")), 4)
        self.run_cli("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_known_services_save_themselves(self):
        self.write_credentials()
        self.assertNotIn(SAVE, self.log_in().stderr)

    def test_another_service(self):
        self.stop_daemon()
        program = self.top / "other-keyring"
        shutil.copy(shutil.which("gnome-keyring-daemon"), program)
        self.start_daemon(program)
        self.write_credentials()
        self.assertIn(SAVE, self.log_in().stderr)
        # Once: the key has left the file.
        self.assertNotIn(SAVE, self.log_in().stderr)


if __name__ == "__main__":
    harness.main(processes=3)
