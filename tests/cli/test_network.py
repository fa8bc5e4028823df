#!/usr/bin/python3
"""What stands between `awsmfa` and AWS: proxies, Squid among them, and peers that never answer."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

import harness

INTEGRATION = harness.TESTS / "integration"
AUTHORITY = harness.TESTS / "data/tls/authority.pem"
SQUID = shutil.which("squid", path=os.environ.get("PATH", "") + ":/usr/sbin")
SERIAL = "arn:aws:iam::123456789012:mfa/alice"
CODE = "730915"
# The keys that hostile-server.py knows.
CREDENTIALS = """[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
"""
# A name that no resolver knows: whoever connects to it has asked the proxy.
HOST = "sts.example.test"
# What Ctrl-C may take.
PROMPTNESS = 1 if "AMFA_TEST_PATIENCE" not in os.environ else harness.PATIENCE


class Server:
    """One of the servers of the integration tests."""

    def __init__(self, script):
        self.process = subprocess.Popen([sys.executable, INTEGRATION / script], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        words = self.process.stdout.readline().split()
        self.ports = {name: int(port) for name, port in (word.split("=") for word in words)}

    def stop(self):
        self.process.communicate()

    def ask(self, path):
        with socket.create_connection(("127.0.0.1", self.ports["http"])) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
            text = b"".join(iter(lambda: connection.recv(65536), b""))
        return dict(word.split("=") for word in text.decode().split("\r\n\r\n")[1].split())


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Squid:
    """The real one, which knows one user and looks HOST up here."""

    CONFIG = """
http_port 127.0.0.1:{port}
pid_filename none
cache_log {top}/cache.log
access_log stdio:{top}/access.log
logfile_rotate 0
cache deny all
coredump_dir {top}
hosts_file {top}/hosts
shutdown_lifetime 0 seconds
auth_param basic program {helper}
auth_param basic children 1 startup=1 idle=1
auth_param basic realm corp
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
"""

    def __init__(self, top):
        self.top = pathlib.Path(top)
        self.top.mkdir()
        self.port = free_port()
        helper = self.top / "helper"
        helper.write_text("#!/bin/sh\nwhile read -r line; do\n"
                          '  [ "$line" = "user pass%20word" ] && echo OK || echo ERR\ndone\n')
        helper.chmod(0o755)
        (self.top / "hosts").write_text(f"127.0.0.1 localhost {HOST}\n")
        config = self.top / "squid.conf"
        config.write_text(self.CONFIG.format(port=self.port, top=self.top, helper=helper))
        if os.getuid() == 0:  # it leaves root behind
            self.top.parent.chmod(0o755)
            os.chown(self.top, pwd.getpwnam("proxy").pw_uid, -1)
        self.process = subprocess.Popen([SQUID, "-N", "-f", config], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.await_port()

    def await_port(self):
        end = time.monotonic() + harness.PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise AssertionError((self.top / "cache.log").read_text()) from None
                time.sleep(0.05)

    def stop(self):
        """Returns what each CONNECT came to. It writes its log by the end."""
        self.process.terminate()
        self.process.wait()
        lines = (self.top / "access.log").read_text().splitlines()
        return [line.split()[3] for line in lines if " CONNECT " in line]


class NetworkTest(harness.CliTest):
    script = "hostile-server.py"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server(cls.script)
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        super().setUp()
        self.write_credentials(CREDENTIALS)
        self.env["AWS_CA_BUNDLE"] = str(AUTHORITY)

    def through(self, proxy, port="good", behaviour="ok", scheme="http"):
        self.env["AWS_ENDPOINT_URL"] = f"https://{HOST}:{self.server.ports[port]}/cli/{behaviour}"
        self.env["HTTPS_PROXY"] = f"{scheme}://{proxy}"

    def count(self, path, what):
        return int(self.server.ask(path)[what])

    def await_more(self, path, what, before):
        end = time.monotonic() + harness.PATIENCE
        while self.count(path, what) == before:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def log_in_with_code(self, status=0):
        return self.run_cli("--serial", SERIAL, CODE, status=status)


class Proxies(NetworkTest):
    def counted(self, proxy, action):
        before = self.count(f"/proxy/{proxy}", "connects")
        result = action()
        return result, self.count(f"/proxy/{proxy}", "connects") - before

    def test_password(self):
        for proxy in ("proxy-password", "proxy-closes"):
            with self.subTest(proxy):
                self.setUp()
                self.through(f"user:pass%20word@127.0.0.1:{self.server.ports[proxy]}")
                _, connects = self.counted(proxy, self.log_in_with_code)
                # Who the key belongs to is asked by the same connection.
                self.assertEqual(connects, 1)
                _, connects = self.counted(proxy, self.log_in_with_code)
                self.assertEqual(connects, 1)
                self.assertIn(b"ASIA", self.credentials.read_bytes())

    def test_wrong_password(self):
        for proxy in ("proxy-password", "proxy-closes", "proxy-digest"):
            with self.subTest(proxy):
                self.setUp()
                place = f"127.0.0.1:{self.server.ports[proxy]}"
                self.through(f"user:hush@{place}")
                done, connects = self.counted(proxy, lambda: self.log_in_with_code(5))
                self.assertEqual(connects, 1)
                for word in (place, "407", "HTTPS_PROXY", HOST, "Basic"):
                    self.assertIn(word, done.stderr)
                self.assertNotIn("hush", done.stderr)
                self.assertEqual(self.credentials.read_text(), CREDENTIALS)

    def test_other_schemes(self):
        for proxy, schemes in (("proxy-digest", "Digest"), ("proxy-windows", "NTLM, Negotiate")):
            for user in ("", "user:hush@"):
                with self.subTest(proxy, user=user):
                    self.setUp()
                    place = f"127.0.0.1:{self.server.ports[proxy]}"
                    self.through(f"{user}{place}")
                    done = self.log_in_with_code(5)
                    for word in (place, "407", f"only as {schemes} ", "HTTPS_PROXY", "Basic"):
                        self.assertIn(word, done.stderr)
                    self.assertNotIn("hush", done.stderr)

    def test_no_password(self):
        place = f"127.0.0.1:{self.server.ports['proxy-password']}"
        self.through(place)
        done = self.log_in_with_code(5)
        for word in (place, "407", "HTTPS_PROXY", "user name and password"):
            self.assertIn(word, done.stderr)

    def interrupt(self, proxy, *arguments, typed=None):
        """Ctrl-C works within a second while a password is offered."""
        self.through(f"user:hush@127.0.0.1:{self.server.ports[proxy]}")
        before = self.count(f"/proxy/{proxy}", "offers")
        child = self.terminal("--serial", SERIAL, *arguments)
        self.await_more(f"/proxy/{proxy}", "offers", before)
        if typed:
            child.expect_exact("MFA code")
            child.sendline(typed)
            child.expect_exact(typed)
        start = time.monotonic()
        child.sendintr()
        self.ends_with(child, 130)
        # Who waits for the proxy's socket waits for ten seconds, or for ever.
        self.assertLess(time.monotonic() - start, 5 * PROMPTNESS)

    def test_interrupt(self):
        for proxy in ("proxy-mute", "proxy-drip"):
            with self.subTest(proxy):
                self.setUp()
                self.interrupt(proxy)
                self.interrupt(proxy, CODE)
                # From now on it is known whose key it is: only the pre-connect asks the proxy.
                self.through(f"127.0.0.1:{self.server.ports['proxy']}")
                self.log_in_with_code()
                self.interrupt(proxy, typed=CODE)

    def test_encrypted(self):
        """Its certificate may have the proxy's address or its name."""
        for proxy, host in (("proxy-tls", "127.0.0.1"), ("proxy-tls-name", "localhost")):
            with self.subTest(proxy):
                self.setUp()
                self.through(f"user:pass%20word@{host}:{self.server.ports[proxy]}", scheme="https")
                _, connects = self.counted(proxy, self.log_in_with_code)
                self.assertEqual(connects, 1)
                self.assertIn(b"ASIA", self.credentials.read_bytes())

    def test_encrypted_answers(self):
        """They are read as those of another proxy are."""
        for proxy, words in (("proxy-tls", ["refuses"]), ("proxy-tls-digest", ["only as Digest "])):
            with self.subTest(proxy):
                place = f"127.0.0.1:{self.server.ports[proxy]}"
                self.through(f"user:hush@{place}", scheme="https")
                done, connects = self.counted(proxy, lambda: self.log_in_with_code(5))
                self.assertEqual(connects, 1)
                for word in (place, "407", "HTTPS_PROXY", *words):
                    self.assertIn(word, done.stderr)

    def test_encrypted_by_nobody(self):
        """Whose certificate it is, and nothing is asked of whoever has it."""
        bundle = ["CA bundle", str(AUTHORITY), "AWS_CA_BUNDLE"]
        for proxy, words, env in (
            ("proxy-tls-expired", ["out of date", "clock"], {}),
            ("proxy-tls-other-host", ["that of another host"], {}),
            ("proxy-tls-unknown-authority", ["none of the authorities", *bundle], {}),
            ("proxy-tls-old", ["TLS 1.1"], {}),
            ("proxy-tls", ["unknown authority", "ca_bundle"], {"AWS_CA_BUNDLE": None}),
        ):
            with self.subTest(proxy):
                place = f"127.0.0.1:{self.server.ports[proxy]}"
                self.through(f"user:hush@{place}", scheme="https")
                done, connects = self.counted(
                    proxy,
                    lambda: self.run_cli("--serial", SERIAL, CODE, status=5, env=env))
                self.assertEqual(connects, 0)
                for word in (f"The connection to {place} is not trustworthy",
                             f"{place} is the proxy. It is set by HTTPS_PROXY.", *words):
                    self.assertIn(word, done.stderr)
                self.assertNotIn(HOST, done.stderr)
                self.assertEqual(self.credentials.read_text(), CREDENTIALS)

    def test_encrypted_not_at_all(self):
        """It answers in plain text."""
        place = f"127.0.0.1:{self.server.ports['http']}"
        self.through(place, scheme="https")
        done = self.log_in_with_code(5)
        for word in (f"the proxy {place} does not let us through", "TLS", "HTTPS_PROXY"):
            self.assertIn(word, done.stderr)

    def test_denied(self):
        for proxy, status in (("proxy-deny", "403"), ("proxy-broken", "502")):
            with self.subTest(proxy):
                place = f"127.0.0.1:{self.server.ports[proxy]}"
                self.through(place)
                done = self.log_in_with_code(5)
                for word in (place, status, "HTTPS_PROXY"):
                    self.assertIn(word, done.stderr)


class Blame(harness.CliTest):
    """What is wrong here is not taken for AWS's answer, and one answer not for another."""

    def setUp(self):
        super().setUp()
        self.write_credentials()

    def test_malformed_proxy(self):
        """Whether the device is known or not."""
        self.env["AWS_ENDPOINT_URL"] = "https://sts.example.test/"
        for options in ((), ("--serial", harness.SERIAL)):
            with self.subTest(options):
                done = self.run_cli(*options, CODE, status=2, env={"HTTPS_PROXY": "http://:8080"})
                self.assertIn("HTTPS_PROXY", done.stderr)
                self.assertNotIn("device", done.stderr)

    def test_region_of_another(self):
        """The secret is right: the endpoint takes another region."""
        self.write(self.config, "[default]\nregion = eu-west\n")
        for env, origin in (({}, f"region ({self.config})"), ({"AWS_REGION": "eu-west"}, "AWS_REGION")):
            done = self.run_cli("--serial", harness.SERIAL, self.code(), status=1, env=env)
            for word in ("eu-west", origin, "AWS_ENDPOINT_URL", self.aws.endpoint.split("//")[1]):
                self.assertIn(word, done.stderr)
            self.assertNotIn("secret", done.stderr.lower())
        done = self.run_cli("doctor", status=1)
        self.assertIn("eu-west", done.stdout)
        self.assertNotIn("secret access key", done.stdout)

    def test_misspelt_region(self):
        """AWS's own host is asked for by way of a proxy that lets nobody through."""
        server = Server("hostile-server.py")
        self.addCleanup(server.stop)
        env = {"AWS_ENDPOINT_URL": None,
               "HTTPS_PROXY": f"http://127.0.0.1:{server.ports['proxy-broken']}"}
        for region, options, origin, meant in (
            ("eu-wset-1", ("--region", "eu-wset-1"), "--region", "Did you mean eu-west-1?"),
            ("us-esat-1", (), "AWS_REGION", "Did you mean us-east-1?"),
            ("moon-base-1", (), "AWS_REGION", "No AWS region"),
        ):
            with self.subTest(region):
                done = self.run_cli(*options, "--serial", harness.SERIAL, CODE, status=5,
                                    env={**env, "AWS_REGION": region})
                for word in (f"Cannot reach sts.{region}.amazonaws.com", origin, meant):
                    self.assertIn(word, done.stderr)
        done = self.run_cli("--serial", harness.SERIAL, CODE, status=5,
                            env={**env, "AWS_REGION": "eu-west-1"})
        self.assertNotIn("No AWS region", done.stderr)
        done = self.run_cli("--region", "eu_west_1", CODE, status=2)
        self.assertIn("Did you mean eu-west-1?", done.stderr)


@unittest.skipUnless(SQUID, "Squid is not installed")
class RealProxy(NetworkTest):
    def setUp(self):
        super().setUp()
        self.squid = Squid(self.top / "squid")
        self.addCleanup(self.squid.process.kill)

    def test_password(self):
        self.through(f"user:pass%20word@127.0.0.1:{self.squid.port}")
        self.log_in_with_code()
        self.log_in_with_code()
        self.assertEqual(self.squid.stop(), ["TCP_TUNNEL/200"] * 2)

    def test_wrong_password(self):
        self.through(f"user:hush@127.0.0.1:{self.squid.port}")
        done = self.log_in_with_code(5)
        for word in (f"127.0.0.1:{self.squid.port}", "407", "HTTPS_PROXY"):
            self.assertIn(word, done.stderr)
        self.assertEqual(self.squid.stop(), ["TCP_DENIED/407"])


class Answers(NetworkTest):
    """Of nobody that AWS is."""

    def test_nothing_changes(self):
        for behaviour in ("past", "far-future", "same-key", "other-action", "next-line",
                          "no-break-space", "nul", "no-date-far"):
            with self.subTest(behaviour):
                self.env["AWS_ENDPOINT_URL"] = \
                    f"http://127.0.0.1:{self.server.ports['http']}/cli-{behaviour}/{behaviour}"
                self.empty_keyring()
                done = self.log_in_with_code(5)
                self.assertIn("does not come from AWS", done.stderr)
                self.assertEqual(self.credentials.read_text(), CREDENTIALS)
                self.assertEqual(self.keyring.read_bytes(), harness.EMPTY_KEYRING)


class Certificates(NetworkTest):
    """Why one is refused, and what to do."""

    def refused(self, port, words, **variables):
        host = f"127.0.0.1:{self.server.ports[port]}"
        self.env["AWS_ENDPOINT_URL"] = f"https://{host}/cli/ok"
        done = self.run_cli("--serial", SERIAL, CODE, status=5, env=variables)
        for word in (host, *words):
            self.assertIn(word, done.stderr)
        self.assertEqual(self.credentials.read_text(), CREDENTIALS)
        return done.stderr

    def test_server(self):
        self.refused("other-host", ["that of another host"])
        self.refused("expired", ["out of date", "clock"])

    def test_authority(self):
        self.refused("unknown-authority", ["none of the authorities", str(AUTHORITY),
                                           "AWS_CA_BUNDLE"])
        self.refused("unknown-authority", ["none of the authorities", str(AUTHORITY),
                                           "REQUESTS_CA_BUNDLE"],
                     AWS_CA_BUNDLE=None, REQUESTS_CA_BUNDLE=str(AUTHORITY))
        said = self.refused("good", ["unknown authority", "ca_bundle", "AWS_CA_BUNDLE"],
                            AWS_CA_BUNDLE=None)
        self.assertNotIn("Unacceptable", said)

    def test_bundle(self):
        for path, word in ((self.top / "none", "No such file"), (self.top, "not a regular file"),
                           ("/dev/null", "not a regular file"),
                           (harness.TESTS / "data/tls/make-certificates", "no certificate")):
            with self.subTest(path=path):
                self.refused("good", [str(path), word, "AWS_CA_BUNDLE"], AWS_CA_BUNDLE=str(path))
        self.write(self.config, f"[default]\nca_bundle = {self.top}/none\n")
        self.refused("good", [f"{self.top}/none", f"ca_bundle ({self.config})"], AWS_CA_BUNDLE=None)


class Rude(NetworkTest):
    script = "rude-server.py"

    def aim(self, peer):
        self.env["AWS_ENDPOINT_URL"] = f"https://127.0.0.1:{self.server.ports[peer]}/"

    def interrupt(self, peer):
        """Seconds from Ctrl-C to the end, while that peer is waited for."""
        before = self.count(f"/report/{peer}", "connections")
        process = self.start_cli("--serial", SERIAL, CODE)
        self.await_more(f"/report/{peer}", "connections", before)
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        self.assertEqual(process.wait(harness.PATIENCE), 130)
        took = time.monotonic() - start
        self.assertEqual(self.credentials.read_text(), CREDENTIALS)
        return took

    def test_interrupt(self):
        """Ctrl-C works within a second, whatever is being waited for: of three times the quickest
        counts, since the machine may be in the way of the others."""
        for peer in ("mute", "drip-handshake", "mute-tls", "drip", "h2-mute", "h2-goaway"):
            with self.subTest(peer):
                self.aim(peer)
                self.assertTrue(any(self.interrupt(peer) < PROMPTNESS for _ in range(3)))

    def test_closes(self):
        for peer in ("h2-close", "h2-garbage-close", "h2-http1", "h2-goaway-close", "close-handshake"):
            with self.subTest(peer):
                self.aim(peer)
                self.log_in_with_code(5)

    def test_old_tls(self):
        for peer, version in (("tls-1.0", "TLS 1.0"), ("tls-1.1", "TLS 1.1")):
            with self.subTest(peer):
                self.aim(peer)
                done = self.log_in_with_code(5)
                self.assertIn(version, done.stderr)
                self.assertEqual(self.server.ask(f"/report/{peer}")["bytes"], "0")


if __name__ == "__main__":
    sys.exit(harness.main())
