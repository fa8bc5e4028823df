#define G_LOG_DOMAIN "amfa-query-rules"

#include "query-rules.h"

#include "error.h"

#define MAX_ATTEMPTS 3
#define RETRY_BASE_MS 200

/* Less than this is the Date header's whole seconds and the network's delay. */
#define NOISE_SECONDS 5

/* AWS allows 15 minutes, in places 5. */
#define TOLERATED_SECONDS 240

#define EARLIEST_TIME G_GINT64_CONSTANT (1577836800) /* 2020 */
#define LATEST_TIME G_GINT64_CONSTANT (4102444800)   /* 2100 */

/* How wrong our own clock may be where no answer has shown it. */
#define UNKNOWN_CLOCK_SECONDS (24 * 60 * 60)

/* It may be gone the next time. A step that timed out may be as well, but the user has waited for
 * it once; and a proxy that says no means it. */
static gboolean
is_passing (const GError *error)
{
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_SERVICE))
    return TRUE;
  if (!g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NETWORK))
    return FALSE;
  switch (amfa_error_get_details (error)->reason)
    {
    case G_IO_ERROR_TIMED_OUT:
    case G_IO_ERROR_PROXY_AUTH_FAILED:
    case G_IO_ERROR_PROXY_NEED_AUTH:
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
    case G_IO_ERROR_NOT_SUPPORTED:
      return FALSE;
    default:
      return TRUE;
    }
}

/**
 * amfa_query_retry_delay:
 * @error: what became of the last attempt
 * @attempts: how many there were
 * @random: 0.0 to 1.0
 *
 * For requests without a code: a service that is busy or has an internal fault and a connection
 * that failed are worth another attempt. The pause is jittered as a whole, so that many clients do
 * not come back together.
 *
 * Returns: milliseconds to wait before the next attempt, or -1 if there is to be none
 */
int
amfa_query_retry_delay (const GError *error, guint attempts, double random)
{
  if (!is_passing (error) || attempts >= MAX_ATTEMPTS)
    return -1;
  return random * (RETRY_BASE_MS << attempts);
}

/**
 * amfa_clock_is_possible:
 * @server_time: what a server's clock showed, Unix seconds
 *
 * Returns: whether it can be AWS's: a time of this century, which can be signed and computed with
 */
gboolean
amfa_clock_is_possible (gint64 server_time)
{
  return server_time >= EARLIEST_TIME && server_time < LATEST_TIME;
}

/**
 * amfa_clock_measure:
 * @server_time: what the server's clock showed when it answered, Unix seconds
 * @sent_at: our clock when the request had left, microseconds
 * @answered_at: our clock when the answer's headers were here, microseconds
 *
 * The server's second began up to a second before it looked, and it looked about half-way between
 * our two moments.
 *
 * Returns: server's clock minus ours, seconds
 */
gint64
amfa_clock_measure (gint64 server_time, gint64 sent_at, gint64 answered_at)
{
  gint64 difference =
      server_time * G_USEC_PER_SEC + G_USEC_PER_SEC / 2 - (sent_at + (answered_at - sent_at) / 2);
  gint64 half = difference < 0 ? -G_USEC_PER_SEC / 2 : G_USEC_PER_SEC / 2;

  return (difference + half) / G_USEC_PER_SEC;
}

/**
 * amfa_clock_strip_noise:
 *
 * Returns: @offset (seconds), or 0 if it may as well be none
 */
gint64
amfa_clock_strip_noise (gint64 offset)
{
  return ABS (offset) < NOISE_SECONDS ? 0 : offset;
}

/**
 * amfa_clock_skew_to_sign_with:
 *
 * Returns: what to add to our clock for a signature: @offset (seconds), or 0 if AWS will accept
 * ours
 */
gint64
amfa_clock_skew_to_sign_with (gint64 offset)
{
  return ABS (offset) > TOLERATED_SECONDS ? offset : 0;
}

/**
 * amfa_clock_judge:
 * @date: what the server's clock showed when it answered, Unix seconds; 0 if it did not say,
 *   and what cannot be counts as that
 * @answered_at: our clock when the answer was here, microseconds
 * @offset: (nullable): server's clock minus ours, seconds, if another answer has told it
 *
 * Returns: when the answer left, by the server's clock; by ours only if nothing else is known, and
 *   then a day more or less
 */
AmfaMoment
amfa_clock_judge (gint64 date, gint64 answered_at, const gint64 *offset)
{
  gint64 ours = answered_at / G_USEC_PER_SEC;

  if (amfa_clock_is_possible (date))
    return (AmfaMoment){ .time = date };
  if (offset)
    return (AmfaMoment){ .time = ours + *offset };
  return (AmfaMoment){ .time = ours, .grace = UNKNOWN_CLOCK_SECONDS };
}

/**
 * amfa_tls_name_outdated:
 *
 * Returns: (nullable): what @version is called if it is not good enough for us; %NULL from TLS 1.2
 */
const char *
amfa_tls_name_outdated (GTlsProtocolVersion version)
{
  if (version >= G_TLS_PROTOCOL_VERSION_TLS_1_2)
    return NULL;
  switch (version)
    {
    case G_TLS_PROTOCOL_VERSION_SSL_3_0:
      return "SSL 3.0";
    case G_TLS_PROTOCOL_VERSION_TLS_1_0:
      return "TLS 1.0";
    case G_TLS_PROTOCOL_VERSION_TLS_1_1:
      return "TLS 1.1";
    case G_TLS_PROTOCOL_VERSION_UNKNOWN:
    case G_TLS_PROTOCOL_VERSION_TLS_1_2:
    case G_TLS_PROTOCOL_VERSION_TLS_1_3:
    case G_TLS_PROTOCOL_VERSION_DTLS_1_0:
    case G_TLS_PROTOCOL_VERSION_DTLS_1_2:
    default:
      return "?";
    }
}

/**
 * amfa_transport_error:
 * @transport: an error from GIO or TLS
 * @certificate: what is wrong with the server's certificate, 0 if nothing
 * @has_headers: the headers of the answer had come
 * @endpoint: whom it is about
 *
 * Returns: (transfer full): the same in our words: %AMFA_ERROR_TLS if the certificate was refused,
 *   %AMFA_ERROR_PROTOCOL if the body broke off, else %AMFA_ERROR_NETWORK
 */
GError *
amfa_transport_error (const GError *transport,
                      GTlsCertificateFlags certificate,
                      gboolean has_headers,
                      const AmfaEndpoint *endpoint)
{
  AmfaErrorDetails details = { .subject = endpoint->host, .quote = transport->message };

  if (certificate != 0 || g_error_matches (transport, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    {
      details.reason = certificate;
      details.other = endpoint->ca_bundle;
      details.origin = endpoint->ca_bundle_origin;
      return amfa_error_new (AMFA_ERROR_TLS, &details);
    }

  if (has_headers && g_error_matches (transport, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    {
      details.reason = AMFA_PROTOCOL_PROBLEM_TRUNCATED;
      return amfa_error_new (AMFA_ERROR_PROTOCOL, &details);
    }

  if (g_error_matches (transport, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    details.reason = G_IO_ERROR_TIMED_OUT;
  return amfa_error_new (AMFA_ERROR_NETWORK, &details);
}
