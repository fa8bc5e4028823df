#define G_LOG_DOMAIN "amfa-farewell"

#include "farewell.h"

#include <glib/gi18n.h>

#include "session-text.h"

/* What can be called off is; what AWS has granted, and what takes keys out of a file or puts them
 * back, is carried out to its end. That takes a moment unless something outside hangs: then the
 * program ends as if it were killed, which is safe at any point, and says what that costs. */

#define PATIENCE_SECONDS 10

struct _AmfaFarewell
{
  GObject parent_instance;

  AmfaSessionRequests *requests;
  AmfaCodeDialogs *dialogs;
  AmfaDeeds *deeds;
  AmfaRoleKeeper *keeper;
  AmfaNotifier *notifier;
  guint patience;
  gboolean has_begun;
  gboolean is_over;
};

enum
{
  SIGNAL_OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaFarewell, amfa_farewell, G_TYPE_OBJECT)

static void
end (AmfaFarewell *self, gboolean in_time)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  self->is_over = TRUE;
  g_signal_emit (self, signals[SIGNAL_OVER], 0, in_time);
}

static void
end_if_at_rest (AmfaFarewell *self)
{
  if (self->has_begun && !self->is_over && amfa_code_dialogs_is_empty (self->dialogs) &&
      amfa_deeds_are_at_rest (self->deeds) && amfa_role_keeper_is_at_rest (self->keeper))
    end (self, TRUE);
}

/* A code that AWS has accepted is used up. */
static void
on_lost (AmfaFarewell *self, AmfaTokenDialog *dialog)
{
  const char *profile = amfa_token_dialog_get_profile (dialog);
  g_autofree char *who =
      amfa_session_text_who (profile, amfa_token_dialog_get_plan (dialog)->identity);
  g_autofree char *text =
      g_strdup_printf ("%s:\n%s", who,
                       _ ("Your code was accepted, but AWS MFA had to quit before the session "
                          "could be stored."));

  amfa_notifier_done (self->notifier, profile, _ ("AWS session not stored"), text);
}

static gboolean
on_patience_over (gpointer user_data)
{
  AmfaFarewell *self = user_data;

  g_info ("something does not end; the program does");
  self->patience = 0;
  self->is_over = TRUE;
  amfa_code_dialogs_destroy (self->dialogs);
  end (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
amfa_farewell_dispose (GObject *object)
{
  AmfaFarewell *self = AMFA_FAREWELL (object);

  g_clear_handle_id (&self->patience, g_source_remove);
  g_clear_object (&self->requests);
  g_clear_object (&self->dialogs);
  g_clear_object (&self->deeds);
  g_clear_object (&self->keeper);
  g_clear_object (&self->notifier);

  G_OBJECT_CLASS (amfa_farewell_parent_class)->dispose (object);
}

static void
amfa_farewell_class_init (AmfaFarewellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_farewell_dispose;

  signals[SIGNAL_OVER] = g_signal_new ("over", AMFA_TYPE_FAREWELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
amfa_farewell_init (AmfaFarewell *self)
{
}

AmfaFarewell *
amfa_farewell_new (AmfaSessionRequests *requests,
                   AmfaCodeDialogs *dialogs,
                   AmfaDeeds *deeds,
                   AmfaRoleKeeper *keeper,
                   AmfaNotifier *notifier)
{
  AmfaFarewell *self = g_object_new (AMFA_TYPE_FAREWELL, NULL);

  self->requests = g_object_ref (requests);
  self->dialogs = g_object_ref (dialogs);
  self->deeds = g_object_ref (deeds);
  self->keeper = g_object_ref (keeper);
  self->notifier = g_object_ref (notifier);
  g_signal_connect_object (dialogs, "lost", G_CALLBACK (on_lost), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialogs, "closed", G_CALLBACK (end_if_at_rest), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (deeds, "at-rest", G_CALLBACK (end_if_at_rest), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keeper, "at-rest", G_CALLBACK (end_if_at_rest), self, G_CONNECT_SWAPPED);
  return self;
}

/* Once; "over" may come before this returns. */
void
amfa_farewell_begin (AmfaFarewell *self)
{
  if (self->has_begun)
    return;

  amfa_session_requests_unexport (self->requests);
  amfa_notifier_finish (self->notifier);
  amfa_role_keeper_finish (self->keeper);
  amfa_deeds_finish (self->deeds);
  amfa_code_dialogs_finish (self->dialogs);
  self->has_begun = TRUE;
  self->patience = g_timeout_add_seconds (PATIENCE_SECONDS, on_patience_over, self);
  end_if_at_rest (self);
}

gboolean
amfa_farewell_has_begun (AmfaFarewell *self)
{
  return self->has_begun;
}
