#define G_LOG_DOMAIN "amfa-http-answer"

#include "http-answer.h"

#include "error.h"

#define STATUS_MULTIPLE_CHOICES 300
#define STATUS_BAD_REQUEST 400
#define STATUS_TOO_MANY_REQUESTS 429
#define STATUS_INTERNAL_SERVER_ERROR 500

static void
set_protocol_error (const char *host, AmfaProtocolProblem problem, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_PROTOCOL,
                  &(AmfaErrorDetails){ .subject = host, .reason = problem });
}

static void
set_service_error (const AmfaHttpAnswer *self, const char *host, GError **error)
{
  g_autofree char *quote = g_strdup_printf ("HTTP %u %s", self->status, self->reason_phrase);

  amfa_set_error (error, AMFA_ERROR_SERVICE,
                  &(AmfaErrorDetails){ .subject = host, .quote = g_strchomp (quote) });
}

void
amfa_http_answer_free (AmfaHttpAnswer *self)
{
  g_free (self->reason_phrase);
  g_free (self->content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

/**
 * amfa_http_answer_parse:
 * @self: what was received
 * @host: who was asked
 * @error: return location
 *
 * An error document is a response too: it is for the caller to look for one with
 * amfa_response_get_error(). A response without one has a status of success.
 *
 * A load balancer in front of the service fails with HTML: that is %AMFA_ERROR_SERVICE, not
 * somebody who pretends to be AWS.
 *
 * Returns: (transfer full): what AWS answered; %AMFA_ERROR_PROTOCOL or %AMFA_ERROR_SERVICE about
 *   the host if it was not AWS who answered, or not all of it came
 */
AmfaResponse *
amfa_http_answer_parse (const AmfaHttpAnswer *self, const char *host, GError **error)
{
  gsize length = g_bytes_get_size (self->body);
  gboolean is_service_failure =
      self->status >= STATUS_INTERNAL_SERVER_ERROR || self->status == STATUS_TOO_MANY_REQUESTS;

  if (self->status >= STATUS_MULTIPLE_CHOICES && self->status < STATUS_BAD_REQUEST)
    {
      set_protocol_error (host, AMFA_PROTOCOL_PROBLEM_REDIRECT, error);
      return NULL;
    }
  if (length > AMFA_HTTP_ANSWER_MAX)
    {
      set_protocol_error (host, AMFA_PROTOCOL_PROBLEM_TOO_BIG, error);
      return NULL;
    }
  if (self->content_length > (gint64) length)
    {
      set_protocol_error (host, AMFA_PROTOCOL_PROBLEM_TRUNCATED, error);
      return NULL;
    }

  g_autoptr (GError) local_error = NULL;
  g_autoptr (AmfaResponse) response =
      amfa_response_parse (self->body, self->content_type, &local_error);

  if (!response && !is_service_failure)
    {
      g_propagate_error (error, amfa_error_with_subject (g_steal_pointer (&local_error), host));
      return NULL;
    }
  if (!response)
    {
      set_service_error (self, host, error);
      return NULL;
    }

  g_autoptr (AmfaServiceError) service_error = amfa_response_get_error (response);

  if (!service_error && is_service_failure)
    {
      set_service_error (self, host, error);
      return NULL;
    }
  if (!service_error && self->status >= STATUS_BAD_REQUEST)
    {
      set_protocol_error (host, AMFA_PROTOCOL_PROBLEM_INCOMPLETE, error);
      return NULL;
    }

  return g_steal_pointer (&response);
}
