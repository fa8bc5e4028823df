#define G_LOG_DOMAIN "amfa-stray-key"

#include "stray-key.h"

#include <string.h>

/* Keys of AWS under names that AWS tools pass over: a line of a shell ("export AWS_…"), of a JSON
 * document, of another program's settings, or one written down from memory. */

static const char id_name[] = "aws_access_key_id";
static const char secret_name[] = "aws_secret_access_key";
static const char token_name[] = "aws_session_token";

/* What names come to without what is between their words; the first one that fits. */
static const struct
{
  const char *part;
  const char *meant;
} parts[] = {
  { "secretaccess", secret_name }, { "secretkey", secret_name },    { "awssecret", secret_name },
  { "sessiontoken", token_name },  { "securitytoken", token_name }, { "accesskey", id_name },
  { "awskeyid", id_name },
};

static gboolean
is_known (const char *name)
{
  static const char *const names[] = { id_name, secret_name, token_name, "aws_security_token",
                                       NULL };

  return g_strv_contains (names, name);
}

/* Letters and digits alone, in lower case. */
static char *
squeeze (const char *text)
{
  GString *squeezed = g_string_new (NULL);

  for (const char *p = text; *p; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (squeezed, g_ascii_tolower (*p));
  return g_string_free (squeezed, FALSE);
}

static const char *
find_part (const char *text)
{
  g_autofree char *squeezed = squeeze (text);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (squeezed, parts[i].part) && !strstr (squeezed, "expir"))
      return parts[i].meant;
  return NULL;
}

/* An id of IAM's as AWS makes them. */
static gboolean
is_key_id (const char *text)
{
  static const char capitals[] = G_CSET_A_2_Z G_CSET_DIGITS;

  return (g_str_has_prefix (text, "AKIA") || g_str_has_prefix (text, "ASIA")) &&
         strspn (text, capitals) == strlen (text) && strlen (text) >= 16;
}

/* "$env:AWS_ACCESS_KEY_ID=…" has its name behind the colon. */
static const char *
find_in_value (const char *text)
{
  gsize length = strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");
  g_autofree char *name = text[length] == '=' ? g_strndup (text, length) : NULL;

  return name ? find_part (name) : NULL;
}

/**
 * amfa_stray_key_get_meant:
 * @name: the name of a setting in a section, in lower case
 * @value: (nullable): and its value
 *
 * Returns: (transfer none) (nullable): the name under which AWS tools would find that key; %NULL if
 *   it is none, or has that name
 */
const char *
amfa_stray_key_get_meant (const char *name, AmfaSecret *value)
{
  g_return_val_if_fail (name != NULL, NULL);

  const char *meant;

  if (is_known (name) || !value || amfa_secret_get_length (value) == 0)
    return NULL;
  meant = find_part (name);
  if (!meant && is_key_id (amfa_secret_peek (value)))
    return id_name;
  return meant ? meant : find_in_value (amfa_secret_peek (value));
}
