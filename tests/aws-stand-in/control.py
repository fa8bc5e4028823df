"""The stand-in's other side: what a test asks and sets under /_control.

GET  /_control/state      clock, offset, user, account, devices, keys, behaviour
GET  /_control/code       ?serial=S: a code that would be accepted now and was not used yet
GET  /_control/requests   every request since the start or the last reset
POST /_control/reset      forget requests, behaviours, durations, denials, used codes, the offset
POST /_control/clock      {"offset": seconds}: the server's clock minus the true one
POST /_control/behaviour  null or {"kind": K, "times": n, "action": A, …}, see behaviour.py
POST /_control/release    let everything go that the behaviour "hold" keeps
POST /_control/durations  [seconds, …]: what the next sessions get instead of what they ask
POST /_control/denied     ["ListMFADevices", …]: refused by policy
POST /_control/pages      {"size": n}: devices in one answer
POST /_control/shape      {"shape": "aws" | "milliseconds" | "radosgw" | "moto"}
POST /_control/users      {"name": N, "path": "/", "account": A, "partition": P}
POST /_control/devices    {"serial": S, "secret": base32, "user": N}, or {"remove": S}
POST /_control/keys       {"id": I, "secret": X, "user": N, "active": true}: add or change
POST /_control/roles      {"arn": A, "max_duration": s, "external_id": X, "needs_mfa": b,
                           "max_mfa_age": s, "trusted": ARN}, or {"remove": A}
POST /_control/used       forget which codes were used
"""

import account as accounts
import behaviour
import totp
import wire


class Refused(Exception):
    """A control request that makes no sense."""


class Control:
    """Reads and changes the stand-in's state. One method a path: get_NAME or post_NAME."""

    def __init__(self, server):
        self.server = server
        self.account = server.account

    def _user(self, value):
        name = value.get("user", "alice")
        if name not in self.account.users:
            raise Refused(f"no user {name}")
        return self.account.users[name]

    def get_state(self, query):
        now = self.account.now()
        return {
            "now": now,
            "offset": self.account.offset,
            "endpoint": self.server.endpoint,
            "account": accounts.ACCOUNT,
            "arn": self.account.users["alice"].arn,
            "devices": [
                {"serial": d.serial, "user": d.user.name, "used": sorted(d.used)}
                for d in self.account.devices
            ],
            "keys": [
                {
                    "id": k.id,
                    "user": k.user.name,
                    "active": k.active,
                    "session": k.token is not None,
                    "arn": k.arn,
                    "expires": k.expires,
                }
                for k in self.account.keys.values()
            ],
            "behaviour": self.server.behaviours.describe(),
            "held": self.server.behaviours.held,
        }

    def get_code(self, query):
        device = self.account.device(query.get("serial", accounts.ALICE_DEVICE))
        if device is None:
            raise Refused("no such device")
        return {
            "serial": device.serial,
            "code": self.account.fresh_code(device),
            "seconds_left": totp.STEP - self.account.now() % totp.STEP,
        }

    def get_requests(self, query):
        return self.server.requests

    def post_reset(self, value):
        self.server.requests.clear()
        self.server.behaviours.set(None)
        self.server.behaviours.release()
        self.server.shape = "aws"
        self.account.offset = 0.0
        self.account.durations = []
        self.account.denied = set()
        self.account.page_size = 100
        self.post_used(value)

    def post_clock(self, value):
        self.account.offset = float(value["offset"])

    def post_behaviour(self, value):
        try:
            self.server.behaviours.set(value)
        except behaviour.Unknown as problem:
            raise Refused(str(problem)) from None

    def post_release(self, value):
        self.server.behaviours.release()

    def post_durations(self, value):
        self.account.durations = [int(seconds) for seconds in value]

    def post_denied(self, value):
        self.account.denied = set(value)

    def post_pages(self, value):
        self.account.page_size = int(value["size"])

    def post_shape(self, value):
        if value["shape"] not in wire.SHAPES:
            raise Refused("no such shape")
        self.server.shape = value["shape"]

    def post_users(self, value):
        user = self.account.add_user(**value)
        return {"arn": user.arn}

    def post_devices(self, value):
        if "remove" in value:
            self.account.devices = [
                d for d in self.account.devices if d.serial != value["remove"]
            ]
            return None
        secret = value.get("secret", totp.DEFAULT_SECRET)
        self.account.add_device(value["serial"], secret, self._user(value))
        return None

    def post_keys(self, value):
        key = self.account.keys.get(value["id"])
        if key is None:
            key = accounts.Key(value["id"], value["secret"], self._user(value))
            self.account.add_key(key)
        key.active = value.get("active", key.active)
        key.secret = value.get("secret", key.secret)

    def post_roles(self, value):
        if "remove" in value:
            self.account.roles.pop(value["remove"], None)
        else:
            self.account.roles[value["arn"]] = accounts.Role(**value)

    def post_used(self, value):
        for device in self.account.devices:
            device.used.clear()

    def answer(self, method, name, argument):
        """Serve one control request; `argument` is the query or the JSON value sent."""
        handler = getattr(self, f"{method.lower()}_{name}", None)
        if handler is None:
            raise Refused(f"no {method} /_control/{name}")
        with self.account.lock:
            try:
                return handler(argument)
            except (KeyError, TypeError, ValueError) as problem:
                raise Refused(f"{type(problem).__name__}: {problem}") from None
