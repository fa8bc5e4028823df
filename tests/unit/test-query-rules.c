#include "core/model/error.h"
#include "core/model/query-rules.h"

static void
test_retry (void)
{
  static const struct
  {
    AmfaError code;
    int reason;
    guint attempts;
    gboolean again;
  } rows[] = {
    { AMFA_ERROR_SERVICE, 0, 1, TRUE },
    { AMFA_ERROR_SERVICE, 0, 2, TRUE },
    { AMFA_ERROR_SERVICE, 0, 3, FALSE },
    { AMFA_ERROR_NETWORK, 0, 1, TRUE },
    { AMFA_ERROR_NETWORK, G_IO_ERROR_TIMED_OUT, 1, FALSE },
    { AMFA_ERROR_NETWORK, G_IO_ERROR_PROXY_FAILED, 1, TRUE },
    { AMFA_ERROR_NETWORK, G_IO_ERROR_PROXY_AUTH_FAILED, 1, FALSE },
    { AMFA_ERROR_NETWORK, G_IO_ERROR_PROXY_NEED_AUTH, 1, FALSE },
    { AMFA_ERROR_NETWORK, G_IO_ERROR_PROXY_NOT_ALLOWED, 1, FALSE },
    { AMFA_ERROR_NETWORK, G_IO_ERROR_NOT_SUPPORTED, 1, FALSE },
    { AMFA_ERROR_TLS, 0, 1, FALSE },
    { AMFA_ERROR_PROTOCOL, 0, 1, FALSE },
    { AMFA_ERROR_NOT_ALLOWED, 0, 1, FALSE },
    { AMFA_ERROR_CLOCK_OFF, 0, 1, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = amfa_error_new (
          rows[i].code, &(AmfaErrorDetails){ .subject = "host", .reason = rows[i].reason });
      int soonest = amfa_query_retry_delay (error, rows[i].attempts, 0.0);
      int latest = amfa_query_retry_delay (error, rows[i].attempts, 1.0);

      g_assert_cmpint (soonest, ==, rows[i].again ? 0 : -1);
      g_assert_cmpint (latest, ==, rows[i].again ? 200 << rows[i].attempts : -1);
    }

  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "");

  g_assert_cmpint (amfa_query_retry_delay (cancelled, 1, 0.5), ==, -1);
}

/* AWS's clock before all, then what is known of it, then ours with much room. */
static void
test_moment (void)
{
  const gint64 now = 1700000000, day = 24 * 60 * 60, offset = -420;
  const struct
  {
    gint64 date;
    const gint64 *offset;
    AmfaMoment expected;
  } rows[] = {
    { now + 7000, &offset, { now + 7000, 0 } },
    { now - 7000, NULL, { now - 7000, 0 } },
    { 0, &offset, { now + offset, 0 } },
    { 0, NULL, { now, day } },
    /* no clock of AWS's */
    { 1, NULL, { now, day } },
    { -now, &offset, { now + offset, 0 } },
    { G_GINT64_CONSTANT (253402300799), &offset, { now + offset, 0 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AmfaMoment moment = amfa_clock_judge (rows[i].date, now * G_USEC_PER_SEC, rows[i].offset);

      g_assert_cmpint (moment.time, ==, rows[i].expected.time);
      g_assert_cmpint (moment.grace, ==, rows[i].expected.grace);
    }
}

static void
test_clock (void)
{
  const gint64 now = 1700000000;
  const gint64 second = G_USEC_PER_SEC;

  /* The server looked between 0 and 0.2 s and saw the same second. */
  g_assert_cmpint (amfa_clock_measure (now, now * second, now * second + second / 5), ==, 0);
  g_assert_cmpint (amfa_clock_measure (now, now * second + second / 2, now * second + second), ==,
                   0);
  g_assert_cmpint (amfa_clock_measure (now + 420, now * second, now * second + second), ==, 420);
  g_assert_cmpint (amfa_clock_measure (now - 420, now * second, now * second + second), ==, -420);
  /* A slow answer: the middle counts. */
  g_assert_cmpint (amfa_clock_measure (now + 5, now * second, (now + 10) * second), ==, 1);
  g_assert_cmpint (amfa_clock_measure (now + 4, now * second, (now + 10) * second), ==, -1);

  g_assert_cmpint (amfa_clock_strip_noise (4), ==, 0);
  g_assert_cmpint (amfa_clock_strip_noise (-4), ==, 0);
  g_assert_cmpint (amfa_clock_strip_noise (5), ==, 5);
  g_assert_cmpint (amfa_clock_strip_noise (-5), ==, -5);

  g_assert_cmpint (amfa_clock_skew_to_sign_with (240), ==, 0);
  g_assert_cmpint (amfa_clock_skew_to_sign_with (-240), ==, 0);
  g_assert_cmpint (amfa_clock_skew_to_sign_with (241), ==, 241);
  g_assert_cmpint (amfa_clock_skew_to_sign_with (-241), ==, -241);
}

static void
test_transport (void)
{
  g_autoptr (GError) reset =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "reset by peer");
  g_autoptr (GError) timeout = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "slow");
  g_autoptr (GError) partial = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "short");
  g_autoptr (GError) bad =
      g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "unacceptable");
  g_autoptr (GError) not_tls = g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, "no TLS");
  const struct
  {
    GError *transport;
    GTlsCertificateFlags flags;
    gboolean has_headers;
    int code;
    int reason;
  } rows[] = {
    { reset, 0, FALSE, AMFA_ERROR_NETWORK, 0 },
    { reset, 0, TRUE, AMFA_ERROR_NETWORK, 0 },
    { timeout, 0, FALSE, AMFA_ERROR_NETWORK, G_IO_ERROR_TIMED_OUT },
    { partial, 0, FALSE, AMFA_ERROR_NETWORK, 0 },
    { partial, 0, TRUE, AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_TRUNCATED },
    { bad, G_TLS_CERTIFICATE_EXPIRED, FALSE, AMFA_ERROR_TLS, G_TLS_CERTIFICATE_EXPIRED },
    { bad, 0, FALSE, AMFA_ERROR_TLS, 0 },
    { not_tls, 0, FALSE, AMFA_ERROR_NETWORK, 0 },
  };

  AmfaEndpoint endpoint = { .host = (char *) "sts",
                            .ca_bundle = (char *) "/ca.pem",
                            .ca_bundle_origin = (char *) "AWS_CA_BUNDLE" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gboolean is_tls = rows[i].code == AMFA_ERROR_TLS;
      g_autoptr (GError) error =
          amfa_transport_error (rows[i].transport, rows[i].flags, rows[i].has_headers, &endpoint);

      g_assert_error (error, AMFA_ERROR, rows[i].code);
      g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, "sts");
      g_assert_cmpstr (amfa_error_get_details (error)->quote, ==, rows[i].transport->message);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, rows[i].reason);
      g_assert_cmpstr (amfa_error_get_details (error)->other, ==, is_tls ? "/ca.pem" : NULL);
      g_assert_cmpstr (amfa_error_get_details (error)->origin, ==, is_tls ? "AWS_CA_BUNDLE" : NULL);
    }
}

static void
test_tls_versions (void)
{
  static const struct
  {
    GTlsProtocolVersion version;
    const char *name;
  } rows[] = {
    { G_TLS_PROTOCOL_VERSION_UNKNOWN, "?" },       { G_TLS_PROTOCOL_VERSION_SSL_3_0, "SSL 3.0" },
    { G_TLS_PROTOCOL_VERSION_TLS_1_0, "TLS 1.0" }, { G_TLS_PROTOCOL_VERSION_TLS_1_1, "TLS 1.1" },
    { G_TLS_PROTOCOL_VERSION_TLS_1_2, NULL },      { G_TLS_PROTOCOL_VERSION_TLS_1_3, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (amfa_tls_name_outdated (rows[i].version), ==, rows[i].name);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/query-rules/retry", test_retry);
  g_test_add_func ("/query-rules/clock", test_clock);
  g_test_add_func ("/query-rules/moment", test_moment);
  g_test_add_func ("/query-rules/transport", test_transport);
  g_test_add_func ("/query-rules/tls-versions", test_tls_versions);

  return g_test_run ();
}
