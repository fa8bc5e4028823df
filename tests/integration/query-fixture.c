#include "query-fixture.h"

#include <string.h>

typedef struct
{
  GSubprocess *process;
  GHashTable *ports; /* name → number */
} Server;

static Server server;

guint
server_port (const char *name)
{
  const char *port = g_hash_table_lookup (server.ports, name);

  g_assert_nonnull (port);
  return g_ascii_strtoull (port, NULL, 10);
}

void
server_start (const char *script)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "integration", script, NULL);
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

void
server_stop (void)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (server.process), NULL, NULL);
  g_subprocess_wait (server.process, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&server.process);
  g_clear_pointer (&server.ports, g_hash_table_unref);
}

/* Returns: (transfer full): what the server answers a GET of @path on its http port */
char *
server_ask (const char *path)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  char answer[1024] = "";
  gsize length;

  g_socket_client_set_enable_proxy (client, FALSE);

  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", server_port ("http"), NULL, &error);
  g_assert_no_error (error);

  g_output_stream_printf (g_io_stream_get_output_stream (G_IO_STREAM (connection)), NULL, NULL,
                          &error, "GET %s HTTP/1.1\r\n\r\n", path);
  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer,
                           sizeof answer - 1, &length, NULL, &error);
  g_assert_no_error (error);

  const char *body = strstr (answer, "\r\n\r\n");

  g_assert_nonnull (body);
  return g_strdup (body + strlen ("\r\n\r\n"));
}

AmfaEndpoint *
make_endpoint (Fixture *fixture, AmfaService service, const char *origin, const char *behaviour)
{
  g_autofree char *url = g_strdup_printf ("%s/%s/%s", origin, fixture->name, behaviour);
  g_autoptr (GError) error = NULL;
  AmfaEndpoint *endpoint =
      amfa_endpoint_resolve (service, "eu-central-1", "test", AMFA_ENDPOINT_DEFAULT,
                             &(AmfaEndpointOverride){ .url = url, .origin = "test" }, &error);

  g_assert_no_error (error);
  endpoint->ca_bundle = g_strdup (fixture->ca_bundle);
  return endpoint;
}

AmfaEndpoint *
plain_endpoint (Fixture *fixture, AmfaService service, const char *behaviour)
{
  g_autofree char *origin = g_strdup_printf ("http://127.0.0.1:%u", server_port ("http"));

  return make_endpoint (fixture, service, origin, behaviour);
}

AmfaEndpoint *
tls_endpoint (Fixture *fixture, const char *host, const char *port, const char *behaviour)
{
  g_autofree char *origin = g_strdup_printf ("https://%s:%u", host, server_port (port));

  return make_endpoint (fixture, AMFA_SERVICE_STS, origin, behaviour);
}

void
fixture_set_up (Fixture *fixture, const char *name)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (SECRET, -1);

  fixture->name = name;
  fixture->credentials = amfa_credentials_new (KEY_ID, secret, NULL, 0);
  fixture->cancellable = g_cancellable_new ();
  if (!fixture->ca_bundle)
    fixture->ca_bundle = g_test_build_filename (G_TEST_DIST, "data", "tls", "authority.pem", NULL);
  fixture->client = amfa_query_client_new (&fixture->environment);
}

void
fixture_tear_down (Fixture *fixture)
{
  g_clear_object (&fixture->result);
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->cancellable);
  g_clear_pointer (&fixture->credentials, amfa_credentials_unref);
  g_clear_pointer (&fixture->ca_bundle, g_free);
  g_clear_pointer (&fixture->environment.https_proxy, g_free);
  g_clear_pointer (&fixture->environment.no_proxy, g_free);
}

void
on_ready (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->result = g_object_ref (result);
}

gboolean
on_patience_over (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

GAsyncResult *
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
void
run_loop (guint milliseconds)
{
  gboolean is_over = FALSE;

  g_timeout_add (milliseconds, on_patience_over, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

AmfaCredentials *
get_session_token (Fixture *fixture, const AmfaEndpoint *endpoint, GError **error)
{
  g_clear_object (&fixture->result);
  amfa_sts_get_session_token_async (fixture->client, endpoint, fixture->credentials, SERIAL, CODE,
                                    43200, fixture->cancellable, on_ready, fixture);
  return amfa_sts_get_session_token_finish (fixture->client, wait_for_result (fixture), error);
}

AmfaIdentity *
get_caller_identity (Fixture *fixture, const AmfaEndpoint *endpoint, GError **error)
{
  g_clear_object (&fixture->result);
  amfa_sts_get_caller_identity_async (fixture->client, endpoint, fixture->credentials,
                                      fixture->cancellable, on_ready, fixture);
  return amfa_sts_get_caller_identity_finish (fixture->client, wait_for_result (fixture), error);
}
