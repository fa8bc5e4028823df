#define G_LOG_DOMAIN "amfa-import-survey"

#include "import-survey.h"

#include "core/io/foreign-files.h"
#include "vault.h"

static void
importable_free (AmfaImportable *self)
{
  amfa_foreign_layout_free (self->layout);
  g_free (self);
}

static void
run (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  AmfaBackend *backend = task_data;
  GError *error = NULL;
  g_autoptr (GCancellable) budget =
      amfa_keyring_budget_new (AMFA_KEYRING_OPERATION_MS, cancellable);
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (backend->files, &error);
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GPtrArray) layouts = NULL;
  GPtrArray *found;

  if (!snapshot)
    {
      g_task_return_error (task, error);
      return;
    }
  files = amfa_foreign_files_read (backend->environment);
  layouts = amfa_foreign_layouts_find (amfa_snapshot_get_document (snapshot), files);
  found = g_ptr_array_new_with_free_func ((GDestroyNotify) importable_free);
  g_ptr_array_set_free_func (layouts, NULL);
  for (guint i = 0; i < layouts->len; i++)
    {
      AmfaImportable *importable = g_new0 (AmfaImportable, 1);
      g_autoptr (AmfaVault) vault = NULL;

      importable->layout = g_ptr_array_index (layouts, i);
      vault = amfa_vault_new (backend, importable->layout->profile);
      importable->is_kept = amfa_vault_look (vault, AMFA_ITEM_BASE, budget) == AMFA_LOOK_STORED;
      g_ptr_array_add (found, importable);
    }
  g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * amfa_import_survey_async:
 *
 * Looks through the credentials file and the copies beside it. Nobody is asked for anything.
 */
void
amfa_import_survey_async (AmfaBackend *backend,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (backend != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_import_survey_async);
  g_task_set_task_data (task, amfa_backend_ref (backend), (GDestroyNotify) amfa_backend_unref);
  g_task_run_in_thread (task, run);
}

/**
 * amfa_import_survey_finish:
 * @error: the credentials file cannot be read, a cancellation
 *
 * Returns: (transfer full) (element-type AmfaImportable): what there is, the nearest of each
 *   profile first
 */
GPtrArray *
amfa_import_survey_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_import_survey_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
