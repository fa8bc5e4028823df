#!/usr/bin/python3
"""Serial numbers that cannot be; the root user's device and session."""

import harness

ROOT_KEY_ID = "AKIAROOTROOTROOTEXAM"
ROOT_SECRET = "cm9vdHJvb3Ryb290cm9vdHJvb3Ryb290cm9vdHJvb3Q="
ROOT_DEVICE = f"arn:aws:iam::{harness.ACCOUNT}:mfa/root-account-mfa-device"
FIDO = f"arn:aws:iam::{harness.ACCOUNT}:u2f/user/alice/key-ABC"


class DevicesTest(harness.CliTest):
    def test_serials_that_cannot_be(self):
        self.write_credentials()
        for serial, sentence in (
            ("arn:aws:iam::210987654321:mfa/alice", f"belongs to account {harness.ACCOUNT}"),
            (f"arn:aws-cn:iam::{harness.ACCOUNT}:mfa/alice", "belongs to partition aws."),
            (harness.ARN, "is not the ARN of an MFA device"),
            ("GAHT12", "This is neither."),
            (FIDO, "security key or passkey"),
        ):
            with self.subTest(serial):
                done = self.run_cli("--serial", serial, self.code(), status=2)
                self.assertIn(sentence, done.stderr)
                self.assertIn("awsmfa devices", done.stderr)
                self.write(self.config, f"[default]\nmfa_serial = {serial}\n")
                done = self.run_cli(self.code(), status=2)
                self.assertIn(f"It is set by mfa_serial ({self.config}).", done.stderr)
                child = self.terminal()
                self.assertIn(sentence, self.ends_with(child, 2))
                self.config.unlink()
        self.assertEqual(self.aws.requests("GetSessionToken"), [])
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_another_one_than_configured(self):
        self.write_credentials()
        self.write(self.config, f"[default]\nmfa_serial = {FIDO}\n")
        self.run_cli("--serial", harness.SERIAL, self.code())

    def test_root(self):
        """An hour, whatever is asked for, and a word about it."""
        self.aws.set("users", {"name": "root", "root": True})
        self.aws.set("keys", {"id": ROOT_KEY_ID, "secret": ROOT_SECRET, "user": "root"})
        self.aws.set("devices", {"serial": ROOT_DEVICE, "user": "root"})
        self.write_credentials(
            harness.CREDENTIALS.replace(harness.KEY_ID, ROOT_KEY_ID)
            .replace(harness.SECRET, ROOT_SECRET)
        )
        code = self.aws.ask(f"code?serial={ROOT_DEVICE}")["code"]
        done = self.run_cli("-d", "8h", code)
        sent = self.aws.requests("GetSessionToken")[0]["parameters"]
        self.assertEqual((sent["SerialNumber"], sent["DurationSeconds"]), (ROOT_DEVICE, "3600"))
        self.assertIn("key of the root user", done.stderr)
        self.assertRegex(done.stdout, r"\(1 hour\)")

    # Regions and partitions

    def test_every_partition(self):
        """IAM is asked in its own region, the device is the user's, and so is the session."""
        for partition, region in (
            ("aws", "ap-southeast-7"), ("aws-cn", "cn-northwest-1"), ("aws-us-gov", "us-gov-east-1"),
            ("aws-eusc", "eusc-de-east-1"), ("aws-iso", "us-iso-west-1"),
            ("aws-iso-b", "us-isob-west-1"), ("aws-iso-e", "eu-isoe-west-1"),
            ("aws-iso-f", "us-isof-east-1"),
        ):
            with self.subTest(partition):
                serial = f"arn:{partition}:iam::{harness.ACCOUNT}:mfa/carol"
                key_id = "AKIA" + partition.upper().replace("-", "")
                self.aws.set("users", {"name": "carol", "partition": partition})
                self.aws.set("keys", {"id": key_id, "secret": "s" * 40, "user": "carol"})
                self.aws.set("devices", {"serial": serial, "user": "carol"})
                self.write_credentials(f"[{partition}]\naws_access_key_id = {key_id}\n"
                                       f"aws_secret_access_key = {'s' * 40}\n")
                self.write(self.config, f"[profile {partition}]\nregion = {region}\n")
                self.assertIn(serial, self.run_cli("devices", "-p", partition).stdout)
                self.run_cli("-p", partition, self.aws.ask(f"code?serial={serial}")["code"])
                asked = self.aws.requests("GetSessionToken")[-1]
                self.assertEqual(asked["region"], region)
                self.assertEqual(asked["parameters"]["SerialNumber"], serial)

    def test_key_of_another_partition(self):
        self.write_credentials()
        for region in ("cn-north-1", "us-gov-west-1"):
            done = self.run_cli("--region", region, self.code(), status=1)
            self.assertIn("of another partition", done.stderr)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_region_that_is_not_active(self):
        self.write_credentials()
        message = ("STS is not activated in this region for account:123456789012. Your account "
                   "administrator can activate STS in this region using the IAM Console.")
        self.aws.set("behaviour", {"kind": "error", "action": "GetSessionToken", "status": 403,
                                   "code": "RegionDisabledException", "message": message})
        done = self.run_cli("--region", "eu-south-2", self.code(), status=1)
        self.assertIn(message, done.stderr)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.aws.set("behaviour")
        self.log_in("--region", "eu-west-1")


if __name__ == "__main__":
    harness.main()
