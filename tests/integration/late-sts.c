#include "late-sts.h"

#include <stdlib.h>
#include <string.h>

#define XMLNS " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\""

struct _LateSts
{
  GSocketService *service;
  guint16 port;
  GSocketConnection *connection; /* of the request that waits; nullable */
  GString *request;
};

static gboolean
is_whole (const GString *request)
{
  const char *end = strstr (request->str, "\r\n\r\n");
  g_autofree char *head = end ? g_ascii_strdown (request->str, end - request->str) : NULL;
  const char *length = head ? strstr (head, "content-length:") : NULL;

  return end &&
         request->len >= (gsize) (end - request->str) + 4 +
                             (length ? strtoul (length + strlen ("content-length:"), NULL, 10) : 0);
}

/* One connection until its request is whole. */
typedef struct
{
  LateSts *sts;
  GSocketConnection *connection;
  GString *request;
  char block[4096];
} Reading;

static void read_on (Reading *self);

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *self = user_data;
  LateSts *sts = self->sts;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n > 0)
    g_string_append_len (self->request, self->block, n);
  if (n > 0 && !is_whole (self->request))
    {
      read_on (self);
      return;
    }
  if (n > 0)
    {
      g_assert_null (sts->connection);
      sts->connection = g_object_ref (self->connection);
      g_string_assign (sts->request, self->request->str);
    }
  g_object_unref (self->connection);
  g_string_free (self->request, TRUE);
  g_free (self);
}

static void
read_on (Reading *self)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (self->connection));

  g_input_stream_read_async (input, self->block, sizeof self->block, G_PRIORITY_DEFAULT, NULL,
                             on_read, self);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, LateSts *sts)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->sts = sts;
  reading->connection = g_object_ref (connection);
  reading->request = g_string_new (NULL);
  read_on (reading);
  return TRUE;
}

LateSts *
late_sts_new (void)
{
  LateSts *self = g_new0 (LateSts, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->request = g_string_new (NULL);
  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  return self;
}

void
late_sts_free (LateSts *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_clear_object (&self->connection);
  g_string_free (self->request, TRUE);
  g_free (self);
}

/* Returns: (transfer full): a config file that leads here */
char *
late_sts_dup_config (LateSts *self)
{
  return g_strdup_printf ("[default]\nendpoint_url = http://127.0.0.1:%u\n", self->port);
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("nobody asks the STS");
  return G_SOURCE_REMOVE;
}

/* Until a request waits for its answer. */
void
late_sts_await (LateSts *self)
{
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);

  while (!self->connection)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

/* Returns: (transfer none): the request that waits, or waited last */
const char *
late_sts_get_request (LateSts *self)
{
  return self->request->str;
}

static void
answer (LateSts *self, const char *status, const char *body)
{
  g_autoptr (GSocketConnection) connection = g_steal_pointer (&self->connection);
  g_autofree char *text = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Type: text/xml\r\n"
                                           "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                                           status, strlen (body), body);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (connection);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
}

/* Answers with the keys of a role. */
void
late_sts_grant (LateSts *self, const char *key_id, gint64 expiration)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (expiration);
  g_autofree char *time = g_date_time_format_iso8601 (at);
  g_autofree char *body =
      g_strdup_printf ("<AssumeRoleResponse" XMLNS "><AssumeRoleResult><Credentials>"
                       "<AccessKeyId>%s</AccessKeyId><SecretAccessKey>role/secret</SecretAccessKey>"
                       "<SessionToken>token==</SessionToken><Expiration>%s</Expiration>"
                       "</Credentials></AssumeRoleResult></AssumeRoleResponse>",
                       key_id, time);

  answer (self, "200 OK", body);
}

/* Answers that the role may not be assumed. */
void
late_sts_refuse (LateSts *self)
{
  answer (self, "403 Forbidden",
          "<ErrorResponse" XMLNS "><Error><Type>Sender</Type><Code>AccessDenied</Code>"
          "<Message>User is not authorized to perform: sts:AssumeRole</Message></Error>"
          "</ErrorResponse>");
}
