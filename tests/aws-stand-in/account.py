"""What the stand-in knows: users, access keys, MFA devices, granted sessions, and its clock."""

import base64
import dataclasses
import secrets
import threading
import time

import totp

ACCOUNT = "123456789012"

# Keys of the form that AWS uses in its own documentation: they open nothing anywhere.
ALICE_KEY_ID = "AKIAIOSFODNN7EXAMPLE"
ALICE_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ALICE_SECOND_KEY_ID = "AKIAI44QH8DHBEXAMPLE"
ALICE_SECOND_SECRET = "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"
INACTIVE_KEY_ID = "AKIAINACTIVE7EXAMPLE"
INACTIVE_SECRET = "r9wBnLGGNRsXVVDKMPKxkBYDF5N0mtEXAMPLEKEY"
ALICE_DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/alice"

# Accepted steps before and after the present one.
DRIFT = 1


@dataclasses.dataclass
class User:
    name: str
    path: str = "/"
    account: str = ACCOUNT
    partition: str = "aws"
    root: bool = False

    @property
    def arn(self):
        if self.root:
            return f"arn:{self.partition}:iam::{self.account}:root"
        return f"arn:{self.partition}:iam::{self.account}:user{self.path}{self.name}"

    @property
    def user_id(self):
        return "AIDA" + base64.b32encode(self.name.encode().ljust(10, b".")).decode()[:16]


@dataclasses.dataclass
class Key:
    """An access key: long-term, or of a session if it has a token."""

    id: str
    secret: str
    user: User
    active: bool = True
    token: str = None
    expires: int = None
    mfa: bool = False
    authenticated: int = None  # when the MFA code was given
    role: object = None
    session_name: str = None

    @property
    def arn(self):
        """Who signs with it."""
        if self.role is None:
            return self.user.arn
        return self.role.session_arn(self.session_name)

    @property
    def principal_id(self):
        if self.role is None:
            return self.user.user_id
        return f"AROA{self.role.name.upper()[:8]:X<16}:{self.session_name}"


@dataclasses.dataclass
class Role:
    arn: str
    max_duration: int = 3600
    external_id: str = None
    needs_mfa: bool = False
    max_mfa_age: int = None
    trusted: str = None  # an ARN: of the user or the role that may assume it; anybody if not said

    @property
    def name(self):
        return self.arn.rsplit("/", 1)[1]

    def session_arn(self, session_name):
        _, partition, _, _, account, _ = self.arn.split(":", 5)
        return f"arn:{partition}:sts::{account}:assumed-role/{self.name}/{session_name}"


@dataclasses.dataclass
class Device:
    serial: str
    secret: str
    user: User
    enabled: int
    used: set = dataclasses.field(default_factory=set)


class Account:
    """All state of the pretended AWS. Callers hold `lock` while they work with it."""

    def __init__(self):
        self.lock = threading.RLock()
        self.offset = 0.0
        self.users = {}
        self.keys = {}
        self.devices = []
        self.roles = {}
        self.durations = []
        self.denied = set()
        self.page_size = 100
        alice = self.add_user("alice")
        self.add_key(Key(ALICE_KEY_ID, ALICE_SECRET, alice))
        self.add_key(Key(ALICE_SECOND_KEY_ID, ALICE_SECOND_SECRET, alice))
        self.add_key(Key(INACTIVE_KEY_ID, INACTIVE_SECRET, alice, active=False))
        self.add_device(ALICE_DEVICE, totp.DEFAULT_SECRET, alice)

    def now(self):
        return time.time() + self.offset

    def add_user(self, name, **more):
        self.users[name] = User(name, **more)
        return self.users[name]

    def add_key(self, key):
        self.keys[key.id] = key

    def add_device(self, serial, secret, user):
        device = Device(serial, secret, user, int(self.now()) - 86400)
        self.devices = [d for d in self.devices if d.serial != serial] + [device]
        return device

    def device(self, serial):
        return next((d for d in self.devices if d.serial == serial), None)

    def devices_of(self, user):
        return [d for d in self.devices if d.user is user]

    def window(self):
        """The steps whose codes are good now."""
        present = totp.step_at(self.now())
        return range(present - DRIFT, present + DRIFT + 1)

    def spend(self, device, code):
        """Use a code up; False if it is wrong or was accepted before."""
        for step in self.window():
            if totp.code_of_step(device.secret, step) == code and step not in device.used:
                device.used.add(step)
                return True
        return False

    def fresh_code(self, device):
        """A code that is accepted now and for half a minute more; None if those are used up."""
        present = totp.step_at(self.now())
        for step in (present, present + DRIFT):
            if step not in device.used:
                return totp.code_of_step(device.secret, step)
        return None

    def grant(self, user, requested, mfa=False, authenticated=None, role=None, session_name=None):
        """A new session for `user`; a duration set through the control comes before the asked one."""
        duration = self.durations.pop(0) if self.durations else requested
        key = Key(
            id="ASIA" + base64.b32encode(secrets.token_bytes(10)).decode(),
            secret=base64.b64encode(secrets.token_bytes(30)).decode(),
            user=user,
            token=base64.b64encode(secrets.token_bytes(240)).decode(),
            expires=int(self.now() + duration),
            mfa=mfa,
            authenticated=authenticated,
            role=role,
            session_name=session_name,
        )
        self.add_key(key)
        return key
