#define G_LOG_DOMAIN "amfa-code-dialogs"

#include "code-dialogs.h"

#include "present.h"

struct _AmfaCodeDialogs
{
  GObject parent_instance;

  GtkApplication *application; /* unowned: it owns the dialogs */
  AmfaBackend *backend;
  AmfaSessionMonitor *monitor;
  GHashTable *dialogs; /* profile → AmfaTokenDialog, unowned */
  gboolean is_finishing;
};

enum
{
  SIGNAL_PRESENTED,
  SIGNAL_GRANTED,
  SIGNAL_SWITCH_ROLE,
  SIGNAL_LOST,
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaCodeDialogs, amfa_code_dialogs, G_TYPE_OBJECT)

/* Where there is no tray, a dialog is the way to that of another profile. */
static void
tell_profiles (AmfaCodeDialogs *self, AmfaTokenDialog *dialog)
{
  GPtrArray *sessions = amfa_session_monitor_get_sessions (self->monitor);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) profiles = NULL;

  for (guint i = 0; i < sessions->len; i++)
    {
      const AmfaSessionInfo *info = g_ptr_array_index (sessions, i);

      g_strv_builder_add (builder, info->profile);
    }
  profiles = g_strv_builder_end (builder);
  amfa_token_dialog_set_profiles (dialog, (const char *const *) profiles);
}

static void
on_sessions_changed (AmfaCodeDialogs *self)
{
  GHashTableIter iter;
  gpointer dialog;

  g_hash_table_iter_init (&iter, self->dialogs);
  while (g_hash_table_iter_next (&iter, NULL, &dialog))
    {
      tell_profiles (self, dialog);
      amfa_token_dialog_look_again (dialog);
    }
}

static void
on_granted (AmfaTokenDialog *dialog,
            gint64 expires,
            guint warnings,
            gint64 clock_offset,
            AmfaCodeDialogs *self)
{
  g_signal_emit (self, signals[SIGNAL_GRANTED], 0, dialog, expires, warnings, clock_offset);
}

static void
on_switch_role (AmfaTokenDialog *dialog, const char *role, AmfaCodeDialogs *self)
{
  g_signal_emit (self, signals[SIGNAL_SWITCH_ROLE], 0, amfa_token_dialog_get_profile (dialog),
                 role);
}

static void
on_other_profile (AmfaTokenDialog *dialog, const char *profile, AmfaCodeDialogs *self)
{
  amfa_code_dialogs_present (self, profile, NULL);
}

static void
on_destroyed (AmfaTokenDialog *dialog, AmfaCodeDialogs *self)
{
  const char *profile = amfa_token_dialog_get_profile (dialog);

  g_hash_table_remove (self->dialogs, profile);
  if (self->is_finishing && amfa_token_dialog_is_granted (dialog))
    g_signal_emit (self, signals[SIGNAL_LOST], 0, dialog);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, profile);
}

static void
amfa_code_dialogs_finalize (GObject *object)
{
  AmfaCodeDialogs *self = AMFA_CODE_DIALOGS (object);

  amfa_backend_unref (self->backend);
  g_object_unref (self->monitor);
  g_hash_table_unref (self->dialogs);

  G_OBJECT_CLASS (amfa_code_dialogs_parent_class)->finalize (object);
}

static void
amfa_code_dialogs_class_init (AmfaCodeDialogsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_code_dialogs_finalize;

  signals[SIGNAL_PRESENTED] = g_signal_new ("presented", AMFA_TYPE_CODE_DIALOGS, G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_GRANTED] = g_signal_new ("granted", AMFA_TYPE_CODE_DIALOGS, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 4, AMFA_TYPE_TOKEN_DIALOG,
                                          G_TYPE_INT64, G_TYPE_UINT, G_TYPE_INT64);
  signals[SIGNAL_SWITCH_ROLE] =
      g_signal_new ("switch-role", AMFA_TYPE_CODE_DIALOGS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_LOST] = g_signal_new ("lost", AMFA_TYPE_CODE_DIALOGS, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, AMFA_TYPE_TOKEN_DIALOG);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", AMFA_TYPE_CODE_DIALOGS, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
amfa_code_dialogs_init (AmfaCodeDialogs *self)
{
  self->dialogs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * amfa_code_dialogs_new:
 * @application: (unowned): outlives the dialogs
 * @backend: what logins work with
 * @monitor: knows the profiles
 */
AmfaCodeDialogs *
amfa_code_dialogs_new (GtkApplication *application,
                       AmfaBackend *backend,
                       AmfaSessionMonitor *monitor)
{
  AmfaCodeDialogs *self = g_object_new (AMFA_TYPE_CODE_DIALOGS, NULL);

  self->application = application;
  self->backend = amfa_backend_ref (backend);
  self->monitor = g_object_ref (monitor);
  g_signal_connect_object (monitor, "changed", G_CALLBACK (on_sessions_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

static AmfaTokenDialog *
add (AmfaCodeDialogs *self, const char *profile, const char *role)
{
  AmfaTokenDialog *dialog = amfa_token_dialog_new (self->application, self->backend, profile, role);

  g_hash_table_insert (self->dialogs, g_strdup (profile), dialog);
  g_signal_connect_object (dialog, "granted", G_CALLBACK (on_granted), self, 0);
  g_signal_connect_object (dialog, "switch-role", G_CALLBACK (on_switch_role), self, 0);
  g_signal_connect_object (dialog, "other-profile", G_CALLBACK (on_other_profile), self, 0);
  g_signal_connect_object (dialog, "destroy", G_CALLBACK (on_destroyed), self, 0);
  tell_profiles (self, dialog);
  return dialog;
}

/**
 * amfa_code_dialogs_present:
 * @profile: a profile's name; if there is none any more the dialog tells
 * @role: (nullable): whose session it shall bring, as for amfa_token_dialog_new(); %NULL: also what
 *   a dialog that is open is for already
 *
 * Returns: (transfer none): the one dialog of @profile
 */
AmfaTokenDialog *
amfa_code_dialogs_present (AmfaCodeDialogs *self, const char *profile, const char *role)
{
  AmfaTokenDialog *dialog = g_hash_table_lookup (self->dialogs, profile);

  if (!dialog)
    dialog = add (self, profile, role);
  else if (role)
    amfa_token_dialog_set_role (dialog, role);
  amfa_present_window (GTK_WINDOW (dialog));
  g_signal_emit (self, signals[SIGNAL_PRESENTED], 0, profile);
  return dialog;
}

/* Whatever becomes of the others meanwhile. */
static void
for_each (AmfaCodeDialogs *self, void (*deed) (AmfaTokenDialog *dialog))
{
  g_autolist (AmfaTokenDialog) dialogs = g_hash_table_get_values (self->dialogs);

  for (GList *l = dialogs; l; l = l->next)
    g_object_ref (l->data);
  for (GList *l = dialogs; l; l = l->next)
    deed (l->data);
}

/* The program is about to end. A dialog that goes calls its request off and forgets what was typed;
 * one whose session is being written goes when it is: "closed" tells. */
void
amfa_code_dialogs_finish (AmfaCodeDialogs *self)
{
  self->is_finishing = TRUE;
  for_each (self, amfa_token_dialog_finish);
}

static void
destroy (AmfaTokenDialog *dialog)
{
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

/* The program ends, whatever is under way. */
void
amfa_code_dialogs_destroy (AmfaCodeDialogs *self)
{
  for_each (self, destroy);
}

gboolean
amfa_code_dialogs_is_empty (AmfaCodeDialogs *self)
{
  return g_hash_table_size (self->dialogs) == 0;
}
