"""The three SigV4 stages of a case as botocore computes them (the other signer of our tests).

A case is the dictionary that tests/unit/sigv4-case.c reads, with two more entries that only
botocore needs: "url_query" (the query as part of the URL) or "parameters" (decoded pairs).
"""

import base64
import datetime
import hashlib
from urllib.parse import quote, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class UnnormalizedAuth(SigV4Auth):
    """botocore leaves paths alone for S3 only, where it does not encode them either."""

    def _normalize_url_path(self, path):
        return quote(path, safe="/~")


def sign(case):
    """Returns (canonical request, string to sign, authorization)."""
    url = "https://host.invalid" + case["path"]
    if case.get("url_query"):
        url += "?" + case["url_query"]
    assert urlsplit(url).path == case["path"], case["path"]

    body = base64.b64decode(case["body"])
    request = AWSRequest(method=case["method"], url=url, data=body, params=case.get("parameters"))
    for name, value in case["headers"]:
        request.headers[name] = value  # appends
    if case["sign_body_header"]:
        request.headers["X-Amz-Content-SHA256"] = hashlib.sha256(body).hexdigest()

    moment = datetime.datetime.fromtimestamp(case["time"], datetime.timezone.utc)
    request.context["timestamp"] = "%04d%s" % (moment.year, moment.strftime("%m%dT%H%M%SZ"))

    token = case["token"] if case["sign_token"] else None
    keys = Credentials(case["key_id"], case["secret"], token)
    auth_class = SigV4Auth if case["normalize_path"] else UnnormalizedAuth
    auth = auth_class(keys, case["service"], case["region"])

    # The steps of SigV4Auth.add_auth, which reads the clock itself.
    auth._modify_request_before_signing(request)
    canonical_request = auth.canonical_request(request)
    string_to_sign = auth.string_to_sign(request, canonical_request)
    signature = auth.signature(string_to_sign, request)
    auth._inject_signature_to_request(request, signature)
    return canonical_request, string_to_sign, request.headers["Authorization"]
