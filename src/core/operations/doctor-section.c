#define G_LOG_DOMAIN "amfa-doctor"

#include "doctor-checks.h"

#include "core/model/stray-key.h"

#include <string.h>

static guint
get_line (const AmfaCase *self, const char *key)
{
  return self->credentials ? amfa_ini_document_get_line (self->credentials, self->profile, key) : 0;
}

static void
add_at (
    const AmfaCase *self, AmfaFindingKind kind, const char *key, const char *subject, gint64 number)
{
  amfa_findings_add (self->findings, &(AmfaFinding){
                                         .kind = kind,
                                         .profile = self->profile,
                                         .path = self->environment->credentials_path,
                                         .line = get_line (self, key),
                                         .subject = subject,
                                         .number = number,
                                     });
}

/* Keys and tokens have neither blanks nor quotes in them: what has was written by somebody who
 * thought that the file knows quotes, or comments behind a value. */
static gboolean
is_malformed (AmfaSecret *value)
{
  return value && strpbrk (amfa_secret_peek (value), " \t\r\n\"'") != NULL;
}

static gboolean
check_values (const AmfaCase *self)
{
  gboolean fine = TRUE;

  for (gsize i = 0; i < AMFA_N_SESSION_KEYS; i++)
    {
      const char *key = amfa_session_keys[i];
      g_autoptr (AmfaSecret) value =
          amfa_ini_document_get_value (self->credentials, self->profile, key);

      if (g_str_equal (key, "expiration") || !is_malformed (value))
        continue;
      add_at (self, AMFA_FINDING_VALUE_MALFORMED, key, key, 0);
      fine = FALSE;
    }
  return fine;
}

/* The token that botocore takes is the first of the two. */
static void
check_security_token (const AmfaCase *self)
{
  static const char key[] = "aws_security_token";
  g_autoptr (AmfaSecret) security =
      amfa_ini_document_get_value (self->credentials, self->profile, key);
  g_autoptr (AmfaSecret) session =
      amfa_ini_document_get_value (self->credentials, self->profile, "aws_session_token");
  guint inherited = amfa_ini_document_get_line (self->credentials, "DEFAULT", key);

  /* A profile that has no section yet inherits it as soon as it has one. */
  if (inherited > 0 && !amfa_ini_document_owns_key (self->credentials, self->profile, key))
    amfa_findings_add (self->findings, &(AmfaFinding){
                                           .kind = AMFA_FINDING_SECURITY_TOKEN_INHERITED,
                                           .profile = self->profile,
                                           .path = self->environment->credentials_path,
                                           .line = inherited,
                                       });
  else if (security && session && !amfa_secret_equal (security, session))
    add_at (self, AMFA_FINDING_SECURITY_TOKEN, key, NULL, 0);
  else if (security && !session)
    add_at (self, AMFA_FINDING_SECURITY_TOKEN_ALONE, key, NULL, 0);
}

static const char *
token_key (const AmfaCase *self)
{
  return get_line (self, "aws_security_token") > 0 ? "aws_security_token" : "aws_session_token";
}

/* By AWS's clock, which is what an expiration is about. */
static gboolean
is_over (const AmfaCase *self, gint64 expiration)
{
  return expiration > 0 && self->now + self->state->clock_offset >= expiration;
}

static void
check_kind (const AmfaCase *self)
{
  AmfaCredentials *keys = self->section->credentials;
  const char *id_key = amfa_session_keys[0];
  const char *key_id = keys ? amfa_credentials_get_key_id (keys) : NULL;
  gint64 end = keys ? amfa_credentials_get_expiration (keys) : 0;

  switch (self->section->kind)
    {
    case AMFA_SECTION_OURS:
      add_at (self, is_over (self, end) ? AMFA_FINDING_SESSION_ENDED : AMFA_FINDING_SESSION, id_key,
              key_id, end);
      break;
    case AMFA_SECTION_FOREIGN:
      /* At AWS a key "AKIA…" has no token; elsewhere a session's key may have any id. */
      if (g_str_has_prefix (key_id, "AKIA"))
        add_at (self, AMFA_FINDING_STALE_TOKEN, token_key (self), key_id, 0);
      else
        add_at (self,
                is_over (self, end) ? AMFA_FINDING_FOREIGN_SESSION_ENDED
                                    : AMFA_FINDING_FOREIGN_SESSION,
                id_key, key_id, end);
      break;
    case AMFA_SECTION_LEFTOVERS:
      add_at (self, AMFA_FINDING_SESSION_LEFTOVERS,
              get_line (self, token_key (self)) > 0 ? token_key (self) : "expiration", key_id, 0);
      break;
    case AMFA_SECTION_LONG_TERM:
      add_at (self, AMFA_FINDING_LONG_TERM_KEYS, id_key, key_id, 0);
      break;
    case AMFA_SECTION_NO_KEYS:
    default:
      break;
    }
}

/* botocore refuses an id without a secret, and passes over a secret without an id. */
static gboolean
check_pair (const AmfaCase *self)
{
  if (get_line (self, amfa_session_keys[0]) == 0 || self->section->credentials)
    return TRUE;
  add_at (self, AMFA_FINDING_KEYS_PARTIAL, amfa_session_keys[0], NULL, 0);
  return FALSE;
}

/**
 * amfa_doctor_check_section:
 *
 * What the profile's section of the credentials file holds.
 */
void
amfa_doctor_check_section (const AmfaCase *self)
{
  if (!self->credentials || !self->section)
    return;

  AmfaCredentials *keys = self->section->credentials;

  check_security_token (self);
  if (!check_values (self) || !check_pair (self))
    return;
  if (keys &&
      !amfa_key_pair_is_possible (amfa_credentials_get_key_id (keys),
                                  amfa_secret_get_length (amfa_credentials_get_secret (keys))))
    {
      add_at (self, AMFA_FINDING_KEY_ID_MALFORMED, amfa_session_keys[0], NULL, 0);
      return;
    }
  check_kind (self);
  if (amfa_section_holds_long_term (self->section) && self->state->base_key_id &&
      self->base_look == AMFA_LOOK_STORED &&
      !g_str_equal (self->state->base_key_id, amfa_credentials_get_key_id (keys)))
    amfa_findings_add (self->findings, &(AmfaFinding){
                                           .kind = AMFA_FINDING_KEY_DIFFERS,
                                           .profile = self->profile,
                                           .path = self->environment->credentials_path,
                                           .line = get_line (self, amfa_session_keys[0]),
                                           .subject = amfa_credentials_get_key_id (keys),
                                           .other = self->state->base_key_id,
                                       });
}

/* Names of variables and settings; what is longer, or has other characters, may be a secret. */
static gboolean
is_presentable (const char *name)
{
  return strlen (name) <= 32 && !strpbrk (name, "/+=\"'");
}

static void
check_names_in (const AmfaCase *self,
                AmfaIniDocument *document,
                const char *section,
                const char *path)
{
  g_auto (GStrv) names = amfa_ini_document_list_keys (document, section);

  for (gsize i = 0; names[i]; i++)
    {
      g_autoptr (AmfaSecret) value = amfa_ini_document_get_value (document, section, names[i]);
      const char *meant = amfa_stray_key_get_meant (names[i], value);

      if (meant)
        amfa_findings_add (self->findings,
                           &(AmfaFinding){
                               .kind = AMFA_FINDING_KEY_MISNAMED,
                               .profile = self->profile,
                               .path = path,
                               .line = amfa_ini_document_get_line (document, section, names[i]),
                               .subject = meant,
                               .other = is_presentable (names[i]) ? names[i] : NULL,
                           });
    }
}

/**
 * amfa_doctor_check_names:
 *
 * Keys in either file that nobody finds under the names that they have.
 */
void
amfa_doctor_check_names (const AmfaCase *self)
{
  if (self->credentials)
    check_names_in (self, self->credentials, self->profile, self->environment->credentials_path);
  if (self->config && self->config_section)
    check_names_in (self, self->config, self->config_section, self->environment->config_path);
}

/**
 * amfa_doctor_check_keys:
 * @has_other_keys: the config file or the environment has long-term keys for the profile
 *
 * Whether there is anything to log in with, where no session and no keys lie in the file.
 */
void
amfa_doctor_check_keys (const AmfaCase *self, gboolean has_other_keys)
{
  AmfaFindingKind kind = AMFA_FINDING_NO_KEYS;
  g_auto (GStrv) names = NULL;

  if (!self->credentials || !self->config)
    return;
  if (self->section->kind == AMFA_SECTION_OURS)
    {
      if (self->base_look == AMFA_LOOK_NOT_STORED && !has_other_keys)
        add_at (self, AMFA_FINDING_BASE_LOST, amfa_session_keys[0], NULL, 0);
      return;
    }
  if (self->section->kind != AMFA_SECTION_NO_KEYS || get_line (self, amfa_session_keys[0]) > 0)
    return;

  if (self->process_session > 0 && !is_over (self, self->process_session))
    kind = AMFA_FINDING_PROCESS_SESSION;
  else if (self->base_look == AMFA_LOOK_STORED || has_other_keys)
    kind = AMFA_FINDING_NO_SESSION;
  else if (self->base_look != AMFA_LOOK_NOT_STORED || amfa_doctor_is_for_role_alone (self))
    return; /* nobody knows, or none are missed */
  else
    {
      names = amfa_profile_list_names (self->credentials, self->config);
      if (!g_str_equal (self->profile, "default") && !self->state->base_key_id &&
          !g_strv_contains ((const char *const *) names, self->profile))
        kind = AMFA_FINDING_PROFILE_UNKNOWN;
    }
  amfa_findings_add (self->findings, &(AmfaFinding){ .kind = kind,
                                                     .profile = self->profile,
                                                     .names = (const char *const *) names,
                                                     .number = self->process_session });
}
