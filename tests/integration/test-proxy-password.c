#include "core/io/process.h"
#include "query-fixture.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Calls through the proxies of proxies.py. Every client is a program that has just started, except
 * that a password which a proxy has refused stays refused in this one. */

/* Minutes pass when a test says so, in GLib's place. */
static gint64 skipped;

gint64
g_get_monotonic_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 + skipped;
}

typedef struct
{
  guint connects; /* since the server's start */
  guint offers;   /* of them with a password */
  guint tunnels;
  char target[128]; /* of the last one */
} Report;

static Report
get_report (const char *proxy)
{
  g_autofree char *path = g_strconcat ("/proxy/", proxy, NULL);
  g_autofree char *answer = server_ask (path);
  Report report;

  g_assert_cmpint (sscanf (answer, "connects=%u offers=%u tunnels=%u target=%127s",
                           &report.connects, &report.offers, &report.tunnels, report.target),
                   ==, 4);
  return report;
}

static void
set_up (Fixture *fixture, const char *user, const char *host, const char *proxy)
{
  g_free (fixture->environment.https_proxy);
  fixture->environment.https_proxy = g_strdup_printf ("http://%s%s%s:%u", user ? user : "",
                                                      user ? "@" : "", host, server_port (proxy));
  fixture_set_up (fixture, "proxied");
}

typedef struct
{
  const char *name;
  const char *proxy;
  const char *user; /* nullable */
  int reason;       /* of AMFA_ERROR_NETWORK; 0: keys */
  const char *quote;
  guint connects[3]; /* of the first call, the next one, and one of the next program */
  guint offers[3];
} Row;

#define RIGHT "user:pass%20word"

static const Row rows[] = {
  { "plain", "proxy", NULL, 0, NULL, { 1, 0, 1 } },
  { "unneeded-password", "proxy", "some:one", 0, NULL, { 1, 0, 1 }, { 1, 0, 1 } },
  { "password", "proxy-password", RIGHT, 0, NULL, { 1, 0, 1 }, { 1, 0, 1 } },
  { "password-as-it-is", "proxy-password", "user:pass word", 0, NULL, { 1, 0, 1 }, { 1, 0, 1 } },
  { "password-closes", "proxy-closes", RIGHT, 0, NULL, { 1, 0, 1 }, { 1, 0, 1 } },
  { "no-password", "proxy-password", NULL, G_IO_ERROR_PROXY_NEED_AUTH, "HTTP 407", { 1, 1, 1 } },
  { "no-password-closes",
    "proxy-closes",
    NULL,
    G_IO_ERROR_PROXY_NEED_AUTH,
    "HTTP 407",
    { 1, 1, 1 } },
  { "wrong-password",
    "proxy-password",
    "user:wrong",
    G_IO_ERROR_PROXY_AUTH_FAILED,
    "HTTP 407",
    { 1, 0, 0 },
    { 1, 0, 0 } },
  { "wrong-password-closes",
    "proxy-closes",
    "user:wrong",
    G_IO_ERROR_PROXY_AUTH_FAILED,
    "HTTP 407",
    { 1, 0, 0 },
    { 1, 0, 0 } },
  { "empty-password",
    "proxy-closes",
    "user:",
    G_IO_ERROR_PROXY_AUTH_FAILED,
    "HTTP 407",
    { 1, 0, 0 },
    { 1, 0, 0 } },
  { "user-alone",
    "proxy-closes",
    "wrong",
    G_IO_ERROR_PROXY_AUTH_FAILED,
    "HTTP 407",
    { 1, 0, 0 },
    { 1, 0, 0 } },
  { "digest", "proxy-digest", RIGHT, G_IO_ERROR_NOT_SUPPORTED, "Digest", { 1, 0, 0 }, { 1, 0, 0 } },
  { "digest-no-password", "proxy-digest", NULL, G_IO_ERROR_NOT_SUPPORTED, "Digest", { 1, 1, 1 } },
  { "windows-no-password",
    "proxy-windows",
    NULL,
    G_IO_ERROR_NOT_SUPPORTED,
    "NTLM, Negotiate",
    { 1, 1, 1 } },
  { "both", "proxy-both", RIGHT, 0, NULL, { 1, 0, 1 }, { 1, 0, 1 } },
  { "both-wrong",
    "proxy-both",
    "user:wrong",
    G_IO_ERROR_PROXY_AUTH_FAILED,
    "HTTP 407",
    { 1, 0, 0 },
    { 1, 0, 0 } },
  { "denied", "proxy-deny", NULL, G_IO_ERROR_PROXY_NOT_ALLOWED, "HTTP 403", { 1, 1, 1 } },
  { "broken", "proxy-broken", NULL, G_IO_ERROR_PROXY_FAILED, "502", { 1, 1, 1 } },
  { "garbage", "proxy-garbage", RIGHT, G_IO_ERROR_PROXY_FAILED, "", { 1, 1, 1 }, { 1, 1, 1 } },
  { "ends", "proxy-ends", RIGHT, G_IO_ERROR_PROXY_FAILED, "", { 1, 1, 1 }, { 1, 1, 1 } },
  { "resets", "proxy-resets", NULL, G_IO_ERROR_PROXY_FAILED, "reset", { 1, 1, 1 } },
};

static void
assert_refused (const Row *row, const AmfaEndpoint *endpoint, const GError *error)
{
  const AmfaErrorDetails *details;
  g_autofree char *place = g_strdup_printf ("127.0.0.1:%u", server_port (row->proxy));

  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NETWORK);
  details = amfa_error_get_details (error);
  g_assert_cmpstr (details->subject, ==, endpoint->host);
  g_assert_null (strstr (error->message, "pass"));
  g_assert_null (strstr (error->message, "wrong"));
  g_assert_cmpint (details->reason, ==, row->reason);
  g_assert_cmpstr (details->other, ==, place);
  g_assert_cmpstr (details->origin, ==, "HTTPS_PROXY");
  g_assert_nonnull (strstr (details->quote, row->quote));
}

/* A login with a code, the next one, and one of the next day. */
static void
test_row (gconstpointer data)
{
  const Row *row = data;
  Fixture fixture = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (row->connects); i++)
    {
      Report before = get_report (row->proxy), after;
      g_autoptr (AmfaEndpoint) endpoint = NULL;
      g_autoptr (AmfaCredentials) session = NULL;
      g_autoptr (GError) error = NULL;

      if (i != 1)
        {
          fixture_tear_down (&fixture);
          set_up (&fixture, row->user, "127.0.0.1", row->proxy);
        }
      endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
      session = get_session_token (&fixture, endpoint, &error);
      if (row->reason == 0)
        g_assert_no_error (error);
      else
        assert_refused (row, endpoint, error);
      after = get_report (row->proxy);
      g_assert_cmpuint (after.connects - before.connects, ==, row->connects[i]);
      g_assert_cmpuint (after.offers - before.offers, ==, row->offers[i]);
      g_assert_cmpuint (after.tunnels - before.tunnels, ==,
                        row->reason == 0 ? row->connects[i] : 0);
      /* Its name is for the proxy to look up. */
      if (row->connects[i] > 0)
        g_assert_true (g_str_has_prefix (after.target, "sts.example.test:"));
    }
  fixture_tear_down (&fixture);
}

/* Many ways to offer it twice: a connection that is opened ahead, several calls at once, calls that
 * may be tried again, and a proxy that has two addresses. */
static void
test_once (gconstpointer data)
{
  const char *proxy = data;
  g_autofree char *user = g_strdup_printf ("user:once-%s", proxy);
  Report before = get_report (proxy);
  Fixture fixture = { 0 };

  set_up (&fixture, user, "localhost", proxy);
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
    g_autoptr (AmfaEndpoint) other = tls_endpoint (&fixture, "sts.example.org", "good", "ok");
    Fixture calls[6] = { 0 };

    amfa_query_client_preconnect (fixture.client, endpoint);
    for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
      amfa_sts_get_caller_identity_async (fixture.client, i % 2 ? endpoint : other,
                                          fixture.credentials, NULL, on_ready, &calls[i]);
    for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_null (amfa_sts_get_caller_identity_finish (fixture.client,
                                                            wait_for_result (&calls[i]), &error));
        g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NETWORK);
        g_clear_object (&calls[i].result);
      }
  }
  g_assert_cmpuint (get_report (proxy).offers - before.offers, ==, 1);
  g_assert_cmpuint (get_report (proxy).connects - before.connects, ==, 1);
  fixture_tear_down (&fixture);
}

/* What a proxy makes of an offer that it does not answer is its own business: a request that may be
 * tried again, and a name with two addresses, make no more than two of it. The next request may. */
static void
test_unanswered (gconstpointer data)
{
  const char *proxy = data;
  Fixture fixture = { 0 };

  set_up (&fixture, RIGHT, "localhost", proxy);
  for (guint i = 0; i < 2; i++)
    {
      Report before = get_report (proxy);
      g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
      g_autofree char *place = g_strdup_printf ("localhost:%u", server_port (proxy));
      g_autoptr (GError) error = NULL;

      g_assert_null (get_caller_identity (&fixture, endpoint, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NETWORK);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, G_IO_ERROR_PROXY_FAILED);
      g_assert_cmpstr (amfa_error_get_details (error)->other, ==, place);
      g_assert_cmpuint (get_report (proxy).offers - before.offers, ==, 2);
    }
  fixture_tear_down (&fixture);
}

/* What became of the connections that were opened ahead is not the answer to what comes later. */
static void
test_ahead (void)
{
  const char *proxy = "proxy-recovers";
  Fixture fixture = { 0 };
  g_autoptr (GTimer) timer = g_timer_new ();
  g_autoptr (GError) error = NULL;

  set_up (&fixture, RIGHT, "127.0.0.1", proxy);
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
    g_autoptr (AmfaCredentials) session = NULL;

    while (get_report (proxy).tunnels == 0)
      {
        g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, PATIENCE_SECONDS);
        amfa_query_client_preconnect (fixture.client, endpoint);
        run_loop (20);
      }
    session = get_session_token (&fixture, endpoint, &error);
    g_assert_no_error (error);
  }
  g_assert_cmpuint (get_report (proxy).connects, ==, 3);
  fixture_tear_down (&fixture);
}

/* A right password that was refused is taken as soon as the proxy does so again, but for a minute.
 */
static void
test_outage (void)
{
  static const struct
  {
    guint minutes_later;
    guint offers;
  } calls[] = { { 0, 1 }, { 0, 1 }, { 1, 2 }, { 0, 2 } };
  const char *proxy = "proxy-outage";
  Fixture fixture = { 0 };

  set_up (&fixture, RIGHT, "localhost", proxy);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
      g_autoptr (AmfaCredentials) session = NULL;
      g_autoptr (GError) error = NULL;

      skipped += calls[i].minutes_later * G_TIME_SPAN_MINUTE;
      session = get_session_token (&fixture, endpoint, &error);
      g_assert_true ((session != NULL) == (calls[i].offers == 2));
      g_assert_cmpuint (get_report (proxy).offers, ==, calls[i].offers);
    }
  fixture_tear_down (&fixture);
}

/* Another password for the same proxy is another one. */
static void
test_corrected (void)
{
  static const char *const users[] = { "user:typo", RIGHT };
  Fixture fixture = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaEndpoint) endpoint = NULL;
      g_autoptr (AmfaCredentials) session = NULL;

      set_up (&fixture, users[i], "127.0.0.1", "proxy-closes");
      endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
      session = get_session_token (&fixture, endpoint, &error);
      g_assert_true ((session != NULL) == (i == 1));
      fixture_tear_down (&fixture);
    }
}

static void
test_ipv6_destination (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  set_up (&fixture, NULL, "127.0.0.1", "proxy");
  {
    g_autoptr (AmfaEndpoint) endpoint =
        make_endpoint (&fixture, AMFA_SERVICE_STS, "https://[fd00::1]:8443", "ok");

    /* Nobody's certificate is for it. */
    g_assert_null (get_session_token (&fixture, endpoint, &error));
    g_assert_error (error, AMFA_ERROR, AMFA_ERROR_TLS);
  }
  g_assert_cmpstr (get_report ("proxy").target, ==, "[fd00::1]:8443");
  fixture_tear_down (&fixture);
}

/* The loopback is reached directly, whatever the proxy. */
static void
test_loopback (void)
{
  Report before = get_report ("proxy-deny");
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  set_up (&fixture, NULL, "127.0.0.1", "proxy-deny");
  {
    g_autoptr (AmfaEndpoint) endpoint = plain_endpoint (&fixture, AMFA_SERVICE_STS, "ok");
    g_autoptr (AmfaIdentity) identity = get_caller_identity (&fixture, endpoint, &error);

    g_assert_no_error (error);
  }
  g_assert_cmpuint (get_report ("proxy-deny").connects, ==, before.connects);
  fixture_tear_down (&fixture);
}

static gboolean
on_time_to_cancel (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* A proxy that says nothing, or never finishes, is waited for as for a server. */
static void
test_slow (gconstpointer data)
{
  const char *proxy = data;

  for (guint i = 0; i < 2; i++)
    {
      Fixture fixture = { 0 };
      g_autoptr (GTimer) timer = g_timer_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaEndpoint) endpoint = NULL;

      set_up (&fixture, i > 0 ? RIGHT : NULL, "127.0.0.1", proxy);
      amfa_query_client_set_patience (fixture.client, 20, 1000);
      endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
      if (i > 0)
        g_timeout_add_full (G_PRIORITY_DEFAULT, 300, on_time_to_cancel,
                            g_object_ref (fixture.cancellable), g_object_unref);
      g_assert_null (get_session_token (&fixture, endpoint, &error));
      g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, i> 0 ? 1.3 : 2);
      if (i > 0)
        g_assert_true (amfa_error_is_cancelled (error));
      else
        g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NETWORK);
      fixture_tear_down (&fixture);
    }
}

static void
wait_for_offer (const char *proxy, guint offers)
{
  while (get_report (proxy).offers < offers)
    run_loop (20);
}

/* Whoever waits for another's offer is told in time as well, and does not hold the program up: a
 * connection that is opened ahead goes on for as long as the proxy says nothing. */
static void
test_beside (gconstpointer data)
{
  const char *proxy = data;

  for (guint i = 0; i < 2; i++)
    {
      Report before = get_report (proxy);
      Fixture fixture = { 0 };
      g_autofree char *user = g_strdup_printf ("beside:%u", i);
      g_autoptr (GTimer) timer = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaEndpoint) ahead = NULL;
      g_autoptr (AmfaEndpoint) endpoint = NULL;

      set_up (&fixture, user, "127.0.0.1", proxy);
      amfa_query_client_set_patience (fixture.client, 6, 6000);
      ahead = tls_endpoint (&fixture, "sts.example.org", "good", "ok");
      endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
      amfa_query_client_preconnect (fixture.client, ahead);
      wait_for_offer (proxy, before.offers + 1);
      amfa_query_client_set_patience (fixture.client, 6, 500);
      if (i > 0)
        g_timeout_add_full (G_PRIORITY_DEFAULT, 200, on_time_to_cancel,
                            g_object_ref (fixture.cancellable), g_object_unref);
      timer = g_timer_new ();
      g_assert_null (get_session_token (&fixture, endpoint, &error));
      g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, 1.5);
      if (i > 0)
        g_assert_true (amfa_error_is_cancelled (error));
      else
        g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NETWORK);
      g_assert_cmpuint (get_report (proxy).offers, ==, before.offers + 1);
      fixture_tear_down (&fixture);
    }
}

int
main (int argc, char **argv)
{
  static const char *const silent[] = { "proxy-ends",  "proxy-resets", "proxy-garbage",
                                        "proxy-login", "proxy-page",   "proxy-broken" };
  int status;

  g_strfreev (amfa_process_begin (TRUE));
  g_test_init (&argc, &argv, NULL);
  server_start ("hostile-server.py");

  ADD_TABLE ("/proxy-password/login/", rows, name, test_row);
  g_test_add_data_func ("/proxy-password/once/keeps", "proxy-password", test_once);
  g_test_add_data_func ("/proxy-password/once/closes", "proxy-closes", test_once);
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    {
      g_autofree char *path = g_strconcat ("/proxy-password/unanswered/", silent[i], NULL);

      g_test_add_data_func (path, silent[i], test_unanswered);
    }
  g_test_add_func ("/proxy-password/ahead", test_ahead);
  g_test_add_func ("/proxy-password/outage", test_outage);
  g_test_add_func ("/proxy-password/corrected", test_corrected);
  g_test_add_func ("/proxy-password/ipv6-destination", test_ipv6_destination);
  g_test_add_func ("/proxy-password/loopback", test_loopback);
  g_test_add_data_func ("/proxy-password/slow/mute", "proxy-mute", test_slow);
  g_test_add_data_func ("/proxy-password/slow/drip", "proxy-drip", test_slow);
  g_test_add_data_func ("/proxy-password/beside/mute", "proxy-mute", test_beside);
  g_test_add_data_func ("/proxy-password/beside/drip", "proxy-drip", test_beside);
  status = g_test_run ();

  server_stop ();
  return status;
}
