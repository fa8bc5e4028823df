#define G_LOG_DOMAIN "amfa-child-environment"

#include "child-environment.h"

#include "response.h"

/* What would beat the keys, or make a tool read them with something that does not belong to them:
 * a profile (the JavaScript SDK prefers it to keys), the old name of the token (botocore reads it
 * first), the old places of keys, and the switch that makes old SDKs read roles from the config
 * file. Web identity, containers and roles of a profile come after keys in every provider chain
 * and stay. */
static const char *const confusing[] = {
  "AWS_PROFILE",         "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_FILE", "AWS_SDK_LOAD_CONFIG",
};

static void
add_secret (GPtrArray *list, const char *name, AmfaSecret *secret)
{
  amfa_assignments_add (list, name, secret ? amfa_secret_peek (secret) : NULL);
}

/**
 * amfa_child_environment_new:
 * @said: the session
 *
 * An account that is not known is taken out rather than left as somebody else's. A region that was
 * said nowhere is none of ours. Both names of the region: the command line reads one, boto3 the
 * other.
 *
 * Returns: (transfer full) (element-type AmfaAssignment): what makes an environment the session's
 */
GPtrArray *
amfa_child_environment_new (const AmfaChildSession *said)
{
  g_return_val_if_fail (said != NULL && said->session != NULL, NULL);

  GPtrArray *list = amfa_assignments_new ();
  g_autofree char *expiration = amfa_time_format (said->expires);

  for (gsize i = 0; i < G_N_ELEMENTS (confusing); i++)
    amfa_assignments_add (list, confusing[i], NULL);
  amfa_assignments_add (list, "AWS_ACCESS_KEY_ID", amfa_credentials_get_key_id (said->session));
  add_secret (list, "AWS_SECRET_ACCESS_KEY", amfa_credentials_get_secret (said->session));
  add_secret (list, "AWS_SESSION_TOKEN", amfa_credentials_get_token (said->session));
  amfa_assignments_add (list, "AWS_CREDENTIAL_EXPIRATION", expiration);
  amfa_assignments_add (list, "AWS_ACCOUNT", said->account);
  amfa_assignments_add (list, "AWS_ACCOUNT_ID", said->account);
  if (said->region)
    {
      amfa_assignments_add (list, "AWS_REGION", said->region);
      amfa_assignments_add (list, "AWS_DEFAULT_REGION", said->region);
    }
  return list;
}
