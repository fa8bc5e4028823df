#define G_LOG_DOMAIN "amfa-file-watch"

#include "file-watch.h"

#include <sys/stat.h>

#include "link-chain.h"

/* What is watched are folders, and only ones that exist (GLib polls for a missing one): for every
 * link on the way, and for the end of the way or its first gap, the folder in which that name is
 * looked up. An event about such a name only means that it is time to look; when the way leads
 * through other folders now, the monitors follow. "changed" is about the file: emitted when what
 * the path leads to is not what it was, be it another file, another place or other content. */

/* Longest silence after the first event of a burst, and so the shortest time between two signals,
 * milliseconds. */
#define SETTLE_TIME 50

/* Folders can come and go while they are being put under watch. */
#define MAX_ROUNDS 8

struct _AmfaFileWatch
{
  GObject parent_instance;

  char *path;
  AmfaLinkChain *chain;
  GHashTable *monitors; /* folder → GFileMonitor */
  char *identity;       /* of what the path led to when last looked at */
  GMainContext *context;
  GSource *look; /* pending; NULL if nothing happened */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaFileWatch, amfa_file_watch, G_TYPE_OBJECT)

static char *
identify (AmfaLinkChain *chain)
{
  struct stat st;

  if (lstat (chain->target, &st) != 0)
    return g_strdup_printf ("%s absent", chain->target);

  return g_strdup_printf ("%s %" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT
                          " %o %" G_GINT64_FORMAT ".%09ld %" G_GINT64_FORMAT ".%09ld",
                          chain->target, (guint64) st.st_dev, (guint64) st.st_ino,
                          (gint64) st.st_size, st.st_mode, (gint64) st.st_mtim.tv_sec,
                          st.st_mtim.tv_nsec, (gint64) st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
}

static void
monitor_free (GFileMonitor *monitor)
{
  g_file_monitor_cancel (monitor);
  g_object_unref (monitor);
}

static gboolean
concerns_path (AmfaFileWatch *self, GFile *file)
{
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  for (guint i = 0; path && i < self->chain->steps->len; i++)
    {
      AmfaLinkStep *step = g_ptr_array_index (self->chain->steps, i);
      g_autofree char *place = g_build_filename (step->folder, step->name, NULL);

      if (g_str_equal (path, place))
        return TRUE;

      /* The folder itself was moved or removed. Another one may have its name already, even its
       * inode number: this monitor is of no use any more. */
      if (g_str_equal (path, step->folder))
        {
          g_hash_table_remove (self->monitors, step->folder);
          return TRUE;
        }
    }
  return FALSE;
}

static void follow (AmfaFileWatch *self);

static gboolean
on_settled (gpointer user_data)
{
  AmfaFileWatch *self = AMFA_FILE_WATCH (user_data);
  g_autofree char *identity = NULL;

  g_clear_pointer (&self->look, g_source_unref);
  follow (self);
  identity = identify (self->chain);
  if (!g_str_equal (identity, self->identity))
    {
      g_free (self->identity);
      self->identity = g_steal_pointer (&identity);
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    }
  return G_SOURCE_REMOVE;
}

static void
on_monitor_changed (
    GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer user_data)
{
  AmfaFileWatch *self = AMFA_FILE_WATCH (user_data);

  gboolean concerned = concerns_path (self, file);

  if (!concerns_path (self, other) && !concerned)
    return;
  if (self->look)
    return;

  self->look = g_timeout_source_new (SETTLE_TIME);
  g_source_set_callback (self->look, on_settled, self, NULL);
  g_source_attach (self->look, self->context);
}

static void
watch_folder (AmfaFileWatch *self, const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GError) error = NULL;
  GFileMonitor *monitor = g_file_monitor_directory (file, G_FILE_MONITOR_NONE, NULL, &error);

  if (!monitor)
    {
      g_info ("%s cannot be watched: %s", folder, error->message);
      return;
    }
  g_file_monitor_set_rate_limit (monitor, SETTLE_TIME);
  g_signal_connect (monitor, "changed", G_CALLBACK (on_monitor_changed), self);
  g_hash_table_insert (self->monitors, g_strdup (folder), monitor);
}

static gboolean
has_step_in (AmfaLinkChain *chain, const char *folder)
{
  for (guint i = 0; i < chain->steps->len; i++)
    {
      AmfaLinkStep *step = g_ptr_array_index (chain->steps, i);

      if (g_str_equal (step->folder, folder))
        return TRUE;
    }
  return FALSE;
}

/* Returns: whether the folders under watch are other ones now */
static gboolean
move_monitors (AmfaFileWatch *self)
{
  gboolean moved = FALSE;
  GHashTableIter iter;
  gpointer folder, monitor;

  g_hash_table_iter_init (&iter, self->monitors);
  while (g_hash_table_iter_next (&iter, &folder, &monitor))
    if (!has_step_in (self->chain, folder))
      {
        g_hash_table_iter_remove (&iter);
        moved = TRUE;
      }

  for (guint i = 0; i < self->chain->steps->len; i++)
    {
      AmfaLinkStep *step = g_ptr_array_index (self->chain->steps, i);

      if (g_hash_table_contains (self->monitors, step->folder))
        continue;
      watch_folder (self, step->folder);
      moved = TRUE;
    }
  return moved;
}

static void
follow (AmfaFileWatch *self)
{
  /* What happened in a folder before its monitor stood was missed: look again until it stays. */
  for (guint i = 0; i < MAX_ROUNDS; i++)
    {
      g_clear_pointer (&self->chain, amfa_link_chain_free);
      self->chain = amfa_link_chain_new (self->path);
      if (!move_monitors (self))
        return;
    }
}

static void
amfa_file_watch_dispose (GObject *object)
{
  AmfaFileWatch *self = AMFA_FILE_WATCH (object);

  if (self->look)
    g_source_destroy (self->look);
  g_clear_pointer (&self->look, g_source_unref);
  g_hash_table_remove_all (self->monitors);

  G_OBJECT_CLASS (amfa_file_watch_parent_class)->dispose (object);
}

static void
amfa_file_watch_finalize (GObject *object)
{
  AmfaFileWatch *self = AMFA_FILE_WATCH (object);

  g_free (self->path);
  g_free (self->identity);
  g_clear_pointer (&self->chain, amfa_link_chain_free);
  g_hash_table_unref (self->monitors);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (amfa_file_watch_parent_class)->finalize (object);
}

static void
amfa_file_watch_class_init (AmfaFileWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_file_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = amfa_file_watch_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", AMFA_TYPE_FILE_WATCH, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
amfa_file_watch_init (AmfaFileWatch *self)
{
  self->monitors =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) monitor_free);
  self->context = g_main_context_ref_thread_default ();
}

/**
 * amfa_file_watch_new:
 * @path: an absolute path; nothing of it needs to exist
 *
 * What is there now is where the watch begins: it is not told as a change.
 *
 * Returns: (transfer full): a watch, which lasts until it is freed
 */
AmfaFileWatch *
amfa_file_watch_new (const char *path)
{
  g_return_val_if_fail (path != NULL && g_path_is_absolute (path), NULL);

  AmfaFileWatch *self = g_object_new (AMFA_TYPE_FILE_WATCH, NULL);

  self->path = g_strdup (path);
  follow (self);
  self->identity = identify (self->chain);
  return self;
}
