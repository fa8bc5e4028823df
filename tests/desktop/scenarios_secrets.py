"""Where secrets are, and where they are not: in memory when the work is done, in what the programs
say, write, send and start.

The programs are those that are installed but for PR_SET_DUMPABLE: see tests/secrets.
"""

import os
import pathlib
import re
import subprocess
import sys

from desk import wait_until
from scenario import scenario
from session import PATIENCE, TimedOut
from standin import ALICE_KEY_ID, ALICE_SECRET, AUTHORITY, StandIn

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "secrets"))

import memory  # noqa: E402
from markers import CodeMarker, Marker  # noqa: E402
from proxy import Proxy  # noqa: E402
from witness import Witness  # noqa: E402

# Of no device, and in no ARN.
WRONG_CODE = "907351"

# What libraries leave unwiped in memory that they gave back. It lies there until that memory is used
# for something else, so less may be found, never more: that would be a hole of our own. A row: which
# marker, what stands around the piece that is looked for (here "@"), how many at most, who.
LEFT_BY_LIBRARIES = [
    ("base", rb"aws_secret_access_key\s*=\s*\S*@", 0, "the text of a file is ours to wipe"),
    ("session", rb"aws_(secret_access_key|session_token)\s*=\s*\S*@", 0, "likewise"),
    ("session", rb"<(SecretAccessKey|SessionToken)>[^<]*@|@[^<]*</(SecretAccessKey|SessionToken)>", 2,
     "GnuTLS frees the record that it decrypted, and libsoup the buffer of the answer's first part"),
    ("code", rb"&TokenCode=@", 2,
     "g_output_stream_splice() has a buffer, through which libsoup sends a request's body"),
    ("code", rb"arn:aws:iam::\d+:mfa/alice\n@", 1,
     "GChecksum frees its last block; a code of which this is known has been used"),
    ("session", rb"@", 1, "GMarkup frees the text of a long element, the token"),
]


def over_tls(desk):
    """The stand-in as AWS is reached in life."""
    desk.aws.stop()
    desk.aws = StandIn(tls=True)
    os.environ.update(AWS_ENDPOINT_URL=desk.aws.endpoint, AWS_CA_BUNDLE=str(AUTHORITY))


def session_markers(desk):
    section = desk.section()
    return [
        Marker("session", section["aws_secret_access_key"]),
        Marker("session", section["aws_session_token"]),
    ]


def row_of(marker, context):
    """The first row that fits."""
    for row in LEFT_BY_LIBRARIES:
        if row[0] == marker.name and re.search(row[1], context):
            return row
    return None


def excess(pid, markers):
    """What lies in a process's memory beyond what libraries leave there. A piece of which a part was
    overwritten has lost what stood around it, so the rows of a marker are counted together."""
    found = []
    for marker in markers:
        left = sum(row[2] for row in LEFT_BY_LIBRARIES if row[0] == marker.name)
        for region, before, behind in memory.find(pid, marker):
            row = row_of(marker, before + b"@" + behind)
            left -= 1
            if row is None or row[2] == 0 or left < 0:
                found.append((marker.name, region, before[-60:], behind[:20]))
    return found


def search_at_end(desk, *arguments, status=0, code=None, markers=()):
    """Run awsmfa, and search what is left of `markers`, the base secret, the code and the session in
    the file when main() has returned."""
    with memory.stopped_at_its_end(
        [desk.cli, *arguments], f"{code}\n".encode() if code else b"",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:
        markers = [Marker("base", ALICE_SECRET), *markers]
        if code:
            markers.append(CodeMarker("code", code))
        if "aws_session_token" in (desk.section() or {}):
            markers += session_markers(desk)
        found = excess(process.pid, markers)
    assert process.returncode == status, (arguments, process.returncode)
    assert not found, (arguments, found)


def fresh_code(desk):
    desk.aws.set("used")
    return desk.aws.code()


@scenario(panel=False, notifications=False)
def memory_of_the_terminal_program(desk):
    over_tls(desk)
    desk.write_base_credentials()
    search_at_end(desk, "-", code=fresh_code(desk))
    search_at_end(desk, "-", code=fresh_code(desk), markers=session_markers(desk))
    search_at_end(desk, "-", code=WRONG_CODE, status=3)
    for verb in (["status"], ["env"], ["credential-process"], ["doctor"], ["setup"]):
        search_at_end(desk, *verb)
    session = session_markers(desk)
    search_at_end(desk, "--restore", markers=session)
    assert ALICE_SECRET in desk.credentials.read_text()
    search_at_end(desk, "status", status=6, markers=session)


def settle(desk, markers):
    """Until nothing is left in the applet's memory but what libraries leave."""
    pid = desk.applets[0].pid
    try:
        wait_until(lambda: not excess(pid, markers), "the secrets to go")
    except TimedOut:
        assert not excess(pid, markers), excess(pid, markers)


def enter(desk, code):
    desk.open_dialog()
    desk.enter_code(code)
    return CodeMarker("code", code)


@scenario()
def memory_of_the_applet(desk):
    over_tls(desk)
    before = desk.write_base_credentials()
    desk.start_applet("--gapplication-service")
    base = Marker("base", ALICE_SECRET)
    code = enter(desk, desk.aws.code())
    desk.wait_without_window()
    desk.wait_for_session()
    first = session_markers(desk)
    settle(desk, [base, code, *first])

    code = enter(desk, desk.aws.code())
    desk.wait_without_window()
    wait_until(lambda: first[0].secret not in desk.credentials.read_text(), "new keys")
    second = session_markers(desk)
    settle(desk, [base, code, *first, *second])

    code = enter(desk, WRONG_CODE)
    desk.wait_for_text("AWS refused that code")
    desk.key("Escape")
    desk.wait_without_window()
    settle(desk, [base, code, *first, *second])

    desk.activate("restore")
    wait_until(lambda: desk.credentials.read_bytes() == before, "the file as it was")
    desk.wait_for_state("none")
    settle(desk, [base, *first, *second])


@scenario()
def memory_after_a_key_was_typed(desk):
    over_tls(desk)
    desk.start_applet()
    desk.wait_for_window()
    desk.wait_for_focus("text")
    desk.type(ALICE_KEY_ID)
    desk.key("Tab")
    desk.wait_for_focus("password text")
    desk.type(ALICE_SECRET)
    desk.press("Continue")
    desk.wait_for_text("(?m)^alice")
    code = desk.aws.code()
    desk.enter_code(code)
    desk.wait_without_window()
    desk.wait_for_session()
    settle(desk, [Marker("base", ALICE_SECRET), CodeMarker("code", code), *session_markers(desk)])


# What may be told to whom, as strace shows it.
TO_CREDENTIALS = rb"^\d+ +write\(\d+</[^>]*/\.aws/\.credentials\.awsmfa-new>"
TO_STANDARD_OUTPUT = rb"^\d+ +write\(1<pipe"
TO_PROXY = rb"^\d+ +(write|send\w+)\(\d+<TCP:\[\S+->127\.0\.0\.1:%d\]>"
TO_CHILD = rb'^\d+ +execve\("/usr/bin/true"'
# Whoever set it gave it to every program of the session.
INHERITED = rb"^\d+ +execve\("


def behind_a_proxy(desk):
    """AWS is reached through a proxy that has a password, and all that can be logged is."""
    password = "hunter2-of-the-proxy-marker"
    over_tls(desk)
    proxy = Proxy(desk.aws.port)
    os.environ.update(
        AWS_ENDPOINT_URL=f"https://sts.example.test:{desk.aws.port}",
        HTTPS_PROXY=f"http://user:{password}@127.0.0.1:{proxy.port}",
        G_MESSAGES_DEBUG="all",
    )
    allowed = [("proxy", TO_PROXY % proxy.port), ("proxy", INHERITED)]
    return proxy, [Marker("proxy", password), Marker("base", ALICE_SECRET)], allowed


def run_awsmfa(desk, *arguments, code="", status=0):
    done = subprocess.run(
        [desk.cli, "--verbose", *arguments], input=f"{code}\n", capture_output=True, text=True,
        timeout=2 * PATIENCE,
    )
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done


@scenario(panel=False, notifications=False)
def told_by_the_terminal_program(desk):
    proxy, markers, allowed = behind_a_proxy(desk)
    desk.write_base_credentials()
    witness = Witness(desk)

    def check(done, files, more=()):
        """`files` is what the credentials file may hold."""
        for marker in markers:
            assert done.stderr.encode() not in marker, (done.args, marker.name)
        assert not (found := witness.told(markers, [*allowed, *more])), (done.args, found)
        in_file = [(name, desk.credentials) for name in files]
        assert not (found := witness.stored(markers, in_file)), (done.args, found)

    code = fresh_code(desk)
    markers += [CodeMarker("code", code), CodeMarker("code", WRONG_CODE)]
    done = run_awsmfa(desk, "-", code=code)
    markers += session_markers(desk)
    check(done, ["session"], [("session", TO_CREDENTIALS)])
    check(run_awsmfa(desk, "-", code=WRONG_CODE, status=3), ["session"])
    for verb in ("env", "credential-process"):
        check(run_awsmfa(desk, verb), ["session"], [("session", TO_STANDARD_OUTPUT)])
    check(run_awsmfa(desk, "exec", "--", "/usr/bin/true"), ["session"], [("session", TO_CHILD)])
    check(run_awsmfa(desk, "status"), ["session"])
    proxy.refuse()
    check(run_awsmfa(desk, "-", code=WRONG_CODE, status=5), ["session"])
    check(run_awsmfa(desk, "end"), [])
    check(run_awsmfa(desk, "--restore"), ["base"], [("base", TO_CREDENTIALS)])


@scenario()
def told_by_the_applet(desk):
    proxy, markers, allowed = behind_a_proxy(desk)
    allowed.append(("session", TO_CREDENTIALS))
    before = desk.write_base_credentials()
    witness = Witness(desk)
    desk.start_applet("--gapplication-service")

    def check(in_file, more=()):
        assert not (found := witness.told(markers, [*allowed, *more])), found
        assert not (found := witness.stored(markers, [(in_file, desk.credentials)])), found
        notices = repr(desk.notices).encode()
        assert not [m.name for m in markers if notices in m], desk.notices

    markers.append(enter(desk, desk.aws.code()))
    desk.wait_without_window()
    desk.wait_for_session()
    desk.wait_for_notice(r"\d{1,2}:\d\d")
    markers += session_markers(desk)
    check("session")

    markers.append(enter(desk, WRONG_CODE))
    desk.wait_for_text("AWS refused that code")
    proxy.refuse()
    desk.enter_code(desk.aws.code())
    desk.wait_for_text("Cannot reach")
    desk.key("Escape")
    desk.wait_without_window()
    check("session")

    desk.activate("restore")
    wait_until(lambda: desk.credentials.read_bytes() == before, "the file as it was")
    desk.wait_for_state("none")
    check("base", [("base", TO_CREDENTIALS)])
