#include "core/io/process.h"
#include "query-fixture.h"

#include <stdio.h>
#include <glib/gstdio.h>
#include <string.h>

/* The query client and the services on top of it against hostile-server.py: every case asks the
 * server afterwards what arrived there. */

typedef struct
{
  guint requests;    /* in this case */
  guint code;        /* most sendings of one code */
  guint connections; /* that carried requests of this case */
  guint other;       /* connections to the other host, since the start */
  guint good;        /* the same for the good TLS port */
} Report;

/* What arrived for the case @name; good until the next call. */
static const Report *
get_report (const char *name)
{
  static Report report;
  g_autofree char *path = g_strconcat ("/report/", name, NULL);
  g_autofree char *answer = server_ask (path);

  g_assert_cmpint (sscanf (answer, "requests=%u code=%u connections=%u other=%u good=%u",
                           &report.requests, &report.code, &report.connections, &report.other,
                           &report.good),
                   ==, 5);
  return &report;
}

static GPtrArray *
list_devices (Fixture *fixture, const AmfaEndpoint *endpoint, GError **error)
{
  g_clear_object (&fixture->result);
  amfa_iam_list_mfa_devices_async (fixture->client, endpoint, fixture->credentials,
                                   fixture->cancellable, on_ready, fixture);
  return amfa_iam_list_mfa_devices_finish (fixture->client, wait_for_result (fixture), error);
}

/* What becomes of a request with a code, which is never sent twice. */
typedef struct
{
  const char *behaviour;
  int code; /* of AMFA_ERROR, -1: keys */
  int reason;
} Outcome;

#define KEYS -1

static const Outcome outcomes[] = {
  { "ok", KEYS },
  { "chunked", KEYS },
  { "until-close", KEYS },
  { "rados", KEYS },
  { "json", KEYS },
  { "html", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "empty", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_EMPTY },
  { "half", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_TRUNCATED },
  { "half-well-formed", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_TRUNCATED },
  { "half-xml", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_TRUNCATED },
  { "chunks-cut", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_TRUNCATED },
  { "big", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_TOO_BIG },
  { "endless", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_TOO_BIG },
  { "few-preambles", KEYS },
  { "preambles", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "garbage", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "garbage-body", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "garbage-gzip", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "unauthorized", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "not-found", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_INCOMPLETE },
  { "no-keys", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_INCOMPLETE },
  { "past", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_IMPLAUSIBLE },
  { "far-future", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_IMPLAUSIBLE },
  { "no-date-day", KEYS },
  { "no-date-far", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_IMPLAUSIBLE },
  { "same-key", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_IMPLAUSIBLE },
  { "other-action", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_INCOMPLETE },
  { "next-line", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_INCOMPLETE },
  { "no-break-space", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_INCOMPLETE },
  { "nul", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "nul-reference", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "last-clock", AMFA_ERROR_CLOCK_OFF },
  { "redirect-300-other", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-301-same", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-301-other", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-302-same", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-302-other", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-303-same", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-303-other", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-307-same", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-307-other", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-308-same", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "redirect-308-other", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { "fin", AMFA_ERROR_NETWORK },
  { "rst", AMFA_ERROR_NETWORK },
  { "fault", AMFA_ERROR_SERVICE },
  { "fault-html", AMFA_ERROR_SERVICE },
  { "throttled", AMFA_ERROR_SERVICE },
  { "wrong-code", AMFA_ERROR_CODE_REFUSED },
  { "moto-error", AMFA_ERROR_CODE_REFUSED },
  { "wrong-device", AMFA_ERROR_DEVICE_REFUSED },
  { "unknown-key", AMFA_ERROR_KEY_REFUSED },
  { "rados-error", AMFA_ERROR_NOT_ALLOWED },
  { "json-error", AMFA_ERROR_SESSION_EXPIRED },
};

static void
test_outcome (gconstpointer data)
{
  const Outcome *outcome = data;
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *name = g_strconcat ("outcome-", outcome->behaviour, NULL);
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, name);
  {
    g_autoptr (AmfaEndpoint) endpoint =
        plain_endpoint (&fixture, AMFA_SERVICE_STS, outcome->behaviour);
    g_autoptr (AmfaCredentials) session = get_session_token (&fixture, endpoint, &error);

    if (outcome->code == KEYS)
      {
        g_assert_no_error (error);
        g_assert_true (amfa_credentials_are_temporary (session));
        g_assert_cmpint (amfa_credentials_get_expiration (session), >, now);
        g_assert_false (amfa_query_client_was_resigned (fixture.client));
      }
    else
      {
        g_assert_null (session);
        g_assert_error (error, AMFA_ERROR, outcome->code);
        if (outcome->code == AMFA_ERROR_PROTOCOL)
          g_assert_cmpint (amfa_error_get_details (error)->reason, ==, outcome->reason);
        if (outcome->code == AMFA_ERROR_PROTOCOL || outcome->code == AMFA_ERROR_NETWORK)
          g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, endpoint->host);
        if (outcome->code == AMFA_ERROR_NETWORK || outcome->code == AMFA_ERROR_SERVICE)
          g_assert_nonnull (amfa_error_get_details (error)->quote);
        if (outcome->code == AMFA_ERROR_DEVICE_REFUSED)
          g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, SERIAL);
        if (outcome->code == AMFA_ERROR_KEY_REFUSED)
          g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, KEY_ID);
        g_assert_null (strstr (error->message, CODE));
      }
  }

  /* Whatever comes of it: not a second time, and nowhere else. */
  const Report *report = get_report (name);

  g_assert_cmpuint (report->requests, ==, 1);
  g_assert_cmpuint (report->code, ==, 1);
  g_assert_cmpuint (report->other, ==, 0);
  fixture_tear_down (&fixture);
}

/* Steps and calls that take too long; the limits are 1 s and 1.5 s here. */
typedef struct
{
  const char *behaviour;
  gdouble at_most;
} Slow;

static const Slow slow[] = {
  { "hang", 1.4 },
  { "drip", 2.5 },
  { "drip-headers", 2.5 },
};

static void
test_slow (gconstpointer data)
{
  const Slow *row = data;
  g_autofree char *name = g_strconcat ("slow-", row->behaviour, NULL);
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimer) timer = g_timer_new ();

  fixture_set_up (&fixture, name);
  amfa_query_client_set_patience (fixture.client, 1, 1500);
  {
    g_autoptr (AmfaEndpoint) endpoint = plain_endpoint (&fixture, AMFA_SERVICE_STS, row->behaviour);

    g_assert_null (get_session_token (&fixture, endpoint, &error));
  }

  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NETWORK);
  g_assert_cmpint (amfa_error_get_details (error)->reason, ==, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (amfa_error_get_details (error)->quote);
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), >=, 0.9);
  g_assert_cmpuint (get_report (name)->requests, ==, 1);
  fixture_tear_down (&fixture);
}

/* Requests without a code may be repeated: how often they arrive, and what comes of it. */
typedef struct
{
  const char *behaviour;
  int code;
  guint requests;
} Repeat;

static const Repeat repeats[] = {
  { "ok", KEYS, 1 },
  { "fault-once", KEYS, 2 },
  { "fault-html-once", KEYS, 2 },
  { "throttled-once", KEYS, 2 },
  { "fin-once", KEYS, 2 },
  { "fault", AMFA_ERROR_SERVICE, 3 },
  { "throttled", AMFA_ERROR_SERVICE, 3 },
  { "rst", AMFA_ERROR_NETWORK, 3 },
  { "html", AMFA_ERROR_PROTOCOL, 1 },
  { "unknown-key", AMFA_ERROR_KEY_REFUSED, 1 },
  { "rados-no-action", AMFA_ERROR_BAD_REQUEST, 1 },
};

static void
test_repeat (gconstpointer data)
{
  const Repeat *row = data;
  g_autofree char *name = g_strconcat ("repeat-", row->behaviour, NULL);
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, name);
  {
    g_autoptr (AmfaEndpoint) endpoint = plain_endpoint (&fixture, AMFA_SERVICE_STS, row->behaviour);
    g_autoptr (AmfaIdentity) identity = get_caller_identity (&fixture, endpoint, &error);

    if (row->code == KEYS)
      {
        g_assert_no_error (error);
        g_assert_cmpstr (identity->arn, ==, "arn:aws:iam::123456789012:user/division/alice");
      }
    else
      {
        g_assert_error (error, AMFA_ERROR, row->code);
      }
  }
  g_assert_cmpuint (get_report (name)->requests, ==, row->requests);
  fixture_tear_down (&fixture);
}

typedef struct
{
  const char *behaviour;
  gint64 offset;
} Clock;

static const Clock clocks[] = {
  { "fast-clock", 3600 },
  { "slow-clock", -3600 },
  { "date-only-clock", 3600 },
};

static void
test_clock (gconstpointer data)
{
  const Clock *row = data;
  g_autofree char *name = g_strconcat ("clock-", row->behaviour, NULL);
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, name);
  {
    g_autoptr (AmfaEndpoint) endpoint = plain_endpoint (&fixture, AMFA_SERVICE_STS, row->behaviour);
    g_autoptr (AmfaEndpoint) right = plain_endpoint (&fixture, AMFA_SERVICE_STS, "ok");
    g_autoptr (AmfaCredentials) session = get_session_token (&fixture, endpoint, &error);

    g_assert_no_error (error);
    g_assert_nonnull (session);
    g_assert_true (amfa_query_client_was_resigned (fixture.client));
    g_assert_cmpint (ABS (amfa_query_client_get_clock_offset (fixture.client) - row->offset), <=,
                     2);
    g_assert_cmpuint (get_report (name)->requests, ==, 2);
    g_assert_cmpuint (get_report (name)->code, ==, 2);

    /* The offset is known now. */
    g_autoptr (AmfaIdentity) identity = get_caller_identity (&fixture, endpoint, &error);

    g_assert_no_error (error);
    g_assert_nonnull (identity);
    g_assert_true (amfa_query_client_was_resigned (fixture.client));
    g_assert_cmpuint (get_report (name)->requests, ==, 3);

    /* And somebody has set our clock: the next answer shows it, the one after it is signed by it.
     */
    for (guint i = 0; i < 2; i++)
      {
        g_autoptr (AmfaIdentity) again = get_caller_identity (&fixture, right, &error);

        g_assert_no_error (error);
      }
    g_assert_false (amfa_query_client_was_resigned (fixture.client));
    g_assert_cmpint (amfa_query_client_get_clock_offset (fixture.client), ==, 0);
  }
  fixture_tear_down (&fixture);
}

static void
test_clock_stubborn (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, "stubborn");
  {
    g_autoptr (AmfaEndpoint) endpoint =
        plain_endpoint (&fixture, AMFA_SERVICE_STS, "stubborn-clock");

    g_assert_null (get_session_token (&fixture, endpoint, &error));
  }
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_CLOCK_OFF);
  g_assert_cmpint (ABS (amfa_error_get_details (error)->seconds - 7200), <=, 2);
  g_assert_cmpuint (get_report ("stubborn")->code, ==, 2);
  g_assert_false (amfa_query_client_was_resigned (fixture.client));
  fixture_tear_down (&fixture);
}

typedef struct
{
  const char *name;
  const char *host;
  const char *port;
  const char *bundle; /* under tests/data, NULL: the authority */
  int code;
  int reason;
} Tls;

static const Tls tls[] = {
  { "good", "127.0.0.1", "good", NULL, KEYS },
  { "good-by-name", "localhost", "good", NULL, KEYS },
  { "expired", "127.0.0.1", "expired", NULL, AMFA_ERROR_TLS, G_TLS_CERTIFICATE_EXPIRED },
  { "other-host", "127.0.0.1", "other-host", NULL, AMFA_ERROR_TLS, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "unknown", "127.0.0.1", "unknown-authority", NULL, AMFA_ERROR_TLS,
    G_TLS_CERTIFICATE_UNKNOWN_CA },
  { "system", "127.0.0.1", "good", "", AMFA_ERROR_TLS, G_TLS_CERTIFICATE_UNKNOWN_CA },
  { "no-bundle", "127.0.0.1", "good", "tls/missing.pem", AMFA_ERROR_TLS, AMFA_TLS_PROBLEM_BUNDLE },
  { "folder-bundle", "127.0.0.1", "good", "tls", AMFA_ERROR_TLS, AMFA_TLS_PROBLEM_NOT_REGULAR },
  { "empty-bundle", "127.0.0.1", "good", "tls/make-certificates", AMFA_ERROR_TLS,
    AMFA_TLS_PROBLEM_NO_CERTIFICATE },
  { "plain", "127.0.0.1", "http", NULL, AMFA_ERROR_NETWORK },
};

static void
test_tls (gconstpointer data)
{
  const Tls *row = data;
  g_autofree char *name = g_strconcat ("tls-", row->name, NULL);
  g_autofree char *bundle = row->bundle && *row->bundle
                                ? g_test_build_filename (G_TEST_DIST, "data", row->bundle, NULL)
                                : NULL;
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, name);
  if (row->bundle)
    {
      g_free (fixture.ca_bundle);
      fixture.ca_bundle = g_strdup (bundle);
    }
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, row->host, row->port, "ok");
    g_autoptr (AmfaCredentials) session = get_session_token (&fixture, endpoint, &error);

    if (row->code == KEYS)
      {
        g_assert_no_error (error);
        g_assert_nonnull (session);
        g_assert_cmpuint (get_report (name)->requests, ==, 1);
      }
    else
      {
        g_assert_error (error, AMFA_ERROR, row->code);
        g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, endpoint->host);
        g_assert_cmpstr (amfa_error_get_details (error)->other, ==,
                         row->code == AMFA_ERROR_TLS ? fixture.ca_bundle : NULL);
        if (row->code == AMFA_ERROR_TLS)
          g_assert_cmpint (amfa_error_get_details (error)->reason & row->reason, ==, row->reason);
        g_assert_cmpuint (get_report (name)->requests, ==, 0);
      }
  }
  fixture_tear_down (&fixture);
}

/* A bundle as administrators make it: several certificates in a row, with words in between. */
static void
test_ca_bundle_of_several (gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *head;
    const char *files[3]; /* under tests/data/tls */
    const char *tail;
    int code;
    gboolean is_broken;
  } rows[] = {
    { "first", "", { "authority", "unknown-authority" }, "", KEYS },
    { "last", "# Corp\n\n", { "unknown-authority", "expired", "authority" }, "", KEYS },
    { "words", "Subject: CN=Corp\r\n", { "authority" }, "\n# that was it\n", KEYS },
    { "without", "", { "unknown-authority", "expired" }, "", AMFA_ERROR_TLS },
    { "broken", "", { "authority" }, "-----BEGIN CERTIFICATE-----\nAAAA\n", AMFA_ERROR_TLS, TRUE },
    { "broken-first",
      "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
      { "authority" },
      "",
      AMFA_ERROR_TLS,
      TRUE },
  };
  const guint i = GPOINTER_TO_UINT (data);
  g_autofree char *name = g_strconcat ("bundle-", rows[i].name, NULL);
  g_autofree char *folder = g_dir_make_tmp ("amfa-bundle-XXXXXX", NULL);
  g_autofree char *bundle = g_build_filename (folder, "bundle.pem", NULL);
  g_autoptr (GString) text = g_string_new (rows[i].head);
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  for (gsize j = 0; j < G_N_ELEMENTS (rows[i].files) && rows[i].files[j]; j++)
    {
      g_autofree char *file = g_strconcat (rows[i].files[j], ".pem", NULL);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "tls", file, NULL);
      g_autofree char *content = NULL;

      g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
      g_string_append (text, strstr (content, "-----BEGIN CERTIFICATE-----"));
    }
  g_string_append (text, rows[i].tail);
  g_assert_true (g_file_set_contents (bundle, text->str, -1, NULL));
  fixture.ca_bundle = g_strdup (bundle);
  fixture_set_up (&fixture, name);
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "127.0.0.1", "good", "ok");
    g_autoptr (AmfaCredentials) session = get_session_token (&fixture, endpoint, &error);

    if (rows[i].code == KEYS)
      {
        g_assert_no_error (error);
        g_assert_nonnull (session);
      }
    else
      {
        g_assert_error (error, AMFA_ERROR, rows[i].code);
        g_assert_cmpstr (amfa_error_get_details (error)->other, ==, bundle);
        g_assert_cmpint (amfa_error_get_details (error)->reason & AMFA_TLS_PROBLEM_BUNDLE, ==,
                         rows[i].is_broken ? AMFA_TLS_PROBLEM_BUNDLE : 0);
      }
  }
  fixture_tear_down (&fixture);
  g_unlink (bundle);
  g_rmdir (folder);
}

/* Two profiles at once, each with its own authorities: neither sends under those of the other, and
 * both connections stay warm. */
static void
test_ca_bundle_of_each (void)
{
  Fixture fixture = { 0 };
  guint before = get_report ("bundle-of-each")->good;

  fixture_set_up (&fixture, "bundle-of-each");
  {
    g_autoptr (AmfaEndpoint) trusting = tls_endpoint (&fixture, "127.0.0.1", "good", "ok");
    g_autoptr (AmfaEndpoint) doubting = amfa_endpoint_copy (trusting);

    g_free (doubting->ca_bundle);
    doubting->ca_bundle = NULL;
    for (guint i = 0; i < 2; i++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GError) refused = NULL;
        g_autoptr (AmfaIdentity) identity = NULL;

        amfa_query_client_preconnect (fixture.client, trusting);
        g_assert_null (get_caller_identity (&fixture, doubting, &refused));
        g_assert_error (refused, AMFA_ERROR, AMFA_ERROR_TLS);
        identity = get_caller_identity (&fixture, trusting, &error);
        g_assert_no_error (error);
      }
  }
  g_assert_cmpuint (get_report ("bundle-of-each")->requests, ==, 2);
  g_assert_cmpuint (get_report ("bundle-of-each")->good - before, ==, 3);
  fixture_tear_down (&fixture);
}

/* Keys that somebody else has put into the keyring: nothing of them gets into a header. */
static void
test_garbled_keys (void)
{
  static const struct
  {
    const char *key_id;
    const char *token;
  } rows[] = {
    { "AKIA\r\nX-Evil: 1", NULL }, { "AKIA\xc3\xa4", NULL }, { "AKIA 1", NULL }, { "ASIA", "a\nb" },
    { "ASIA", "a\x7f" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture = { 0 };
      g_autoptr (AmfaSecret) secret = amfa_secret_new (SECRET, -1);
      g_autoptr (AmfaSecret) token = rows[i].token ? amfa_secret_new (rows[i].token, -1) : NULL;
      g_autoptr (AmfaEndpoint) endpoint = NULL;
      g_autoptr (GError) error = NULL;

      fixture_set_up (&fixture, "garbled");
      amfa_credentials_unref (fixture.credentials);
      fixture.credentials = amfa_credentials_new (rows[i].key_id, secret, token, 0);
      endpoint = plain_endpoint (&fixture, AMFA_SERVICE_STS, "ok");
      g_assert_null (get_caller_identity (&fixture, endpoint, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
      fixture_tear_down (&fixture);
    }
  g_assert_cmpuint (get_report ("garbled")->requests, ==, 0);
}

static void
test_connection_is_reused (void)
{
  Fixture fixture = { 0 };
  guint before = get_report ("reuse")->good;
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, "reuse");
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "127.0.0.1", "good", "ok");

    for (guint i = 0; i < 3; i++)
      {
        g_autoptr (AmfaIdentity) identity = get_caller_identity (&fixture, endpoint, &error);

        g_assert_no_error (error);
      }
  }
  g_assert_cmpuint (get_report ("reuse")->requests, ==, 3);
  g_assert_cmpuint (get_report ("reuse")->good - before, ==, 1);
  fixture_tear_down (&fixture);
}

static void
test_preconnect (void)
{
  Fixture fixture = { 0 };
  guint before = get_report ("preconnect")->good;
  gboolean is_over = FALSE;
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, "preconnect");
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "127.0.0.1", "good", "ok");
    guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, on_patience_over, &is_over);

    amfa_query_client_preconnect (fixture.client, endpoint);
    amfa_query_client_preconnect (fixture.client, endpoint);
    while (get_report ("preconnect")->good == before && !is_over)
      g_main_context_iteration (NULL, FALSE);
    g_assert_false (is_over);
    g_source_remove (timeout);
    run_loop (100);
    amfa_query_client_preconnect (fixture.client, endpoint);
    run_loop (100);

    g_autoptr (AmfaCredentials) session = get_session_token (&fixture, endpoint, &error);

    g_assert_no_error (error);
    amfa_query_client_preconnect (fixture.client, endpoint);
    run_loop (100);
  }
  g_assert_cmpuint (get_report ("preconnect")->good - before, ==, 1);
  g_assert_cmpuint (get_report ("preconnect")->requests, ==, 1);
  fixture_tear_down (&fixture);
}

/* The code is faster than the handshake: the request takes the connection that is under way. */
static void
test_preconnect_overtaken (void)
{
  Fixture fixture = { 0 };
  guint before = get_report ("overtaken")->good;
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, "overtaken");
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "127.0.0.1", "good", "ok");

    amfa_query_client_preconnect (fixture.client, endpoint);

    g_autoptr (AmfaCredentials) session = get_session_token (&fixture, endpoint, &error);

    g_assert_no_error (error);
  }
  g_assert_cmpuint (get_report ("overtaken")->good - before, ==, 1);
  fixture_tear_down (&fixture);
}

static void
test_preconnect_refused (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, "refused");
  {
    /* Port 1 of the loopback has no listener. */
    g_autoptr (AmfaEndpoint) endpoint =
        make_endpoint (&fixture, AMFA_SERVICE_STS, "https://127.0.0.1:1", "ok");

    amfa_query_client_preconnect (fixture.client, endpoint);
    g_assert_null (get_session_token (&fixture, endpoint, &error));
    g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NETWORK);
    g_assert_nonnull (amfa_error_get_details (error)->quote);
  }
  fixture_tear_down (&fixture);
}

/* On a kept connection: what the server does after its first answer, and how often a code then
 * arrives. */
typedef struct
{
  const char *behaviour;
  gboolean is_answered;
  guint requests;
} Kept;

static const Kept kept[] = {
  { "fin-later", TRUE, 2 },
  { "second-lost", FALSE, 2 },
  { "rst-later", TRUE, 2 },
};

static void
test_kept (gconstpointer data)
{
  const Kept *row = data;
  g_autofree char *name = g_strconcat ("kept-", row->behaviour, NULL);
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, name);
  {
    g_autoptr (AmfaEndpoint) endpoint = plain_endpoint (&fixture, AMFA_SERVICE_STS, row->behaviour);
    g_autoptr (AmfaIdentity) identity = get_caller_identity (&fixture, endpoint, &error);

    g_assert_no_error (error);
    run_loop (100);

    g_autoptr (AmfaCredentials) session = get_session_token (&fixture, endpoint, &error);

    if (row->is_answered)
      g_assert_no_error (error);
    else
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NETWORK);
  }
  g_assert_cmpuint (get_report (name)->requests, ==, row->requests);
  g_assert_cmpuint (get_report (name)->code, ==, 1);
  fixture_tear_down (&fixture);
}

static void
test_devices_by_page (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, "pages");
  {
    g_autoptr (AmfaEndpoint) endpoint = plain_endpoint (&fixture, AMFA_SERVICE_IAM, "ok");
    g_autoptr (GPtrArray) devices = list_devices (&fixture, endpoint, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (devices->len, ==, 3);
    g_assert_cmpstr (((AmfaDevice *) devices->pdata[0])->serial, ==,
                     "arn:aws:iam::123456789012:mfa/a");
    g_assert_cmpstr (((AmfaDevice *) devices->pdata[2])->serial, ==,
                     "arn:aws:iam::123456789012:mfa/c");
  }
  g_assert_cmpuint (get_report ("pages")->requests, ==, 2);
  fixture_tear_down (&fixture);
}

static void
test_devices_in_circles (void)
{
  static const struct
  {
    const char *behaviour;
    guint pages;
  } rows[] = { { "same-marker", 2 }, { "new-markers", 20 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture = { 0 };
      g_autoptr (GError) error = NULL;

      fixture_set_up (&fixture, rows[i].behaviour);
      {
        g_autoptr (AmfaEndpoint) endpoint =
            plain_endpoint (&fixture, AMFA_SERVICE_IAM, rows[i].behaviour);
        g_autoptr (GPtrArray) devices = list_devices (&fixture, endpoint, &error);

        g_assert_no_error (error);
        g_assert_cmpuint (devices->len, ==, rows[i].pages);
      }
      g_assert_cmpuint (get_report (rows[i].behaviour)->requests, ==, rows[i].pages);
      fixture_tear_down (&fixture);
    }
}

/* Refused by name rather than gone round; this machine itself needs no proxy. */
static void
test_proxy_nonsense (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture.environment.https_proxy = g_strdup ("http://user:hush/hush@127.0.0.1:1");
  fixture_set_up (&fixture, "proxy-nonsense");
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
    g_autoptr (AmfaEndpoint) loopback = plain_endpoint (&fixture, AMFA_SERVICE_STS, "ok");
    g_autoptr (AmfaIdentity) identity = NULL;

    g_assert_null (get_session_token (&fixture, endpoint, &error));
    g_assert_error (error, AMFA_ERROR, AMFA_ERROR_ENDPOINT_BAD);
    g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_ENDPOINT_PROBLEM_PROXY);
    g_assert_null (strstr (error->message, "hush"));
    g_clear_error (&error);
    identity = get_caller_identity (&fixture, loopback, &error);
    g_assert_no_error (error);
  }
  fixture_tear_down (&fixture);
}

static gboolean
on_time_to_cancel (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (gconstpointer data)
{
  const char *behaviour = data;
  g_autofree char *name = g_strconcat ("cancel-", behaviour, NULL);
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimer) timer = g_timer_new ();

  fixture_set_up (&fixture, name);
  {
    g_autoptr (AmfaEndpoint) endpoint = plain_endpoint (&fixture, AMFA_SERVICE_STS, behaviour);

    g_timeout_add (200, on_time_to_cancel, fixture.cancellable);
    g_assert_null (get_session_token (&fixture, endpoint, &error));
    g_assert_true (amfa_error_is_cancelled (error));
    g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, 5);
    g_assert_cmpuint (get_report (name)->code, ==, 1);
    g_clear_error (&error);

    /* Cancelled beforehand: nothing is sent. */
    g_assert_null (get_session_token (&fixture, endpoint, &error));
    g_assert_true (amfa_error_is_cancelled (error));
    g_assert_cmpuint (get_report (name)->code, ==, 1);
  }
  fixture_tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  g_strfreev (amfa_process_begin (TRUE));
  g_test_init (&argc, &argv, NULL);
  server_start ("hostile-server.py");

  ADD_TABLE ("/query-client/outcome/", outcomes, behaviour, test_outcome);
  ADD_TABLE ("/query-client/slow/", slow, behaviour, test_slow);
  ADD_TABLE ("/query-client/repeat/", repeats, behaviour, test_repeat);
  ADD_TABLE ("/query-client/clock/", clocks, behaviour, test_clock);
  g_test_add_func ("/query-client/clock/stubborn", test_clock_stubborn);
  ADD_TABLE ("/query-client/tls/", tls, name, test_tls);
  g_test_add_func ("/query-client/tls/ca-bundle-of-each", test_ca_bundle_of_each);
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *path = g_strdup_printf ("/query-client/tls/ca-bundle-of-several/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_ca_bundle_of_several);
    }
  ADD_TABLE ("/query-client/kept/", kept, behaviour, test_kept);
  g_test_add_func ("/query-client/garbled-keys", test_garbled_keys);
  g_test_add_func ("/query-client/reuse", test_connection_is_reused);
  g_test_add_func ("/query-client/preconnect", test_preconnect);
  g_test_add_func ("/query-client/preconnect/overtaken", test_preconnect_overtaken);
  g_test_add_func ("/query-client/preconnect/refused", test_preconnect_refused);
  g_test_add_func ("/iam/pages", test_devices_by_page);
  g_test_add_func ("/iam/circles", test_devices_in_circles);
  g_test_add_func ("/query-client/proxy/nonsense", test_proxy_nonsense);
  g_test_add_data_func ("/query-client/cancel/hang", "hang", test_cancel);
  g_test_add_data_func ("/query-client/cancel/drip", "drip", test_cancel);

  int status = g_test_run ();

  server_stop ();
  return status;
}
