#define G_LOG_DOMAIN "amfa-waiting-room"

#include "waiting-room.h"

/* More than tools that start at once; whoever calls more often is no tool, and each of them is
 * looked at whenever anything changes. */
#define MAX_CALLERS 500

struct _AmfaWaitingRoom
{
  GPtrArray *callers; /* of Caller */
  AmfaWaitingRoomEmptied emptied;
  gpointer user_data;
};

typedef struct
{
  AmfaWaitingRoom *room; /* unowned: it owns the caller */
  GDBusMethodInvocation *invocation;
  guint watch; /* of the caller's name on the bus */
  guint min_seconds;
  gboolean wants_window;
} Caller;

static void
caller_free (Caller *caller)
{
  g_clear_handle_id (&caller->watch, g_bus_unwatch_name);
  g_clear_object (&caller->invocation);
  g_free (caller);
}

static void
on_caller_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Caller *caller = user_data;
  AmfaWaitingRoom *self = caller->room;

  g_ptr_array_remove (self->callers, caller);
  if (self->callers->len == 0)
    self->emptied (self->user_data);
}

/**
 * amfa_waiting_room_new:
 * @emptied: told when the last caller has left without an answer; may not free the room
 *
 * Returns: (transfer full): an empty room
 */
AmfaWaitingRoom *
amfa_waiting_room_new (AmfaWaitingRoomEmptied emptied, gpointer user_data)
{
  AmfaWaitingRoom *self = g_new0 (AmfaWaitingRoom, 1);

  self->callers = g_ptr_array_new_with_free_func ((GDestroyNotify) caller_free);
  self->emptied = emptied;
  self->user_data = user_data;
  return self;
}

/* Callers who still wait get no answer. */
void
amfa_waiting_room_free (AmfaWaitingRoom *self)
{
  g_ptr_array_unref (self->callers);
  g_free (self);
}

/**
 * amfa_waiting_room_add:
 * @invocation: (transfer full): the call to answer
 * @min_seconds: how long a session has to last for it
 * @wants_window: whether the question may be a window
 *
 * Where too many wait already this one is refused.
 */
void
amfa_waiting_room_add (AmfaWaitingRoom *self,
                       GDBusMethodInvocation *invocation,
                       guint min_seconds,
                       gboolean wants_window)
{
  Caller *caller;

  if (self->callers->len >= MAX_CALLERS)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, AMFA_REQUEST_FAILED,
                                                  "Too many wait already");
      return;
    }
  caller = g_new0 (Caller, 1);
  caller->room = self;
  caller->invocation = invocation;
  caller->min_seconds = min_seconds;
  caller->wants_window = wants_window;
  caller->watch = g_bus_watch_name_on_connection (
      g_dbus_method_invocation_get_connection (invocation),
      g_dbus_method_invocation_get_sender (invocation), G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
      on_caller_vanished, caller, NULL);
  g_ptr_array_add (self->callers, caller);
}

gboolean
amfa_waiting_room_is_empty (AmfaWaitingRoom *self)
{
  return self->callers->len == 0;
}

gboolean
amfa_waiting_room_wants_window (AmfaWaitingRoom *self)
{
  for (guint i = 0; i < self->callers->len; i++)
    if (((const Caller *) g_ptr_array_index (self->callers, i))->wants_window)
      return TRUE;
  return FALSE;
}

/**
 * amfa_waiting_room_answer:
 * @expires: the end of a session, Unix seconds
 * @seconds: how long it lasts from now
 *
 * Answers everybody for whom that is long enough.
 */
void
amfa_waiting_room_answer (AmfaWaitingRoom *self, gint64 expires, gint64 seconds)
{
  for (guint i = self->callers->len; i > 0; i--)
    {
      Caller *caller = g_ptr_array_index (self->callers, i - 1);

      if (seconds < caller->min_seconds)
        continue;
      g_dbus_method_invocation_return_value (g_steal_pointer (&caller->invocation),
                                             g_variant_new ("(x)", expires));
      g_ptr_array_remove_index (self->callers, i - 1);
    }
}

/* Answers everybody with the D-Bus error @name; @words are for a developer. */
void
amfa_waiting_room_refuse (AmfaWaitingRoom *self, const char *name, const char *words)
{
  for (guint i = 0; i < self->callers->len; i++)
    {
      Caller *caller = g_ptr_array_index (self->callers, i);

      g_dbus_method_invocation_return_dbus_error (g_steal_pointer (&caller->invocation), name,
                                                  words);
    }
  g_ptr_array_set_size (self->callers, 0);
}
