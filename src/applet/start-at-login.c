#define G_LOG_DOMAIN "amfa-start-at-login"

#include "start-at-login.h"

#include <glib/gi18n.h>

#include "core/io/autostart.h"
#include "core/io/file-watch.h"
#include "messages/messages.h"

/* The state is what the file says, and nothing else: awsmfa and the desktop's own settings write
 * it, too. */

struct _AmfaStartAtLogin
{
  GObject parent_instance;

  char *path;
  char *program; /* nullable */
  AmfaNotifier *notifier;
  AmfaFileWatch *watch;
  GSimpleAction *action;
};

G_DEFINE_FINAL_TYPE (AmfaStartAtLogin, amfa_start_at_login, G_TYPE_OBJECT)

static void
refresh (AmfaStartAtLogin *self)
{
  g_simple_action_set_state (self->action,
                             g_variant_new_boolean (amfa_autostart_is_on (self->path)));
}

/* Anybody on the bus may ask for a state, even of an action that is disabled. */
static void
on_change_state (GSimpleAction *action, GVariant *value, AmfaStartAtLogin *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  const char *program;

  if (!g_action_get_enabled (G_ACTION (action)))
    return;
  program = g_variant_get_boolean (value) ? self->program : NULL;
  if (!amfa_autostart_set (self->path, program, &error))
    {
      sentence = amfa_message_for_error (error);
      amfa_notifier_failed (self->notifier, NULL, _ ("Start at log-in not changed"), sentence);
    }
  refresh (self);
}

static void
amfa_start_at_login_dispose (GObject *object)
{
  AmfaStartAtLogin *self = AMFA_START_AT_LOGIN (object);

  g_clear_object (&self->watch);
  g_clear_object (&self->action);
  g_clear_object (&self->notifier);

  G_OBJECT_CLASS (amfa_start_at_login_parent_class)->dispose (object);
}

static void
amfa_start_at_login_finalize (GObject *object)
{
  AmfaStartAtLogin *self = AMFA_START_AT_LOGIN (object);

  g_free (self->path);
  g_free (self->program);

  G_OBJECT_CLASS (amfa_start_at_login_parent_class)->finalize (object);
}

static void
amfa_start_at_login_class_init (AmfaStartAtLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_start_at_login_dispose;
  G_OBJECT_CLASS (klass)->finalize = amfa_start_at_login_finalize;
}

static void
amfa_start_at_login_init (AmfaStartAtLogin *self)
{
}

/**
 * amfa_start_at_login_new:
 * @path: the desktop file that starts the applet at log-in
 * @program: (nullable): the applet's absolute path; without one the action is disabled
 * @notifier: says why it could not be changed
 */
AmfaStartAtLogin *
amfa_start_at_login_new (const char *path, const char *program, AmfaNotifier *notifier)
{
  AmfaStartAtLogin *self = g_object_new (AMFA_TYPE_START_AT_LOGIN, NULL);

  self->path = g_strdup (path);
  self->program = g_strdup (program);
  self->notifier = g_object_ref (notifier);
  self->action = g_simple_action_new_stateful ("start-at-login", NULL,
                                               g_variant_new_boolean (amfa_autostart_is_on (path)));
  g_simple_action_set_enabled (self->action, program != NULL);
  g_signal_connect_object (self->action, "change-state", G_CALLBACK (on_change_state), self, 0);
  self->watch = amfa_file_watch_new (path);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  return self;
}

/* Returns: (transfer none): without parameter; activating it changes the state */
GAction *
amfa_start_at_login_get_action (AmfaStartAtLogin *self)
{
  return G_ACTION (self->action);
}
