#pragma once

#include "core/aws/iam.h"
#include "core/aws/sts.h"
#include "core/model/error.h"

/* A server in Python that misbehaves by name, and a client that asks it. */

G_BEGIN_DECLS

#define KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define SERIAL "arn:aws:iam::123456789012:mfa/alice"
#define CODE "730915"

/* What a test waits at most for anything. */
#define PATIENCE_SECONDS 20

/* One test's client. */
typedef struct
{
  AmfaEnvironment environment;
  char *ca_bundle; /* of all its endpoints */
  AmfaQueryClient *client;
  AmfaCredentials *credentials;
  GCancellable *cancellable;
  GAsyncResult *result;
  const char *name;
} Fixture;

void server_start (const char *script);
void server_stop (void);
guint server_port (const char *name);
char *server_ask (const char *path);

void fixture_set_up (Fixture *fixture, const char *name);
void fixture_tear_down (Fixture *fixture);
AmfaEndpoint *plain_endpoint (Fixture *fixture, AmfaService service, const char *behaviour);
AmfaEndpoint *tls_endpoint (Fixture *fixture,
                            const char *host,
                            const char *port,
                            const char *behaviour);
AmfaEndpoint *make_endpoint (Fixture *fixture,
                             AmfaService service,
                             const char *origin,
                             const char *behaviour);

void on_ready (GObject *object, GAsyncResult *result, gpointer user_data);
gboolean on_patience_over (gpointer user_data);
GAsyncResult *wait_for_result (Fixture *fixture);
void run_loop (guint milliseconds);
AmfaCredentials *get_session_token (Fixture *fixture, const AmfaEndpoint *endpoint, GError **error);
AmfaIdentity *get_caller_identity (Fixture *fixture, const AmfaEndpoint *endpoint, GError **error);

/* Every row of a table under a path of its own. */
#define ADD_TABLE(path, rows, field, function)                                                     \
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)                                                  \
    {                                                                                              \
      g_autofree char *full = g_strconcat (path, rows[i].field, NULL);                             \
                                                                                                   \
      g_test_add_data_func (full, &rows[i], function);                                             \
    }

G_END_DECLS
