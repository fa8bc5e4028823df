#!/usr/bin/python3
"""What nobody asked for: `awsmfa status` beside a keyring that prompts, is silent or does not run."""

import json
import pathlib
import subprocess
import time

import harness
import keyring_place

STAND_IN_KEYRING = pathlib.Path(__file__).with_name("stand_in_keyring.py")
# Seconds. Without an end of its own a look waits 15.
SOON = 8
# What a silent keyring may add where it is not asked at all; a peek waits 1.
MARGIN = 0.5

SERVICE = """[D-BUS Service]
Name=org.freedesktop.secrets
Exec=/usr/bin/touch {marker}
"""


class PeekTest(keyring_place.KeyringTest):
    def status(self, *options):
        return json.loads(self.run_cli("status", "--json", *options, status=None).stdout)

    def quickest(self, *arguments, status):
        """Seconds that it takes when nothing else is in the way."""
        times = []
        for _ in range(3):
            start = time.monotonic()
            self.run_cli(*arguments, status=status)
            times.append(time.monotonic() - start)
        return min(times)

    def silence(self):
        """Stop the daemon. `status -q` takes no longer for that."""
        answered = self.quickest("status", "-q", status=0)
        self.freeze(self.daemon)
        self.assertLess(self.quickest("status", "-q", status=0), answered + MARGIN)

    def log_in_to_many(self, number):
        self.write_credentials()
        self.log_in()
        self.write(
            self.config, "".join(f"[profile p{i}]\nregion = eu-west-1\n" for i in range(1, number))
        )

    def test_silent(self):
        self.log_in_to_many(21)
        self.silence()
        told = self.status()
        self.assertEqual((told["state"], told["base"]), ("active", "keyring-unknown"))
        self.assertIn("the keyring did not say", self.run_cli("status").stdout)
        self.assertLess(self.quickest("status", "--all", status=0), SOON)

    def test_silent_in_process_mode(self):
        self.write_credentials()
        self.run_cli("setup", "--process")
        self.log_in()
        self.silence()
        self.assertEqual(self.status()["state"], "active")

    def test_that_prompts(self):
        # They share a second.
        self.log_in_to_many(3)
        self.stop_daemon()
        stand_in = self.spawn("/usr/bin/python3", STAND_IN_KEYRING, stdout=subprocess.PIPE, text=True)
        self.addCleanup(stand_in.wait)
        self.addCleanup(stand_in.stdout.close)
        self.addCleanup(stand_in.kill)
        self.assertEqual(stand_in.stdout.readline(), "ready\n")
        told = self.status("--all")
        self.assertEqual(told[0]["state"], "active")
        self.assertEqual({entry["base"] for entry in told}, {"keyring-locked"})
        stand_in.kill()
        self.assertEqual(set(stand_in.stdout), {"ReadAlias\n"})

    def test_that_does_not_run(self):
        self.log_in_to_many(3)
        marker = self.top / "started"
        services = self.top / "services"
        services.mkdir()
        (services / "secrets.service").write_text(SERVICE.format(marker=marker))
        config = self.top / "bus.conf"
        config.write_text(
            config.read_text().replace("</type>", f"</type><servicedir>{services}</servicedir>")
        )
        self.stop_bus()
        self.bus = self.spawn(
            "dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1",
            stdout=subprocess.PIPE,
        )
        self.bus.stdout.readline()
        told = self.status()
        self.assertEqual((told["state"], told["base"]), ("active", "keyring-unknown"))
        self.assertFalse(marker.exists())


if __name__ == "__main__":
    harness.main()
