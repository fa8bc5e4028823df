"""The few operations of STS and IAM that an MFA login needs, as functions from a signed request to
a result. A result is made of dictionaries, lists and strings; times are datetime values."""

import datetime
import re

from errors import AwsError

MFA = "MultiFactorAuthentication failed"
ROOT_MAX = 3600
SERIAL = re.compile(r"^[\w+=/:,.@-]*$")


def _time(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def _refuse_value(value, field, constraint):
    raise AwsError(
        400,
        "ValidationError",
        f"1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: "
        f"Member must {constraint}",
    )


def _number(parameters, name, field, low, high, default):
    text = parameters.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"-?\d+", text):
        raise AwsError(400, "MalformedInput", f"Invalid number: {text}")
    if int(text) < low:
        _refuse_value(text, field, f"have value greater than or equal to {low}")
    if int(text) > high:
        _refuse_value(text, field, f"have value less than or equal to {high}")
    return int(text)


def _check_mfa(account, user, serial, code):
    """Whether a code was given, and is the user's; no `user` if a role asks, which has no device."""
    if serial is None and code is None:
        return False
    if serial is not None and not 9 <= len(serial) <= 256:
        _refuse_value(serial, "serialNumber", "have length greater than or equal to 9")
    if serial is not None and not SERIAL.match(serial):
        _refuse_value(serial, "serialNumber", r"satisfy regular expression pattern: [\w+=/:,.@-]*")
    if code is not None and not re.fullmatch(r"[0-9]{6}", code, re.ASCII):
        _refuse_value(code, "tokenCode", r"satisfy regular expression pattern: [\d]*")
    if serial is None or code is None:
        raise AwsError(
            403,
            "AccessDenied",
            f"{MFA}, must provide both MFA serial number and one time pass code.",
        )
    device = account.device(serial)
    if device is None or device.user is not user or ":u2f/" in serial:
        raise AwsError(
            403,
            "AccessDenied",
            f"{MFA}, unable to validate MFA code.  Please verify your MFA serial number is valid "
            "and associated with this user.",
        )
    if not account.spend(device, code):
        raise AwsError(403, "AccessDenied", f"{MFA} with invalid MFA one time pass code.")
    return True


def get_session_token(account, key, parameters):
    if key.token is not None:
        raise AwsError(
            403, "AccessDenied", "Cannot call GetSessionToken with session credentials"
        )
    duration = _number(parameters, "DurationSeconds", "durationSeconds", 900, 129600, 43200)
    if key.user.root:
        duration = min(duration, ROOT_MAX)
    mfa = _check_mfa(
        account, key.user, parameters.get("SerialNumber"), parameters.get("TokenCode")
    )
    session = account.grant(key.user, duration, mfa, account.now() if mfa else None)
    return {"Credentials": _credentials(session)}


def _credentials(session):
    return {
        "AccessKeyId": session.id,
        "SecretAccessKey": session.secret,
        "SessionToken": session.token,
        "Expiration": _time(session.expires),
    }


def _refuse_role(key, arn):
    raise AwsError(
        403,
        "AccessDenied",
        f"User: {key.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}",
    )


def _is_trusted(role, key):
    """Whom the role's trust policy names: a user, or a role whichever its session."""
    if role.trusted is None:
        return True
    return role.trusted == (key.user.arn if key.role is None else key.role.arn)


def assume_role(account, key, parameters):
    """With the rules that hurt: MFA, its age, chaining (any caller with a token), durations.

    What a role asks for is asked for without MFA, whoever has assumed that role.
    """
    if key.user.root and key.role is None:
        raise AwsError(403, "AccessDenied", "Roles may not be assumed by root accounts.")
    arn = parameters.get("RoleArn", "")
    name = parameters.get("RoleSessionName", "")
    if not 20 <= len(arn) <= 2048:
        _refuse_value(arn, "roleArn", "have length greater than or equal to 20")
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", name, re.ASCII):
        _refuse_value(name, "roleSessionName", r"satisfy regular expression pattern: [\w+=,.@-]*")
    duration = _number(parameters, "DurationSeconds", "durationSeconds", 900, 43200, 3600)
    role = account.roles.get(arn)
    if role is None or not _is_trusted(role, key):
        _refuse_role(key, arn)
    if role.external_id is not None and parameters.get("ExternalId") != role.external_id:
        _refuse_role(key, arn)
    user = key.user if key.role is None else None
    mfa, authenticated = user and key.mfa, user and key.authenticated
    if _check_mfa(account, user, parameters.get("SerialNumber"), parameters.get("TokenCode")):
        mfa, authenticated = True, account.now()
    if role.needs_mfa and not mfa:
        _refuse_role(key, arn)
    if role.max_mfa_age is not None:
        if authenticated is None or account.now() - authenticated > role.max_mfa_age:
            _refuse_role(key, arn)
    if duration > role.max_duration:
        raise AwsError(
            400,
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )
    if key.token is not None and duration > 3600:
        raise AwsError(
            400,
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining.",
        )
    session = account.grant(key.user, duration, role=role, session_name=name)
    return {
        "Credentials": _credentials(session),
        "AssumedRoleUser": {"AssumedRoleId": session.principal_id, "Arn": session.arn},
    }


def get_caller_identity(account, key, parameters):
    account_id = key.user.account if key.role is None else key.role.arn.split(":")[4]
    return {"Arn": key.arn, "UserId": key.principal_id, "Account": account_id}


def list_mfa_devices(account, key, parameters):
    if key.token is not None and key.role is None and not key.mfa:
        raise AwsError(
            403, "InvalidClientTokenId", "The security token included in the request is invalid"
        )
    if key.role is not None and "UserName" not in parameters:
        raise AwsError(
            400, "ValidationError", "Must specify userName when calling with non-User credentials"
        )
    name = parameters.get("UserName", key.user.name)
    user = account.users.get(name)
    if user is None:
        raise AwsError(404, "NoSuchEntity", f"The user with name {name} cannot be found.")
    size = _number(parameters, "MaxItems", "maxItems", 1, 1000, account.page_size)
    devices = account.devices_of(user)
    start = 0
    if "Marker" in parameters:
        marker = parameters["Marker"]
        if not re.fullmatch(r"AAE/page\+\d+==", marker):
            raise AwsError(400, "ValidationError", "Invalid Marker.")
        start = int(marker[len("AAE/page+") : -2])
    page = devices[start : start + size]
    more = start + size < len(devices)
    result = {
        "IsTruncated": "true" if more else "false",
        "MFADevices": [
            {
                "UserName": device.user.name,
                "SerialNumber": device.serial,
                "EnableDate": _time(device.enabled),
            }
            for device in page
        ],
    }
    if more:
        # Characters that a form has to escape.
        result["Marker"] = f"AAE/page+{start + size}=="
    return result


VERSIONS = {"2011-06-15": "sts", "2010-05-08": "iam"}
NAMESPACES = {
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
}
OPERATIONS = {
    ("sts", "GetSessionToken"): get_session_token,
    ("sts", "AssumeRole"): assume_role,
    ("sts", "GetCallerIdentity"): get_caller_identity,
    ("iam", "ListMFADevices"): list_mfa_devices,
}
# These need no permission, and no policy can deny them.
UNDENIABLE = {"GetSessionToken", "GetCallerIdentity"}


def call(account, service, action, key, parameters):
    """Run one operation; the caller has verified the signature."""
    operation = OPERATIONS.get((service, action))
    if operation is None:
        version = parameters.get("Version", "")
        raise AwsError(
            400, "InvalidAction", f"Could not find operation {action} for version {version}"
        )
    if action in account.denied and action not in UNDENIABLE:
        raise AwsError(
            403,
            "AccessDenied",
            f"User: {key.arn} is not authorized to perform: {service}:{action} on resource: "
            f"user {key.user.name} because no identity-based policy allows the {service}:{action} "
            "action",
        )
    return operation(account, key, parameters)
