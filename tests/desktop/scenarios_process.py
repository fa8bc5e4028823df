"""AWS tools that get their keys from `awsmfa credential-process`."""

import json
import pathlib
import subprocess
import time

import pexpect
from desk import run, wait_until
from scenario import scenario
from session import PATIENCE
from standin import ALICE_ARN

N_TOOLS = 20
WAITING = "(?i)waiting for an AWS session"
# What botocore found, and what AWS makes of it.
BOTO3 = (
    "import boto3, sys; s = boto3.Session();"
    "a = s.client('sts', endpoint_url=sys.argv[1]).get_caller_identity()['Arn'];"
    "print(a, s.get_credentials().access_key)"
)


def set_up(desk):
    """A user of credential_process, who has logged in before and has no session now."""
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.activate("end-session")
    desk.wait_for_notice("AWS session ended")
    desk.wait_for_state("none")
    (desk.home / ".aws" / "config").write_text(
        f"[default]\nregion = eu-west-1\ncredential_process = {desk.cli} credential-process\n"
    )


def start(*command):
    """A program without a terminal."""
    return subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )


def end(desk, process):
    """(status, stdout, stderr)"""
    out, err = process.communicate(timeout=2 * PATIENCE)
    desk.said += err
    return process.returncode, out, err


def ask(desk, *options):
    return start(desk.cli, "credential-process", *options)


def count_waiting(desk):
    """How many of our processes run."""
    found = 0
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += path.read_bytes().startswith(f"{desk.cli}\0credential-process".encode())
        except OSError:
            continue
    return found


def questions(desk, after=0):
    return [n for n in desk.notices[after:] if "waiting" in n.get("summary", "")]


@scenario()
def twenty_at_once(desk):
    set_up(desk)
    said = len(desk.notices)
    granted = len(desk.aws.requests("GetSessionToken"))
    tools = [start("/usr/bin/python3", "-c", BOTO3, desk.aws.endpoint) for _ in range(N_TOOLS)]
    # Twenty Pythons on two processors.
    wait_until(lambda: count_waiting(desk) == N_TOOLS, "all of them to wait", 3 * PATIENCE)
    notice = desk.wait_for_notice(WAITING, after=said)
    assert {"Enter code", "Later"} <= set(notice["actions"].values()), notice
    assert not desk.windows("Enter MFA code"), "a window without a terminal"
    desk.press_in_notification("Enter code")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()

    ended = [end(desk, tool) for tool in tools]
    assert all(status == 0 for status, _, _ in ended), ended
    answers = {out.strip() for _, out, _ in ended}
    assert len(answers) == 1, answers
    arn, key_id = answers.pop().split()
    assert arn == ALICE_ARN and key_id.startswith("ASIA")
    used = desk.aws.requests("GetCallerIdentity")[-N_TOOLS:]
    assert {(r["key_id"], r["status"]) for r in used} == {(key_id, 200)}, used
    assert len(desk.aws.requests("GetSessionToken")) == granted + 1
    assert len(questions(desk, said)) == 1, desk.notices[said:]
    wait_until(lambda: not desk.showing(None, "Later", "xfce4-notifyd"), "the question withdrawn")

    # The next one needs nobody.
    assert run("/usr/bin/aws", "--endpoint-url", desk.aws.endpoint, "--output", "text", "sts",
               "get-caller-identity", "--query", "Arn").strip() == ALICE_ARN
    assert len(questions(desk, said)) == 1


@scenario()
def later(desk):
    set_up(desk)
    said = len(desk.notices)
    tools = [ask(desk) for _ in range(3)]
    desk.wait_for_notice(WAITING, after=said)
    wait_until(lambda: count_waiting(desk) == 3, "all of them to wait")
    desk.press_in_notification("Later")
    for status, out, err in [end(desk, tool) for tool in tools]:
        assert (status, out) == (6, ""), (status, out, err)
        assert "declined" in err, err
    # Quiet for a while.
    begun = time.monotonic()
    status, _, err = end(desk, ask(desk))
    assert status == 6 and "declined" in err, err
    assert time.monotonic() - begun < 40, "asked, and waited"
    assert len(questions(desk, said)) == 1, desk.notices[said:]
    # Who logs in ends it; the session is in the keyring alone.
    desk.open_dialog()
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    status, out, _ = end(desk, ask(desk))
    assert status == 0 and json.loads(out)["Version"] == 1


@scenario()
def in_a_terminal(desk):
    set_up(desk)
    child = pexpect.spawn(
        str(desk.cli), ["credential-process"], timeout=PATIENCE, dimensions=(50, 2000),
        encoding="utf-8",
    )
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0, child.before
    assert json.loads(child.before)["AccessKeyId"].startswith("ASIA")
    assert not questions(desk)


@scenario()
def a_dialog_that_is_closed(desk):
    set_up(desk)
    child = pexpect.spawn(
        str(desk.cli), ["credential-process"], timeout=PATIENCE, encoding="utf-8"
    )
    desk.wait_for_window()
    desk.key("Escape")
    desk.wait_without_window()
    child.expect("declined")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 6, child.exitstatus
    status, _, err = end(desk, ask(desk))
    assert status == 6 and "declined" in err, err
    assert not questions(desk)


@scenario()
def a_code_in_the_terminal(desk):
    """What waits is answered by a login that it has nothing to do with."""
    set_up(desk)
    said = len(desk.notices)
    tool = ask(desk)
    desk.wait_for_notice(WAITING, after=said)
    desk.awsmfa(desk.aws.code())
    status, out, err = end(desk, tool)
    assert status == 0, err
    assert json.loads(out)["AccessKeyId"].startswith("ASIA")
    wait_until(lambda: not desk.showing(None, "Later", "xfce4-notifyd"), "the question withdrawn")


@scenario()
def nobody_answers(desk):
    set_up(desk)
    said = len(desk.notices)
    status, _, err = end(desk, ask(desk, "--wait", "3"))
    assert status == 6 and "Nobody entered" in err, err
    assert len(questions(desk, said)) == 1
    wait_until(lambda: not desk.showing(None, "Later", "xfce4-notifyd"), "the question withdrawn")
    assert end(desk, ask(desk, "--wait", "0"))[0] == 6
    assert len(questions(desk, said)) == 1


@scenario()
def a_locked_keyring(desk):
    """A session that nobody can read: the next login opens the keyring."""
    desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    desk.log_in()
    desk.write_credentials("[default]\n")
    desk.lock_keyring()
    said = len(desk.notices)
    tool = ask(desk)
    desk.wait_for_notice(WAITING, after=said)
    assert not desk.prompt(), "a prompt that nobody asked for"
    desk.press_in_notification("Enter code")
    desk.enter_code(desk.aws.code())
    desk.answer_keyring()
    desk.wait_without_window()
    status, out, err = end(desk, tool)
    assert status == 0, err
    assert json.loads(out)["AccessKeyId"].startswith("ASIA")


@scenario()
def without_the_applet(desk):
    """It is not installed here, then it is, and the bus starts it."""
    desk.write_base_credentials()
    desk.awsmfa(desk.aws.code())
    desk.awsmfa("end")
    status, out, err = end(desk, ask(desk))
    assert (status, out) == (6, "") and "no desktop" in err and "awsmfa 123456" in err, err

    (desk.session.root / "services" / f"{desk.application_id}.service").write_text(
        f"[D-BUS Service]\nName={desk.application_id}\nExec={desk.applet} --gapplication-service\n"
    )
    bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
    desk.session.call(*bus, "ReloadConfig")
    desk.session.call(
        *bus, "UpdateActivationEnvironment", "(a{ss})", ({"AWS_ENDPOINT_URL": desk.aws.endpoint},)
    )
    tool = ask(desk)
    desk.wait_for_notice(WAITING)
    desk.press_in_notification("Enter code")
    desk.enter_code(desk.aws.code())
    desk.wait_without_window()
    status, out, err = end(desk, tool)
    assert status == 0, err
    desk.activate("quit")
    desk.session.wait_without_name(desk.application_id)


def add_code_command(desk, code):
    """Profile default gets an mfa_process that prints `code`, and notes each run of it."""
    runs = desk.home / "runs"
    script = desk.home / "code.sh"
    script.write_text(f"#!/bin/sh\necho run >> '{runs}'\nprintf '%s\\n' {code}\n")
    script.chmod(0o700)
    config = desk.home / ".aws" / "config"
    before = config.read_text() if config.exists() else "[default]\n"
    config.write_text(before + f"mfa_process = {script}\n")
    return lambda: len(runs.read_text().split()) if runs.exists() else 0


@scenario()
def a_command_gives_the_code(desk):
    """In the dialog, without a key pressed; and for twenty programs at once, without a question."""
    desk.write_base_credentials()
    count = add_code_command(desk, desk.aws.code())
    desk.start_applet("--gapplication-service")
    desk.wait_for_icon("none")
    assert count() == 0, "started by nobody"
    desk.activate("enter-code")
    desk.wait_for_state("active")
    desk.wait_without_window()
    assert count() == 1

    desk.activate("end-session")
    desk.wait_for_state("none")
    config = desk.home / ".aws" / "config"
    config.write_text(f"[default]\ncredential_process = {desk.cli} credential-process\n")
    count = add_code_command(desk, desk.aws.code())
    said = len(desk.notices)
    tools = [ask(desk) for _ in range(N_TOOLS)]
    ended = [end(desk, tool) for tool in tools]
    assert all(status == 0 for status, _, _ in ended), ended
    assert len({json.loads(out)["AccessKeyId"] for _, out, _ in ended}) == 1
    assert count() == 2
    assert not questions(desk, said) and not desk.windows("Enter MFA code")
    desk.wait_for_state("active")
