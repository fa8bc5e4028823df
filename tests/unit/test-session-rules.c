#include "core/model/session-rules.h"

static const guint WARNINGS[] = { 900, 300 };

static AmfaSessionRules
rules (gint64 expires, gint64 granted)
{
  return (AmfaSessionRules){ expires, granted, WARNINGS, G_N_ELEMENTS (WARNINGS) };
}

static void
test_state (void)
{
  static const struct
  {
    gint64 granted, now;
    AmfaSessionState state;
    gint64 next;
  } ROWS[] = {
    { 43200, 0, AMFA_SESSION_ACTIVE, 100000 - 900 },
    { 43200, 100000 - 901, AMFA_SESSION_ACTIVE, 100000 - 900 },
    { 43200, 100000 - 900, AMFA_SESSION_EXPIRING, 100000 - 300 },
    { 43200, 100000 - 300, AMFA_SESSION_EXPIRING, 100000 },
    { 43200, 99999, AMFA_SESSION_EXPIRING, 100000 },
    { 43200, 100000, AMFA_SESSION_EXPIRED, 0 },
    { 43200, 200000, AMFA_SESSION_EXPIRED, 0 },
    /* granted for 15 minutes: only the 5-minute warning makes sense */
    { 900, 100000 - 800, AMFA_SESSION_ACTIVE, 100000 - 300 },
    { 1800, 100000 - 900, AMFA_SESSION_EXPIRING, 100000 - 300 },
    { 500, 99990, AMFA_SESSION_ACTIVE, 100000 },
    { 0, 99990, AMFA_SESSION_EXPIRING, 100000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      AmfaSessionRules self = rules (100000, ROWS[i].granted);

      g_assert_cmpint (amfa_session_rules_get_state (&self, ROWS[i].now), ==, ROWS[i].state);
      g_assert_cmpint (amfa_session_rules_get_next (&self, ROWS[i].now), ==, ROWS[i].next);
    }

  AmfaSessionRules none = rules (0, 0);

  g_assert_cmpint (amfa_session_rules_get_state (&none, 5), ==, AMFA_SESSION_NONE);
  g_assert_cmpint (amfa_session_rules_get_next (&none, 5), ==, 0);
}

static void
test_recent (void)
{
  const gint64 end = 100000;
  const gint64 fade = end + 12 * 3600;
  static const struct
  {
    gint64 now;
    gboolean is_recent;
  } ROWS[] = {
    { 0, FALSE },
    { 100000 - 1, FALSE },
    { 100000, TRUE },
    { 100000 + 12 * 3600 - 1, TRUE },
    { 100000 + 12 * 3600, FALSE },
    { G_MAXINT64 / 2, FALSE },
  };
  AmfaSessionRules self = rules (end, 43200);
  AmfaSessionRules none = rules (0, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      gint64 now = ROWS[i].now;

      g_assert_cmpint (amfa_session_end_is_recent (end, now), ==, ROWS[i].is_recent);
      g_assert_cmpint (amfa_session_rules_get_fade (&self, now), ==, ROWS[i].is_recent ? fade : 0);
    }
  g_assert_false (amfa_session_end_is_recent (0, 5));
  g_assert_cmpint (amfa_session_rules_get_fade (&none, 5), ==, 0);
}

static void
test_length (void)
{
  static const struct
  {
    gint64 left, length;
  } ROWS[] = {
    { 43200, 43200 }, { 43199, 43200 }, { 43141, 43200 }, { 43140, 43140 }, { 1799, 1800 },
    { 899, 900 },     { 900, 900 },     { 500, 500 },     { 19, 19 },       { -5, -5 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    g_assert_cmpint (amfa_session_get_length (ROWS[i].left), ==, ROWS[i].length);
}

static void
test_between (void)
{
  AmfaSessionRules self = rules (100000, 43200);
  AmfaSessionRules none = rules (0, 0);

  g_assert_false (amfa_session_rules_warns_between (&self, 99000, 99099));
  g_assert_true (amfa_session_rules_warns_between (&self, 99000, 99100));
  g_assert_false (amfa_session_rules_warns_between (&self, 99100, 99101));
  /* slept over both warnings */
  g_assert_true (amfa_session_rules_warns_between (&self, 90000, 99999));
  /* slept over the end: the end alone is told */
  g_assert_false (amfa_session_rules_warns_between (&self, 90000, 100000));
  g_assert_true (amfa_session_rules_ends_between (&self, 90000, 100000));
  g_assert_false (amfa_session_rules_ends_between (&self, 100000, 100001));
  g_assert_false (amfa_session_rules_ends_between (&none, -5, 5));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session-rules/state", test_state);
  g_test_add_func ("/session-rules/recent", test_recent);
  g_test_add_func ("/session-rules/length", test_length);
  g_test_add_func ("/session-rules/between", test_between);

  return g_test_run ();
}
