#include "sigv4-case.h"

#include <gio/gio.h>
#include <string.h>

/* AWS's official suite is not part of the tree: it is looked for beside it, or where
 * AWSMFA_SIGV4_SUITE says. Our own vectors (tests/data/sigv4) always run. */

static char *
read_text (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static JsonNode *
read_json (const char *folder, const char *name)
{
  g_autofree char *text = read_text (folder, name);
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  return node;
}

static void
assert_stages (const Sigv4Case *sigv4_case,
               const char *canonical_request,
               const char *string_to_sign,
               const char *authorization)
{
  AmfaSigv4Request request;
  g_auto (AmfaSigv4Canonical) canonical = { NULL };

  sigv4_case_get_request (sigv4_case, &request);
  amfa_sigv4_canonicalize (&request, sigv4_case->credentials, &sigv4_case->scope, &canonical);
  g_assert_cmpstr (canonical.canonical_request, ==, canonical_request);

  g_autofree char *to_sign =
      amfa_sigv4_string_to_sign (canonical.canonical_request, &sigv4_case->scope);
  g_assert_cmpstr (to_sign, ==, string_to_sign);

  g_autofree char *ours = amfa_sigv4_authorization (to_sign, canonical.signed_headers,
                                                    sigv4_case->credentials, &sigv4_case->scope);
  g_assert_cmpstr (ours, ==, authorization);

  g_autofree char *at_once =
      amfa_sigv4_sign (&request, sigv4_case->credentials, &sigv4_case->scope);
  g_assert_cmpstr (at_once, ==, authorization);
}

static void
test_own_vectors (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "data", "sigv4", NULL);
  g_autoptr (JsonNode) root = read_json (folder, "vectors.json");
  JsonArray *vectors = json_node_get_array (root);

  g_assert_cmpuint (json_array_get_length (vectors), >, 10);
  for (guint i = 0; i < json_array_get_length (vectors); i++)
    {
      JsonObject *vector = json_array_get_object_element (vectors, i);
      g_autoptr (Sigv4Case) sigv4_case = sigv4_case_from_json (vector);

      g_test_message ("%s", json_object_get_string_member (vector, "name"));
      assert_stages (sigv4_case, json_object_get_string_member (vector, "canonical_request"),
                     json_object_get_string_member (vector, "string_to_sign"),
                     json_object_get_string_member (vector, "authorization"));
    }
}

/* "METHOD path HTTP/1.1", header lines of which an indented one continues the one before, a blank
 * line, the body. The path may hold blanks. */
static void
parse_suite_request (Sigv4Case *sigv4_case, const char *text)
{
  const char *blank = strstr (text, "\n\n");
  g_autofree char *head = blank ? g_strndup (text, blank - text) : g_strdup (text);
  g_auto (GStrv) lines = g_strsplit (head, "\n", -1);
  const char *target = strchr (lines[0], ' ') + 1;
  const char *version = g_strrstr (lines[0], " HTTP/1.1");
  const char *question = memchr (target, '?', version - target);
  const char *path_end = question ? question : version;

  sigv4_case->method = g_strndup (lines[0], target - 1 - lines[0]);
  sigv4_case->path = g_strndup (target, path_end - target);
  sigv4_case->query = question ? g_strndup (question + 1, version - question - 1) : NULL;
  sigv4_case->body = blank ? g_bytes_new (blank + 2, strlen (blank + 2)) : NULL;

  for (gsize i = 1; lines[i] && *lines[i];)
    {
      g_autoptr (GString) value = g_string_new (strchr (lines[i], ':') + 1);
      g_autofree char *name = g_strndup (lines[i], strchr (lines[i], ':') - lines[i]);

      for (i++; lines[i] && *lines[i] == ' '; i++)
        g_string_append_printf (value, "\n%s", lines[i]);
      sigv4_case_add_header (sigv4_case, name, value->str);
    }
}

static void
parse_suite_context (Sigv4Case *sigv4_case, JsonObject *context)
{
  JsonObject *keys = json_object_get_object_member (context, "credentials");
  const char *token = json_object_get_string_member_with_default (keys, "token", NULL);
  g_autoptr (AmfaSecret) secret =
      amfa_secret_new (json_object_get_string_member (keys, "secret_access_key"), -1);
  g_autoptr (AmfaSecret) token_secret = token ? amfa_secret_new (token, -1) : NULL;
  g_autoptr (GDateTime) time =
      g_date_time_new_from_iso8601 (json_object_get_string_member (context, "timestamp"), NULL);

  sigv4_case->credentials = amfa_credentials_new (
      json_object_get_string_member (keys, "access_key_id"), secret, token_secret, 0);
  sigv4_case->region = g_strdup (json_object_get_string_member (context, "region"));
  sigv4_case->service = g_strdup (json_object_get_string_member (context, "service"));
  sigv4_case->scope = (AmfaSigv4Scope){
    .region = sigv4_case->region,
    .service = sigv4_case->service,
    .time = g_date_time_to_unix (time),
    .normalize_path = json_object_get_boolean_member (context, "normalize"),
    .sign_token =
        !json_object_get_boolean_member_with_default (context, "omit_session_token", FALSE),
    .sign_body_header = json_object_get_boolean_member (context, "sign_body"),
  };
}

/* The value of the Authorization header in a signed request of the suite. */
static char *
find_authorization (const char *signed_request)
{
  const char *start = strstr (signed_request, "\nAuthorization:");

  g_assert_nonnull (start);
  start += strlen ("\nAuthorization:");
  return g_strndup (start, strcspn (start, "\n"));
}

static void
test_suite_case (gconstpointer data)
{
  const char *folder = data;
  g_autoptr (Sigv4Case) sigv4_case = sigv4_case_new ();
  g_autoptr (JsonNode) context = read_json (folder, "context.json");
  g_autofree char *request = read_text (folder, "request.txt");
  g_autofree char *canonical_request = read_text (folder, "header-canonical-request.txt");
  g_autofree char *string_to_sign = read_text (folder, "header-string-to-sign.txt");
  g_autofree char *signature = read_text (folder, "header-signature.txt");
  g_autofree char *signed_request = read_text (folder, "header-signed-request.txt");
  g_autofree char *authorization = find_authorization (signed_request);

  parse_suite_request (sigv4_case, request);
  parse_suite_context (sigv4_case, json_node_get_object (context));
  g_assert_true (g_str_has_suffix (authorization, signature));
  assert_stages (sigv4_case, canonical_request, string_to_sign, authorization);
}

static void
test_suite_absent (void)
{
  g_test_skip ("AWS's SigV4 suite is not here: our own vectors stand in for it");
}

static void
add_suite (void)
{
  const char *said = g_getenv ("AWSMFA_SIGV4_SUITE");
  g_autofree char *beside =
      g_test_build_filename (G_TEST_DIST, "..", "..", "shared", "sigv4-suite", NULL);
  g_autofree char *folder = g_build_filename (said ? said : beside, "v4", NULL);
  g_autoptr (GDir) cases = g_dir_open (folder, 0, NULL);
  const char *name;

  if (!cases)
    {
      g_test_add_func ("/sigv4/suite", test_suite_absent);
      return;
    }
  while ((name = g_dir_read_name (cases)))
    {
      g_autofree char *test = g_strconcat ("/sigv4/suite/", name, NULL);

      g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), test_suite_case,
                                 g_free);
    }
}

static void
test_uri_encode (void)
{
  static const struct
  {
    const char *raw;
    gssize length;
    const char *encoded;
  } rows[] = {
    { "", -1, "" },
    { "AZaz09-._~", -1, "AZaz09-._~" },
    { "a b+c/d=e&f%41", -1, "a%20b%2Bc%2Fd%3De%26f%2541" },
    { "arn:aws:iam::1:mfa/x@y", -1, "arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fx%40y" },
    { "\xc3\xa9\xff", -1, "%C3%A9%FF" },
    { "a\0b", 3, "a%00b" },
    { "abc", 2, "ab" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *encoded = amfa_sigv4_uri_encode (rows[i].raw, rows[i].length);

      g_assert_cmpstr (encoded, ==, rows[i].encoded);
    }
}

static void
test_canonical_request (void)
{
  static const struct
  {
    const char *path;
    const char *query;
    gboolean normalize;
    const char *canonical; /* its second and third line */
  } rows[] = {
    { NULL, NULL, TRUE, "/\n" },
    { "", "", FALSE, "/\n" },
    { "/../../a/./b//c/..", "", TRUE, "/a/b\n" },
    { "/a/../", "", TRUE, "/\n" },
    { "/a/b/../", "", TRUE, "/a/\n" },
    { "/a/../b//", "", FALSE, "/a/../b//\n" },
    { "/a%20b", "", TRUE, "/a%2520b\n" },
    { "/", "b&a=&a-b=1&a=2&&a=10", TRUE, "/\na=&a=10&a=2&a-b=1&b=" },
    { "/", "a=b=c&%7e=%2f&x=%&y=%4&z=%zz", TRUE, "/\na=b%3Dc&x=%25&y=%254&z=%25zz&~=%2F" },
    { "/", "=v&k=a b+c", TRUE, "/\n=v&k=a%20b%2Bc" },
  };
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("secret", -1);
  g_autoptr (AmfaCredentials) keys = amfa_credentials_new ("AKIA", secret, NULL, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AmfaSigv4Field host = { "Host", "h" };
      AmfaSigv4Request request = { "get", rows[i].path, rows[i].query, &host, 1, NULL, 0 };
      AmfaSigv4Scope scope = { "r", "s", 0, rows[i].normalize, TRUE, FALSE };
      g_auto (AmfaSigv4Canonical) canonical = { NULL };
      g_autofree char *start = g_strconcat ("GET\n", rows[i].canonical, "\nhost:h\n", NULL);

      amfa_sigv4_canonicalize (&request, keys, &scope, &canonical);
      if (!g_str_has_prefix (canonical.canonical_request, start))
        g_error ("row %" G_GSIZE_FORMAT ": %s", i, canonical.canonical_request);
    }
}

/* A header that the signer adds itself is signed with the signer's value alone. */
static void
test_own_headers_win (void)
{
  static const AmfaSigv4Field headers[] = {
    { "Host", "h" },
    { "authorization", "old" },
    { "x-amz-date", "19990101T000000Z" },
    { "X-Amz-Security-Token", "old" },
    { "X-Empty", NULL },
  };
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("secret", -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new ("new", -1);
  g_autoptr (AmfaCredentials) keys = amfa_credentials_new ("ASIA", secret, token, 0);
  AmfaSigv4Request request = { "POST", "/", NULL, headers, G_N_ELEMENTS (headers), "x", 1 };
  AmfaSigv4Scope scope = { "r", "s", 1440938160, TRUE, TRUE, FALSE };
  g_auto (AmfaSigv4Canonical) canonical = { NULL };

  amfa_sigv4_canonicalize (&request, keys, &scope, &canonical);
  g_assert_cmpstr (canonical.signed_headers, ==, "host;x-amz-date;x-amz-security-token;x-empty");
  g_assert_nonnull (strstr (canonical.canonical_request, "\nx-amz-date:20150830T123600Z\n"
                                                         "x-amz-security-token:new\nx-empty:\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sigv4/uri-encode", test_uri_encode);
  g_test_add_func ("/sigv4/canonical-request", test_canonical_request);
  g_test_add_func ("/sigv4/own-headers-win", test_own_headers_win);
  g_test_add_func ("/sigv4/own-vectors", test_own_vectors);
  add_suite ();

  return g_test_run ();
}
