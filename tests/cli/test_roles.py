#!/usr/bin/python3
"""Roles for one process: from a session, directly, chained, kept, and refused by name."""

import json

import harness

PYTHON = "/usr/bin/python3"
PRINT_ENV = (PYTHON, "-c", "import json, os; print(json.dumps(dict(os.environ)))")
OTHER = "210987654321"


def role(name, account=harness.ACCOUNT):
    return f"arn:aws:iam::{account}:role/{name}"


ADMIN = role("team/Admin", OTHER)
CONFIG = f"""[default]
region = eu-west-1

[profile admin]
role_arn = {ADMIN}
source_profile = default
mfa_serial = {harness.SERIAL}
region = eu-central-1

[profile named]
role_arn = {role("Named")}
source_profile = default
role_session_name = deploy@here
external_id = x/1

[profile named-too]
role_arn = {role("Named")}
source_profile = default
external_id = x/1

[profile next]
role_arn = {role("Next")}
source_profile = admin

[profile next-long]
role_arn = {role("Next")}
source_profile = admin
duration_seconds = 7200

[profile long]
role_arn = {role("Long")}
source_profile = default
duration_seconds = 14400

[profile too-long]
role_arn = {role("Short")}
source_profile = default
duration_seconds = 14400

[profile too-short]
role_arn = {role("Short")}
source_profile = default
duration_seconds = 899

[profile ten-years]
role_arn = {role("Short")}
source_profile = default
duration_seconds = 315360000

[profile fresh]
role_arn = {role("Fresh")}
source_profile = default

[profile nobody]
role_arn = {role("Nobody")}
source_profile = default

[profile stranger]
role_arn = {role("Admin", "111111111111")}
source_profile = default

[profile one]
role_arn = {role("One")}
source_profile = two

[profile two]
role_arn = {role("Two")}
source_profile = one

[profile bare]
region = eu-west-1

[profile from-bare]
role_arn = {ADMIN}
source_profile = bare

[profile from-env]
role_arn = {ADMIN}
credential_source = Environment

[profile from-ec2]
role_arn = {ADMIN}
credential_source = Ec2InstanceMetadata
"""


class RolesTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write_credentials()
        self.write(self.config, CONFIG)
        for value in (
            {"arn": ADMIN, "needs_mfa": True},
            {"arn": role("Named"), "external_id": "x/1", "needs_mfa": True},
            {"arn": role("Next"), "trusted": ADMIN},
            {"arn": role("Long"), "max_duration": 28800, "needs_mfa": True},
            {"arn": role("Short")},
            {"arn": role("Fresh"), "max_mfa_age": 60},
        ):
            self.aws.set("roles", value)

    def environment(self, profile, *arguments, **options):
        done = self.run_cli("exec", "-p", profile, *arguments, *PRINT_ENV, **options)
        return json.loads(done.stdout)

    def arn(self, env):
        """Whose keys these are, as AWS says."""
        return self.identity(env)["Arn"]

    def actions(self):
        return [r["action"] for r in self.aws.requests() if r["action"] in ("AssumeRole", "GetSessionToken")]

    def asked(self, action="AssumeRole"):
        """The parameters of the last such request."""
        return self.aws.requests(action)[-1]["parameters"]

    def seconds(self, env):
        key = env["AWS_ACCESS_KEY_ID"]
        state = self.aws.ask("state")
        return next(k["expires"] for k in state["keys"] if k["id"] == key) - state["now"]

    # From a session

    def test_one_code_serves_all(self):
        admin = self.environment("admin", self.code(), "--")
        self.assertEqual(self.arn(admin), f"arn:aws:sts::{OTHER}:assumed-role/Admin/awsmfa-alice")
        self.assertEqual(admin["AWS_ACCOUNT_ID"], OTHER)
        self.assertEqual(admin["AWS_REGION"], "eu-central-1")
        self.assertLessEqual(self.seconds(admin), 3600)
        self.assertNotIn("TokenCode", self.asked())

        named = self.environment("named", "--")
        self.assertEqual(self.arn(named), f"arn:aws:sts::{harness.ACCOUNT}:assumed-role/Named/deploy@here")
        self.assertEqual(named["AWS_ACCOUNT_ID"], harness.ACCOUNT)
        user = self.environment("default", "--")
        self.assertEqual(self.arn(user), harness.ARN)
        self.assertEqual(self.actions(), ["GetSessionToken", "AssumeRole", "AssumeRole"])
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_from_the_session_in_the_file(self):
        self.log_in()
        self.environment("admin", "--")
        self.assertEqual(self.actions(), ["GetSessionToken", "AssumeRole"])
        self.assertEqual(self.arn(self.environment("default", "--")), harness.ARN)

    def test_reuse(self):
        first = self.environment("admin", self.code(), "--")
        second = self.environment("admin", "--")
        self.assertEqual(first["AWS_ACCESS_KEY_ID"], second["AWS_ACCESS_KEY_ID"])
        self.assertEqual(self.actions(), ["GetSessionToken", "AssumeRole"])
        third = self.environment("default", "--role", ADMIN, "--")
        self.assertEqual(first["AWS_ACCESS_KEY_ID"], third["AWS_ACCESS_KEY_ID"])

    def test_not_under_another_name(self):
        """AWS's logs and policies go by the name of the session."""
        names = {"named": "deploy@here", "named-too": "awsmfa-alice"}
        self.environment("default", self.code(), "--")
        for profile in ("named", "named", "named-too", "named", "named-too"):
            self.assertIn(f"assumed-role/Named/{names[profile]}", self.arn(self.environment(profile, "--")))
        self.assertEqual(self.actions(), ["GetSessionToken"] + 4 * ["AssumeRole"])

    def test_not_under_another_name_in_the_file(self):
        self.log_in()
        self.run_cli("--role", role("Named"))
        held = self.credentials.read_text()
        for _ in range(2):
            self.assertIn("/deploy@here", self.arn(self.environment("named", "--")))
            self.assertIn("/awsmfa-alice", self.arn(self.environment("named-too", "--")))
        self.assertEqual(self.actions(), ["GetSessionToken"] + 2 * ["AssumeRole"])
        self.assertEqual(self.credentials.read_text(), held)

    def test_anew_before_its_end(self):
        self.lasting(3000, 50)
        first = self.environment("admin", self.code(), "--")
        self.lasting()
        second = self.environment("admin", "--")
        self.assertNotEqual(first["AWS_ACCESS_KEY_ID"], second["AWS_ACCESS_KEY_ID"])
        self.assertEqual(self.actions(), ["GetSessionToken", "AssumeRole", "AssumeRole"])

    def test_option(self):
        env = self.environment("default", "--role", ADMIN, self.code(), "--")
        self.assertIn("assumed-role/Admin/", self.arn(env))
        # What the config says of that role counts.
        env = self.environment("default", "--role", role("Named"), "--")
        self.assertIn("assumed-role/Named/deploy@here", self.arn(env))
        env = self.environment("admin", "--role", role("Next"), "--")
        self.assertIn("assumed-role/Next/awsmfa-alice", self.arn(env))

    def test_chained(self):
        env = self.environment("next", self.code(), "--")
        self.assertIn("assumed-role/Next/", self.arn(env))
        self.assertEqual(self.actions(), ["GetSessionToken", "AssumeRole", "AssumeRole"])

    def test_shorter(self):
        env = self.environment("admin", "-d", "20m", self.code(), "--")
        self.assertLessEqual(self.seconds(env), 1200)
        self.assertEqual(self.asked("GetSessionToken")["DurationSeconds"], "43200")

    def test_session_names(self):
        self.aws.set("users", {"name": "we=ird,name.of@" + "x" * 49})
        self.aws.set("keys", {"id": "AKIAWEIRDEXAMPLE", "secret": "s" * 40, "user": "we=ird,name.of@" + "x" * 49})
        self.aws.set("devices", {"serial": "GAHT12345678", "user": "we=ird,name.of@" + "x" * 49})
        self.write_credentials(f"[default]\naws_access_key_id = AKIAWEIRDEXAMPLE\naws_secret_access_key = {'s' * 40}\n")
        self.write(self.config, f"[profile short]\nsource_profile = default\nrole_arn = {role('Short')}\n")
        code = self.aws.ask("code?serial=GAHT12345678")["code"]
        self.environment("short", "--serial", "GAHT12345678", code, "--")
        self.assertEqual(self.asked()["RoleSessionName"], ("awsmfa-we=ird,name.of@" + "x" * 49)[:64])

    def test_environment(self):
        self.credentials.unlink()
        keys = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}
        done = self.run_cli("exec", "-p", "from-env", self.code(), "--", *PRINT_ENV, status=1)
        self.assertIn("Profile from-env takes its credentials from the environment, which has no long-term keys.", done.stderr)
        self.assertEqual(self.aws.requests(), [])
        env = self.environment("from-env", self.code(), "--", env=keys)
        self.assertIn("assumed-role/Admin/", self.arn(env))
        again = self.environment("from-env", "--", env=keys)
        self.assertEqual(again["AWS_ACCESS_KEY_ID"], env["AWS_ACCESS_KEY_ID"])
        # Of another key it is another session.
        keys["AWS_ACCESS_KEY_ID"] = harness.standin.ALICE_SECOND_KEY_ID
        self.run_cli("exec", "-p", "from-env", "--", "true", env=keys, status=6)

    # Directly

    def test_direct(self):
        env = self.environment("long", self.code(), "--")
        self.assertIn("assumed-role/Long/awsmfa-alice", self.arn(env))
        self.assertGreater(self.seconds(env), 14000)
        self.assertEqual(self.actions(), ["AssumeRole"])
        self.assertEqual(self.asked()["SerialNumber"], harness.SERIAL)
        again = self.environment("long", "--")
        self.assertEqual(again["AWS_ACCESS_KEY_ID"], env["AWS_ACCESS_KEY_ID"])

    def test_direct_wants_a_code_of_its_own(self):
        self.log_in()
        done = self.run_cli("exec", "-p", "long", "--", "true", status=6)
        self.assertIn(
            "There is no terminal to ask for a code. Use: awsmfa exec -p long 123456 -- COMMAND\n", done.stderr
        )
        # For an hour none is needed, but that is no rest of a long one.
        self.assertIn("assumed-role/Long", self.arn(self.environment("long", "-d", "1h", "--")))
        self.run_cli("exec", "-p", "long", "-d", "2h", "--", "true", status=6)
        self.assertEqual(self.actions(), ["GetSessionToken", "AssumeRole"])

    def test_direct_asks(self):
        child = self.terminal("exec", "-p", "long", "--", "printenv", "AWS_ACCESS_KEY_ID")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        child.expect("ASIA[A-Z0-9]{10}")
        self.ends_with(child, 0)
        self.assertEqual(self.actions(), ["AssumeRole"])

    # The age of the MFA

    def test_old_mfa(self):
        self.log_in()
        self.aws.set("clock", {"offset": 120})
        done = self.run_cli("exec", "-p", "fresh", "--", "true", status=1)
        self.assertIn("is not authorized to perform: sts:AssumeRole", done.stderr)

        child = self.terminal("exec", "-p", "fresh", "--", "printenv", "AWS_ACCESS_KEY_ID")
        child.expect_exact("is not authorized to perform: sts:AssumeRole")
        child.expect_exact("The role may want a newer MFA code")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        child.expect("ASIA[A-Z0-9]{10}")
        self.ends_with(child, 0)

    def test_offered_once(self):
        """A role that is refused to a new session too is refused."""
        self.log_in()
        child = self.terminal("exec", "-p", "nobody", "--", "true")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.assertIn("is not authorized to perform: sts:AssumeRole", self.ends_with(child, 1))

    def test_a_refused_role_keeps_the_session(self):
        """The code was spent: the next attempt needs none."""
        self.run_cli("exec", "-p", "nobody", self.code(), "--", "true", status=1)
        self.aws.set("roles", {"arn": role("Nobody")})
        self.addCleanup(self.aws.set, "roles", {"remove": role("Nobody")})
        self.environment("nobody", "--")
        self.assertEqual(self.actions(), ["GetSessionToken", "AssumeRole", "AssumeRole"])

    # Refused

    def test_refused_by_aws(self):
        self.run_cli("exec", self.code(), "--", "true")
        for profile, options, words in (
            ("nobody", (), f"sts:AssumeRole on resource: {role('Nobody')}"),
            ("stranger", (), "sts:AssumeRole on resource: arn:aws:iam::111111111111:role/Admin"),
        ):
            done = self.run_cli("exec", "-p", profile, *options, "--", "true", status=1)
            self.assertIn(words, done.stderr, profile)
        done = self.run_cli("exec", "-p", "too-long", self.code(), "--", "true", status=1)
        self.assertIn("exceeds the MaxSessionDuration set for this role", done.stderr)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_refused_before_the_code(self):
        for arguments, words in (
            (("-p", "one"), "round in circles"),
            (("-p", "from-bare"), "There are no AWS keys for profile bare yet."),
            (("-p", "from-ec2"), "takes its credentials from “Ec2InstanceMetadata”"),
            (("-p", "next-long"), "grants a role that is assumed from another role for an hour at most"),
            (("-p", "too-short"), "grants no role for less than 15 minutes"),
            (("-p", "ten-years"), "grants no role for longer than 12 hours"),
            (("-p", "admin", "-d", "13h"), "grants no role for longer than 12 hours"),
            (("-p", "admin", "--role", role("Next"), "-d", "2h"), "for an hour at most"),
            (("--role", "Admin"), "“Admin” is not the ARN of a role."),
            (("--role", f"arn:aws:iam::{harness.ACCOUNT}:user/x"), "is not the ARN of a role."),
            (("-p", "no-such", "--role", ADMIN), "There is no profile no-such."),
        ):
            for verb in (("exec", *arguments, self.code(), "--", "true"), ("env", *arguments)):
                done = self.run_cli(*verb, status=None)
                self.assertIn(done.returncode, (1, 6), (verb, done.stderr))
                if verb[0] == "exec":
                    self.assertIn(words, done.stderr, arguments)
        self.assertEqual(self.aws.requests(), [])

    def test_wrong_code(self):
        for profile in ("admin", "long"):
            self.run_cli("exec", "-p", profile, self.aws.wrong_code(), "--", "true", status=3)

    def test_gone_with_the_session(self):
        """The end of the session is that of its roles."""
        self.log_in()
        self.environment("admin", "--")
        self.run_cli("end")
        self.run_cli("exec", "-p", "admin", "--", "true", status=6)

    def test_not_of_another_key(self):
        self.environment("admin", self.code(), "--")
        self.write_credentials(f"[default]\naws_access_key_id = {harness.standin.ALICE_SECOND_KEY_ID}\n"
                               f"aws_secret_access_key = {harness.standin.ALICE_SECOND_SECRET}\n")
        self.run_cli("exec", "-p", "admin", "--", "true", status=6)
        self.run_cli("exec", self.code(), "--", "true")
        self.environment("admin", "--")
        self.assertEqual(self.actions(), ["GetSessionToken", "AssumeRole", "GetSessionToken", "AssumeRole"])

    # Tools

    def test_aws_command(self):
        done = self.run_cli("exec", "-p", "next", self.code(), "--", "aws", "--endpoint-url",
                            self.aws.endpoint, "--output", "json", "sts", "get-caller-identity")
        self.assertIn("assumed-role/Next/", json.loads(done.stdout)["Arn"])

    def test_env(self):
        out = self.run_cli("env", "-p", "admin", self.code()).stdout
        self.assertRegex(out, f"export AWS_ACCOUNT_ID='?{OTHER}")

    def test_shell(self):
        self.run_cli("exec", self.code(), "--", "true")
        child = self.terminal("shell", "-p", "admin", env={"SHELL": "/bin/sh"})
        child.expect_exact("This shell has a session of profile admin until")
        child.sendline("echo account $AWS_ACCOUNT_ID")
        child.expect_exact(f"account {OTHER}")
        child.sendline("exit")
        self.ends_with(child, 0)

    def test_credential_process(self):
        """For AWS's own command line; an hour will do there."""
        self.run_cli("exec", self.code(), "--", "true")
        for profile, name in (("admin", "Admin"), ("next", "Next"), ("long", "Long")):
            done = self.run_cli("credential-process", "-p", profile, "--wait", "0")
            self.assertEqual(json.loads(done.stdout)["Version"], 1)
            line = f"{harness.AWSMFA} -p {profile} credential-process --wait 0"
            self.write(self.config, f"{CONFIG}\n[profile tool]\nregion = eu-west-1\n"
                                    f"credential_process = {line}\n")
            self.assertIn(f"assumed-role/{name}/", self.arn({**self.env, "AWS_PROFILE": "tool"}))

    def test_credential_process_without_a_session(self):
        done = self.run_cli("credential-process", "-p", "admin", "--wait", "0", status=6)
        self.assertIn("There is no session in profile default.", done.stderr)

    def test_no_keyring(self):
        self.without_keyring()
        env = self.environment("admin", self.code(), "--")
        self.assertIn("assumed-role/Admin/", self.arn(env))


if __name__ == "__main__":
    harness.main()
