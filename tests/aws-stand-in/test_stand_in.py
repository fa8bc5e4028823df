#!/usr/bin/python3
"""The stand-in against clients that are not ours: boto3, and Debian's `aws`."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import account  # noqa: E402
import totp  # noqa: E402


class StandInTest(unittest.TestCase):
    def setUp(self):
        self.process = subprocess.Popen(
            [sys.executable, HERE / "server.py", "--follow-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.endpoint = json.loads(self.process.stdout.readline())["endpoint"]

    def tearDown(self):
        self.process.stdin.close()
        self.assertEqual(self.process.wait(60), 0)
        self.process.stdout.close()

    def client(self, service="sts", key=account.ALICE_KEY_ID, secret=account.ALICE_SECRET, token=None, **more):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=more.get("region", "eu-west-1" if service == "sts" else "us-east-1"),
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            # What botocore itself would refuse shall come to be refused here.
            config=Config(
                retries={"total_max_attempts": 1}, proxies={}, parameter_validation=False
            ),
        )

    def control(self, name, value=None, method="POST"):
        data = json.dumps(value).encode() if method == "POST" else None
        request = urllib.request.Request(f"{self.endpoint}/_control/{name}", data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request) as answer:
            return json.load(answer)

    def code(self):
        return self.control("code", method="GET")["code"]

    def login(self, **more):
        return self.client().get_session_token(
            SerialNumber=account.ALICE_DEVICE, TokenCode=self.code(), **more
        )["Credentials"]

    def session_client(self, session, service="sts"):
        return self.client(
            service, session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]
        )

    def assert_refused(self, code, words, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code)
        self.assertIn(words, error["Message"])
        return caught.exception.response

    def test_identity(self):
        answer = self.client().get_caller_identity()
        self.assertEqual(answer["Arn"], "arn:aws:iam::123456789012:user/alice")
        self.assertEqual(answer["Account"], "123456789012")
        self.assertEqual(
            answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"],
            answer["ResponseMetadata"]["RequestId"],
        )

    def test_login_and_use(self):
        session = self.login()
        self.assertTrue(session["AccessKeyId"].startswith("ASIA"))
        used = self.session_client(session)
        self.assertEqual(used.get_caller_identity()["Account"], account.ACCOUNT)
        self.assert_refused(
            "AccessDenied",
            "Cannot call GetSessionToken with session credentials",
            used.get_session_token,
        )
        seen = self.control("requests", method="GET")
        self.assertEqual(
            [(r["action"], r["status"]) for r in seen],
            [("GetSessionToken", 200), ("GetCallerIdentity", 200), ("GetSessionToken", 403)],
        )
        self.assertEqual(seen[1]["key_id"], session["AccessKeyId"])
        self.assertTrue(seen[1]["with_token"])

    def test_code_once(self):
        code = self.code()
        call = self.client().get_session_token
        call(SerialNumber=account.ALICE_DEVICE, TokenCode=code)
        again = {"SerialNumber": account.ALICE_DEVICE, "TokenCode": code}
        self.assert_refused("AccessDenied", "invalid MFA one time pass code", call, **again)
        self.assertNotEqual(self.code(), code)
        self.login()

    def test_wrong_codes(self):
        call = self.client().get_session_token
        step = totp.step_at(self.control("state", method="GET")["now"])
        far = totp.code_of_step(totp.DEFAULT_SECRET, step + 10)
        for serial, code, kind, words in [
            (account.ALICE_DEVICE, far, "AccessDenied", "invalid MFA one time pass code"),
            (account.ALICE_DEVICE, "abcdef", "ValidationError", "tokenCode"),
            ("arn:aws:iam::123456789012:mfa/bob", far, "AccessDenied", "unable to validate MFA code.  "),
        ]:
            self.assert_refused(kind, words, call, SerialNumber=serial, TokenCode=code)
        self.assert_refused(
            "AccessDenied", "must provide both", call, SerialNumber=account.ALICE_DEVICE
        )
        self.assert_refused(
            "ValidationError",
            "durationSeconds",
            call,
            DurationSeconds=200000,
        )

    def test_keys(self):
        wrong = self.client(secret="A" * 40).get_caller_identity
        self.assert_refused("SignatureDoesNotMatch", "we calculated does not match", wrong)
        unknown = self.client(key="AKIANOBODY7777EXAMPLE").get_caller_identity
        self.assert_refused("InvalidClientTokenId", "is invalid", unknown)
        inactive = self.client(key=account.INACTIVE_KEY_ID, secret=account.INACTIVE_SECRET)
        self.assert_refused("InvalidClientTokenId", "is invalid", inactive.get_caller_identity)
        self.control("keys", {"id": account.INACTIVE_KEY_ID, "active": True})
        inactive.get_caller_identity()
        session = self.login()
        bare = self.client(key=session["AccessKeyId"], secret=session["SecretAccessKey"])
        self.assert_refused("InvalidClientTokenId", "is invalid", bare.get_caller_identity)

    def test_scope(self):
        elsewhere = self.client("iam", region="eu-west-1")
        self.assert_refused("SignatureDoesNotMatch", "valid region", elsewhere.list_mfa_devices)

    def test_clock(self):
        for offset, words in [(3600, "Signature expired: "), (-3600, "Signature not yet current: ")]:
            self.control("clock", {"offset": offset})
            answer = self.assert_refused(
                "SignatureDoesNotMatch", words, self.client().get_caller_identity
            )
            self.assertIn("15 min.)", answer["Error"]["Message"])
        self.control("clock", {"offset": 840})
        self.client().get_caller_identity()

    def test_expiry(self):
        self.control("durations", [1800])
        session = self.login(DurationSeconds=3600)
        used = self.session_client(session)
        used.get_caller_identity()
        left = session["Expiration"].timestamp() - self.control("state", method="GET")["now"]
        self.assertTrue(1700 < left <= 1800, left)
        self.control("durations", [-1])
        ended = self.session_client(self.login())
        answer = self.assert_refused("ExpiredToken", "is expired", ended.get_caller_identity)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 403)

    def test_devices(self):
        iam = self.client("iam")
        only = iam.list_mfa_devices()["MFADevices"]
        self.assertEqual([d["SerialNumber"] for d in only], [account.ALICE_DEVICE])
        for serial in ["GAHT12345678", "arn:aws:iam::123456789012:u2f/user/alice/key-X"]:
            self.control("devices", {"serial": serial})
        self.control("pages", {"size": 2})
        pages = list(iam.get_paginator("list_mfa_devices").paginate())
        self.assertEqual([len(p["MFADevices"]) for p in pages], [2, 1])
        self.control("denied", ["ListMFADevices"])
        self.assert_refused("AccessDenied", "not authorized to perform", iam.list_mfa_devices)

    def test_roles(self):
        no = "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321"
        def assume(client, name, seconds=900, **more):
            return client.assume_role(
                RoleArn=f"arn:aws:iam::210987654321:role/{name}",
                RoleSessionName="alice@laptop",
                DurationSeconds=seconds,
                **more,
            )["Credentials"]

        def refused(words, client, name, seconds=900, **more):
            kind = "AccessDenied" if words is no else "ValidationError"
            self.assert_refused(kind, words, lambda: assume(client, name, seconds, **more))

        prefix = "arn:aws:iam::210987654321:role/"
        self.control("roles", {"arn": prefix + "team/Admin", "needs_mfa": True})
        self.control("roles", {"arn": prefix + "Long", "max_duration": 7200, "external_id": "x/1"})
        self.control("roles", {"arn": prefix + "Fresh", "max_mfa_age": 60})
        self.control("roles", {"arn": prefix + "Next", "trusted": prefix + "team/Admin"})
        user = self.client()
        session = self.session_client(self.login())
        refused(no, user, "team/Admin")
        refused(no, user, "Nobody")
        refused(no, user, "Long")
        refused(no, session, "Next")
        refused("MaxSessionDuration", session, "team/Admin", 7200)
        refused("1 hour session limit", session, "Long", 7200, ExternalId="x/1")
        assume(user, "Long", 7200, ExternalId="x/1")
        assume(session, "Fresh")
        self.control("clock", {"offset": 90})
        refused(no, session, "Fresh")
        self.control("clock", {"offset": 0})
        admin = self.session_client(assume(session, "team/Admin"))
        identity = admin.get_caller_identity()
        self.assertEqual(
            identity["Arn"], "arn:aws:sts::210987654321:assumed-role/Admin/alice@laptop"
        )
        self.assertEqual(identity["Account"], "210987654321")
        assume(admin, "Next", 3600)
        # A role has no MFA, whoever has assumed it, and no device.
        refused(no, admin, "team/Admin")
        refused(no, admin, "Fresh")
        self.assert_refused(
            "AccessDenied",
            "unable to validate MFA code",
            lambda: assume(admin, "Next", SerialNumber=account.ALICE_DEVICE, TokenCode=self.code()),
        )

    def test_role_and_iam(self):
        """A role's keys need no MFA there, but have no user whose devices could be meant."""
        arn = "arn:aws:iam::123456789012:role/Reader"
        self.control("roles", {"arn": arn})
        keys = self.client().assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
        iam = self.session_client(keys, "iam")
        self.assert_refused(
            "ValidationError", "Must specify userName", iam.list_mfa_devices
        )
        self.assertEqual(len(iam.list_mfa_devices(UserName="alice")["MFADevices"]), 1)

    def test_durations(self):
        call = self.client().get_session_token
        self.assert_refused("ValidationError", "equal to 900", call, DurationSeconds=899)
        self.assert_refused("ValidationError", "equal to 129600", call, DurationSeconds=129601)
        role = {"RoleArn": "arn:aws:iam::123456789012:role/Any", "RoleSessionName": "me"}
        call = self.client().assume_role
        self.assert_refused("ValidationError", "equal to 900", call, DurationSeconds=899, **role)
        self.assert_refused("ValidationError", "equal to 43200", call, DurationSeconds=43201, **role)
        for asked, granted in (({}, 43200), ({"DurationSeconds": 129600}, 129600)):
            self.assert_lasts(self.client().get_session_token(**asked), granted)

    def assert_lasts(self, answer, seconds):
        now = self.control("state", method="GET")["now"]
        left = answer["Credentials"]["Expiration"].timestamp() - now
        self.assertTrue(seconds - 60 < left <= seconds, left)

    def test_root(self):
        """An hour, whatever is asked for, and no roles."""
        self.control("users", {"name": "root", "root": True})
        self.control("keys", {"id": "AKIAROOTEXAMPLE", "secret": "s" * 40, "user": "root"})
        self.control("roles", {"arn": "arn:aws:iam::123456789012:role/Any"})
        root = self.client(key="AKIAROOTEXAMPLE", secret="s" * 40)
        for asked in ({}, {"DurationSeconds": 7200}):
            session = root.get_session_token(**asked)
            self.assert_lasts(session, 3600)
            for client in (root, self.session_client(session["Credentials"])):
                self.assert_refused(
                    "AccessDenied",
                    "Roles may not be assumed by root accounts.",
                    client.assume_role,
                    RoleArn="arn:aws:iam::123456789012:role/Any",
                    RoleSessionName="me",
                )
        self.assert_lasts(root.get_session_token(DurationSeconds=900), 900)

    def test_partitions(self):
        """Keys are known in their own one only."""
        self.control("users", {"name": "wei", "partition": "aws-cn"})
        self.control("keys", {"id": "AKIAWEIEXAMPLE", "secret": "s" * 40, "user": "wei"})
        for region, keys, is_known in (
            ("cn-north-1", {}, False),
            ("us-gov-west-1", {}, False),
            ("eu-west-1", {"key": "AKIAWEIEXAMPLE", "secret": "s" * 40}, False),
            ("cn-north-1", {"key": "AKIAWEIEXAMPLE", "secret": "s" * 40}, True),
        ):
            call = self.client(region=region, **keys).get_caller_identity
            if is_known:
                call()
            else:
                self.assert_refused("InvalidClientTokenId", "is invalid", call)

    def test_session_without_mfa(self):
        session = self.client().get_session_token()["Credentials"]
        iam = self.session_client(session, "iam")
        self.assert_refused("InvalidClientTokenId", "is invalid", iam.list_mfa_devices)

    def test_shapes(self):
        for shape in ("milliseconds", "radosgw", "moto", "aws"):
            self.control("shape", {"shape": shape})
            self.assertEqual(self.login()["Expiration"].tzname(), "UTC")
            self.control("used")

    def test_behaviours(self):
        call = self.client().get_caller_identity
        self.control("behaviour", {"kind": "busy", "times": 1})
        self.assert_refused("ServiceUnavailable", "unavailable", call)
        call()
        self.control("behaviour", {"kind": "throttle", "action": "ListMFADevices"})
        call()
        self.control("behaviour", {"kind": "error", "times": 1, "status": 403, "code": "RegionDisabledException", "message": "no"})
        self.assert_refused("RegionDisabledException", "no", call)
        for kind in ("down", "reset"):
            self.control("behaviour", {"kind": kind, "times": 1})
            with self.assertRaises(ConnectionClosedError):
                call()
        self.control("behaviour", {"kind": "lost", "times": 1})
        code = self.code()
        with self.assertRaises(ConnectionClosedError):
            self.client().get_session_token(SerialNumber=account.ALICE_DEVICE, TokenCode=code)
        self.assertNotEqual(self.code(), code)

    def test_aws_cli(self):
        if shutil.which("aws", path="/usr/bin:/bin") is None:
            self.skipTest("the package awscli is not installed")
        with tempfile.TemporaryDirectory() as home:
            environment = {
                "PATH": "/usr/bin:/bin",
                "HOME": home,
                "AWS_ACCESS_KEY_ID": account.ALICE_KEY_ID,
                "AWS_SECRET_ACCESS_KEY": account.ALICE_SECRET,
                "AWS_DEFAULT_REGION": "eu-central-1",
                "AWS_EC2_METADATA_DISABLED": "true",
            }
            command = [
                "aws", "--endpoint-url", self.endpoint, "--output", "json",
                "sts", "get-session-token",
                "--serial-number", account.ALICE_DEVICE, "--token-code", self.code(),
            ]
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("SessionToken", json.loads(done.stdout)["Credentials"])


class TotpTest(unittest.TestCase):
    def test_vectors(self):
        """RFC 6238, appendix B, the last six of eight digits."""
        secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        for moment, code in [
            (59, "287082"),
            (1111111109, "081804"),
            (1111111111, "050471"),
            (1234567890, "005924"),
            (2000000000, "279037"),
        ]:
            self.assertEqual(totp.code_of_step(secret, totp.step_at(moment)), code)


if __name__ == "__main__":
    for name in [n for n in os.environ if n.startswith("AWS_") or n.lower().endswith("_proxy")]:
        del os.environ[name]
    # botocore leaves its pooled connections to the garbage collector.
    unittest.main(warnings="ignore")
