#define G_LOG_DOMAIN "amfa-sigv4"

#include "sigv4.h"

#include <string.h>

/* The first stage: the canonical request, and the one percent-encoding that all of AWS uses. */

/* One header: its lower-case name and its folded value, which may be the token. */
typedef struct
{
  char *name;
  char *value;
} Header;

/* One query parameter, both halves encoded. */
typedef struct
{
  char *name;
  char *value;
} Parameter;

static void
header_free (Header *header)
{
  g_free (header->name);
  amfa_wipe_and_free (header->value);
  g_free (header);
}

static void
parameter_free (Parameter *parameter)
{
  g_free (parameter->name);
  g_free (parameter->value);
  g_free (parameter);
}

static void
append_encoded (GString *out, guchar byte)
{
  /* RFC 3986, 2.3: the unreserved characters. */
  if (g_ascii_isalnum (byte) || (byte != '\0' && strchr ("-._~", byte)))
    g_string_append_c (out, byte);
  else
    g_string_append_printf (out, "%%%02X", byte);
}

/* Resolves "." and "..", and folds slashes, as AWS does for every service but S3. */
static char *
normalize_path (const char *path)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  g_autofree char *joined = NULL;

  for (gsize i = 0; segments[i]; i++)
    {
      if (g_str_equal (segments[i], "") || g_str_equal (segments[i], "."))
        continue;
      if (!g_str_equal (segments[i], ".."))
        g_ptr_array_add (kept, segments[i]);
      else if (kept->len > 0)
        g_ptr_array_set_size (kept, kept->len - 1);
    }

  gboolean folder = kept->len > 0 && g_str_has_suffix (path, "/");

  g_ptr_array_add (kept, NULL);
  joined = g_strjoinv ("/", (char **) kept->pdata);
  return g_strconcat ("/", joined, folder ? "/" : "", NULL);
}

static char *
canonical_path (const AmfaSigv4Request *request, const AmfaSigv4Scope *scope)
{
  const char *path = request->path && *request->path ? request->path : "/";
  g_autofree char *normal = scope->normalize_path ? normalize_path (path) : g_strdup (path);
  GString *out = g_string_new (NULL);

  for (const char *p = normal; *p; p++)
    {
      if (*p == '/')
        g_string_append_c (out, '/');
      else
        append_encoded (out, *p);
    }
  return g_string_free (out, FALSE);
}

/* Whatever mixture of raw and percent-encoded bytes the query has, AWS encodes each byte once. */
static char *
encode_query_part (const char *start, const char *end)
{
  GString *out = g_string_new (NULL);

  for (const char *p = start; p < end; p++)
    {
      if (*p == '%' && end - p > 2 && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]))
        {
          append_encoded (out, g_ascii_xdigit_value (p[1]) << 4 | g_ascii_xdigit_value (p[2]));
          p += 2;
        }
      else
        append_encoded (out, *p);
    }
  return g_string_free (out, FALSE);
}

static gint
compare_parameters (gconstpointer a, gconstpointer b)
{
  const Parameter *first = *(const Parameter *const *) a;
  const Parameter *second = *(const Parameter *const *) b;
  int by_name = strcmp (first->name, second->name);

  return by_name != 0 ? by_name : strcmp (first->value, second->value);
}

static char *
canonical_query (const char *query)
{
  g_autoptr (GPtrArray) parameters =
      g_ptr_array_new_with_free_func ((GDestroyNotify) parameter_free);
  GString *out = g_string_new (NULL);

  for (const char *p = query ? query : ""; *p;)
    {
      const char *end = strchrnul (p, '&');
      const char *equals = memchr (p, '=', end - p);

      if (end > p)
        {
          Parameter *parameter = g_new0 (Parameter, 1);

          parameter->name = encode_query_part (p, equals ? equals : end);
          parameter->value = equals ? encode_query_part (equals + 1, end) : g_strdup ("");
          g_ptr_array_add (parameters, parameter);
        }
      p = *end ? end + 1 : end;
    }

  /* By name and then by value: as whole strings "a-b=" would come before "a=". */
  g_ptr_array_sort (parameters, compare_parameters);
  for (guint i = 0; i < parameters->len; i++)
    {
      const Parameter *parameter = g_ptr_array_index (parameters, i);

      g_string_append_printf (out, "%s%s=%s", i > 0 ? "&" : "", parameter->name, parameter->value);
    }
  return g_string_free (out, FALSE);
}

/* Without blanks at both ends, and one space for each run of blanks or line folding inside. */
static char *
fold_value (const char *value)
{
  char *folded = g_malloc (strlen (value) + 1);
  char *end = folded;
  gboolean blank = FALSE;

  for (const char *p = value; *p; p++)
    {
      if (g_ascii_isspace (*p) || *p == '\v')
        {
          blank = end > folded;
          continue;
        }
      if (blank)
        *end++ = ' ';
      blank = FALSE;
      *end++ = *p;
    }
  *end = '\0';
  return folded;
}

/* A second value of the same name joins the first one behind a comma. */
static void
add_header (GPtrArray *headers, const char *name, const char *value)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  amfa_autowipe char *folded = fold_value (value ? value : "");

  for (guint i = 0; i < headers->len; i++)
    {
      Header *header = g_ptr_array_index (headers, i);

      if (g_str_equal (header->name, lower))
        {
          char *joined = g_strconcat (header->value, ",", folded, NULL);

          amfa_wipe_and_free (header->value);
          header->value = joined;
          return;
        }
    }

  Header *header = g_new0 (Header, 1);

  header->name = g_steal_pointer (&lower);
  header->value = g_steal_pointer (&folded);
  g_ptr_array_add (headers, header);
}

static gint
compare_headers (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const Header *const *) a)->name, (*(const Header *const *) b)->name);
}

/* The headers that the signer adds; a request's own ones of these names make way. */
static GPtrArray *
signers_headers (AmfaCredentials *credentials, const AmfaSigv4Scope *scope, const char *body_digest)
{
  GPtrArray *headers = g_ptr_array_new_with_free_func ((GDestroyNotify) header_free);
  AmfaSecret *token = amfa_credentials_get_token (credentials);
  g_autofree char *time = amfa_sigv4_format_time (scope->time);

  add_header (headers, "X-Amz-Date", time);
  if (token && scope->sign_token)
    add_header (headers, "X-Amz-Security-Token", amfa_secret_peek (token));
  if (scope->sign_body_header)
    add_header (headers, "X-Amz-Content-Sha256", body_digest);
  return headers;
}

static GPtrArray *
canonical_headers (const AmfaSigv4Request *request,
                   AmfaCredentials *credentials,
                   const AmfaSigv4Scope *scope,
                   const char *body_digest)
{
  GPtrArray *headers = signers_headers (credentials, scope, body_digest);
  guint n_own = headers->len;

  for (gsize i = 0; i < request->n_headers; i++)
    {
      const AmfaSigv4Field *field = &request->headers[i];
      gboolean taken = g_ascii_strcasecmp (field->name, "Authorization") == 0;

      for (guint j = 0; j < n_own && !taken; j++)
        {
          const Header *own = g_ptr_array_index (headers, j);

          taken = g_ascii_strcasecmp (field->name, own->name) == 0;
        }
      if (!taken)
        add_header (headers, field->name, field->value);
    }
  g_ptr_array_sort (headers, compare_headers);
  return headers;
}

static char *
join_names (GPtrArray *headers)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < headers->len; i++)
    {
      const Header *header = g_ptr_array_index (headers, i);

      g_string_append_printf (out, "%s%s", i > 0 ? ";" : "", header->name);
    }
  return g_string_free (out, FALSE);
}

/* "name:value" lines. Sized in advance: a GString that grew would leave the token behind. */
static char *
join_headers (GPtrArray *headers)
{
  gsize size = 1;

  for (guint i = 0; i < headers->len; i++)
    {
      const Header *header = g_ptr_array_index (headers, i);

      size += strlen (header->name) + strlen (header->value) + strlen (":\n");
    }

  char *lines = g_malloc (size);
  char *end = lines;

  *end = '\0';
  for (guint i = 0; i < headers->len; i++)
    {
      const Header *header = g_ptr_array_index (headers, i);

      end = g_stpcpy (end, header->name);
      end = g_stpcpy (end, ":");
      end = g_stpcpy (end, header->value);
      end = g_stpcpy (end, "\n");
    }
  return lines;
}

/**
 * amfa_sigv4_uri_encode:
 * @text: bytes
 * @length: how many, or -1 if a NUL byte ends them
 *
 * Percent-encodes all but RFC 3986's unreserved characters, as AWS asks for in queries and forms
 * (a space is "%20").
 *
 * Returns: (transfer full): the encoded text
 */
char *
amfa_sigv4_uri_encode (const char *text, gssize length)
{
  g_return_val_if_fail (text != NULL || length == 0, NULL);

  gsize n = length < 0 ? strlen (text) : (gsize) length;
  GString *out = g_string_sized_new (n);

  for (gsize i = 0; i < n; i++)
    append_encoded (out, text[i]);
  return g_string_free (out, FALSE);
}

/* What amfa_sigv4_canonicalize() filled, wiped: it may hold the session token. */
void
amfa_sigv4_canonical_clear (AmfaSigv4Canonical *canonical)
{
  g_clear_pointer (&canonical->canonical_request, amfa_wipe_and_free);
  g_clear_pointer (&canonical->signed_headers, g_free);
}

/**
 * amfa_sigv4_canonicalize:
 * @request: a request with a Host header
 * @credentials: who signs it
 * @scope: when, where and how
 * @canonical: (out caller-allocates): the first stage; amfa_sigv4_canonical_clear() it
 *
 * All headers of @request are signed, but for "Authorization" and those that the signer itself
 * adds (see #AmfaSigv4Request): of these its own values count.
 */
void
amfa_sigv4_canonicalize (const AmfaSigv4Request *request,
                         AmfaCredentials *credentials,
                         const AmfaSigv4Scope *scope,
                         AmfaSigv4Canonical *canonical)
{
  g_return_if_fail (request && request->method && credentials && scope && canonical);

  g_autofree char *body_digest = g_compute_checksum_for_data (
      G_CHECKSUM_SHA256, (const guchar *) request->body, request->body ? request->body_length : 0);
  g_autofree char *method = g_ascii_strup (request->method, -1);
  g_autofree char *path = canonical_path (request, scope);
  g_autofree char *query = canonical_query (request->query);
  g_autoptr (GPtrArray) headers = canonical_headers (request, credentials, scope, body_digest);
  amfa_autowipe char *lines = join_headers (headers);

  canonical->signed_headers = join_names (headers);
  canonical->canonical_request =
      g_strjoin ("\n", method, path, query, lines, canonical->signed_headers, body_digest, NULL);
}
