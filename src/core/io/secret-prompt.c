#define G_LOG_DOMAIN "amfa-secret-prompt"

#include "secret-prompt.h"

#include "keyring-budget.h"

/* Prompts are performed here and not by libsecret: 0.20.5 dereferences NULL when the service dies
 * while its prompt is on the screen, and tells a dismissed prompt, a vanished service and a missing
 * item in the same way.
 *
 * A prompt has no time limit once it is shown: a human answers it. It ends when the service says so
 * or leaves the bus, or when the caller cancels. */

#define PROMPT_INTERFACE "org.freedesktop.Secret.Prompt"

/* What a service has to take a prompt off the screen: who cancels does not wait for more. */
#define DISMISS_MS 500

typedef struct
{
  gboolean calling; /* the method that shows the prompt has not returned */
  gboolean over;    /* nothing more is waited for */
  AmfaPromptEnd end;
} Prompt;

static void
prompt_end (Prompt *self, AmfaPromptEnd end)
{
  if (!self->over)
    self->end = end;
  self->over = TRUE;
}

static void
on_completed (GDBusConnection *bus,
              const char *sender,
              const char *path,
              const char *interface,
              const char *signal,
              GVariant *parameters,
              gpointer user_data)
{
  gboolean dismissed;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(bv)")))
    {
      prompt_end (user_data, AMFA_PROMPT_BROKEN);
      return;
    }

  g_variant_get (parameters, "(bv)", &dismissed, NULL);
  prompt_end (user_data, dismissed ? AMFA_PROMPT_DISMISSED : AMFA_PROMPT_DONE);
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Prompt *prompt = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  prompt->calling = FALSE;
  if (reply)
    return;

  g_debug ("the prompt was not shown: %s", error->message);
  prompt_end (prompt, AMFA_PROMPT_BROKEN);
}

static void
on_owner_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  prompt_end (user_data, AMFA_PROMPT_BROKEN);
}

/* In the thread that cancels. */
static void
on_cancelled (GCancellable *cancellable, GMainContext *context)
{
  g_main_context_wakeup (context);
}

/* Awaited, since the program may be about to end. */
static void
dismiss (GDBusConnection *bus, const char *owner, const char *path)
{
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_sync (bus, owner, path, PROMPT_INTERFACE, "Dismiss", NULL, NULL,
                                   G_DBUS_CALL_FLAGS_NO_AUTO_START, DISMISS_MS, NULL, NULL);
}

/**
 * amfa_secret_prompt_perform:
 * @owner: unique bus name of the service that made the prompt
 * @path: the prompt
 *
 * Shows the prompt and waits, in a main context of its own, for its end. A cancelled prompt leaves
 * the screen.
 */
AmfaPromptEnd
amfa_secret_prompt_perform (GDBusConnection *bus,
                            const char *owner,
                            const char *path,
                            GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainContextPusher) pusher = g_main_context_pusher_new (context);
  g_autoptr (GCancellable) call_cancellable = g_cancellable_new ();
  Prompt prompt = { .calling = TRUE };
  guint signal =
      g_dbus_connection_signal_subscribe (bus, owner, PROMPT_INTERFACE, "Completed", path, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, on_completed, &prompt, NULL);
  guint watch = g_bus_watch_name_on_connection (bus, owner, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                on_owner_vanished, &prompt, NULL);

  g_dbus_connection_call (bus, owner, path, PROMPT_INTERFACE, "Prompt", g_variant_new ("(s)", ""),
                          NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT, call_cancellable,
                          on_called, &prompt);

  /* Not a source: GLib 2.74 may leak one that is destroyed while its cancellable is cancelled. */
  gulong cancelled =
      cancellable ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), context, NULL)
                  : 0;

  while (prompt.calling && !prompt.over && !g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (context, TRUE);
  amfa_keyring_budget_pause (cancellable, AMFA_PAUSE_PROMPT);
  while (!prompt.over && !g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (context, TRUE);
  amfa_keyring_budget_resume (cancellable, AMFA_PAUSE_PROMPT);
  g_cancellable_disconnect (cancellable, cancelled);

  if (!prompt.over)
    {
      prompt_end (&prompt, AMFA_PROMPT_CANCELLED);
      dismiss (bus, owner, path);
    }

  /* Nothing that points to us may be left in the context. */
  g_cancellable_cancel (call_cancellable);
  while (prompt.calling)
    g_main_context_iteration (context, TRUE);
  g_bus_unwatch_name (watch);
  g_dbus_connection_signal_unsubscribe (bus, signal);
  while (g_main_context_iteration (context, FALSE))
    continue;

  return prompt.end;
}
