#define G_LOG_DOMAIN "amfa-sts"

#include "sts.h"

#include "core/model/error.h"

typedef struct
{
  char *host;
  gboolean wants_session; /* else the caller's identity */
  char *action;
  char *signer;
  guint duration;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->host);
  g_free (request->action);
  g_free (request->signer);
  g_free (request);
}

static AmfaCredentials *
take_session (const Request *request, AmfaResponse *response, GError **error)
{
  return amfa_response_get_session (
      response,
      &(AmfaSessionTerms){ .action = request->action,
                           .signer = request->signer,
                           .duration = request->duration,
                           .answered = amfa_response_get_answered (response) },
      error);
}

static void
on_sent_ready (GObject *client, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (AmfaCredentials) session = NULL;
  g_autoptr (AmfaIdentity) identity = NULL;
  g_autoptr (AmfaResponse) response =
      amfa_query_client_send_finish (AMFA_QUERY_CLIENT (client), result, &error);

  if (response && request->wants_session)
    session = take_session (request, response, &error);
  else if (response)
    identity = amfa_response_get_identity (response, &error);

  if (session)
    g_task_return_pointer (task, g_steal_pointer (&session),
                           (GDestroyNotify) amfa_credentials_unref);
  else if (identity)
    g_task_return_pointer (task, g_steal_pointer (&identity), (GDestroyNotify) amfa_identity_free);
  else
    g_task_return_error (task, amfa_error_with_subject (error, request->host));
}

/* @duration: of the session that is wanted; 0: the caller's identity is */
static void
send_query (AmfaQueryClient *client,
            const AmfaQuery *query,
            guint duration,
            gpointer source_tag,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->host = g_strdup (query->endpoint->host);
  request->wants_session = duration > 0;
  request->action = g_strdup (query->action);
  request->signer = g_strdup (amfa_credentials_get_key_id (query->credentials));
  request->duration = duration;
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, request, request_free);

  amfa_query_client_send_async (client, query, cancellable, on_sent_ready, g_steal_pointer (&task));
}

/**
 * amfa_sts_get_session_token_async:
 * @base: long-term keys: AWS refuses temporary ones
 * @serial: the MFA device
 * @code: six digits
 * @duration: seconds, 900 to 129600
 *
 * Sent once, whatever comes of it, because of the code. Errors: as for
 * amfa_query_client_send_async(), and %AMFA_ERROR_PROTOCOL if the keys in an answer, if any, are
 * not what was asked for.
 */
void
amfa_sts_get_session_token_async (AmfaQueryClient *client,
                                  const AmfaEndpoint *endpoint,
                                  AmfaCredentials *base,
                                  const char *serial,
                                  const char *code,
                                  guint duration,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (serial != NULL && code != NULL);

  g_autofree char *seconds = g_strdup_printf ("%u", duration);
  const AmfaQueryParameter parameters[] = {
    { "DurationSeconds", seconds },
    { "SerialNumber", serial },
    { "TokenCode", code },
  };

  send_query (client,
              &(AmfaQuery){ .endpoint = endpoint,
                            .credentials = base,
                            .action = "GetSessionToken",
                            .parameters = parameters,
                            .n_parameters = G_N_ELEMENTS (parameters),
                            .carries_code = TRUE,
                            .serial = serial },
              duration, amfa_sts_get_session_token_async, cancellable, callback, user_data);
}

/**
 * amfa_sts_get_session_token_finish:
 *
 * Returns: (transfer full): the session's keys, with their expiration
 */
AmfaCredentials *
amfa_sts_get_session_token_finish (AmfaQueryClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * amfa_sts_assume_role_async:
 * @credentials: the base credentials, a session of theirs, or those of another role
 * @role: what to assume; its session name has to be there
 * @duration: seconds, 900 to 43200; at most an hour where @credentials are temporary
 * @serial: (nullable): the MFA device
 * @code: (nullable): six digits of that device
 *
 * With a code it is sent once, whatever comes of it. Errors: as for
 * amfa_sts_get_session_token_async().
 */
void
amfa_sts_assume_role_async (AmfaQueryClient *client,
                            const AmfaEndpoint *endpoint,
                            AmfaCredentials *credentials,
                            const AmfaRole *role,
                            guint duration,
                            const char *serial,
                            const char *code,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (role != NULL && role->session_name != NULL);
  g_return_if_fail ((serial == NULL) == (code == NULL));

  g_autofree char *seconds = g_strdup_printf ("%u", duration);
  AmfaQueryParameter parameters[6] = {
    { "RoleArn", role->arn },
    { "RoleSessionName", role->session_name },
    { "DurationSeconds", seconds },
  };
  gsize n = 3;

  if (role->external_id)
    parameters[n++] = (AmfaQueryParameter){ "ExternalId", role->external_id };
  if (code)
    {
      parameters[n++] = (AmfaQueryParameter){ "SerialNumber", serial };
      parameters[n++] = (AmfaQueryParameter){ "TokenCode", code };
    }

  send_query (client,
              &(AmfaQuery){ .endpoint = endpoint,
                            .credentials = credentials,
                            .action = "AssumeRole",
                            .parameters = parameters,
                            .n_parameters = n,
                            .carries_code = code != NULL,
                            .serial = serial },
              duration, amfa_sts_assume_role_async, cancellable, callback, user_data);
}

/**
 * amfa_sts_assume_role_finish:
 *
 * Returns: (transfer full): the role's keys, with their expiration
 */
AmfaCredentials *
amfa_sts_assume_role_finish (AmfaQueryClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * amfa_sts_get_caller_identity_async:
 * @credentials: long-term or temporary keys; no permission is needed and none can forbid it
 */
void
amfa_sts_get_caller_identity_async (AmfaQueryClient *client,
                                    const AmfaEndpoint *endpoint,
                                    AmfaCredentials *credentials,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  send_query (client,
              &(AmfaQuery){
                  .endpoint = endpoint, .credentials = credentials, .action = "GetCallerIdentity" },
              0, amfa_sts_get_caller_identity_async, cancellable, callback, user_data);
}

/**
 * amfa_sts_get_caller_identity_finish:
 *
 * Returns: (transfer full): whom the keys belong to
 */
AmfaIdentity *
amfa_sts_get_caller_identity_finish (AmfaQueryClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
