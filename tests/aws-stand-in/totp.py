#!/usr/bin/python3
"""Codes of a virtual MFA device (RFC 6238 with AWS's parameters: SHA-1, six digits, 30 seconds).

As a program: print the code of the moment, of the stand-in's own device or of the secret given.
"""

import argparse
import base64
import hmac
import struct
import time

STEP = 30
DIGITS = 6

# The device that the stand-in's user has at the start.
DEFAULT_SECRET = "MFASTANDINSECRETFORALICE23456723"


def step_at(moment):
    """The number of the time step that holds `moment` (Unix seconds)."""
    return int(moment) // STEP


def code_of_step(secret, step):
    """The code for one time step; `secret` is base32, as shown under a QR code."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), "sha1").digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack_from(">I", digest, offset)[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def main():
    parser = argparse.ArgumentParser(description="Print the code that an MFA device shows now.")
    parser.add_argument("--secret", default=DEFAULT_SECRET, help="base32 seed of the device")
    parser.add_argument("--at", type=float, help="Unix time instead of now")
    arguments = parser.parse_args()
    moment = time.time() if arguments.at is None else arguments.at
    print(code_of_step(arguments.secret, step_at(moment)))


if __name__ == "__main__":
    main()
