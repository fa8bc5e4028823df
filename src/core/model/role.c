#define G_LOG_DOMAIN "amfa-role"

#include "role.h"

#include "error.h"
#include "profile.h"

#include <string.h>

/* What the config file says about roles, as botocore reads it (credentials.py, AssumeRoleProvider),
 * with one difference: a source profile need not show its keys, since the keyring may hold them. */

/* Limits of AssumeRole in the STS API reference. */
#define ARN_MIN 20
#define ARN_MAX 2048
#define EXTERNAL_ID_MIN 2
#define EXTERNAL_ID_MAX 1224
#define SESSION_NAME_MIN 2
#define SESSION_NAME_MAX 64

AmfaRole *
amfa_role_new (const char *arn)
{
  g_return_val_if_fail (arn != NULL, NULL);

  AmfaRole *self = g_new0 (AmfaRole, 1);

  self->arn = g_strdup (arn);
  return self;
}

void
amfa_role_free (AmfaRole *self)
{
  if (!self)
    return;

  g_free (self->profile);
  g_free (self->arn);
  g_free (self->external_id);
  g_free (self->session_name);
  g_free (self->serial);
  g_free (self);
}

void
amfa_role_chain_free (AmfaRoleChain *self)
{
  if (!self)
    return;

  g_free (self->source);
  g_ptr_array_unref (self->roles);
  g_free (self);
}

static gboolean
is_made_of (const char *text, const char *punctuation, gsize min, gsize max)
{
  gsize length = strlen (text);

  if (length < min || length > max)
    return FALSE;
  for (const char *p = text; *p; p++)
    if (!g_ascii_isalnum (*p) && *p != '_' && !strchr (punctuation, *p))
      return FALSE;
  return TRUE;
}

/**
 * amfa_role_arn_is_valid:
 * @arn: "arn:PARTITION:iam::ACCOUNT:role/[PATH/]NAME"
 */
gboolean
amfa_role_arn_is_valid (const char *arn)
{
  g_return_val_if_fail (arn != NULL, FALSE);

  g_auto (GStrv) parts = g_strsplit (arn, ":", 6);

  return strlen (arn) >= ARN_MIN && strlen (arn) <= ARN_MAX && g_strv_length (parts) == 6 &&
         g_str_equal (parts[0], "arn") && g_str_has_prefix (parts[1], "aws") &&
         g_str_equal (parts[2], "iam") && *parts[3] == '\0' && strlen (parts[4]) == 12 &&
         strspn (parts[4], "0123456789") == 12 && g_str_has_prefix (parts[5], "role/") &&
         is_made_of (parts[5], "/+=,.@-", 6, ARN_MAX) && !g_str_has_suffix (parts[5], "/");
}

/**
 * amfa_role_arn_get_name:
 * @arn: a valid one
 *
 * Returns: (transfer full): the role's name without its path
 */
char *
amfa_role_arn_get_name (const char *arn)
{
  g_return_val_if_fail (arn != NULL, NULL);

  const char *slash = strrchr (arn, '/');

  return g_strdup (slash ? slash + 1 : arn);
}

/* One way through the files. */
typedef struct
{
  AmfaIniDocument *credentials;
  AmfaIniDocument *config;
  GPtrArray *visited; /* of names, unowned by us */
} Walk;

static char *
dup_setting (const Walk *walk, const char *profile, const char *key)
{
  const char *section = amfa_ini_document_get_profile_section (walk->config, profile);
  char *value = amfa_ini_document_dup_text (walk->credentials, profile, key);

  if (!value && section)
    value = amfa_ini_document_dup_text (walk->config, section, key);
  return value;
}

static gboolean
exists (const Walk *walk, const char *profile)
{
  return amfa_ini_document_has_section (walk->credentials, profile) ||
         amfa_ini_document_get_profile_section (walk->config, profile);
}

static gboolean
refuse (const char *profile, AmfaRoleProblem problem, const char *name, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_ROLE_UNUSABLE,
                  &(AmfaErrorDetails){ .subject = profile, .reason = problem, .other = name });
  return FALSE;
}

static gboolean
check_values (const AmfaRole *role, GError **error)
{
  if (!amfa_role_arn_is_valid (role->arn))
    return refuse (role->profile, AMFA_ROLE_PROBLEM_ARN, role->arn, error);
  if (role->external_id &&
      !is_made_of (role->external_id, "+=,.@:/-", EXTERNAL_ID_MIN, EXTERNAL_ID_MAX))
    return refuse (role->profile, AMFA_ROLE_PROBLEM_EXTERNAL_ID, role->external_id, error);
  if (role->session_name &&
      !is_made_of (role->session_name, "+=,.@-", SESSION_NAME_MIN, SESSION_NAME_MAX))
    return refuse (role->profile, AMFA_ROLE_PROBLEM_SESSION_NAME, role->session_name, error);
  return TRUE;
}

/**
 * amfa_role_parse_duration:
 * @text: a duration_seconds
 *
 * Returns: the seconds, whether or not AWS would grant so many; 0 for what is no integer: that
 *   counts as not said, as in botocore
 */
guint
amfa_role_parse_duration (const char *text)
{
  gint64 seconds = 0;

  g_return_val_if_fail (text != NULL, 0);

  if (!g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &seconds, NULL))
    return 0;
  return (guint) CLAMP (seconds, 1, G_MAXINT);
}

static guint
get_duration (const Walk *walk, const char *profile)
{
  g_autofree char *text = dup_setting (walk, profile, "duration_seconds");

  return text ? amfa_role_parse_duration (text) : 0;
}

/* Returns: (transfer full) (nullable): the role that @profile stands for; %NULL without @error if
 *   it stands for none */
static AmfaRole *
read_role (const Walk *walk, const char *profile, GError **error)
{
  g_autofree char *arn = dup_setting (walk, profile, "role_arn");
  g_autofree char *web_identity = dup_setting (walk, profile, "web_identity_token_file");
  g_autoptr (AmfaRole) role = NULL;

  if (!arn || web_identity)
    return NULL;

  role = amfa_role_new (arn);
  role->profile = g_strdup (profile);
  role->external_id = dup_setting (walk, profile, "external_id");
  role->session_name = dup_setting (walk, profile, "role_session_name");
  role->serial = dup_setting (walk, profile, "mfa_serial");
  role->duration = get_duration (walk, profile);
  return check_values (role, error) ? g_steal_pointer (&role) : NULL;
}

/* @source: (out): the next profile; %NULL for the environment */
static gboolean
read_source (const Walk *walk, const char *profile, char **source, GError **error)
{
  g_autofree char *source_profile = dup_setting (walk, profile, "source_profile");
  g_autofree char *credential_source = dup_setting (walk, profile, "credential_source");

  if (source_profile && credential_source)
    return refuse (profile, AMFA_ROLE_PROBLEM_TWO_SOURCES, NULL, error);
  if (!source_profile && !credential_source)
    return refuse (profile, AMFA_ROLE_PROBLEM_NO_SOURCE, NULL, error);
  if (credential_source && !g_str_equal (credential_source, "Environment"))
    return refuse (profile, AMFA_ROLE_PROBLEM_CREDENTIAL_SOURCE, credential_source, error);
  if (source_profile && !exists (walk, source_profile))
    return refuse (profile, AMFA_ROLE_PROBLEM_SOURCE_UNKNOWN, source_profile, error);
  *source = g_steal_pointer (&source_profile);
  return TRUE;
}

static gboolean
has_static_keys (const Walk *walk, const char *profile)
{
  g_autofree char *key_id = dup_setting (walk, profile, "aws_access_key_id");
  const char *section = amfa_ini_document_get_profile_section (walk->config, profile);

  return key_id ||
         amfa_ini_document_owns_key (walk->credentials, profile, "aws_secret_access_key") ||
         (section && amfa_ini_document_owns_key (walk->config, section, "aws_secret_access_key"));
}

static gboolean
walk_on (Walk *walk, const char *profile, AmfaRoleChain *chain, GError **error)
{
  g_autofree char *source = NULL;
  g_autoptr (GError) local_error = NULL;
  AmfaRole *role = read_role (walk, profile, &local_error);

  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* Keys of its own come before the role of a profile that others name as their source. */
  if (!role || (walk->visited->len > 0 && has_static_keys (walk, profile)))
    {
      amfa_role_free (role);
      chain->source = g_strdup (profile);
      return TRUE;
    }

  g_ptr_array_insert (chain->roles, 0, role);
  if (!read_source (walk, profile, &source, error))
    return FALSE;
  if (!source)
    return TRUE;
  g_ptr_array_add (walk->visited, role->profile);
  if (g_str_equal (source, profile)) /* has its own keys, in the file or in the keyring */
    {
      chain->source = g_steal_pointer (&source);
      return TRUE;
    }
  if (g_ptr_array_find_with_equal_func (walk->visited, source, g_str_equal, NULL))
    return refuse (profile, AMFA_ROLE_PROBLEM_LOOP, source, error);
  return walk_on (walk, source, chain, error);
}

/**
 * amfa_role_chain_resolve:
 * @profile: a profile
 * @credentials: the credentials file
 * @config: the config file
 * @error: %AMFA_ERROR_ROLE_UNUSABLE
 *
 * Returns: (transfer full): the way to @profile
 */
AmfaRoleChain *
amfa_role_chain_resolve (const char *profile,
                         AmfaIniDocument *credentials,
                         AmfaIniDocument *config,
                         GError **error)
{
  g_return_val_if_fail (profile != NULL && credentials != NULL && config != NULL, NULL);

  g_autoptr (AmfaRoleChain) self = g_new0 (AmfaRoleChain, 1);
  g_autoptr (GPtrArray) visited = g_ptr_array_new ();
  Walk walk = { credentials, config, visited };

  self->roles = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_role_free);
  return walk_on (&walk, profile, self, error) ? g_steal_pointer (&self) : NULL;
}
