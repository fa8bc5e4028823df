#define G_LOG_DOMAIN "amfa-marks"

#include "original.h"

#include "response.h"

#include <string.h>

/* A mark is a trace of what we wrote, by which we know it again later: a key id, an expiration, the
 * digest of a token or of a whole section's text, and, as "<digest of a token>:<digest of its
 * secret>", which secret belongs to which token. None of them is a secret. Version 0.1.0 made no
 * marks of secrets. */

/* Those of about 16 sessions: what is older no longer stands in any file. */
#define MAX_MARKS 80

#define DIGEST_LENGTH 64

/**
 * amfa_marks_join:
 * @marks: (nullable): marks
 * @more: (nullable): newer ones
 *
 * Returns: (transfer full): both, each once
 */
GStrv
amfa_marks_join (const char *const *marks, const char *const *more)
{
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  for (gsize i = 0; marks && marks[i]; i++)
    if (!more || !g_strv_contains (more, marks[i]))
      g_strv_builder_add (all, marks[i]);
  if (more)
    g_strv_builder_addv (all, (const char **) more);
  return g_strv_builder_end (all);
}

/**
 * amfa_marks_merge:
 * @marks: (nullable): marks
 * @more: (nullable): newer ones
 *
 * Returns: (transfer full): both, each once; the oldest are dropped when there are too many to
 * store
 */
GStrv
amfa_marks_merge (const char *const *marks, const char *const *more)
{
  g_auto (GStrv) all = amfa_marks_join (marks, more);
  gsize n = g_strv_length (all);

  return g_strdupv (n > MAX_MARKS ? all + n - MAX_MARKS : all);
}

/**
 * amfa_marks_add:
 * @marks: (nullable): marks
 * @mark: a new one
 *
 * Returns: (transfer full): the marks with @mark as the newest
 */
GStrv
amfa_marks_add (const char *const *marks, const char *mark)
{
  const char *const more[] = { mark, NULL };

  return amfa_marks_merge (marks, more);
}

/**
 * amfa_marks_add_session:
 * @marks: (nullable): marks
 * @session: a session that is about to be written
 *
 * Returns: (transfer full): @marks with those of @session
 */
GStrv
amfa_marks_add_session (const char *const *marks, AmfaCredentials *session)
{
  AmfaSecret *token = amfa_credentials_get_token (session);
  g_autofree char *digest = token ? amfa_secret_digest (token) : NULL;
  g_autofree char *secret_digest = amfa_secret_digest (amfa_credentials_get_secret (session));
  g_autofree char *expiration = amfa_time_format (amfa_credentials_get_expiration (session));
  g_autofree char *pair = g_strdup_printf ("%s:%s", digest ? digest : "", secret_digest);
  const char *const more[] = { amfa_credentials_get_key_id (session), expiration, pair, digest,
                               NULL };

  return amfa_marks_merge (marks, more);
}

/**
 * amfa_marks_add_text:
 * @marks: (nullable): marks
 * @document: what was written
 * @name: the section that we wrote
 *
 * Returns: (transfer full): @marks with that of the section's text
 */
GStrv
amfa_marks_add_text (const char *const *marks, AmfaIniDocument *document, const char *name)
{
  g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (document, name);
  g_autofree char *digest = amfa_secret_digest (text);

  return amfa_marks_add (marks, digest);
}

/* @marks and @mark: (nullable) */
gboolean
amfa_marks_have (const char *const *marks, const char *mark)
{
  return marks && mark && g_strv_contains (marks, mark);
}

/* @secret: (nullable): a token, or a section's text */
gboolean
amfa_marks_have_digest (const char *const *marks, AmfaSecret *secret)
{
  g_autofree char *digest = secret ? amfa_secret_digest (secret) : NULL;

  return amfa_marks_have (marks, digest);
}

/* Returns: (nullable): the digest of the secret, if @mark tells whose secret it is */
static const char *
get_pair_end (const char *mark)
{
  const char *colon = strlen (mark) > DIGEST_LENGTH ? strchr (mark, ':') : NULL;

  return colon && strlen (colon + 1) == DIGEST_LENGTH ? colon + 1 : NULL;
}

/* Returns: whether @secret is that of a session that we wrote */
gboolean
amfa_marks_know_secret (const char *const *marks, AmfaSecret *secret)
{
  g_autofree char *digest = amfa_secret_digest (secret);

  for (gsize i = 0; marks && marks[i]; i++)
    if (g_strcmp0 (get_pair_end (marks[i]), digest) == 0)
      return TRUE;
  return FALSE;
}

/**
 * amfa_marks_allow_secret:
 * @marks: (nullable): marks
 * @token: a token
 * @secret: what stands beside it
 *
 * Returns: whether we wrote @token, and no mark says that another secret was beside it
 */
gboolean
amfa_marks_allow_secret (const char *const *marks, AmfaSecret *token, AmfaSecret *secret)
{
  g_autofree char *digest = amfa_secret_digest (token);
  g_autofree char *secret_digest = amfa_secret_digest (secret);
  gboolean is_known = amfa_marks_have (marks, digest);

  for (gsize i = 0; marks && marks[i]; i++)
    if (g_str_has_prefix (marks[i], digest) && get_pair_end (marks[i]))
      {
        if (!g_str_equal (get_pair_end (marks[i]), secret_digest))
          return FALSE;
        is_known = TRUE;
      }
  return is_known;
}
