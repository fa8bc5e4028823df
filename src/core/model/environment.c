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

/* "~", "~/…" and "~user/…" as posixpath.expanduser() does it: a user whom nobody knows stays as
 * written. */
static char *
expand_home (const AmfaEnvironment *self, const char *path)
{
  gsize length = strcspn (path, "/");
  g_autofree char *user = path[0] == '~' ? g_strndup (path + 1, length - 1) : NULL;
  g_autofree char *home = NULL;

  if (user && *user)
    home = self->dup_home_of ? self->dup_home_of (user) : NULL;
  else if (user)
    home = g_strdup (self->home);
  if (!home)
    return g_strdup (path);

  for (char *end = home + strlen (home); end > home && end[-1] == '/'; end--)
    end[-1] = '\0';

  g_autofree char *expanded = g_strconcat (home, path + length, NULL);

  return *expanded ? g_steal_pointer (&expanded) : g_strdup ("/");
}

/**
 * amfa_environment_dup_path:
 * @path: a path as the AWS tools take it, from a variable or a setting
 *
 * The one rule for all of them, botocore's: "~" stands for a home, and a relative path starts from
 * the working folder, whatever PWD says.
 *
 * Returns: (transfer full): the same, absolute
 */
char *
amfa_environment_dup_path (const AmfaEnvironment *self, const char *path)
{
  g_return_val_if_fail (self != NULL && path != NULL, NULL);

  g_autofree char *expanded = expand_home (self, path);

  return g_path_is_absolute (expanded) ? g_steal_pointer (&expanded)
                                       : g_build_filename (self->directory, expanded, NULL);
}

/* A file of the AWS tools. Here, and not for other paths, botocore (configloader.py) expands
 * variables first. */
static char *
dup_aws_path (const AmfaEnvironment *self,
              const char *const *envp,
              const char *variable,
              const char *name)
{
  const char *path = get (envp, variable);
  g_autofree char *expanded = path ? expand_variables (path, envp) : NULL;

  return expanded ? amfa_environment_dup_path (self, expanded)
                  : g_build_filename (self->home, ".aws", name, NULL);
}

/* The underlying urllib3 expands "~" alone. An empty path is no path here: botocore takes it for
 * the wish to trust everybody. */
static char *
dup_ca_bundle (const AmfaEnvironment *self, const char *const *envp, const char *variable)
{
  const char *path = get (envp, variable);

  return path ? amfa_environment_dup_path (self, path) : NULL;
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

static char *
dup_autostart_path (const char *const *envp, const char *home, const char *application_id)
{
  g_autofree char *folder = dup_xdg_path (envp, "XDG_CONFIG_HOME", home, ".config", "autostart");
  g_autofree char *name = g_strconcat (application_id, ".desktop", NULL);

  return g_build_filename (folder, name, NULL);
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
 * @surroundings: what else the process knows; copied
 *
 * Reads nothing but its parameters. The AWS command line's order is followed where it and boto3
 * differ: AWS_PROFILE before AWS_DEFAULT_PROFILE, AWS_REGION before AWS_DEFAULT_REGION.
 *
 * Returns: (transfer full): what the variables say
 */
AmfaEnvironment *
amfa_environment_new (const char *const *envp,
                      const char *default_application_id,
                      const AmfaSurroundings *surroundings)
{
  g_return_val_if_fail (default_application_id != NULL && surroundings != NULL, NULL);
  g_return_val_if_fail (g_path_is_absolute (surroundings->home), NULL);
  g_return_val_if_fail (g_path_is_absolute (surroundings->directory), NULL);
  g_return_val_if_fail (surroundings->runtime_dir != NULL, NULL);

  AmfaEnvironment *self = g_new0 (AmfaEnvironment, 1);
  const char *home = surroundings->home;
  const char *profile = get (envp, "AWS_PROFILE");

  self->application_id = dup_application_id (envp, default_application_id);
  self->home = g_strdup (home);
  self->directory = g_strdup (surroundings->directory);
  self->dup_home_of = surroundings->dup_home_of;
  self->credentials_path = dup_aws_path (self, envp, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  self->config_path = dup_aws_path (self, envp, "AWS_CONFIG_FILE", "config");
  self->own_credentials_path = get (envp, "AWS_SHARED_CREDENTIALS_FILE") != NULL;
  self->state_dir = dup_xdg_path (envp, "XDG_STATE_HOME", home, ".local/state", "awsmfa");
  self->autostart_path = dup_autostart_path (envp, home, self->application_id);
  self->runtime_dir = g_strdup (surroundings->runtime_dir);
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
  self->ca_bundle = dup_ca_bundle (self, envp, "AWS_CA_BUNDLE");
  self->last_ca_bundle = dup_ca_bundle (self, envp, "REQUESTS_CA_BUNDLE");
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
  g_free (self->directory);
  g_free (self->credentials_path);
  g_free (self->config_path);
  g_free (self->state_dir);
  g_free (self->autostart_path);
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
  g_free (self->last_ca_bundle);
  g_free (self->https_proxy);
  g_free (self->no_proxy);
  g_clear_pointer (&self->keys, amfa_credentials_unref);
  g_free (self);
}
