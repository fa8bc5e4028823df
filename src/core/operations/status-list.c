#define G_LOG_DOMAIN "amfa-status-list"

#include "status-list.h"

#include "core/model/profile.h"
#include "preflight.h"
#include "profile-roster.h"
#include "vault.h"

typedef struct
{
  AmfaBackend *backend;
  char *name; /* NULL: every profile */
  AmfaReach reach;
} Request;

static void
request_free (Request *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->name);
  g_free (self);
}

static void
entry_free (AmfaStatusEntry *self)
{
  amfa_profile_status_free (self->profile);
  g_free (self);
}

/* Keys beyond the keyring. Endpoints that make no sense are the login's business. */
static AmfaBasePlace
find_beyond_keyring (AmfaBackend *backend,
                     AmfaIniDocument *credentials,
                     AmfaIniDocument *config,
                     const char *name,
                     AmfaBasePlace otherwise)
{
  g_autoptr (AmfaProfile) profile =
      amfa_profile_resolve (name, credentials, config, backend->environment, NULL, NULL);

  if (profile && profile->pair_keys)
    return AMFA_PLACE_FILE;
  if (profile && profile->config_keys)
    return AMFA_PLACE_CONFIG;
  return backend->environment->keys ? AMFA_PLACE_ENVIRONMENT : otherwise;
}

/* The order in which a login looks (preflight.c). */
static AmfaBasePlace
find_base (AmfaBackend *backend,
           AmfaIniDocument *credentials,
           AmfaIniDocument *config,
           const AmfaProfileStatus *status,
           GCancellable *cancellable)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, status->profile);
  gboolean was_used = status->base_key_id != NULL;

  if (status->kind == AMFA_SECTION_LONG_TERM || status->kind == AMFA_SECTION_LEFTOVERS)
    return AMFA_PLACE_FILE;

  switch (amfa_vault_peek (vault, AMFA_ITEM_BASE, cancellable))
    {
    case AMFA_LOOK_STORED:
      return AMFA_PLACE_KEYRING;
    case AMFA_LOOK_LOCKED:
      return was_used ? AMFA_PLACE_KEYRING_LOCKED
                      : find_beyond_keyring (backend, credentials, config, status->profile,
                                             AMFA_PLACE_KEYRING_LOCKED);
    case AMFA_LOOK_UNKNOWN:
      return was_used ? AMFA_PLACE_KEYRING_UNKNOWN
                      : find_beyond_keyring (backend, credentials, config, status->profile,
                                             AMFA_PLACE_KEYRING_UNKNOWN);
    case AMFA_LOOK_ABSENT:
      return find_beyond_keyring (backend, credentials, config, status->profile,
                                  was_used ? AMFA_PLACE_KEYRING_ABSENT : AMFA_PLACE_NOWHERE);
    case AMFA_LOOK_NOT_STORED:
    default:
      return find_beyond_keyring (backend, credentials, config, status->profile,
                                  AMFA_PLACE_NOWHERE);
    }
}

static gboolean
check_known (AmfaBackend *backend,
             AmfaIniDocument *credentials,
             AmfaIniDocument *config,
             const char *name,
             GError **error)
{
  g_autofree char *digest = amfa_profile_files_dup_digest (backend->files);
  g_autoptr (AmfaProfileState) state = amfa_state_file_read (backend->state, name, digest);

  return amfa_preflight_check_known (name, state, credentials, config, error);
}

static GPtrArray *
read_list (AmfaBackend *backend, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (backend->files, error);
  g_autoptr (AmfaIniDocument) config =
      snapshot ? amfa_profile_files_read_config (backend->files, error) : NULL;
  g_auto (GStrv) names = NULL;

  if (!config)
    return NULL;

  AmfaIniDocument *credentials = amfa_snapshot_get_document (snapshot);

  if (name && !check_known (backend, credentials, config, name, error))
    return NULL;
  names = name ? g_strdupv ((char *[]){ (char *) name, NULL })
               : amfa_profile_roster_list_names (backend, credentials, config);

  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);

  for (gsize i = 0; names[i]; i++)
    {
      AmfaStatusEntry *entry = g_new0 (AmfaStatusEntry, 1);

      entry->profile =
          amfa_profile_status_read (backend, credentials, config, names[i], cancellable);
      entry->base = find_base (backend, credentials, config, entry->profile, cancellable);
      g_ptr_array_add (list, entry);
    }
  return list;
}

static void
run_list (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;
  GError *error = NULL;
  g_autoptr (GCancellable) peeks = amfa_reach_begin (request->reach, cancellable);
  GPtrArray *list = read_list (request->backend, request->name, peeks, &error);

  if (list)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_status_list_async:
 * @name: (nullable): a profile, %NULL for all
 */
void
amfa_status_list_async (AmfaBackend *backend,
                        const char *name,
                        AmfaReach reach,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (backend != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->backend = amfa_backend_ref (backend);
  request->name = g_strdup (name);
  request->reach = reach;
  g_task_set_source_tag (task, amfa_status_list_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  g_task_run_in_thread (task, run_list);
}

/**
 * amfa_status_list_finish:
 * @error: a file that cannot be used, %AMFA_ERROR_PROFILE_UNKNOWN
 *
 * Returns: (transfer full) (element-type AmfaStatusEntry): one for each profile
 */
GPtrArray *
amfa_status_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_status_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
