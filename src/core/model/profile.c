#define G_LOG_DOMAIN "amfa-profile"

#include "profile.h"

#include "error.h"
#include "foreign-layout.h"
#include "process-line.h"
#include "profile-name.h"

/* Where a setting can stand for a profile: its section of the credentials file beats that of the
 * config file (botocore, session.py: full_config). */
typedef struct
{
  AmfaIniDocument *credentials;
  AmfaIniDocument *config;
  const char *name;
  const char *config_section; /* nullable */
  const AmfaEnvironment *environment;
} Scope;

static char *
dup_setting (const Scope *scope, const char *key, char **origin)
{
  char *value = amfa_ini_document_dup_text (scope->credentials, scope->name, key);
  const char *path = scope->environment->credentials_path;

  if (!value && scope->config_section)
    {
      value = amfa_ini_document_dup_text (scope->config, scope->config_section, key);
      path = scope->environment->config_path;
    }
  if (value && origin)
    *origin = g_strdup_printf ("%s (%s)", key, path);
  return value;
}

/* One that is nothing when it is empty. */
static char *
dup_filled_setting (const Scope *scope, const char *key, char **origin)
{
  g_autofree char *value = dup_setting (scope, key, origin);

  return value && *value ? g_steal_pointer (&value) : NULL;
}

static gboolean
get_flag (const Scope *scope, int from_environment, const char *key)
{
  g_autofree char *value = NULL;

  if (from_environment >= 0)
    return from_environment;
  value = dup_setting (scope, key, NULL);
  return value && g_ascii_strcasecmp (value, "true") == 0;
}

/**
 * amfa_profile_config_section:
 * @config: the config file
 * @name: a profile
 *
 * Returns: (transfer full) (nullable): the name of the section that counts for @name
 */
char *
amfa_profile_config_section (AmfaIniDocument *config, const char *name)
{
  return g_strdup (amfa_ini_document_get_profile_section (config, name));
}

/**
 * amfa_profile_is_process:
 * @credentials: the credentials file
 * @config: the config file
 * @name: a profile
 *
 * Returns: whether AWS tools that find no keys in the files ask this program for them
 */
gboolean
amfa_profile_is_process (AmfaIniDocument *credentials, AmfaIniDocument *config, const char *name)
{
  g_autofree char *section = amfa_profile_config_section (config, name);
  g_autofree char *nearer = amfa_ini_document_dup_text (credentials, name, AMFA_PROCESS_KEY);
  g_autofree char *line =
      section ? amfa_ini_document_dup_text (config, section, AMFA_PROCESS_KEY) : NULL;

  return amfa_process_line_is_ours (nearer ? nearer : line, name);
}

/* Takes @name. */
static void
add_name (GPtrArray *names, GHashTable *known, char *name)
{
  if (!name || g_hash_table_contains (known, name))
    {
      g_free (name);
      return;
    }
  g_hash_table_add (known, name);
  g_ptr_array_add (names, name);
}

/**
 * amfa_profile_list_names:
 * @credentials: the credentials file
 * @config: the config file
 *
 * Returns: (transfer full): every profile of the two files, in their order
 */
char **
amfa_profile_list_names (AmfaIniDocument *credentials, AmfaIniDocument *config)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) of_credentials = amfa_ini_document_list_sections (credentials);
  g_auto (GStrv) of_config = amfa_ini_document_list_sections (config);

  for (gsize i = 0; of_credentials[i]; i++)
    add_name (names, known, g_strdup (of_credentials[i]));
  for (gsize i = 0; of_config[i]; i++)
    add_name (names, known, amfa_profile_name_from_config (of_config[i]));
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_steal (names, NULL);
}

/* Returns: (transfer full) (nullable): the section of those services; as with profiles the last one
 *   counts */
static char *
dup_services_section (const Scope *scope, const char *services)
{
  g_auto (GStrv) sections = amfa_ini_document_list_sections (scope->config);
  char *found = NULL;

  for (gsize i = 0; sections[i]; i++)
    {
      g_autofree char *name = amfa_services_name_from_config (sections[i]);

      if (g_strcmp0 (name, services) == 0)
        {
          g_free (found);
          found = g_strdup (sections[i]);
        }
    }
  return found;
}

/* What the profile's [services …] has; %NULL with @error if the profile names one that is not
 * there, with which no AWS tool works. */
static char *
dup_services_url (const Scope *scope, AmfaService service, char **origin, GError **error)
{
  g_autofree char *place = NULL;
  g_autofree char *services = dup_setting (scope, "services", &place);
  g_autofree char *section = services ? dup_services_section (scope, services) : NULL;
  g_autofree char *url = NULL;

  if (services && !section)
    amfa_set_error (error, AMFA_ERROR_ENDPOINT_BAD,
                    &(AmfaErrorDetails){ .subject = services,
                                         .other = place,
                                         .reason = AMFA_ENDPOINT_PROBLEM_SERVICES });
  if (!section)
    return NULL;
  url = amfa_ini_document_dup_nested (scope->config, section,
                                      amfa_service_get_signing_name (service), "endpoint_url");
  if (!url || !*url)
    return NULL;
  *origin = g_strdup_printf ("[%s] (%s)", section, scope->environment->config_path);
  return g_steal_pointer (&url);
}

/* Order of botocore's ConfiguredEndpointProvider: the service's variable, the general one, the
 * profile's [services …], the profile's endpoint_url. %NULL without @error: AWS's own. */
static char *
dup_endpoint_url (const Scope *scope, AmfaService service, char **origin, GError **error)
{
  const AmfaEnvironment *environment = scope->environment;
  gboolean is_sts = service == AMFA_SERVICE_STS;
  const char *own = is_sts ? environment->endpoint_url_sts : environment->endpoint_url_iam;
  g_autoptr (GError) problem = NULL;
  char *url;

  if (get_flag (scope, environment->ignore_configured_endpoints, "ignore_configured_endpoint_urls"))
    return NULL;

  if (own)
    {
      *origin = g_strdup (is_sts ? "AWS_ENDPOINT_URL_STS" : "AWS_ENDPOINT_URL_IAM");
      return g_strdup (own);
    }
  if (environment->endpoint_url)
    {
      *origin = g_strdup ("AWS_ENDPOINT_URL");
      return g_strdup (environment->endpoint_url);
    }
  url = dup_services_url (scope, service, origin, &problem);
  if (problem)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (!url)
    url = dup_setting (scope, "endpoint_url", origin);
  return url;
}

static AmfaEndpoint *
resolve_endpoint (const Scope *scope,
                  AmfaService service,
                  const char *region,
                  const char *region_origin,
                  AmfaEndpointFlags flags,
                  GError **error)
{
  g_autofree char *origin = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *url = dup_endpoint_url (scope, service, &origin, &problem);
  const AmfaEndpointOverride custom = { url, origin };

  if (problem)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  return amfa_endpoint_resolve (service, region, region_origin, flags, url ? &custom : NULL, error);
}

static AmfaEndpointFlags
get_flags (const Scope *scope)
{
  const char *said = scope->environment->sts_regional_endpoints;
  g_autofree char *regional =
      said ? g_strdup (said) : dup_setting (scope, "sts_regional_endpoints", NULL);
  AmfaEndpointFlags flags = AMFA_ENDPOINT_DEFAULT;

  if (get_flag (scope, scope->environment->use_fips, "use_fips_endpoint"))
    flags |= AMFA_ENDPOINT_FIPS;
  if (get_flag (scope, scope->environment->use_dual_stack, "use_dualstack_endpoint"))
    flags |= AMFA_ENDPOINT_DUAL_STACK;
  if (g_strcmp0 (regional, "legacy") == 0)
    flags |= AMFA_ENDPOINT_LEGACY_STS;
  return flags;
}

/**
 * amfa_profile_parse_duration:
 * @text: a duration_seconds
 *
 * Returns: the seconds; 0 for what is no integer, as in botocore, or what STS grants nobody: that
 *   counts as not said
 */
guint
amfa_profile_parse_duration (const char *text)
{
  guint64 seconds = 0;

  g_return_val_if_fail (text != NULL, 0);

  if (!g_ascii_string_to_unsigned (text, 10, AMFA_DURATION_MIN, AMFA_DURATION_MAX, &seconds, NULL))
    return 0;
  return (guint) seconds;
}

static guint
get_duration (const Scope *scope)
{
  g_autofree char *text = dup_setting (scope, "duration_seconds", NULL);

  return text ? amfa_profile_parse_duration (text) : 0;
}

/* botocore's order (session.py, endpoint.py): the variable, the setting, and last that of another
 * library. */
static char *
dup_ca_bundle (const Scope *scope, char **origin)
{
  const AmfaEnvironment *environment = scope->environment;
  g_autofree char *set = NULL;

  if (environment->ca_bundle)
    {
      *origin = g_strdup ("AWS_CA_BUNDLE");
      return g_strdup (environment->ca_bundle);
    }
  set = dup_filled_setting (scope, "ca_bundle", origin);
  if (set)
    return amfa_environment_dup_path (environment, set);
  g_free (*origin);
  *origin = environment->last_ca_bundle ? g_strdup ("REQUESTS_CA_BUNDLE") : NULL;
  return g_strdup (environment->last_ca_bundle);
}

/**
 * amfa_profile_dup_code_command:
 * @config: the config file
 * @name: a profile
 *
 * A key of aws-vault's, of the config file alone. Programs that write sessions rewrite the other
 * file, which is not where one expects a command.
 *
 * Returns: (transfer full) (nullable): what prints the code, by the profile's own section
 */
char *
amfa_profile_dup_code_command (AmfaIniDocument *config, const char *name)
{
  g_autofree char *section = amfa_profile_config_section (config, name);
  g_autofree char *line =
      section ? amfa_ini_document_dup_text (config, section, "mfa_process") : NULL;

  return line && *line ? g_steal_pointer (&line) : NULL;
}

static AmfaCredentials *
read_config_keys (const Scope *scope)
{
  const char *section = scope->config_section;
  g_autofree char *key_id = NULL;
  g_autoptr (AmfaSecret) secret = NULL;
  g_autoptr (AmfaSecret) token = NULL;

  if (!section)
    return NULL;
  key_id = amfa_ini_document_dup_text (scope->config, section, "aws_access_key_id");
  secret = amfa_ini_document_get_value (scope->config, section, "aws_secret_access_key");
  token = amfa_ini_document_get_value (scope->config, section, "aws_session_token");
  if (!key_id || !secret || token || amfa_key_id_is_temporary (key_id) ||
      !amfa_key_pair_is_possible (key_id, amfa_secret_get_length (secret)))
    return NULL;
  return amfa_credentials_new (key_id, secret, NULL, 0);
}

/**
 * amfa_profile_resolve:
 * @name: the profile
 * @credentials: the credentials file
 * @config: the config file
 * @environment: the environment
 * @options: (nullable): what the user said
 * @error: %AMFA_ERROR_ENDPOINT_BAD
 *
 * Returns: (transfer full): the profile, or %NULL
 */
AmfaProfile *
amfa_profile_resolve (const char *name,
                      AmfaIniDocument *credentials,
                      AmfaIniDocument *config,
                      const AmfaEnvironment *environment,
                      const AmfaProfileOptions *options,
                      GError **error)
{
  g_return_val_if_fail (name != NULL && environment != NULL, NULL);
  g_return_val_if_fail (credentials != NULL && config != NULL, NULL);

  static const AmfaProfileOptions no_options = { NULL };
  const AmfaProfileOptions *said = options ? options : &no_options;
  g_autoptr (AmfaProfile) self = g_new0 (AmfaProfile, 1);
  g_autofree char *section = amfa_profile_config_section (config, name);
  const Scope scope = { credentials, config, name, section, environment };
  g_autofree char *origin = NULL;
  g_autoptr (AmfaForeignLayout) pair = NULL;

  self->name = g_strdup (name);
  if (said->region)
    {
      self->region = g_strdup (said->region);
      origin = g_strdup ("--region");
    }
  else if (environment->region)
    {
      self->region = g_strdup (environment->region);
      origin = g_strdup (environment->region_origin);
    }
  else
    self->region = dup_filled_setting (&scope, "region", &origin);
  self->region_is_said = self->region != NULL;
  if (!self->region)
    self->region = g_strdup (AMFA_DEFAULT_REGION);

  AmfaEndpointFlags flags = get_flags (&scope);

  self->sts = resolve_endpoint (&scope, AMFA_SERVICE_STS, self->region, origin, flags, error);
  if (!self->sts)
    return NULL;
  self->iam = resolve_endpoint (&scope, AMFA_SERVICE_IAM, self->region, origin, flags, error);
  if (!self->iam)
    return NULL;

  self->serial = said->serial ? g_strdup (said->serial)
                              : dup_setting (&scope, "mfa_serial", &self->serial_origin);
  pair = amfa_foreign_layout_find_pair (credentials, name);
  if (pair)
    {
      self->pair_keys = g_steal_pointer (&pair->keys);
      if (!self->serial)
        self->serial = g_steal_pointer (&pair->serial);
    }
  self->config_duration = get_duration (&scope);
  self->duration = said->duration ? said->duration : self->config_duration;
  self->ca_bundle = dup_ca_bundle (&scope, &self->ca_bundle_origin);
  amfa_endpoint_set_ca_bundle (self->sts, self->ca_bundle, self->ca_bundle_origin);
  amfa_endpoint_set_ca_bundle (self->iam, self->ca_bundle, self->ca_bundle_origin);
  self->config_keys = read_config_keys (&scope);
  self->is_process = amfa_profile_is_process (credentials, config, name);
  self->code_command = amfa_profile_dup_code_command (config, name);
  return g_steal_pointer (&self);
}

void
amfa_profile_free (AmfaProfile *self)
{
  if (!self)
    return;

  g_free (self->name);
  g_clear_pointer (&self->sts, amfa_endpoint_free);
  g_clear_pointer (&self->iam, amfa_endpoint_free);
  g_free (self->region);
  g_free (self->serial);
  g_free (self->serial_origin);
  g_free (self->ca_bundle);
  g_free (self->ca_bundle_origin);
  g_clear_pointer (&self->pair_keys, amfa_credentials_unref);
  g_clear_pointer (&self->config_keys, amfa_credentials_unref);
  g_free (self->code_command);
  g_free (self);
}
