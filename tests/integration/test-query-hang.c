#include "core/io/process.h"
#include "query-fixture.h"

#include <stdio.h>
#include <string.h>

/* Whatever the peer does, and whatever the libraries make of it, a call ends: at its deadline, and
 * within a second of a cancellation. With the argument "h2" the libraries are free to speak HTTP/2,
 * which the programs do not: some of these messages never end then, and the calls have to. */

/* Of what has to come at once: seconds; of several times the shortest counts, since the machine may
 * be in the way of the others. The sanitizers look through whole stacks meanwhile. */
#ifdef __SANITIZE_ADDRESS__
#define AT_ONCE 6.0
#else
#define AT_ONCE 1.3
#endif

#define STEP_SECONDS 1
#define DEADLINE_MS 1500
/* After a deadline: a call without one goes on for longer than the test has patience. */
#define SLACK 8.0

static gboolean is_http2;

static guint
count (const char *name, const char *what)
{
  g_autofree char *path = g_strconcat ("/report/", name, NULL);
  g_autofree char *answer = server_ask (path);
  guint connections, open, bytes;

  g_assert_cmpint (sscanf (answer, "connections=%u open=%u bytes=%u", &connections, &open, &bytes),
                   ==, 3);
  return g_str_equal (what, "bytes") ? bytes : g_str_equal (what, "open") ? open : connections;
}

static const char *const peers[] = {
  "full",    "mute",      "drip-handshake", "close-handshake",   "mute-tls",
  "drip",    "h2-close",  "h2-garbage",     "h2-garbage-close",  "h2-http1",
  "h2-mute", "h2-goaway", "h2-http1-close", "h2-settings-close", "h2-goaway-close",
};

static void
assert_ended_well (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == AMFA_ERROR);
  g_assert_true (error->code == AMFA_ERROR_NETWORK || error->code == AMFA_ERROR_PROTOCOL ||
                 error->code == AMFA_ERROR_TLS);
}

/* A call with a code, at once and behind a connection that is being opened; and the next one does
 * not meet what the first one left. */
static void
test_deadline (gconstpointer data)
{
  const char *peer = data;
  Fixture fixture = { 0 };

  fixture_set_up (&fixture, "deadline");
  amfa_query_client_set_patience (fixture.client, STEP_SECONDS, DEADLINE_MS);
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "127.0.0.1", peer, "any");

    for (guint i = 0; i < 2; i++)
      {
        g_autoptr (GTimer) timer = g_timer_new ();
        g_autoptr (GError) error = NULL;

        amfa_query_client_preconnect (fixture.client, endpoint);
        g_assert_null (get_session_token (&fixture, endpoint, &error));
        assert_ended_well (error);
        g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, DEADLINE_MS / 1000.0 + SLACK);
      }
    if (!g_str_equal (peer, "full"))
      g_assert_cmpuint (count (peer, "connections"), <=, is_http2 ? 300 : 6);
  }
  fixture_tear_down (&fixture);
}

static gboolean
on_time_to_cancel (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* Returns: the seconds that it took */
static double
cancel (const char *peer)
{
  Fixture fixture = { 0 };
  double elapsed = 0;

  fixture_set_up (&fixture, "cancel");
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "127.0.0.1", peer, "any");
    g_autoptr (GTimer) timer = g_timer_new ();
    g_autoptr (GError) error = NULL;

    g_timeout_add_full (G_PRIORITY_DEFAULT, 300, on_time_to_cancel,
                        g_object_ref (fixture.cancellable), g_object_unref);
    g_assert_null (get_session_token (&fixture, endpoint, &error));
    elapsed = g_timer_elapsed (timer, NULL);
    /* Some peers are done before. */
    if (!amfa_error_is_cancelled (error))
      assert_ended_well (error);
  }
  fixture_tear_down (&fixture);
  return elapsed;
}

static void
test_cancel (gconstpointer data)
{
  double shortest = G_MAXDOUBLE;

  for (guint i = 0; i < 3 && shortest >= AT_ONCE; i++)
    shortest = MIN (shortest, cancel (data));
  g_assert_cmpfloat (shortest, <, AT_ONCE);
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer slot)
{
  *(GAsyncResult **) slot = g_object_ref (result);
}

/* Of two calls under way the first one reaches its end, and the other is none the worse: its code
 * may have arrived. */
static void
test_others_go_on (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GCancellable) first = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, "others");
  {
    g_autoptr (AmfaEndpoint) mute = tls_endpoint (&fixture, "127.0.0.1", "mute-tls", "any");
    g_autoptr (AmfaEndpoint) good = tls_endpoint (&fixture, "127.0.0.1", "late", "any");
    g_autoptr (AmfaIdentity) identity = NULL;
    GAsyncResult *cancelled = NULL;

    amfa_sts_get_session_token_async (fixture.client, mute, fixture.credentials, SERIAL, CODE,
                                      43200, first, on_result, &cancelled);
    g_timeout_add (200, on_time_to_cancel, first);
    identity = get_caller_identity (&fixture, good, &error);
    g_assert_no_error (error);
    g_assert_nonnull (identity);
    g_assert_nonnull (cancelled);
    g_assert_null (amfa_sts_get_session_token_finish (fixture.client, cancelled, &error));
    g_assert_true (amfa_error_is_cancelled (error));
    g_object_unref (cancelled);
  }
  fixture_tear_down (&fixture);
}

/* Connections that are opened ahead do not pile up. */
static void
test_preconnect (gconstpointer data)
{
  const char *peer = data;
  Fixture fixture = { 0 };
  guint before = count (peer, "connections");
  g_autoptr (GTimer) timer = g_timer_new ();

  fixture_set_up (&fixture, "preconnect");
  amfa_query_client_set_patience (fixture.client, 100, 300);
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "127.0.0.1", peer, "any");

    for (guint i = 0; i < 20; i++)
      {
        amfa_query_client_preconnect (fixture.client, endpoint);
        run_loop (50);
      }
  }
  /* One at a time, each as long as it may take. */
  g_assert_cmpuint (count (peer, "connections") - before, >=, 2);
  g_assert_cmpuint (count (peer, "connections") - before, <=,
                    (guint) (g_timer_elapsed (timer, NULL) / 0.3) + 1);
  g_assert_cmpuint (count (peer, "open"), <=, 1);
  fixture_tear_down (&fixture);
}

/* Nothing of a request is given to who speaks an old TLS, on a connection opened ahead either. */
typedef struct
{
  const char *peer;
  const char *version; /* refused; NULL: good */
} Version;

static const Version versions[] = {
  { "tls-1.0", "TLS 1.0" },
  { "tls-1.1", "TLS 1.1" },
  { "tls-1.2" },
  { "tls-1.3" },
};

static void
test_version (gconstpointer data)
{
  const Version *row = data;
  Fixture fixture = { 0 };

  fixture_set_up (&fixture, "version");
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "127.0.0.1", row->peer, "any");

    for (guint i = 0; i < 2; i++)
      {
        g_autoptr (GError) error = NULL;

        if (i > 0)
          amfa_query_client_preconnect (fixture.client, endpoint);
        run_loop (i * 200);

        g_autoptr (AmfaIdentity) identity = get_caller_identity (&fixture, endpoint, &error);

        if (!row->version)
          {
            g_assert_no_error (error);
            continue;
          }
        g_assert_error (error, AMFA_ERROR, AMFA_ERROR_TLS);
        g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_TLS_PROBLEM_TOO_OLD);
        g_assert_cmpstr (amfa_error_get_details (error)->quote, ==, row->version);
        g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, endpoint->host);
      }
  }
  if (row->version)
    g_assert_cmpuint (count (row->peer, "bytes"), ==, 0);
  fixture_tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  is_http2 = argc > 1 && g_str_equal (argv[1], "h2");
  if (!is_http2)
    g_strfreev (amfa_process_begin (TRUE));
  else
    g_log_set_always_fatal (G_LOG_FATAL_MASK); /* libsoup complains about its own state */
  server_start ("rude-server.py");

  for (gsize i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      g_autofree char *deadline = g_strconcat ("/query-hang/deadline/", peers[i], NULL);
      g_autofree char *cancel = g_strconcat ("/query-hang/cancel/", peers[i], NULL);

      g_test_add_data_func (deadline, peers[i], test_deadline);
      g_test_add_data_func (cancel, peers[i], test_cancel);
    }
  g_test_add_func ("/query-hang/others-go-on", test_others_go_on);
  g_test_add_data_func ("/query-hang/preconnect/mute", "mute", test_preconnect);
  g_test_add_data_func ("/query-hang/preconnect/drip-handshake", "drip-handshake", test_preconnect);
  ADD_TABLE ("/query-hang/version/", versions, peer, test_version);
  status = g_test_run ();

  server_stop ();
  return status;
}
