#include "core/model/error.h"
#include "core/model/http-answer.h"

#include <string.h>

#define GOOD                                                                                       \
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/a</Arn>"           \
  "<Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
#define REFUSED "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"
#define HTML "<!DOCTYPE html><html><body>Welcome</body></html>"

/* Behind code: an answer was accepted. */
#define ACCEPTED -1

static const struct
{
  guint status;
  const char *body;
  gint64 content_length;
  int code;
  int reason;
} rows[] = {
  { 200, GOOD, -1, ACCEPTED },
  { 200, GOOD, sizeof GOOD - 1, ACCEPTED },
  { 200, GOOD, sizeof GOOD, AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_TRUNCATED },
  { 200, "", -1, AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_EMPTY },
  { 200, HTML, -1, AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { 300, GOOD, -1, AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { 308, "", -1, AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_REDIRECT },
  { 403, REFUSED, -1, ACCEPTED },
  { 200, REFUSED, -1, ACCEPTED },
  { 403, HTML, -1, AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_NOT_XML },
  { 404, GOOD, -1, AMFA_ERROR_PROTOCOL, AMFA_PROTOCOL_PROBLEM_INCOMPLETE },
  { 429, HTML, -1, AMFA_ERROR_SERVICE },
  { 429, "", -1, AMFA_ERROR_SERVICE },
  { 500, REFUSED, -1, ACCEPTED },
  { 500, GOOD, -1, AMFA_ERROR_SERVICE },
  { 503, HTML, -1, AMFA_ERROR_SERVICE },
  { 503, "", -1, AMFA_ERROR_SERVICE },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (rows[i].body, strlen (rows[i].body));
      AmfaHttpAnswer answer = {
        .status = rows[i].status,
        .reason_phrase = (char *) "Words",
        .content_type = (char *) "text/xml",
        .content_length = rows[i].content_length,
        .body = body,
      };
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaResponse) response = amfa_http_answer_parse (&answer, "sts", &error);

      g_test_message ("%u %s", rows[i].status, rows[i].body);
      if (rows[i].code == ACCEPTED)
        {
          g_assert_no_error (error);
          g_assert_nonnull (response);
          continue;
        }

      g_assert_null (response);
      g_assert_error (error, AMFA_ERROR, rows[i].code);
      g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, "sts");
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, rows[i].reason);
      if (rows[i].code == AMFA_ERROR_SERVICE)
        g_assert_nonnull (strstr (amfa_error_get_details (error)->quote, " Words"));
    }
}

static void
test_too_big (void)
{
  g_autofree char *text = g_strnfill (AMFA_HTTP_ANSWER_MAX + 1, ' ');
  g_autoptr (GError) error = NULL;

  memcpy (text, GOOD, strlen (GOOD));
  for (gsize excess = 0; excess <= 1; excess++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (text, AMFA_HTTP_ANSWER_MAX + excess);
      AmfaHttpAnswer answer = { .status = 200, .content_length = -1, .body = body };
      g_autoptr (AmfaResponse) response = amfa_http_answer_parse (&answer, "sts", &error);

      if (excess == 0)
        g_assert_no_error (error);
    }
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_PROTOCOL);
  g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_PROTOCOL_PROBLEM_TOO_BIG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http-answer/parse", test_parse);
  g_test_add_func ("/http-answer/too-big", test_too_big);

  return g_test_run ();
}
