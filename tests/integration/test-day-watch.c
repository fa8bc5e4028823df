#include "core/operations/day-watch.h"
#include "fake-timer.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* 2026-03-28 12:00 UTC */
#define NOON 1774699200
#define HOUR 3600

static void
test_midnight (void)
{
  static const struct
  {
    const char *zone;
    gint64 now, midnight;
  } rows[] = {
    { "UTC", NOON, NOON + 12 * HOUR },
    { "UTC", NOON + 12 * HOUR - 1, NOON + 12 * HOUR },
    { "UTC", NOON + 12 * HOUR, NOON + 36 * HOUR },
    { "+09:00", NOON, NOON + 3 * HOUR },
    { "-05:00", NOON, NOON + 17 * HOUR },
    /* A day of 23 hours, and one of 25. */
    { "Europe/Berlin", NOON, NOON + 11 * HOUR },
    { "Europe/Berlin", NOON + 11 * HOUR, NOON + 34 * HOUR },
    { "Europe/Berlin", 1792879200, 1792879200 + 25 * HOUR },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (rows[i].zone);

      g_test_message ("%s, %" G_GINT64_FORMAT, rows[i].zone, rows[i].now);
      g_assert_nonnull (zone);
      g_assert_cmpint (amfa_day_watch_get_midnight (zone, rows[i].now), ==, rows[i].midnight);
    }
}

static void
count (guint *counter)
{
  (*counter)++;
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("the watch is silent");
  return G_SOURCE_REMOVE;
}

static void
test_days (void)
{
  g_autoptr (AmfaFakeTimer) timer = amfa_fake_timer_new (NOON);
  g_autoptr (AmfaDayWatch) watch =
      amfa_day_watch_new (AMFA_WALL_TIMER (timer), "/nonexistent/localtime");
  guint n_changed = 0;

  g_signal_connect_swapped (watch, "changed", G_CALLBACK (count), &n_changed);
  amfa_fake_timer_advance (timer, 12 * HOUR - 1);
  g_assert_cmpuint (n_changed, ==, 0);
  amfa_fake_timer_advance (timer, 1);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpint (amfa_fake_timer_get_armed (timer), ==, NOON + 36 * HOUR);
  amfa_fake_timer_jump (timer, 48 * HOUR);
  g_assert_cmpuint (n_changed, ==, 2);
  g_assert_cmpint (amfa_fake_timer_get_armed (timer), ==, NOON + 84 * HOUR);
}

/* As a desktop sets it: another link takes the place of the old one. */
static void
test_zone (void)
{
  g_autofree char *folder = g_dir_make_tmp ("awsmfa-zone-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "localtime", NULL);
  g_autofree char *next = g_build_filename (folder, "next", NULL);
  g_autoptr (AmfaFakeTimer) timer = amfa_fake_timer_new (NOON);
  g_autoptr (AmfaDayWatch) watch = NULL;
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);
  guint n_changed = 0;

  g_assert_no_errno (symlink ("/usr/share/zoneinfo/UTC", path));
  watch = amfa_day_watch_new (AMFA_WALL_TIMER (timer), path);
  g_signal_connect_swapped (watch, "changed", G_CALLBACK (count), &n_changed);
  g_assert_no_errno (symlink ("/usr/share/zoneinfo/Asia/Tokyo", next));
  g_assert_no_errno (g_rename (next, path));
  while (n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  g_clear_object (&watch);
  g_assert_no_errno (g_unlink (path));
  g_assert_no_errno (g_rmdir (folder));
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/day-watch/midnight", test_midnight);
  g_test_add_func ("/day-watch/days", test_days);
  g_test_add_func ("/day-watch/zone", test_zone);
  return g_test_run ();
}
