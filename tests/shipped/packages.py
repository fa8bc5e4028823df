"""What the packages install works, and nothing of theirs stays behind; nothing of a user's is touched.

usage: packages.py FOLDER NEXT     as root, where everything may be changed: see the script beside this
"""

import hashlib
import os
import pathlib
import pwd
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(TESTS / "desktop"))

import standin  # noqa: E402

ID = "com.example.AwsMfa"
USER = "alice"
PACKAGES = ("awsmfa", "aws-mfa-applet")
# Where an installed file can be, and words that are in the names of ours only.
SYSTEM = ("/usr", "/etc", "/var/lib", "/var/cache", "/opt")
OURS = ("awsmfa", "aws-mfa", "AwsMfa")
# What dpkg itself keeps, and what was only downloaded.
NOT_OURS = ("/var/lib/dpkg/", "/var/cache/apt/", "/var/lib/apt/", "/var/lib/systemd/deb-systemd")
CREDENTIALS = f"""# mine
[default]
aws_access_key_id = {standin.ALICE_KEY_ID}
aws_secret_access_key = {standin.ALICE_SECRET}
"""


def tell(text):
    print(f"== {text}", flush=True)


def run(*command, status=0, **options):
    """A program without a terminal to its end; what it printed."""
    done = subprocess.run(
        [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=900, **options,
    )
    assert done.returncode == status, f"{command} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def apt(*arguments):
    return run("apt-get", "-qq", "-y", "--no-install-recommends", *arguments,
               env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})


def install(folder):
    return apt("install", *sorted(pathlib.Path(folder).resolve().glob("*.deb")))


class Person:
    """An ordinary user, with a keyring in a file, to whom AWS is the stand-in."""

    def __init__(self, aws):
        run("useradd", "--create-home", "--shell", "/bin/sh", USER)
        self.aws = aws
        self.home = pathlib.Path(pwd.getpwnam(USER).pw_dir)
        self.credentials = self.home / ".aws/credentials"
        self.autostart = self.home / f".config/autostart/{ID}.desktop"
        self.runtime = pathlib.Path(tempfile.mkdtemp())
        os.chown(self.runtime, pwd.getpwnam(USER).pw_uid, -1)
        self.env = {
            "HOME": str(self.home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "XDG_RUNTIME_DIR": str(self.runtime), "AWS_ENDPOINT_URL": aws.endpoint,
            "SECRET_BACKEND": "file", "SECRET_FILE_TEST_PATH": str(self.home / "keyring"),
            "SECRET_FILE_TEST_PASSWORD": "test", "GSETTINGS_BACKEND": "keyfile",
        }
        self.run("sh", "-c", f"umask 077; mkdir .aws; printf %s '{CREDENTIALS}' >.aws/credentials")

    def run(self, *command, **options):
        return run(*command, env=self.env, cwd=self.home, user=USER, group=USER, extra_groups=[], **options)

    def belongings(self):
        """Every file and folder, with what is in it and whose it is."""
        found = {}
        for path in sorted(self.home.rglob("*")):
            facts = path.lstat()
            text = path.read_bytes() if path.is_file() else b""
            found[str(path)] = (facts.st_mode, facts.st_uid, facts.st_mtime_ns, hashlib.sha256(text).digest())
        return found


def files_of_ours():
    """By their names, wherever the system keeps any."""
    found = []
    for top in SYSTEM:
        for folder, folders, names in os.walk(top):
            paths = [os.path.join(folder, name) for name in folders + names if any(word in name for word in OURS)]
            found += [path for path in paths if not path.startswith(NOT_OURS)]
    return found


def listed():
    """The files that dpkg knows of as those of the packages."""
    paths = run("dpkg", "-L", *PACKAGES).split("\n")
    return {path for path in paths if path and (os.path.islink(path) or not os.path.isdir(path))}


def versions():
    return set(run("dpkg-query", "-W", "-f", "${Version}\n", *PACKAGES).split())


def check_installed():
    tell("the programs start, and find what belongs to them")
    for program, name in (("awsmfa", "awsmfa"), ("aws-mfa-applet", "aws-mfa-applet")):
        assert run(f"/usr/bin/{program}", "--version").startswith(f"{name} ")
    assert "gtk" not in run("ldd", "/usr/bin/awsmfa").lower()
    settings = os.environ | {"GSETTINGS_BACKEND": "memory"}
    assert run("gsettings", "get", ID, "duration", env=settings).strip() == "uint32 43200"
    assert run("/usr/bin/awsmfa", "policy") == pathlib.Path("/usr/share/awsmfa/mfa-required-policy.json").read_text()
    for path in ("bash-completion/completions/awsmfa", "zsh/vendor-completions/_awsmfa",
                 "fish/vendor_completions.d/awsmfa.fish", f"icons/hicolor/scalable/apps/{ID}.svg",
                 f"awsmfa/icons/hicolor/scalable/apps/{ID}.svg"):
        assert os.path.isfile(f"/usr/share/{path}"), path
    assert not os.path.exists(f"/etc/xdg/autostart/{ID}.desktop")
    # The unit is there, and starts nothing by itself.
    assert os.path.isfile("/usr/lib/systemd/user/aws-mfa-applet.service")
    assert not list(pathlib.Path("/etc/systemd").rglob("*aws-mfa*"))


def check_terminal(person):
    tell("a session in the terminal, and the original credentials back")
    person.run("awsmfa", person.aws.code())
    assert "aws_session_token" in person.credentials.read_text()
    assert standin.ALICE_SECRET not in person.credentials.read_text()
    person.run("awsmfa", "--restore")
    assert person.credentials.read_text() == CREDENTIALS
    person.run("awsmfa", "setup", "--autostart")
    assert "\nExec=/usr/bin/aws-mfa-applet --gapplication-service\n" in person.autostart.read_text()
    person.run("awsmfa", person.aws.code())


def check_desktop():
    tell("the whole journey through the applet's widgets")
    with tempfile.TemporaryDirectory() as folder:
        run("/usr/bin/python3", TESTS / "desktop/journey.py", folder,
            env=os.environ | {"AMFA_APPLET": "/usr/bin/aws-mfa-applet", "AMFA_CLI": "/usr/bin/awsmfa"})


def check_activation(person):
    tell("the message bus starts the applet")
    # Only root can make it.
    os.makedirs("/tmp/.X11-unix", exist_ok=True)
    os.chmod("/tmp/.X11-unix", 0o1777)
    # A display that ends with what is run on it; its number comes when it is ready.
    script = """
        exec 3>display
        Xvfb -displayfd 3 -nolisten tcp >/dev/null 2>&1 &
        while ! [ -s display ]; do sleep 0.1; done
        DISPLAY=:$(cat display) GDK_BACKEND=x11 NO_AT_BRIDGE=1 dbus-run-session -- sh -c '
            gdbus call --session --dest com.example.AwsMfa \\
                --object-path /com/example/AwsMfa --method org.gtk.Actions.List
            gapplication action com.example.AwsMfa quit'
        kill $!
        rm display
    """
    said = person.run("sh", "-c", script)
    assert "'enter-code'" in said and "'start-at-login'" in said, said


def check_leaving(person, before, paths):
    tell("without the applet the terminal program goes on")
    apt("remove", "aws-mfa-applet")
    assert all(os.path.exists(path) for path in run("dpkg", "-L", "awsmfa").splitlines())
    assert "until" in person.run("awsmfa", "status")
    assert "not installed" in person.run("awsmfa", "setup", "--autostart", status=1)
    tell("removed, nothing but dpkg's own memory is left")
    apt("remove", *PACKAGES)
    assert not files_of_ours(), files_of_ours()
    # apt does not know them any more where nothing of them was left.
    run("dpkg", "--purge", *PACKAGES)
    assert not files_of_ours(), files_of_ours()
    left = [path for path in paths if os.path.lexists(path)]
    assert not left, left
    assert person.belongings() == before


def main():
    folder, following = sys.argv[1:]
    assert not files_of_ours(), files_of_ours()
    aws = standin.StandIn()
    try:
        person = Person(aws)
        tell("install")
        install(folder)
        paths = listed()
        installed = versions()
        check_installed()
        check_terminal(person)
        check_activation(person)
        check_desktop()
        before = person.belongings()
        tell("upgrade")
        install(following)
        assert versions() == {f"{version}+next" for version in installed}, versions()
        assert person.belongings() == before
        check_installed()
        assert "until" in person.run("awsmfa", "status")
        assert person.belongings() == before
        check_leaving(person, before, paths | listed())
    finally:
        aws.stop()
    tell("done")


main()
