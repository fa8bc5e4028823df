#define G_LOG_DOMAIN "amfa-program-watch"

#include "program-watch.h"

#include <glib/gi18n.h>
#include <sys/stat.h>

#include "core/io/file-watch.h"

/* A package manager puts another file in the program's place. What runs goes on as it is: when a
 * login or a dialog may be interrupted is for the user to say, and where systemd has started the
 * program it ends with the name on the bus, so that it cannot start itself anew in its place. */

struct _AmfaProgramWatch
{
  GObject parent_instance;

  char *program;
  AmfaNotifier *notifier;
  AmfaFileWatch *watch; /* NULL once it was said */
};

G_DEFINE_FINAL_TYPE (AmfaProgramWatch, amfa_program_watch, G_TYPE_OBJECT)

/* Whether there is a program, and not the file of the one that runs. */
static gboolean
was_replaced (const char *program)
{
  struct stat running, there;

  return stat ("/proc/self/exe", &running) == 0 && stat (program, &there) == 0 &&
         g_file_test (program, G_FILE_TEST_IS_EXECUTABLE) &&
         (running.st_dev != there.st_dev || running.st_ino != there.st_ino);
}

static void
on_changed (AmfaProgramWatch *self)
{
  if (!self->watch || !was_replaced (self->program))
    return;

  g_clear_object (&self->watch);
  amfa_notifier_done (self->notifier, NULL, _ ("AWS MFA was updated"),
                      _ ("Quit AWS MFA and start it again to use the new version."));
}

static void
amfa_program_watch_dispose (GObject *object)
{
  AmfaProgramWatch *self = AMFA_PROGRAM_WATCH (object);

  g_clear_object (&self->watch);
  g_clear_object (&self->notifier);
  g_clear_pointer (&self->program, g_free);

  G_OBJECT_CLASS (amfa_program_watch_parent_class)->dispose (object);
}

static void
amfa_program_watch_class_init (AmfaProgramWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_program_watch_dispose;
}

static void
amfa_program_watch_init (AmfaProgramWatch *self)
{
}

/**
 * amfa_program_watch_new:
 * @program: where the program lies that runs
 * @notifier: says that it was replaced
 */
AmfaProgramWatch *
amfa_program_watch_new (const char *program, AmfaNotifier *notifier)
{
  AmfaProgramWatch *self = g_object_new (AMFA_TYPE_PROGRAM_WATCH, NULL);

  self->program = g_strdup (program);
  self->notifier = g_object_ref (notifier);
  self->watch = amfa_file_watch_new (program);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
