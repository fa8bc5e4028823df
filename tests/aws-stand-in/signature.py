"""Verification of AWS Signature Version 4, with botocore as the second opinion.

The request as received is signed again by botocore's SigV4Auth with the secret on record, over
exactly the headers that the client says it signed. What AWS checks besides (scope, date, time
window, which headers must be signed) is checked here, with AWS's words.
"""

import datetime
import hashlib
import hmac
import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from errors import AwsError

WINDOW = 15 * 60
STAMP = "%Y%m%dT%H%M%SZ"
AUTHORIZATION = re.compile(r"^AWS4-HMAC-SHA256\s+(.*)$")
REGION = re.compile(r"^[a-z]{2,4}(-[a-z]+)+-\d+$")
IAM_REGIONS = {
    "us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1",
    "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1",
}
PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
}
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)


class ExactHeaders(SigV4Auth):
    """Sign over what the client declared, no more and no less."""

    def headers_to_sign(self, request):
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            headers[name.lower()] = value
        return headers


def _parse(header):
    if not header:
        raise AwsError(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    match = AUTHORIZATION.match(header)
    if not match:
        raise AwsError(
            400, "IncompleteSignature", "Authorization header requires 'AWS4-HMAC-SHA256' algorithm."
        )
    fields = dict(
        part.strip().split("=", 1) for part in match.group(1).split(",") if "=" in part
    )
    for name in ("Credential", "SignedHeaders", "Signature"):
        if not fields.get(name):
            raise AwsError(
                400,
                "IncompleteSignature",
                f"Authorization header requires '{name}' parameter. Authorization={header}",
            )
    scope = fields["Credential"].split("/")
    if len(scope) < 5:
        raise AwsError(
            400,
            "IncompleteSignature",
            "Credential must have at least 5 slash-delimited elements, e.g. "
            f"keyid/date/region/service/term, got '{fields['Credential']}'",
        )
    return fields, scope


def _check_time(stamp, date, now):
    try:
        signed = datetime.datetime.strptime(stamp or "", STAMP).replace(
            tzinfo=datetime.timezone.utc
        )
    except ValueError:
        raise AwsError(
            400,
            "IncompleteSignature",
            "Date must be in ISO-8601 'basic format'. Got '%s'. See "
            "http://en.wikipedia.org/wiki/ISO_8601" % stamp,
        ) from None
    if stamp[:8] != date:
        raise AwsError(
            403,
            "SignatureDoesNotMatch",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{date}' != '{stamp[:8]}', from '{stamp}'.",
        )
    server = datetime.datetime.fromtimestamp(int(now), datetime.timezone.utc)
    edge = datetime.timedelta(seconds=WINDOW)
    if signed < server - edge:
        raise AwsError(
            403,
            "SignatureDoesNotMatch",
            f"Signature expired: {stamp} is now earlier than {(server - edge).strftime(STAMP)} "
            f"({server.strftime(STAMP)} - 15 min.)",
        )
    if signed > server + edge:
        raise AwsError(
            403,
            "SignatureDoesNotMatch",
            f"Signature not yet current: {stamp} is still later than "
            f"{(server + edge).strftime(STAMP)} ({server.strftime(STAMP)} + 15 min.)",
        )


def _check_scope(scope, service):
    _, _, region, name, term = scope[-5:]
    if term != "aws4_request":
        raise AwsError(
            403,
            "SignatureDoesNotMatch",
            f"Credential should be scoped with a valid terminator: 'aws4_request', not '{term}'.",
        )
    if name != service:
        raise AwsError(
            403,
            "SignatureDoesNotMatch",
            f"Credential should be scoped to correct service: '{service}'.",
        )
    valid = region in IAM_REGIONS if service == "iam" else REGION.match(region)
    if not valid:
        raise AwsError(
            403,
            "SignatureDoesNotMatch",
            f"Credential should be scoped to a valid region, not '{region}'.",
        )


def _check_headers(headers, signed):
    # AWS wants the host and every x-amz- header that it reads under the signature.
    wanted = {"host", "x-amz-date"} | {
        name.lower() for name in headers.keys() if name.lower().startswith("x-amz-")
    }
    missing = sorted(wanted - set(signed))
    if missing or signed != sorted(signed):
        raise AwsError(
            403,
            "SignatureDoesNotMatch",
            "'%s' must be a 'SignedHeader' in the AWS Authorization." % ", ".join(missing or signed),
        )


def _signature(method, url, headers, signed, body, scope, secret):
    request = AWSRequest(method=method, url=url, data=body)
    for name in signed:
        values = headers.get_all(name) or [""]
        request.headers[name] = ",".join(values)
    request.context["timestamp"] = headers["X-Amz-Date"]
    auth = ExactHeaders(Credentials(scope[0], secret), scope[3], scope[2])
    canonical = auth.canonical_request(request)
    return auth.signature(auth.string_to_sign(request, canonical), request)


def _partition(region):
    return next((name for start, name in PARTITIONS.items() if region.startswith(start)), "aws")


def verify(account, service, method, url, headers, body):
    """The key that signed this request, as (key, region); AwsError if AWS would refuse it.

    `headers` is an http.client message, `url` absolute, `body` bytes.
    """
    fields, parts = _parse(headers.get("Authorization"))
    # A key id has no slash, but what somebody typed may.
    scope = ["/".join(parts[:-4])] + parts[-4:]
    signed = fields["SignedHeaders"].split(";")
    _check_headers(headers, signed)
    _check_time(headers.get("X-Amz-Date"), scope[1], account.now())
    _check_scope(scope, service)
    declared = headers.get("X-Amz-Content-SHA256")
    if declared and declared != hashlib.sha256(body).hexdigest():
        raise AwsError(403, "SignatureDoesNotMatch", MISMATCH)

    key = account.keys.get(scope[0])
    token = headers.get("X-Amz-Security-Token")
    if (
        key is None
        or not key.active
        or key.token != token
        or key.user.partition != _partition(scope[2])
    ):
        raise AwsError(
            403, "InvalidClientTokenId", "The security token included in the request is invalid."
        )
    ours = _signature(method, url, headers, signed, body, scope, key.secret)
    if not hmac.compare_digest(ours, fields["Signature"]):
        raise AwsError(403, "SignatureDoesNotMatch", MISMATCH)
    if key.expires is not None and key.expires <= account.now():
        raise AwsError(
            403, "ExpiredToken", "The security token included in the request is expired"
        )
    return key, scope[2]
