#define G_LOG_DOMAIN "amfa-proxy-challenge"

#include "proxy-challenge.h"

#include <string.h>

#define FIELD "proxy-authenticate:"

/* Those that GIO's client, which knows Basic only, cannot speak. */
static const char *const others[] = { "Digest", "NTLM", "Negotiate" };

static gboolean
begins_with (const char *text, const char *scheme)
{
  gsize length = strlen (scheme);

  return g_ascii_strncasecmp (text, scheme, length) == 0 &&
         (text[length] == '\0' || text[length] == ' ');
}

/* Looks at the beginning of each piece between commas: there a challenge begins, or one of the
 * parameters of the one before. Returns whether Basic is among them. */
static gboolean
read_field (const char *value, gboolean *found)
{
  g_auto (GStrv) pieces = g_strsplit (value, ",", -1);

  for (gsize i = 0; pieces[i]; i++)
    {
      const char *piece = g_strstrip (pieces[i]);

      if (begins_with (piece, "Basic"))
        return TRUE;
      for (gsize j = 0; j < G_N_ELEMENTS (others); j++)
        found[j] |= begins_with (piece, others[j]);
    }
  return FALSE;
}

/**
 * amfa_proxy_challenge_dup_others:
 * @head: status and fields of the answer
 *
 * Returns: (transfer full) (nullable): the schemes that it takes, "Digest, NTLM", if Basic is none
 *   of them; %NULL if it is, or none is known
 */
char *
amfa_proxy_challenge_dup_others (const char *head)
{
  g_return_val_if_fail (head != NULL, NULL);

  g_auto (GStrv) lines = g_strsplit (head, "\n", -1);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  gboolean found[G_N_ELEMENTS (others)] = { FALSE };

  for (gsize i = 0; lines[i]; i++)
    if (g_ascii_strncasecmp (lines[i], FIELD, strlen (FIELD)) == 0 &&
        read_field (lines[i] + strlen (FIELD), found))
      return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (found[i])
      g_ptr_array_add (names, (gpointer) others[i]);
  g_ptr_array_add (names, NULL);
  return names->len > 1 ? g_strjoinv (", ", (char **) names->pdata) : NULL;
}
