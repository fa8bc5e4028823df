#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AMFA_REQUEST_INTERFACE "com.example.AwsMfa1"
#define AMFA_REQUEST_CANCELLED AMFA_REQUEST_INTERFACE ".Cancelled"
#define AMFA_REQUEST_FAILED AMFA_REQUEST_INTERFACE ".Failed"
#define AMFA_REQUEST_UNKNOWN_PROFILE AMFA_REQUEST_INTERFACE ".UnknownProfile"

/**
 * AmfaWaitingRoom:
 *
 * The callers who wait for a session of one profile. Whoever leaves the bus is dropped.
 */
typedef struct _AmfaWaitingRoom AmfaWaitingRoom;

/* The last caller has left the bus. */
typedef void (*AmfaWaitingRoomEmptied) (gpointer user_data);

AmfaWaitingRoom *amfa_waiting_room_new (AmfaWaitingRoomEmptied emptied, gpointer user_data);
void amfa_waiting_room_free (AmfaWaitingRoom *self);
void amfa_waiting_room_add (AmfaWaitingRoom *self,
                            GDBusMethodInvocation *invocation,
                            guint min_seconds,
                            gboolean wants_window);
gboolean amfa_waiting_room_is_empty (AmfaWaitingRoom *self);
gboolean amfa_waiting_room_wants_window (AmfaWaitingRoom *self);
void amfa_waiting_room_answer (AmfaWaitingRoom *self, gint64 expires, gint64 seconds);
void amfa_waiting_room_refuse (AmfaWaitingRoom *self, const char *name, const char *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaWaitingRoom, amfa_waiting_room_free)

G_END_DECLS
