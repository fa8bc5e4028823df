#include "core/aws/iam.h"
#include "core/aws/sts.h"
#include "core/model/error.h"

#include <stdio.h>
#include <glib/gstdio.h>
#include <string.h>

/* The query client and the services on top of it against hostile-server.py: every case asks the
 * server afterwards what arrived there. */

#define KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define SERIAL "arn:aws:iam::123456789012:mfa/alice"
#define CODE "730915"

/* What a test waits at most for anything. */
#define PATIENCE_SECONDS 20

typedef struct
{
  GSubprocess *process;
  GHashTable *ports; /* name → number */
} Server;

static Server server;

/* One test's client and what the server counts for it. */
typedef struct
{
  AmfaEnvironment environment;
  AmfaQueryClient *client;
  AmfaCredentials *credentials;
  GCancellable *cancellable;
  GAsyncResult *result;
  gboolean is_timed_out;
  const char *name;
} Fixture;

typedef struct
{
  guint requests;    /* in this case */
  guint code;        /* most sendings of one code */
  guint connections; /* that carried requests of this case */
  guint other;       /* connections to the other host, since the start */
  guint good;        /* the same for the good TLS port */
  guint tunnels;
} Report;

static guint
server_port (const char *name)
{
  const char *port = g_hash_table_lookup (server.ports, name);

  g_assert_nonnull (port);
  return g_ascii_strtoull (port, NULL, 10);
}

static void
server_start (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "integration", "hostile-server.py", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) output = NULL;

  server.process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                     &error, "/usr/bin/python3", path, NULL);
  g_assert_no_error (error);

  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server.process));

  g_autofree char *line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);

  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  server.ports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (gsize i = 0; words[i]; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);

      g_hash_table_insert (server.ports, g_strdup (pair[0]), g_strdup (pair[1]));
    }
}

static void
server_stop (void)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (server.process), NULL, NULL);
  g_subprocess_wait (server.process, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&server.process);
  g_clear_pointer (&server.ports, g_hash_table_unref);
}

/* What arrived for the case @name; good until the next call. */
static const Report *
get_report (const char *name)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  static Report report;
  char answer[1024] = "";
  gsize length;

  g_socket_client_set_enable_proxy (client, FALSE);

  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", server_port ("http"), NULL, &error);
  g_assert_no_error (error);

  g_output_stream_printf (g_io_stream_get_output_stream (G_IO_STREAM (connection)), NULL, NULL,
                          &error, "GET /report/%s HTTP/1.1\r\n\r\n", name);
  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer,
                           sizeof answer - 1, &length, NULL, &error);
  g_assert_no_error (error);

  const char *body = strstr (answer, "\r\n\r\n");
  g_assert_nonnull (body);
  g_assert_cmpint (sscanf (body, " requests=%u code=%u connections=%u other=%u good=%u tunnels=%u",
                           &report.requests, &report.code, &report.connections, &report.other,
                           &report.good, &report.tunnels),
                   ==, 6);
  return &report;
}

static AmfaEndpoint *
make_endpoint (AmfaService service, const char *origin, const char *name, const char *behaviour)
{
  g_autofree char *url = g_strdup_printf ("%s/%s/%s", origin, name, behaviour);
  g_autoptr (GError) error = NULL;
  AmfaEndpoint *endpoint =
      amfa_endpoint_resolve (service, "eu-central-1", "test", AMFA_ENDPOINT_DEFAULT,
                             &(AmfaEndpointOverride){ .url = url, .origin = "test" }, &error);

  g_assert_no_error (error);
  return endpoint;
}

static AmfaEndpoint *
plain_endpoint (Fixture *fixture, AmfaService service, const char *behaviour)
{
  g_autofree char *origin = g_strdup_printf ("http://127.0.0.1:%u", server_port ("http"));

  return make_endpoint (service, origin, fixture->name, behaviour);
}

static AmfaEndpoint *
tls_endpoint (Fixture *fixture, const char *host, const char *port, const char *behaviour)
{
  g_autofree char *origin = g_strdup_printf ("https://%s:%u", host, server_port (port));

  return make_endpoint (AMFA_SERVICE_STS, origin, fixture->name, behaviour);
}

static void
fixture_set_up (Fixture *fixture, const char *name)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (SECRET, -1);

  fixture->name = name;
  fixture->credentials = amfa_credentials_new (KEY_ID, secret, NULL, 0);
  fixture->cancellable = g_cancellable_new ();
  if (!fixture->environment.ca_bundle)
    fixture->environment.ca_bundle =
        g_test_build_filename (G_TEST_DIST, "data", "tls", "authority.pem", NULL);
  fixture->client = amfa_query_client_new (&fixture->environment);
}

static void
fixture_tear_down (Fixture *fixture)
{
  g_clear_object (&fixture->result);
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->cancellable);
  g_clear_pointer (&fixture->credentials, amfa_credentials_unref);
  g_clear_pointer (&fixture->environment.ca_bundle, g_free);
  g_clear_pointer (&fixture->environment.https_proxy, g_free);
  g_clear_pointer (&fixture->environment.no_proxy, g_free);
}

static void
on_ready (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->result = g_object_ref (result);
}

static gboolean
on_patience_over (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static GAsyncResult *
wait_for_result (Fixture *fixture)
{
  gboolean is_over = FALSE;
  guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, on_patience_over, &is_over);

  while (!fixture->result && !is_over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (is_over);
  g_source_remove (timeout);
  return fixture->result;
}

/* Lets the loop run for a moment in which nothing is to happen. */
static void
run_loop (guint milliseconds)
{
  gboolean is_over = FALSE;

  g_timeout_add (milliseconds, on_patience_over, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static AmfaCredentials *
get_session_token (Fixture *fixture, const AmfaEndpoint *endpoint, GError **error)
{
  g_clear_object (&fixture->result);
  amfa_sts_get_session_token_async (fixture->client, endpoint, fixture->credentials, SERIAL, CODE,
                                    43200, fixture->cancellable, on_ready, fixture);
  return amfa_sts_get_session_token_finish (fixture->client, wait_for_result (fixture), error);
}

static AmfaIdentity *
get_caller_identity (Fixture *fixture, const AmfaEndpoint *endpoint, GError **error)
{
  g_clear_object (&fixture->result);
  amfa_sts_get_caller_identity_async (fixture->client, endpoint, fixture->credentials,
                                      fixture->cancellable, on_ready, fixture);
  return amfa_sts_get_caller_identity_finish (fixture->client, wait_for_result (fixture), error);
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
  { "garbage", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "garbage-body", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "garbage-gzip", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "unauthorized", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { "not-found", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_INCOMPLETE },
  { "no-keys", AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_INCOMPLETE },
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
        g_assert_cmpint (amfa_credentials_get_expiration (session), ==, 1941566129);
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
  GTlsCertificateFlags flags;
} Tls;

static const Tls tls[] = {
  { "good", "127.0.0.1", "good", NULL, KEYS },
  { "good-by-name", "localhost", "good", NULL, KEYS },
  { "expired", "127.0.0.1", "expired", NULL, AMFA_ERROR_TLS, G_TLS_CERTIFICATE_EXPIRED },
  { "other-host", "127.0.0.1", "other-host", NULL, AMFA_ERROR_TLS, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "unknown", "127.0.0.1", "unknown-authority", NULL, AMFA_ERROR_TLS,
    G_TLS_CERTIFICATE_UNKNOWN_CA },
  { "system", "127.0.0.1", "good", "", AMFA_ERROR_TLS, G_TLS_CERTIFICATE_UNKNOWN_CA },
  { "no-bundle", "127.0.0.1", "good", "tls/missing.pem", AMFA_ERROR_TLS,
    G_TLS_CERTIFICATE_UNKNOWN_CA },
  { "empty-bundle", "127.0.0.1", "good", "tls/make-certificates", AMFA_ERROR_TLS,
    G_TLS_CERTIFICATE_UNKNOWN_CA },
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
      g_clear_pointer (&fixture.environment.ca_bundle, g_free);
      g_clear_object (&fixture.client);
      fixture.client = amfa_query_client_new (&fixture.environment);
      amfa_query_client_set_ca_bundle (fixture.client, bundle);
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
        g_assert_nonnull (amfa_error_get_details (error)->quote);
        g_assert_cmpstr (amfa_error_get_details (error)->other, ==, bundle);
        if (row->code == AMFA_ERROR_TLS)
          g_assert_cmpint (amfa_error_get_details (error)->reason & row->flags, ==, row->flags);
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
  fixture.environment.ca_bundle = g_strdup (bundle);
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
        g_assert_cmpstr (amfa_error_get_details (error)->other, ==,
                         rows[i].is_broken ? bundle : NULL);
      }
  }
  fixture_tear_down (&fixture);
  g_unlink (bundle);
  g_rmdir (folder);
}

static void
test_ca_bundle_of_profile (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture, "profile-bundle");
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "127.0.0.1", "good", "ok");
    g_autoptr (AmfaCredentials) session = NULL;
    g_autofree char *authority = g_steal_pointer (&fixture.environment.ca_bundle);

    /* The environment's goes first. */
    amfa_query_client_set_ca_bundle (fixture.client, "/nonexistent");
    session = get_session_token (&fixture, endpoint, &error);
    g_assert_no_error (error);

    /* A connection that was trusted by one bundle does not serve another. */
    g_clear_object (&fixture.client);
    fixture.client = amfa_query_client_new (&fixture.environment);
    amfa_query_client_set_ca_bundle (fixture.client, authority);
    g_clear_pointer (&session, amfa_credentials_unref);
    session = get_session_token (&fixture, endpoint, &error);
    g_assert_no_error (error);
    amfa_query_client_set_ca_bundle (fixture.client, NULL);
    g_assert_null (get_session_token (&fixture, endpoint, &error));
    g_assert_error (error, AMFA_ERROR, AMFA_ERROR_TLS);
  }
  fixture_tear_down (&fixture);
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
        make_endpoint (AMFA_SERVICE_STS, "https://127.0.0.1:1", "refused", "ok");

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

static void
test_proxy (gconstpointer data)
{
  const char *kind = data;
  g_autofree char *name = g_strdelimit (g_strdup (kind), "@:/% ", '-');
  gboolean is_denied = g_str_has_suffix (kind, "proxy-deny") ||
                       g_str_equal (kind, "proxy-password") || strstr (kind, ":wrong@");
  const char *at = strchr (kind, '@');
  Fixture fixture = { 0 };
  guint before = get_report (name)->tunnels;
  g_autoptr (GError) error = NULL;

  fixture.environment.https_proxy =
      at ? g_strdup_printf ("http://%.*s@127.0.0.1:%u", (int) (at - kind), kind,
                            server_port (at + 1))
         : g_strdup_printf ("127.0.0.1:%u", server_port (kind));
  fixture.environment.no_proxy = g_strdup ("example.org,.example.com");
  fixture_set_up (&fixture, name);
  {
    g_autoptr (AmfaEndpoint) endpoint = tls_endpoint (&fixture, "sts.example.test", "good", "ok");
    g_autoptr (AmfaEndpoint) loopback = plain_endpoint (&fixture, AMFA_SERVICE_STS, "ok");
    g_autoptr (AmfaCredentials) session = get_session_token (&fixture, endpoint, &error);

    if (is_denied)
      {
        g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NETWORK);
        g_assert_nonnull (strstr (amfa_error_get_details (error)->quote, "40"));
        g_assert_null (strstr (error->message, "wrong"));
        g_assert_cmpuint (get_report (name)->requests, ==, 0);
      }
    else
      {
        g_assert_no_error (error);
        g_assert_cmpuint (get_report (name)->code, ==, 1);
      }
    g_assert_cmpuint (get_report (name)->tunnels - before, ==, is_denied ? 0 : 1);
    g_clear_error (&error);

    g_autoptr (AmfaIdentity) identity = get_caller_identity (&fixture, loopback, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (get_report (name)->tunnels - before, ==, is_denied ? 0 : 1);
  }
  fixture_tear_down (&fixture);
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

#define ADD_TABLE(path, rows, field, function)                                                     \
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)                                                  \
    {                                                                                              \
      g_autofree char *full = g_strconcat (path, rows[i].field, NULL);                             \
                                                                                                   \
      g_test_add_data_func (full, &rows[i], function);                                             \
    }

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  server_start ();

  ADD_TABLE ("/query-client/outcome/", outcomes, behaviour, test_outcome);
  ADD_TABLE ("/query-client/slow/", slow, behaviour, test_slow);
  ADD_TABLE ("/query-client/repeat/", repeats, behaviour, test_repeat);
  ADD_TABLE ("/query-client/clock/", clocks, behaviour, test_clock);
  g_test_add_func ("/query-client/clock/stubborn", test_clock_stubborn);
  ADD_TABLE ("/query-client/tls/", tls, name, test_tls);
  g_test_add_func ("/query-client/tls/ca-bundle-of-profile", test_ca_bundle_of_profile);
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *path = g_strdup_printf ("/query-client/tls/ca-bundle-of-several/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_ca_bundle_of_several);
    }
  ADD_TABLE ("/query-client/kept/", kept, behaviour, test_kept);
  g_test_add_func ("/query-client/reuse", test_connection_is_reused);
  g_test_add_func ("/query-client/preconnect", test_preconnect);
  g_test_add_func ("/query-client/preconnect/overtaken", test_preconnect_overtaken);
  g_test_add_func ("/query-client/preconnect/refused", test_preconnect_refused);
  g_test_add_func ("/iam/pages", test_devices_by_page);
  g_test_add_func ("/iam/circles", test_devices_in_circles);
  g_test_add_data_func ("/query-client/proxy/plain", "proxy", test_proxy);
  g_test_add_data_func ("/query-client/proxy/no-password", "proxy-password", test_proxy);
  g_test_add_data_func ("/query-client/proxy/password", "user:pass%20word@proxy-password",
                        test_proxy);
  g_test_add_data_func ("/query-client/proxy/password-as-it-is", "user:pass word@proxy-password",
                        test_proxy);
  g_test_add_data_func ("/query-client/proxy/wrong-password", "user:wrong@proxy-password",
                        test_proxy);
  g_test_add_func ("/query-client/proxy/nonsense", test_proxy_nonsense);
  g_test_add_data_func ("/query-client/proxy/denied", "proxy-deny", test_proxy);
  g_test_add_data_func ("/query-client/cancel/hang", "hang", test_cancel);
  g_test_add_data_func ("/query-client/cancel/drip", "drip", test_cancel);

  int status = g_test_run ();

  server_stop ();
  return status;
}
