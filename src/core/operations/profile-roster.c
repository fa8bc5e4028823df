#define G_LOG_DOMAIN "amfa-profile-roster"

#include "profile-roster.h"

#include "core/model/foreign-layout.h"
#include "core/model/profile.h"
#include "core/model/role-list.h"

#define DEFAULT_PROFILE "default"

/**
 * amfa_profile_roster_list_names:
 * @credentials: the credentials file
 * @config: the config file
 *
 * Returns: (transfer full): the profiles of the files in their order, then those that are
 *   remembered only
 */
char **
amfa_profile_roster_list_names (AmfaBackend *backend,
                                AmfaIniDocument *credentials,
                                AmfaIniDocument *config)
{
  g_return_val_if_fail (backend != NULL && credentials != NULL && config != NULL, NULL);

  g_autofree char *digest = amfa_profile_files_dup_digest (backend->files);
  g_auto (GStrv) of_files = amfa_profile_list_names (credentials, config);
  g_auto (GStrv) remembered = amfa_state_file_list_profiles (backend->state, digest);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_strv_builder_addv (names, (const char **) of_files);
  for (gsize i = 0; remembered[i]; i++)
    if (!g_strv_contains ((const char *const *) of_files, remembered[i]))
      g_strv_builder_add (names, remembered[i]);
  return g_strv_builder_end (names);
}

/* A file that cannot be read says nothing here; whoever logs in is told why. */
static AmfaIniDocument *
document_or_empty (AmfaIniDocument *document, GError *error)
{
  g_autoptr (AmfaSecret) nothing = amfa_secret_new ("", 0);

  if (document)
    return amfa_ini_document_ref (document);
  g_info ("a file of the AWS tools cannot be read: %s", error->message);
  return amfa_ini_document_parse (nothing, NULL);
}

/* Both files as far as they can be read. */
typedef struct
{
  AmfaIniDocument *credentials;
  AmfaIniDocument *config;
  gboolean has_credentials;
} Files;

static void
files_clear (Files *self)
{
  amfa_ini_document_unref (self->credentials);
  amfa_ini_document_unref (self->config);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Files, files_clear)

static void
files_read (Files *self, AmfaBackend *backend)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) config_error = NULL;
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (backend->files, &error);
  g_autoptr (AmfaIniDocument) config =
      amfa_profile_files_read_config (backend->files, &config_error);

  self->has_credentials = snapshot != NULL;
  self->credentials =
      document_or_empty (snapshot ? amfa_snapshot_get_document (snapshot) : NULL, error);
  self->config = document_or_empty (config, config_error);
}

/**
 * amfa_profile_roster_read_names:
 *
 * Reads the files, and no keyring. Blocks: call from a worker thread.
 *
 * Returns: (transfer full) (element-type utf8): the set of profiles that are in the files, for
 *   which another tool has left keys there, or that are remembered
 */
GHashTable *
amfa_profile_roster_read_names (AmfaBackend *backend)
{
  g_return_val_if_fail (backend != NULL, NULL);

  g_auto (Files) files = { NULL };
  g_autoptr (GPtrArray) copies = g_ptr_array_new ();
  g_autoptr (GPtrArray) layouts = NULL;
  g_auto (GStrv) names = NULL;
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  files_read (&files, backend);
  names = amfa_profile_roster_list_names (backend, files.credentials, files.config);
  for (gsize i = 0; names[i]; i++)
    g_hash_table_add (set, g_strdup (names[i]));
  layouts = amfa_foreign_layouts_find (files.credentials, copies);
  for (guint i = 0; i < layouts->len; i++)
    g_hash_table_add (
        set, g_strdup (((const AmfaForeignLayout *) g_ptr_array_index (layouts, i))->profile));
  return set;
}

/* A profile with keys of its own, now or once: a code can be entered for it. */
static gboolean
is_of_interest (const AmfaProfileStatus *status, AmfaIniDocument *config)
{
  g_autofree char *section = amfa_profile_config_section (config, status->profile);

  return status->has_session || status->is_process || status->base_key_id ||
         status->kind == AMFA_SECTION_LONG_TERM || status->kind == AMFA_SECTION_LEFTOVERS ||
         (section && amfa_ini_document_owns_key (config, section, "aws_access_key_id") &&
          !amfa_ini_document_owns_key (config, section, "aws_session_token"));
}

/**
 * amfa_profile_roster_read:
 * @chosen: the profiles that the user wants to see; empty: all that have keys
 *
 * Blocks: call from a worker thread.
 *
 * Returns: (transfer full) (element-type AmfaProfileStatus): the default profile first, unless it
 *   is not among those chosen
 */
GPtrArray *
amfa_profile_roster_read (AmfaBackend *backend,
                          const char *const *chosen,
                          AmfaReach reach,
                          GCancellable *cancellable)
{
  g_return_val_if_fail (backend != NULL && chosen != NULL, NULL);

  g_auto (Files) files = { NULL };
  g_auto (GStrv) names = NULL;
  g_autoptr (GPtrArray) ways = NULL;
  g_autoptr (GCancellable) peeks = amfa_reach_begin (reach, cancellable);
  GPtrArray *roster = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_profile_status_free);

  files_read (&files, backend);
  names = amfa_profile_roster_list_names (backend, files.credentials, files.config);
  ways = amfa_role_list_read (files.credentials, files.config);
  if (!chosen[0] || g_strv_contains (chosen, DEFAULT_PROFILE))
    g_ptr_array_add (roster, files.has_credentials
                                 ? amfa_profile_status_read (backend, files.credentials,
                                                             files.config, DEFAULT_PROFILE, peeks)
                                 : amfa_profile_status_new (DEFAULT_PROFILE));
  for (gsize i = 0; names[i] && !g_cancellable_is_cancelled (cancellable); i++)
    {
      AmfaProfileStatus *status;

      if (g_str_equal (names[i], DEFAULT_PROFILE) ||
          (chosen[0] && !g_strv_contains (chosen, names[i])))
        continue;
      status = amfa_profile_status_read (backend, files.credentials, files.config, names[i], peeks);
      if (chosen[0] || is_of_interest (status, files.config))
        g_ptr_array_add (roster, status);
      else
        amfa_profile_status_free (status);
    }
  for (guint i = 0; i < roster->len; i++)
    {
      AmfaProfileStatus *status = g_ptr_array_index (roster, i);

      status->roles = amfa_role_list_get_roles (ways, status->profile, status->role);
    }
  return roster;
}
