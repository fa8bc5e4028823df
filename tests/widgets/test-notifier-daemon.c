#include "notices.h"

#include <glib/gstdio.h>

#include "amfa-config.h"

/* What a notification daemon is asked for, by what it says that it can. */

#define DAEMON "org.freedesktop.Notifications"
#define PROFILE "R&D"

typedef struct
{
  NoticesService daemon;
  GtkApplication *application;
  AmfaNotifier *notifier;
  const char *const *capabilities;
  GVariant *notification; /* the arguments of the last Notify about a profile; nullable */
  guint32 shown;          /* the number that the daemon gave it */
  guint32 closed;         /* of what was closed last; 0 if nothing was */
  guint n_sent;
  guint n_asked;
  guint n_answered; /* of the test's own questions */
} Fixture;

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
  Fixture *f = user_data;

  if (g_str_equal (method, "GetCapabilities"))
    {
      f->n_asked++;
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", f->capabilities));
      return;
    }
  if (g_str_equal (method, "Notify"))
    {
      f->n_sent++;
      g_clear_pointer (&f->notification, g_variant_unref);
      f->notification = g_variant_ref (parameters);
      g_variant_get_child (parameters, 1, "u", &f->shown);
      if (f->shown == 0)
        f->shown = f->n_sent;
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", f->shown));
      return;
    }
  g_variant_get (parameters, "(u)", &f->closed);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
set_up (Fixture *f)
{
  static const char xml[] =
      "<node><interface name='" DAEMON "'>"
      "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
      "<method name='Notify'><arg type='s'/><arg type='u'/><arg type='s'/><arg type='s'/>"
      "<arg type='s'/><arg type='as'/><arg type='a{sv}'/><arg type='i'/>"
      "<arg type='u' direction='out'/></method>"
      "<method name='CloseNotification'><arg type='u'/></method>"
      "</interface></node>";

  notices_service_start (&f->daemon, DAEMON, "/org/freedesktop/Notifications", xml, on_method_call,
                         f);
  f->application = notices_application_new ();
}

static void
tear_down (Fixture *f)
{
  g_clear_object (&f->application);
  notices_service_stop (&f->daemon);
  g_clear_pointer (&f->notification, g_variant_unref);
}

static void
await (const guint *counter, guint value)
{
  guint timeout = notices_begin_wait ();

  while (*counter < value)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  g_assert_nonnull (reply);
  f->n_answered++;
}

/* What the daemon has answered so far has arrived, too. */
static void
round_trip (Fixture *f)
{
  g_dbus_connection_call (g_application_get_dbus_connection (G_APPLICATION (f->application)),
                          DAEMON, "/org/freedesktop/Notifications", DAEMON, "GetCapabilities", NULL,
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_answered, f);
  await (&f->n_answered, f->n_answered + 1);
}

static const struct
{
  const char *name;
  NoticesTell tell;
  const char *actions; /* the labels; the default action has none but its name */
  const char *icon;
} KINDS[] = {
  { "a session", notices_start, "", AMFA_APPLICATION_ID "-active-symbolic" },
  { "news", notices_say, "", AMFA_APPLICATION_ID },
  { "a failure", notices_fail, "", AMFA_APPLICATION_ID },
  { "a warning", notices_warn, "default|Enter code|Later",
    AMFA_APPLICATION_ID "-expiring-symbolic" },
  { "an end", notices_end, "default|Enter code", AMFA_APPLICATION_ID "-expired-symbolic" },
  { "a question", notices_ask, "default|Enter code|Later", AMFA_APPLICATION_ID "-none-symbolic" },
};

static char *
dup_labels (Fixture *f)
{
  g_autoptr (GVariant) actions = g_variant_get_child_value (f->notification, 5);
  g_autofree const char **words = g_variant_get_strv (actions, NULL);
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  for (gsize i = 0; words[i]; i += 2)
    g_ptr_array_add (labels, (gpointer) (*words[i + 1] ? words[i + 1] : words[i]));
  g_ptr_array_add (labels, NULL);
  return g_strjoinv ("|", (char **) labels->pdata);
}

static char *
dup_icon (Fixture *f)
{
  g_autoptr (GVariant) hints = g_variant_get_child_value (f->notification, 6);
  char *icon = NULL;

  g_variant_lookup (hints, "image-path", "s", &icon);
  return icon;
}

static void
test_capabilities (gconstpointer data)
{
  Fixture *f = (Fixture *) data;
  static const struct
  {
    const char *const capabilities[4];
    gboolean can_act;
    const char *body;
  } rows[] = {
    { { "body", "actions", "body-markup" }, TRUE, "R&amp;D" },
    { { "body", "body-markup" }, FALSE, "R&amp;D" },
    { { "actions", "body" }, TRUE, "R&D" },
    { { NULL }, FALSE, "R&D" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (KINDS); j++)
      {
        g_autoptr (AmfaNotifier) notifier = amfa_notifier_new (f->application, TRUE, NULL);
        g_autofree char *labels = NULL;
        g_autofree char *icon = NULL;
        const char *body;

        g_test_message ("%" G_GSIZE_FORMAT ", %s", i, KINDS[j].name);
        f->capabilities = rows[i].capabilities;
        KINDS[j].tell (notifier, PROFILE);
        await (&f->n_sent, f->n_sent + 1);
        labels = dup_labels (f);
        icon = dup_icon (f);
        g_variant_get_child (f->notification, 4, "&s", &body);
        g_assert_cmpstr (labels, ==, rows[i].can_act ? KINDS[j].actions : "");
        g_assert_true (g_str_has_prefix (body, rows[i].body));
        g_assert_cmpstr (icon, ==, KINDS[j].icon);
      }
}

/* Where no icon theme has the icons, their files are named. */
static void
test_icon_file (gconstpointer data)
{
  Fixture *f = (Fixture *) data;
  static const char *const none[] = { NULL };
  g_autofree char *top = g_dir_make_tmp ("awsmfa-icons-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (top, "hicolor", "symbolic", "apps", NULL);
  g_autofree char *file =
      g_build_filename (folder, AMFA_APPLICATION_ID "-expired-symbolic.svg", NULL);
  g_autoptr (AmfaNotifier) notifier = amfa_notifier_new (f->application, TRUE, top);
  g_autofree char *icon = NULL;
  g_autofree char *other = NULL;

  g_assert_no_errno (g_mkdir_with_parents (folder, 0700));
  g_assert_true (g_file_set_contents (file, "<svg/>", -1, NULL));
  f->capabilities = none;
  notices_end (notifier, PROFILE);
  await (&f->n_sent, f->n_sent + 1);
  icon = dup_icon (f);
  g_assert_cmpstr (icon, ==, file);

  notices_warn (notifier, PROFILE);
  await (&f->n_sent, f->n_sent + 1);
  other = dup_icon (f);
  g_assert_cmpstr (other, ==, AMFA_APPLICATION_ID "-expiring-symbolic");

  g_assert_no_errno (g_unlink (file));
  while (!g_str_equal (folder, top))
    {
      g_assert_no_errno (g_rmdir (folder));
      *strrchr (folder, '/') = '\0';
    }
  g_assert_no_errno (g_rmdir (top));
}

/* Of what is said about a profile while the daemon has not answered yet, the last counts. */
static void
test_order (gconstpointer data)
{
  Fixture *f = (Fixture *) data;
  static const char *const all[] = { "actions", NULL };
  g_autoptr (AmfaNotifier) notifier = amfa_notifier_new (f->application, TRUE, NULL);
  guint sent = f->n_sent;
  const char *title;

  f->capabilities = all;
  notices_warn (notifier, PROFILE);
  notices_start (notifier, PROFILE);
  await (&f->n_sent, sent + 1);
  g_variant_get_child (f->notification, 3, "&s", &title);
  g_assert_true (g_str_has_prefix (title, "AWS session until"));

  notices_warn (notifier, PROFILE);
  amfa_notifier_withdraw_warning (notifier, PROFILE);
  amfa_notifier_done (notifier, NOTICES_LAST, "last", "last");
  await (&f->n_sent, sent + 2);
  g_variant_get_child (f->notification, 3, "&s", &title);
  g_assert_cmpstr (title, ==, "last");
}

/* There is no time to ask any more, and soon nobody to press a button for. */
static void
test_finish (gconstpointer data)
{
  Fixture *f = (Fixture *) data;
  static const char *const all[] = { "actions", NULL };
  g_autoptr (AmfaNotifier) notifier = amfa_notifier_new (f->application, TRUE, NULL);
  guint sent = f->n_sent;
  guint asked = f->n_asked;
  g_autofree char *labels = NULL;

  f->capabilities = all;
  notices_say (notifier, PROFILE);
  amfa_notifier_finish (notifier);
  await (&f->n_sent, sent + 1);
  await (&f->n_asked, asked + 1);
  notices_warn (notifier, PROFILE);
  await (&f->n_sent, sent + 2);
  labels = dup_labels (f);
  g_assert_cmpstr (labels, ==, "");
  g_assert_cmpuint (f->n_asked, ==, asked + 1);
}

/* Whoever looks at the screen afterwards finds no button of a program that has gone. */
static void
test_finish_withdraws (gconstpointer data)
{
  Fixture *f = (Fixture *) data;
  static const char *const all[] = { "actions", NULL };

  f->capabilities = all;
  for (gsize i = 0; i < G_N_ELEMENTS (KINDS); i++)
    {
      g_autoptr (AmfaNotifier) notifier = amfa_notifier_new (f->application, TRUE, NULL);
      guint sent = f->n_sent;
      guint32 offering;

      f->closed = 0;
      g_test_message ("%s", KINDS[i].name);
      KINDS[i].tell (notifier, PROFILE);
      await (&f->n_sent, sent + 1);
      offering = *KINDS[i].actions ? f->shown : 0;
      round_trip (f);
      amfa_notifier_finish (notifier);
      amfa_notifier_done (notifier, NOTICES_LAST, "last", "last");
      await (&f->n_sent, sent + 2);
      g_assert_cmpuint (f->closed, ==, offering);
    }
}

int
main (int argc, char **argv)
{
  Fixture fixture = { NULL };
  int status;

  /* As GLib decides it. */
  g_setenv ("GNOTIFICATION_BACKEND", "freedesktop", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  set_up (&fixture);
  g_test_add_data_func ("/notifier-daemon/capabilities", &fixture, test_capabilities);
  g_test_add_data_func ("/notifier-daemon/icon-file", &fixture, test_icon_file);
  g_test_add_data_func ("/notifier-daemon/order", &fixture, test_order);
  g_test_add_data_func ("/notifier-daemon/finish", &fixture, test_finish);
  g_test_add_data_func ("/notifier-daemon/finish-withdraws", &fixture, test_finish_withdraws);
  status = g_test_run ();
  tear_down (&fixture);
  return status;
}
