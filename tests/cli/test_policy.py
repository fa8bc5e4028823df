#!/usr/bin/python3
"""`awsmfa policy`: valid, small, about actions that exist, and it does what it says."""

import json
import os
import pathlib
import re
import unittest

import botocore.session

import harness

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")
SHIPPED = pathlib.Path(os.environ["AMFA_POLICY"])
# In IAM since the end of 2022: younger than some botocore.
YOUNG = {"iam:GetMFADevice"}
CALLER = {"aws:username": "alice"}
USER = "arn:aws:iam::123456789012:user/alice"
# With a path the user's name is the last part.
USER_WITH_PATH = "arn:aws:iam::123456789012:user/div/team/alice"
OTHER_USERS = ("arn:aws:iam::123456789012:user/bob", "arn:aws:iam::123456789012:user/div/bob",
               "arn:aws:iam::123456789012:user/alice/bob", "arn:aws:iam::123456789012:user/malice")
DEVICE = "arn:aws:iam::123456789012:mfa/telephone"


def as_list(value):
    return value if isinstance(value, list) else [value]


def matches(pattern, text, flags=0):
    """IAM's * and ?, and its variables."""
    pattern = re.sub(r"\$\{([^}]+)\}", lambda found: CALLER[found[1]], pattern)
    wild = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, text, flags) is not None


def applies(statement, action, resource, context):
    """The rules of the IAM reference, as far as this policy needs them."""
    def names(key):
        return any(matches(p, action, re.IGNORECASE) for p in as_list(statement[key]))

    if not (names("Action") if "Action" in statement else not names("NotAction")):
        return False
    if not any(matches(p, resource) for p in as_list(statement["Resource"])):
        return False
    conditions = dict(statement.get("Condition", {}))
    for key, wanted in conditions.pop("BoolIfExists", {}).items():
        if key in context and context[key] != wanted:
            return False
    if conditions:
        raise AssertionError(f"no rule here for {conditions}")
    return True


def decide(statements, action, resource, mfa):
    """"deny", "allow" or "nothing". Long-term keys carry no word about MFA at all."""
    context = {"aws:MultiFactorAuthPresent": "true"} if mfa else {}
    effects = {s["Effect"] for s in statements if applies(s, action, resource, context)}
    return "deny" if "Deny" in effects else "allow" if "Allow" in effects else "nothing"


class PolicyTest(harness.CliTest):
    def policy(self, *options):
        return json.loads(self.run_cli("policy", *options).stdout)

    def test_shipped_file(self):
        self.assertEqual(SHIPPED.read_text(), self.run_cli("policy").stdout)

    def test_size_and_version(self):
        for partition in PARTITIONS:
            text = self.run_cli("policy", "--partition", partition).stdout
            self.assertLessEqual(len(re.sub(r"\s", "", text)), 6144)
            self.assertEqual(json.loads(text)["Version"], "2012-10-17")

    def test_partition(self):
        for partition in PARTITIONS:
            text = self.run_cli("policy", "--partition", partition).stdout
            arns = re.findall(r"arn:[^:]*:", text)
            self.assertEqual(set(arns), {f"arn:{partition}:"})
            self.assertNotIn("@", text)
        words = self.run_cli("policy", "--partition", "azure", status=2).stderr
        self.assertIn("aws-us-gov", words)

    def test_needs_nothing(self):
        self.write_credentials(harness.CREDENTIALS * 2)
        self.without_keyring()
        self.policy()
        self.assertEqual(self.aws.requests(), [])

    def test_actions_exist(self):
        session = botocore.session.get_session()
        known = {
            f"{service}:{name}"
            for service in ("iam", "sts")
            for name in session.get_service_model(service).operation_names
        }
        named = {
            action
            for statement in self.policy()["Statement"]
            for action in as_list(statement.get("Action", [])) + as_list(statement.get("NotAction", []))
        }
        self.assertEqual(named - known - YOUNG, set())

    def test_what_it_denies_and_allows(self):
        # Another policy gives this user everything.
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        own = self.policy()["Statement"]
        administrator = own + [everything]
        self_service = [
            ("iam:ChangePassword", USER), ("iam:CreateVirtualMFADevice", DEVICE),
            ("iam:EnableMFADevice", USER), ("iam:GetUser", USER), ("iam:ListMFADevices", USER),
            ("iam:ResyncMFADevice", USER), ("iam:ListVirtualMFADevices", "*"),
            ("iam:GetAccountPasswordPolicy", "*"),
        ]
        for action, resource in self_service:
            for mfa in (False, True):
                self.assertEqual(decide(own, action, resource, mfa), "allow", (action, mfa))
        behind_mfa = [("iam:DeactivateMFADevice", USER), ("iam:DeleteVirtualMFADevice", DEVICE)]
        for action, resource in behind_mfa:
            self.assertEqual(decide(administrator, action, resource, False), "deny", action)
            self.assertEqual(decide(own, action, resource, True), "allow", action)
        for action, resource in [
            ("s3:GetObject", "arn:aws:s3:::bucket/key"), ("ec2:RunInstances", "*"),
            ("iam:CreateAccessKey", USER), ("iam:UpdateLoginProfile", USER),
            ("iam:AttachUserPolicy", USER), ("iam:DeleteUserPolicy", USER),
            ("sts:AssumeRole", "arn:aws:iam::123456789012:role/admin"),
            ("sts:GetFederationToken", "arn:aws:sts::123456789012:federated-user/alice"),
        ]:
            self.assertEqual(decide(administrator, action, resource, False), "deny", action)
            self.assertEqual(decide(administrator, action, resource, True), "allow", action)
            # By itself the policy gives nothing but self-service.
            self.assertEqual(decide(own, action, resource, True), "nothing", action)
        # The way to MFA itself stays open.
        self.assertNotEqual(decide(own, "sts:GetSessionToken", "*", False), "deny")

    def test_only_ones_own(self):
        own = self.policy()["Statement"]
        for action in ("iam:EnableMFADevice", "iam:ChangePassword", "iam:DeactivateMFADevice"):
            self.assertEqual(decide(own, action, USER_WITH_PATH, True), "allow")
            for other in OTHER_USERS:
                self.assertEqual(decide(own, action, other, True), "nothing", other)


class EvaluatorTest(unittest.TestCase):
    """The rules above are not blind."""

    def test_condition(self):
        statement = {"Effect": "Deny", "NotAction": "iam:Get*", "Resource": "*",
                     "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
        self.assertEqual(decide([statement], "iam:getuser", "*", False), "nothing")
        self.assertEqual(decide([statement], "s3:GetObject", "*", False), "deny")
        self.assertEqual(decide([statement], "s3:GetObject", "*", True), "nothing")


if __name__ == "__main__":
    harness.main()
