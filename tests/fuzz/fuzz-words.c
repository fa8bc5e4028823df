#include "fuzz.h"

#include "core/model/assignments.h"
#include "core/model/code-output.h"
#include "core/model/endpoint.h"
#include "core/model/error.h"
#include "core/model/mfa.h"
#include "core/model/process-line.h"
#include "core/model/profile-name.h"
#include "core/model/profile.h"
#include "core/model/proxy-address.h"
#include "core/model/query-form.h"
#include "core/model/response.h"
#include "core/model/role.h"
#include "core/model/sigv4.h"
#include "core/model/variables.h"
#include "messages/formats.h"

#include <gio/gio.h>
#include <string.h>

/* The first line says what the rest is: one word that a person types, a file says or a server
 * sends. What is accepted keeps what it promises. */

static void
check_code (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *normal = amfa_code_normalize (text);
  g_autofree char *again = amfa_code_normalize (normal);
  g_autofree char *code = amfa_code_parse (text, &error);

  /* What is no text may become some when a blank goes. */
  if (g_utf8_validate (text, -1, NULL))
    g_assert_cmpstr (again, ==, normal);
  g_assert_true ((code != NULL) == (error == NULL));
  if (!code)
    return;
  g_assert_cmpuint (strlen (code), ==, 6);
  g_assert_cmpuint (strspn (code, "0123456789"), ==, 6);
}

static void
take_all (AmfaCodeOutput *output, const char *text, gsize step)
{
  gsize length = strlen (text);

  for (gsize at = 0; at < length; at += step)
    amfa_code_output_take (output, text + at, MIN (step, length - at));
  amfa_code_output_end (output);
}

/* It is the same code however the output comes in. */
static void
check_code_output (const char *text)
{
  g_auto (AmfaCodeOutput) whole = { 0 };
  g_auto (AmfaCodeOutput) pieces = { 0 };

  take_all (&whole, text, MAX (strlen (text), 1));
  take_all (&pieces, text, 3);
  g_assert_cmpstr (whole.code, ==, pieces.code);
  if (!*whole.code)
    return;
  g_assert_cmpuint (strlen (whole.code), ==, 6);
  g_assert_cmpuint (strspn (whole.code, "0123456789"), ==, 6);
}

static void
check_serial (const char *text)
{
  AmfaDeviceKind kind = amfa_serial_get_kind (text);
  g_autofree char *name = amfa_serial_get_name (text);
  g_autoptr (GError) error = NULL;
  gboolean usable = amfa_serial_check (text, "arn:aws:iam::123456789012:user/a", &error);

  g_assert_nonnull (name);
  g_assert_true (usable == (error == NULL));
  if (!usable)
    {
      fuzz_assert_error (error);
      return;
    }
  g_assert_true (kind == AMFA_DEVICE_VIRTUAL || kind == AMFA_DEVICE_HARDWARE);
  for (const char *p = text; *p; p++)
    g_assert_true (g_ascii_isgraph (*p));
}

static void
check_arn (const char *text)
{
  g_autofree char *account = amfa_arn_get_account (text);
  g_autofree char *name = amfa_arn_get_name (text);
  g_autofree char *serial = amfa_serial_derive (text);

  g_assert_cmpstr (account, !=, "");
  g_assert_cmpstr (name, !=, "");
  if (amfa_arn_is_root (text))
    g_assert_cmpstr (name, ==, "root");
  if (serial)
    {
      g_autofree char *same = amfa_arn_get_account (serial);

      g_assert_cmpstr (same, ==, account);
    }
  if (amfa_role_arn_is_valid (text))
    {
      g_autofree char *role = amfa_role_arn_get_name (text);

      g_assert_cmpstr (role, ==, name);
      g_assert_cmpuint (strlen (account), ==, 12);
    }
}

static void
check_duration (const char *text)
{
  guint seconds = amfa_profile_parse_duration (text);

  g_assert_true (seconds == 0 || (seconds >= AMFA_DURATION_MIN && seconds <= AMFA_DURATION_MAX));
  g_assert_cmpuint (amfa_role_parse_duration (text), <=, G_MAXINT);
}

static void
check_proxy (const char *text)
{
  g_autofree char *uri = amfa_proxy_address_normalize (text);
  g_autofree char *again = uri ? amfa_proxy_address_normalize (uri) : NULL;
  g_autoptr (GUri) parsed = NULL;

  if (!uri)
    return;
  parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  g_assert_cmpstr (uri, ==, again);
  g_assert_nonnull (parsed);
  g_assert_cmpstr (g_uri_get_host (parsed), !=, "");
}

static void
check_process_line (const char *text)
{
  g_autofree char *line = amfa_process_line_new ("/opt/a b/awsmfa", text);
  g_autofree char *again = amfa_process_line_new (text, "default");

  amfa_process_line_is_ours (text, "default");
  if (line)
    g_assert_true (amfa_process_line_is_ours (line, text));
  if (again)
    g_assert_true (amfa_process_line_is_ours (again, "default"));
}

static void
check_endpoint (const AmfaEndpoint *endpoint, const GError *error)
{
  g_autoptr (GUri) uri = NULL;

  if (!endpoint)
    {
      fuzz_assert_error (error);
      return;
    }
  for (const char *p = endpoint->url; *p; p++)
    g_assert_true (g_ascii_isgraph (*p));
  uri = g_uri_parse (endpoint->url, G_URI_FLAGS_ENCODED, NULL);
  g_assert_nonnull (uri);
  g_assert_cmpstr (g_uri_get_path (uri), ==, endpoint->path);
  g_assert_null (g_uri_get_userinfo (uri));
  if (g_str_equal (g_uri_get_scheme (uri), "http"))
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (g_uri_get_host (uri));

      g_assert_true (address ? g_inet_address_get_is_loopback (address)
                             : g_str_equal (g_uri_get_host (uri), "localhost"));
    }
}

static void
check_region (const char *text)
{
  for (guint flags = 0; flags < 8; flags++)
    {
      g_autoptr (GError) sts_error = NULL;
      g_autoptr (GError) iam_error = NULL;
      g_autoptr (AmfaEndpoint) sts =
          amfa_endpoint_resolve (AMFA_SERVICE_STS, text, "AWS_REGION", flags, NULL, &sts_error);
      g_autoptr (AmfaEndpoint) iam =
          amfa_endpoint_resolve (AMFA_SERVICE_IAM, text, "AWS_REGION", flags, NULL, &iam_error);

      check_endpoint (sts, sts_error);
      check_endpoint (iam, iam_error);
      g_assert_true ((sts != NULL) == (iam != NULL));
    }
}

static void
check_url (const char *text)
{
  const AmfaEndpointOverride custom = { text, "AWS_ENDPOINT_URL" };
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaEndpoint) endpoint =
      amfa_endpoint_resolve (AMFA_SERVICE_STS, "eu-west-1", NULL, 0, &custom, &error);
  g_autofree char *shown = amfa_presentable_url (text);

  check_endpoint (endpoint, error);
  g_assert_nonnull (shown);
}

static void
check_time (const char *text)
{
  gint64 time = amfa_time_parse (text);
  g_autofree char *formatted = amfa_time_format (time);

  g_assert_cmpint (time, >=, 0);
  g_assert_cmpuint (strlen (formatted), ==, strlen ("2026-01-02T03:04:05Z"));
  g_assert_cmpint (amfa_time_parse (formatted), ==, time);
}

/* A name that is possible is a section's of its own in both files, and survives a shell. */
static void
check_profile_name (const char *text)
{
  g_autofree char *section = amfa_profile_name_from_config (text);
  g_autofree char *services = amfa_services_name_from_config (text);

  if (!amfa_profile_name_is_possible (text))
    return;

  g_autofree char *in_config = amfa_profile_name_to_config (text);
  g_autofree char *back = amfa_profile_name_from_config (in_config);
  g_autoptr (AmfaIniDocument) empty = fuzz_parse ("");
  g_autoptr (AmfaSecret) header = amfa_secret_new_join ("[", text, "]", NULL);
  g_autofree char *separator = NULL;
  g_autoptr (AmfaIniDocument) document =
      amfa_ini_document_append_section (empty, header, &separator, NULL);

  g_assert_cmpstr (back, ==, text);
  g_assert_nonnull (document);
  g_assert_true (amfa_ini_document_has_section (document, text));
}

static void
check_quoting (const char *text)
{
  g_autofree char *quoted = amfa_assignments_quote (text, AMFA_SYNTAX_SH);
  g_autofree char *word = amfa_quote_word (text);
  g_autofree char *unquoted = g_shell_unquote (quoted, NULL);
  g_autofree char *unquoted_word = g_shell_unquote (word, NULL);

  g_assert_cmpstr (unquoted, ==, text);
  g_assert_cmpstr (unquoted_word, ==, text);
}

static void
check_form (const char *text)
{
  const AmfaQueryParameter parameter = { "SerialNumber", text };
  g_autoptr (AmfaSecret) form = amfa_query_form_encode ("GetSessionToken", "1", &parameter, 1);
  g_autofree char *encoded = amfa_sigv4_uri_encode (text, -1);
  g_autofree char *decoded = g_uri_unescape_string (encoded, NULL);
  const char *value = strstr (amfa_secret_peek (form), "SerialNumber=");

  g_assert_nonnull (value);
  g_assert_null (strpbrk (value + strlen ("SerialNumber="), " \n=+"));
  g_assert_true (g_str_is_ascii (amfa_secret_peek (form)));
  if (g_utf8_validate (text, -1, NULL))
    g_assert_cmpstr (decoded, ==, text);
}

static const struct
{
  const char *name;
  void (*check) (const char *text);
} kinds[] = {
  { "code", check_code },
  { "code-output", check_code_output },
  { "serial", check_serial },
  { "arn", check_arn },
  { "duration", check_duration },
  { "proxy", check_proxy },
  { "process-line", check_process_line },
  { "region", check_region },
  { "url", check_url },
  { "time", check_time },
  { "profile-name", check_profile_name },
  { "quoting", check_quoting },
  { "form", check_form },
};

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = fuzz_input (data, size);
  g_autofree char *kind = fuzz_take_line (&input);
  g_autofree char *text = g_strndup (input.at, (gsize) (input.end - input.at));

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kind, kinds[i].name))
      kinds[i].check (text);
  return 0;
}
