#define G_LOG_DOMAIN "amfa-known-profiles"

#include "known-profiles.h"

#include "profile-roster.h"

#define DEFAULT_PROFILE "default"

/* What the monitor shows is known. It need not have read what somebody has just written, nor show
 * every profile; so the files are read once more for any other name. However many names come, one
 * reading is under way: those that come meanwhile wait for the next, which sees what was written
 * before they came. */

struct _AmfaKnownProfiles
{
  GObject parent_instance;

  AmfaBackend *backend;
  AmfaSessionMonitor *monitor;
  GPtrArray *waiting;  /* of GTask, for the next reading */
  GPtrArray *answered; /* of GTask, by the reading under way; NULL without one */
};

G_DEFINE_FINAL_TYPE (AmfaKnownProfiles, amfa_known_profiles, G_TYPE_OBJECT)

static void read_files (AmfaKnownProfiles *self);

static void
run_reading (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, amfa_profile_roster_read_names (task_data),
                         (GDestroyNotify) g_hash_table_unref);
}

static void
on_files_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AmfaKnownProfiles *self = AMFA_KNOWN_PROFILES (source);
  g_autoptr (GHashTable) names = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GPtrArray) answered = g_steal_pointer (&self->answered);

  for (guint i = 0; i < answered->len; i++)
    {
      GTask *check = g_ptr_array_index (answered, i);

      g_task_return_boolean (check, g_hash_table_contains (names, g_task_get_task_data (check)));
    }
  if (!self->answered && self->waiting->len > 0)
    read_files (self);
}

static void
read_files (AmfaKnownProfiles *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_files_read, NULL);

  self->answered = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_task_set_source_tag (task, read_files);
  g_task_set_task_data (task, amfa_backend_ref (self->backend),
                        (GDestroyNotify) amfa_backend_unref);
  g_task_run_in_thread (task, run_reading);
}

static void
amfa_known_profiles_finalize (GObject *object)
{
  AmfaKnownProfiles *self = AMFA_KNOWN_PROFILES (object);

  amfa_backend_unref (self->backend);
  g_object_unref (self->monitor);
  g_ptr_array_unref (self->waiting);

  G_OBJECT_CLASS (amfa_known_profiles_parent_class)->finalize (object);
}

static void
amfa_known_profiles_class_init (AmfaKnownProfilesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_known_profiles_finalize;
}

static void
amfa_known_profiles_init (AmfaKnownProfiles *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

AmfaKnownProfiles *
amfa_known_profiles_new (AmfaBackend *backend, AmfaSessionMonitor *monitor)
{
  g_return_val_if_fail (backend != NULL && AMFA_IS_SESSION_MONITOR (monitor), NULL);

  AmfaKnownProfiles *self = g_object_new (AMFA_TYPE_KNOWN_PROFILES, NULL);

  self->backend = amfa_backend_ref (backend);
  self->monitor = g_object_ref (monitor);
  return self;
}

/* Whether it is known without a reading. The default profile need not be anywhere yet. */
gboolean
amfa_known_profiles_has (AmfaKnownProfiles *self, const char *profile)
{
  g_return_val_if_fail (AMFA_IS_KNOWN_PROFILES (self) && profile != NULL, FALSE);

  return g_str_equal (profile, DEFAULT_PROFILE) ||
         amfa_session_monitor_lookup (self->monitor, profile) != NULL;
}

/**
 * amfa_known_profiles_check_async:
 * @profile: what somebody calls a profile
 *
 * Reads the files, once more if they are being read.
 */
void
amfa_known_profiles_check_async (AmfaKnownProfiles *self,
                                 const char *profile,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (AMFA_IS_KNOWN_PROFILES (self) && profile != NULL);

  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, amfa_known_profiles_check_async);
  g_task_set_task_data (task, g_strdup (profile), g_free);
  g_ptr_array_add (self->waiting, task);
  if (!self->answered)
    read_files (self);
}

/* Returns: whether the profile is in one of the files, or remembered */
gboolean
amfa_known_profiles_check_finish (AmfaKnownProfiles *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}
