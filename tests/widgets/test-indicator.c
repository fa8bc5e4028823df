#include "indicator.h"
#include "notices.h"

#include <dlfcn.h>
#include <string.h>

#define HOST "org.kde.StatusNotifierWatcher"

/* How long the library waits for the bus, after everybody else has had it. */
#define DELAY_MS 500

typedef void (*BusGet) (GBusType type, GCancellable *, GAsyncReadyCallback, gpointer);

typedef struct
{
  GAsyncReadyCallback callback;
  gpointer user_data;
} Question;

static gboolean is_late;
static guint n_missed;

static BusGet
find_bus_get (void)
{
  return (BusGet) dlsym (RTLD_NEXT, "g_bus_get");
}

static gboolean
ask (gpointer user_data)
{
  g_autofree Question *question = user_data;

  find_bus_get () (G_BUS_TYPE_SESSION, NULL, question->callback, question->user_data);
  return G_SOURCE_REMOVE;
}

/* The linker leads the library here; GLib itself asks otherwise. */
void
g_bus_get (GBusType type, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  Question *question;

  if (!is_late)
    {
      find_bus_get () (type, cancellable, callback, data);
      return;
    }
  is_late = FALSE; /* the next time it is as quick as mostly */
  question = g_new (Question, 1);
  *question = (Question){ callback, data };
  g_timeout_add (DELAY_MS, ask, question);
}

/* By itself it happens, too, if rarely. Any other complaint ends the test. */
static void
on_log (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  gboolean is_complaint = (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) != 0;

  if (is_complaint && strstr (message, "G_IS_DBUS_CONNECTION"))
    {
      n_missed++;
      return;
    }
  g_log_default_handler (domain, level, message, user_data);
  g_assert_false (is_complaint);
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  guint *n_registered = user_data;

  (*n_registered)++;
  g_dbus_method_invocation_return_value (invocation, NULL);
  g_dbus_connection_flush_sync (connection, NULL, NULL);
}

static void
assert_registers (void)
{
  static const char xml[] = "<node><interface name='" HOST "'>"
                            "<method name='RegisterStatusNotifierItem'><arg type='s'/></method>"
                            "</interface></node>";
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) state =
      g_simple_action_new_stateful ("start-at-login", NULL, g_variant_new_boolean (FALSE));
  g_autoptr (GtkWidget) menu = NULL;
  g_autoptr (AmfaIndicator) indicator = NULL;
  NoticesService host;
  guint n_registered = 0;
  guint timeout;

  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (state));
  menu = g_object_ref_sink (amfa_session_menu_new (G_ACTION_GROUP (actions)));
  notices_service_start (&host, HOST, "/StatusNotifierWatcher", xml, on_method_call, &n_registered);
  indicator = amfa_indicator_new (connection, AMFA_SESSION_MENU (menu), NULL);
  timeout = notices_begin_wait ();
  while (n_registered == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);

  g_clear_object (&indicator);
  gtk_widget_destroy (menu);
  notices_service_stop (&host);
}

static void
test_registers (void)
{
  is_late = FALSE;
  assert_registers ();
}

/* The library has been told of the host before it has the bus to call it on. */
static void
test_registers_late (void)
{
  is_late = TRUE;
  n_missed = 0;
  assert_registers ();
  g_assert_cmpuint (n_missed, >, 0);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_default_handler (on_log, NULL);
  g_test_add_func ("/indicator/registers", test_registers);
  g_test_add_func ("/indicator/registers-late", test_registers_late);
  return g_test_run ();
}
