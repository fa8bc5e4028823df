#define G_LOG_DOMAIN "amfa-environment"

#include "environment.h"

#include <gio/gio.h>
#include <string.h>

/* A variable that is set to nothing says nothing: botocore and the XDG specification agree. */
static const char *
get (const char *const *envp, const char *name)
{
  const char *value = g_environ_getenv ((char **) envp, name);

  return value && *value ? value : NULL;
}

static gboolean
is_word_character (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* "$NAME" and "${NAME}" as Python's posixpath.expandvars() does it: once, and a name that is not
 * set stays as it is written. A name that is set to nothing gives nothing. */
static char *
expand_variables (const char *path, const char *const *envp)
{
  GString *expanded = g_string_new (NULL);

  for (const char *p = path; *p;)
    {
      const char *name = p + 1, *end = name, *after;

      if (*p == '$' && *name == '{')
        {
          name++;
          end = strchr (name, '}');
          after = end ? end + 1 : NULL;
        }
      else
        {
          while (*p == '$' && is_word_character (*end))
            end++;
          after = end > name ? end : NULL;
        }

      g_autofree char *variable = after ? g_strndup (name, end - name) : NULL;
      const char *value = variable ? g_environ_getenv ((char **) envp, variable) : NULL;

      if (value)
        {
          g_string_append (expanded, value);
          p = after;
        }
      else
        g_string_append_c (expanded, *p++);
    }

  return g_string_free (expanded, FALSE);
}

/* "~" and "~/…" as posixpath.expanduser() does it. "~somebody" needs the user database and is not
 * looked up here; shells expand it before we see it. */
static char *
expand_home (const char *path, const char *home)
{
  gsize length = strlen (home);

  if (path[0] != '~' || (path[1] != '/' && path[1] != '\0'))
    return g_strdup (path);

  while (length > 0 && home[length - 1] == '/')
    length--;

  g_autofree char *expanded = g_strdup_printf ("%.*s%s", (int) length, home, path + 1);

  return *expanded ? g_steal_pointer (&expanded) : g_strdup ("/");
}

/* Where a service manager started us there is no PWD; it starts its children in the home. */
static char *
make_absolute (const char *path, const char *const *envp, const char *home)
{
  const char *directory = get (envp, "PWD");

  if (g_path_is_absolute (path))
    return g_strdup (path);
  return g_build_filename (directory && g_path_is_absolute (directory) ? directory : home, path,
                           NULL);
}

/* A file of the AWS tools. botocore's configloader expands the variables first, then the home. */
static char *
dup_aws_path (const char *const *envp, const char *variable, const char *home, const char *name)
{
  const char *path = get (envp, variable);

  if (!path)
    return g_build_filename (home, ".aws", name, NULL);

  g_autofree char *with_variables = expand_variables (path, envp);
  g_autofree char *with_home = expand_home (with_variables, home);

  return make_absolute (with_home, envp, home);
}

/* XDG base directories: a path that is not absolute counts as unset. */
static char *
dup_xdg_path (const char *const *envp,
              const char *variable,
              const char *home,
              const char *fallback,
              const char *name)
{
  const char *base = get (envp, variable);

  if (base && g_path_is_absolute (base))
    return g_build_filename (base, name, NULL);
  return g_build_filename (home, fallback, name, NULL);
}

/* botocore's ensure_boolean(): "true" in any case; whatever else is set means false. */
static int
get_boolean (const char *const *envp, const char *name)
{
  const char *value = get (envp, name);

  if (!value)
    return -1;
  if (g_ascii_strcasecmp (value, "true") == 0)
    return TRUE;
  if (g_ascii_strcasecmp (value, "false") != 0)
    g_message ("%s is neither \"true\" nor \"false\" and counts as \"false\"", name);
  return FALSE;
}

/* urllib's getproxies_environment(): the lower-case name wins, even to say "none". */
static char *
dup_proxy (const char *const *envp, const char *lower_case, const char *upper_case)
{
  if (g_environ_getenv ((char **) envp, lower_case))
    return g_strdup (get (envp, lower_case));
  return g_strdup (get (envp, upper_case));
}

static char *
dup_application_id (const char *const *envp, const char *default_id)
{
  const char *id = get (envp, "AWSMFA_APPLICATION_ID");

  if (id && g_application_id_is_valid (id))
    return g_strdup (id);
  if (id)
    g_message ("AWSMFA_APPLICATION_ID is not an application id: %s is used", default_id);
  return g_strdup (default_id);
}

/**
 * amfa_environment_new:
 * @envp: "NAME=value" strings, then %NULL
 * @default_application_id: what AWSMFA_APPLICATION_ID replaces
 * @home: the user's home, absolute
 * @runtime_dir: the user's runtime folder
 *
 * Reads nothing but its parameters. The AWS command line's order is followed where it and boto3
 * differ: AWS_PROFILE before AWS_DEFAULT_PROFILE, AWS_REGION before AWS_DEFAULT_REGION.
 *
 * Returns: (transfer full): what the variables say
 */
AmfaEnvironment *
amfa_environment_new (const char *const *envp,
                      const char *default_application_id,
                      const char *home,
                      const char *runtime_dir)
{
  g_return_val_if_fail (default_application_id != NULL, NULL);
  g_return_val_if_fail (home != NULL && g_path_is_absolute (home), NULL);
  g_return_val_if_fail (runtime_dir != NULL, NULL);

  AmfaEnvironment *self = g_new0 (AmfaEnvironment, 1);
  const char *profile = get (envp, "AWS_PROFILE");
  const char *ca_bundle = get (envp, "AWS_CA_BUNDLE");

  self->application_id = dup_application_id (envp, default_application_id);
  self->home = g_strdup (home);
  self->credentials_path = dup_aws_path (envp, "AWS_SHARED_CREDENTIALS_FILE", home, "credentials");
  self->config_path = dup_aws_path (envp, "AWS_CONFIG_FILE", home, "config");
  self->own_credentials_path = get (envp, "AWS_SHARED_CREDENTIALS_FILE") != NULL;
  self->state_dir = dup_xdg_path (envp, "XDG_STATE_HOME", home, ".local/state", "awsmfa");
  self->runtime_dir = g_strdup (runtime_dir);
  self->keyrings_dir = dup_xdg_path (envp, "XDG_DATA_HOME", home, ".local/share", "keyrings");

  self->profile = g_strdup (profile ? profile : get (envp, "AWS_DEFAULT_PROFILE"));
  self->region_origin = get (envp, "AWS_REGION")           ? g_strdup ("AWS_REGION")
                        : get (envp, "AWS_DEFAULT_REGION") ? g_strdup ("AWS_DEFAULT_REGION")
                                                           : NULL;
  if (self->region_origin)
    self->region = g_strdup (get (envp, self->region_origin));

  self->endpoint_url = g_strdup (get (envp, "AWS_ENDPOINT_URL"));
  self->endpoint_url_sts = g_strdup (get (envp, "AWS_ENDPOINT_URL_STS"));
  self->endpoint_url_iam = g_strdup (get (envp, "AWS_ENDPOINT_URL_IAM"));
  self->ignore_configured_endpoints = get_boolean (envp, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
  self->use_fips = get_boolean (envp, "AWS_USE_FIPS_ENDPOINT");
  self->use_dual_stack = get_boolean (envp, "AWS_USE_DUALSTACK_ENDPOINT");
  self->sts_regional_endpoints = g_strdup (get (envp, "AWS_STS_REGIONAL_ENDPOINTS"));
  self->ca_bundle = ca_bundle ? make_absolute (ca_bundle, envp, home) : NULL;
  self->https_proxy = dup_proxy (envp, "https_proxy", "HTTPS_PROXY");
  self->no_proxy = dup_proxy (envp, "no_proxy", "NO_PROXY");

  self->keyring_is_file = g_strcmp0 (get (envp, "SECRET_BACKEND"), "file") == 0;
  self->notifies_freedesktop = g_strcmp0 (get (envp, "GNOTIFICATION_BACKEND"), "freedesktop") == 0;
  return self;
}

/**
 * amfa_environment_read_keys:
 * @envp: as for amfa_environment_new()
 *
 * For the program in the terminal, where somebody has set the variables for it. Keys that come
 * with a token belong to a session and do not count.
 */
void
amfa_environment_read_keys (AmfaEnvironment *self, const char *const *envp)
{
  g_return_if_fail (self != NULL);

  const char *key_id = get (envp, "AWS_ACCESS_KEY_ID");
  const char *text = get (envp, "AWS_SECRET_ACCESS_KEY");
  g_autoptr (AmfaSecret) secret = text ? amfa_secret_new (text, -1) : NULL;

  g_clear_pointer (&self->keys, amfa_credentials_unref);
  /* What is not text cannot be kept anywhere. */
  if (key_id && secret && g_utf8_validate (text, -1, NULL) && !get (envp, "AWS_SESSION_TOKEN") &&
      !get (envp, "AWS_SECURITY_TOKEN") && !amfa_key_id_is_temporary (key_id) &&
      amfa_key_pair_is_possible (key_id, amfa_secret_get_length (secret)))
    self->keys = amfa_credentials_new (key_id, secret, NULL, 0);
}

void
amfa_environment_free (AmfaEnvironment *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->application_id);
  g_free (self->home);
  g_free (self->credentials_path);
  g_free (self->config_path);
  g_free (self->state_dir);
  g_free (self->runtime_dir);
  g_free (self->keyrings_dir);
  g_free (self->profile);
  g_free (self->region);
  g_free (self->region_origin);
  g_free (self->endpoint_url);
  g_free (self->endpoint_url_sts);
  g_free (self->endpoint_url_iam);
  g_free (self->sts_regional_endpoints);
  g_free (self->ca_bundle);
  g_free (self->https_proxy);
  g_free (self->no_proxy);
  g_clear_pointer (&self->keys, amfa_credentials_unref);
  g_free (self);
}
