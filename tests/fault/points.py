"""Where an operation is hit, and how: a point is a call, by its number, and what is done there.

A survey, the operation without a fault, tells the calls. Every call that changes something is a point
for a kill: before any other, the world is as after the last of those. Every call can fail, in the ways
that it fails on a real machine.
"""

import dataclasses
import re

CALL = re.compile(r"^(\d+) (\w+)(:create)? (.*)$")

CHANGES = {
    "write", "pwrite64", "writev", "fsync", "fdatasync", "syncfs", "flock", "fchmod", "fchmodat",
    "fchown", "fchownat", "ftruncate", "fallocate", "mkdirat", "linkat", "symlinkat", "unlinkat",
    "renameat2", "renameat", "chmod", "chown", "mkdir", "rmdir", "link", "unlink", "rename",
    "connect", "sendto", "sendmsg", "recvfrom", "recvmsg",
}
SPACE = ("error:EIO", "lasting:ENOSPC", "error:EDQUOT")
FAILURES = {
    "openat": ("error:EACCES", "error:EMFILE", "lasting:EIO"),
    "open": ("error:EACCES", "error:EMFILE", "lasting:EIO"),
    "create": ("lasting:ENOSPC", "error:EROFS", "error:EMFILE", "error:EACCES"),
    "read": ("error:EIO", "short"),
    "pread64": ("error:EIO", "short"),
    "readv": ("error:EIO", "short"),
    "write": (*SPACE, "short"),
    "pwrite64": (*SPACE, "short"),
    "writev": (*SPACE, "short"),
    "fallocate": ("error:ENOSPC", "error:EIO"),
    "fsync": ("error:EIO", "lasting:ENOSPC"),
    "fdatasync": ("error:EIO",),
    "syncfs": ("error:EIO",),
    "flock": ("error:ENOLCK", "error:EIO"),
    "rename": ("error:EIO", "lasting:EACCES", "error:ENOSPC", "error:EROFS"),
    "renameat": ("error:EIO", "lasting:EACCES", "error:ENOSPC", "error:EROFS"),
    "renameat2": ("error:EIO", "lasting:EACCES", "error:ENOSPC", "error:EROFS"),
    "unlink": ("error:EIO", "error:EACCES"),
    "unlinkat": ("error:EIO", "error:EACCES"),
    "mkdir": ("error:EACCES", "error:ENOSPC"),
    "link": ("error:EACCES",),
    "fchmod": ("error:EPERM",),
    "fchown": ("error:EPERM",),
    "statx": ("error:EACCES",),
    "newfstatat": ("error:EACCES",),
    "fstat": ("error:EIO",),
    "getdents64": ("error:EIO",),
    "socket": ("error:EMFILE", "error:EACCES"),
    "connect": ("error:ECONNREFUSED", "error:ETIMEDOUT", "error:EACCES"),
    "sendto": ("error:ECONNRESET", "error:EPIPE", "short"),
    "sendmsg": ("error:ECONNRESET", "error:EPIPE", "short"),
    "recvfrom": ("error:ECONNRESET", "short"),
    "recvmsg": ("error:ECONNRESET", "short"),
}
# The file that stands for a keyring: where its disk is full, GLib's g_file_replace_contents_async() puts
# half a file in its place, and libsecret's is gone. A real keyring is a process of its own.
KEYRING = ("keyring", ".goutputstream")
# Done to the world while the program stands still.
EDIT = "run:edit"
STOP_KEYRING = "run:stop-keyring"
KILL_KEYRING = "run:kill-keyring"
KILL_BUS = "run:kill-bus"


@dataclasses.dataclass(frozen=True)
class Point:
    operation: str
    has_daemon: bool
    sockets: bool
    number: int
    action: str
    call: str = ""
    about: str = ""

    def __str__(self):
        daemon = " --daemon" if self.has_daemon else ""
        kind = " --sockets" if self.sockets else ""
        return (f"--operation {self.operation}{daemon}{kind} --at {self.number} --do {self.action} "
                f"({self.call} {self.about})")


def read_log(text, top):
    """The calls of a survey: (number, name, whether it creates, what it is about)."""
    calls = []
    for line in text.splitlines():
        match = CALL.match(line)
        if match:
            number, name, create, about = match.groups()
            calls.append((int(number), name, bool(create), about.replace(f"{top}/", "")))
    return calls


def actions(name, creates, about, sockets, has_daemon, files):
    changes = name in CHANGES or creates
    yield from ("kill",) if changes else ()
    if not (changes and about.startswith(KEYRING)):
        yield from FAILURES.get("create" if creates else name, ())
    if files and changes and not sockets and not name.startswith("rename"):
        # Between the last look at the file and its rename nothing can be done about an edit.
        yield EDIT
    if sockets and has_daemon and changes:
        yield from (KILL_KEYRING, STOP_KEYRING, KILL_BUS)


def select(operation, has_daemon, sockets, calls):
    """The points of a survey: every action at every call. With a real keyring, which costs a second a
    point, one action a call, in turn."""
    chosen = []
    for number, name, creates, about in calls:
        fitting = list(actions(name, creates, about, sockets, has_daemon, operation.files))
        if has_daemon and fitting:
            fitting = [fitting[len(chosen) % len(fitting)]]
        chosen += [
            Point(operation.name, has_daemon, sockets, number, action, name, about) for action in fitting
        ]
    return chosen


def is_ours(point):
    """Whether a call is about a temporary file of ours in the AWS folder, or changes our state."""
    return (point.call in CHANGES or point.call == "openat") and (
        point.about.startswith(("home/.aws/.", "state/"))
    )


def is_turn(point):
    """Whether a kill is right before a file takes its new form, the one that stands for the keyring
    included: there an order that is wrong shows."""
    return point.action == "kill" and point.call.startswith("rename")


def sample(points, nth, of_ours):
    """Each that is_turn(), every `of_ours`th that is_ours(), every nth of the others."""
    turns = [point for point in points if is_turn(point)]
    ours = [point for point in points if is_ours(point) and not is_turn(point)]
    others = [point for point in points if not is_ours(point) and not is_turn(point)]
    return turns + ours[::of_ours] + others[nth // 2::nth]
