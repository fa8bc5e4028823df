#!/usr/bin/python3
"""The examples of the manual, as they are written there; only the code is the right one."""

import pathlib
import re
import shlex

import harness

PAGE = pathlib.Path(__file__).resolve().parents[2] / "data" / "awsmfa.1"
EXAMPLE = re.compile(r"^\.Bd -literal -offset indent\n(.*?)^\.Ed$", re.M | re.S)
CODE = "123456"
# Two commands of the examples that are not ours. AWS's own learns where AWS is.
AWS = """\
#!/bin/sh
case $1 in
    iam) test "$2" = put-group-policy && grep -q MultiFactorAuthPresent mfa.json ;;
    *) exec {aws} --endpoint-url {endpoint} --region eu-west-1 "$@" ;;
esac
"""
TERRAFORM = """\
#!/bin/sh
test "$*" = apply && echo applied
"""


def examples():
    text = PAGE.read_text().partition(".Sh EXAMPLES")[2].partition("\n.Sh ")[0]
    return [block.replace("\\e", "\\") for block in EXAMPLE.findall(text)]


class Examples(harness.CliTest):
    def setUp(self):
        super().setUp()
        keys = f"aws_access_key_id = {harness.KEY_ID}\naws_secret_access_key = {harness.SECRET}\n"
        self.write_credentials(f"[default]\n{keys}\n[work]\n{keys}")
        commands = self.top / "bin"
        commands.mkdir()
        self.script(commands / "awsmfa", f'#!/bin/sh\nexec {shlex.quote(harness.AWSMFA)} "$@"\n')
        self.script(commands / "aws", AWS.format(aws="/usr/bin/aws", endpoint=self.aws.endpoint))
        self.script(commands / "terraform", TERRAFORM)
        self.env["AWS_PAGER"] = ""
        self.env["PATH"] = f"{commands}:{self.env['PATH']}"

    @staticmethod
    def script(path, text):
        path.write_text(text)
        path.chmod(0o755)

    def run_example(self, having, shell="/bin/bash", after=""):
        """Run the example that has the words; return what it printed."""
        found = [block for block in examples() if having in block]
        self.assertEqual(len(found), 1, having)
        self.assertLessEqual(found[0].count(CODE), 1)
        if CODE not in found[0]:
            self.log_in()
        text = found[0].replace(CODE, self.code()) + after
        child = self.terminal(shell, "-e" if "bash" in shell else "--no-config", "-c", text)
        return self.ends_with(child, 0)

    def test_every_example_is_run_here(self):
        tests = pathlib.Path(__file__).read_text()
        words = re.findall(r'self\.run_example\(\s*"([^"]*)"', tests)
        for block in examples():
            self.assertTrue(any(word in block for word in words), block)

    def test_session_and_restore(self):
        before = self.credentials.read_bytes()
        self.assertIn("until", self.run_example("--restore"))
        self.assertEqual(self.credentials.read_bytes(), before)

    def test_code_from_a_pipe(self):
        self.run_example("-p work")
        self.assertIn("aws_session_token", self.credentials.read_text().partition("[work]")[2])

    def test_one_command(self):
        self.assertIn(harness.ARN, self.run_example("awsmfa exec"))
        self.assertNotIn("aws_session_token", self.credentials.read_text())

    def test_rest_of_a_script(self):
        self.assertIn("ASIA", self.run_example("eval", after="echo $AWS_ACCESS_KEY_ID\n"))

    def test_fish(self):
        said = self.run_example("| source", "/usr/bin/fish", after="echo $AWS_ACCESS_KEY_ID\n")
        self.assertIn("ASIA", said)

    def test_long_enough(self):
        self.assertIn("applied", self.run_example("terraform"))

    def test_prompt(self):
        after = 'echo "<${PS1@P}>"\nawsmfa -q end\necho "<${PS1@P}>"\n'
        marked, bare = re.findall("<(.*)>", self.run_example("PS1=", after=after))
        self.assertEqual(marked, "(aws) " + bare)

    def test_asked_by_aws_tools(self):
        self.assertIn(harness.ARN, self.run_example("setup --process"))
        self.assertNotIn("aws_session_token", self.credentials.read_text())

    def test_policy(self):
        self.run_example("awsmfa policy")


harness.main()
