"""What botocore makes of a profile: the way to its role, and where it asks STS and IAM."""

import os
import re

import botocore.configprovider
import botocore.credentials
import botocore.exceptions
import botocore.loaders
import botocore.session

# Not in the botocore of Debian 12.
KNOWS_ENDPOINT_URLS = hasattr(botocore.configprovider, "ConfiguredEndpointProvider")


# What it has read of the services' models serves every session.
_LOADER = botocore.loaders.create_loader()


class _Environment:
    """Whether there are keys in the environment is not the question here."""

    def is_supported(self, source_name):
        return source_name == "Environment"

    def source_credentials(self, source_name):
        return botocore.credentials.Credentials("environment", "s")


def roles(profile):
    """The chain as botocore follows it, by the arguments with which it makes its fetchers."""
    fetched = []

    class Fetcher:
        def __init__(self, source_credentials, role_arn, extra_args, **rest):
            wanted = [("SerialNumber", "-"), ("DurationSeconds", 0), ("ExternalId", "-"),
                      ("RoleSessionName", "-")]
            fetched.append(",".join([role_arn, *(str(extra_args.get(*pair)) for pair in wanted)]))
            self.fetch_credentials = lambda: None

    session = botocore.session.Session(profile=profile)
    provider = session.get_component("credential_provider").get_provider("assume-role")
    provider._credential_sourcer = _Environment()
    original = botocore.credentials.AssumeRoleCredentialFetcher
    sources = []
    resolve = provider._resolve_source_credentials

    def note(role_config, profile_name):
        credentials = resolve(role_config, profile_name)
        if not sources:
            sources.append(getattr(credentials, "access_key", None))
        return credentials

    provider._resolve_source_credentials = note
    botocore.credentials.AssumeRoleCredentialFetcher = Fetcher
    try:
        credentials = provider.load()
    except (
        botocore.exceptions.InvalidConfigError,
        botocore.exceptions.InfiniteLoopConfigError,
        botocore.exceptions.PartialCredentialsError,
    ):
        return "refused"
    finally:
        botocore.credentials.AssumeRoleCredentialFetcher = original
    if credentials is None:
        return profile
    source = sources[0]
    return " ".join([source.removeprefix("AKIA") if source != "environment" else "-"] + fetched)


class _Sent(Exception):
    pass


def _endpoint(session, service, operation):
    """The URL and the signing region of a request, which is not sent."""
    client = session.create_client(
        service, aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="s"
    )
    sent = []

    def note(request, **rest):
        scope = re.search(r"Credential=[^/]+/\d+/([^/]*)/", request.headers["Authorization"].decode())
        sent.append(f"{request.url} {scope.group(1)}")
        raise _Sent

    client.meta.events.register("before-send", note)
    try:
        getattr(client, operation)()
    except _Sent:
        return sent[0]


def endpoints(profile):
    """Where requests for the profile go, with the regional STS that is today's default.

    AWS_REGION counts, as for the AWS CLI."""
    session = botocore.session.Session(profile=profile)
    session.register_component("data_loader", _LOADER)
    if not session.get_config_variable("sts_regional_endpoints") or (
        "AWS_STS_REGIONAL_ENDPOINTS" not in os.environ
        and "sts_regional_endpoints" not in session.get_scoped_config()
    ):
        session.set_config_variable("sts_regional_endpoints", "regional")
    region = os.environ.get("AWS_REGION") or session.get_config_variable("region")
    if region is None:
        session.set_config_variable("region", "us-east-1")
    elif "AWS_REGION" in os.environ:
        session.set_config_variable("region", region)
    try:
        return " ".join([
            _endpoint(session, "sts", "get_caller_identity"),
            _endpoint(session, "iam", "list_mfa_devices"),
        ])
    except (botocore.exceptions.BotoCoreError, ValueError):
        return "refused"
