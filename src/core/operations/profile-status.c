#define G_LOG_DOMAIN "amfa-profile-status"

#include "profile-status.h"

#include "core/model/mfa.h"
#include "core/model/profile.h"
#include "core/model/session-rules.h"
#include "holdings.h"

/**
 * amfa_profile_status_new:
 *
 * Returns: (transfer full): nothing is known of @profile
 */
AmfaProfileStatus *
amfa_profile_status_new (const char *profile)
{
  g_return_val_if_fail (profile != NULL, NULL);

  AmfaProfileStatus *self = g_new0 (AmfaProfileStatus, 1);

  self->profile = g_strdup (profile);
  self->kind = AMFA_SECTION_NO_KEYS;
  return self;
}

void
amfa_profile_status_free (AmfaProfileStatus *self)
{
  if (!self)
    return;

  g_free (self->profile);
  g_free (self->key_id);
  g_free (self->account);
  g_free (self->identity);
  g_free (self->user);
  g_free (self->role);
  g_clear_pointer (&self->roles, g_ptr_array_unref);
  g_free (self->serial);
  g_free (self->base_key_id);
  g_free (self);
}

/**
 * amfa_reach_begin:
 * @cancellable: (nullable): of whoever asks
 *
 * Returns: (transfer full): for a round of amfa_profile_status_read()
 */
GCancellable *
amfa_reach_begin (AmfaReach reach, GCancellable *cancellable)
{
  GCancellable *nothing;

  if (reach == AMFA_REACH_KEYRING)
    return amfa_keyring_budget_new (AMFA_KEYRING_PEEK_MS, cancellable);
  nothing = g_cancellable_new ();
  g_cancellable_cancel (nothing);
  return nothing;
}

/* The files of one profile, and what the keyring is asked about it. */
typedef struct
{
  AmfaVault *vault;
  const AmfaSection *section;
  const AmfaProfileState *state;
  GCancellable *cancellable;
  gboolean is_unsure;
} Reading;

static AmfaLook
note (Reading *self, AmfaLook look)
{
  self->is_unsure |= look == AMFA_LOOK_UNKNOWN;
  return look;
}

static AmfaLook
peek_session (Reading *self)
{
  return note (self, amfa_vault_peek_session (self->vault, self->state->role, self->cancellable));
}

/* Without the state file the keyring still knows that a session was ours. */
static gboolean
section_holds_session (Reading *self)
{
  return self->section->kind == AMFA_SECTION_OURS ||
         (self->section->kind == AMFA_SECTION_FOREIGN && self->state->marks[0] == NULL &&
          amfa_credentials_get_expiration (self->section->credentials) > 0 &&
          peek_session (self) == AMFA_LOOK_STORED);
}

/* The memory counts until the keyring says otherwise. */
static gboolean
keyring_holds_session (Reading *self)
{
  if (self->state->expiration == 0 || self->state->end_pending)
    return FALSE;
  switch (peek_session (self))
    {
    case AMFA_LOOK_STORED:
    case AMFA_LOOK_LOCKED:
    case AMFA_LOOK_UNKNOWN:
      return TRUE;
    case AMFA_LOOK_NOT_STORED:
    case AMFA_LOOK_ABSENT:
    default:
      return FALSE;
    }
}

/* In process mode our line can be taken back, if nothing else. */
static gboolean
can_restore (Reading *self, gboolean has_line)
{
  switch (self->section->kind)
    {
    case AMFA_SECTION_LEFTOVERS:
      return TRUE;
    case AMFA_SECTION_LONG_TERM:
      return has_line;
    case AMFA_SECTION_FOREIGN:
      return FALSE;
    case AMFA_SECTION_OURS:
      return TRUE; /* the original, or the base, or just without our keys */
    case AMFA_SECTION_NO_KEYS:
    default:
      /* A restored one is in the keyring, too; an end that is pending lets it count again. */
      return has_line || self->state->has_original || self->state->end_pending ||
             (!self->state->base_key_id &&
              note (self, amfa_vault_peek (self->vault, AMFA_ITEM_ORIGINAL, self->cancellable)) ==
                  AMFA_LOOK_STORED);
    }
}

/* Whose session it is: the user's, or of a role. */
static void
take_identity (AmfaProfileStatus *self, const AmfaProfileState *state)
{
  gboolean is_role = self->has_session && state->role;

  self->role = g_strdup (is_role ? state->role : NULL);
  self->identity = g_strdup (is_role ? state->role : state->arn);
  self->account = is_role ? amfa_arn_get_account (state->role) : g_strdup (state->account);
}

/**
 * amfa_profile_status_read:
 * @credentials: the credentials file
 * @config: (nullable): the config file, %NULL if it cannot be read
 * @profile: a profile
 * @cancellable: (nullable): of amfa_reach_begin(), if other profiles are asked about as well
 *
 * Returns: (transfer full): what the files, the state file and a peek into the keyring tell
 */
AmfaProfileStatus *
amfa_profile_status_read (AmfaBackend *backend,
                          AmfaIniDocument *credentials,
                          AmfaIniDocument *config,
                          const char *profile,
                          GCancellable *cancellable)
{
  g_return_val_if_fail (backend != NULL && credentials != NULL && profile != NULL, NULL);

  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, profile);
  g_autoptr (AmfaProfileState) state = amfa_state_file_read (backend->state, profile, vault->file);
  g_autoptr (AmfaRecords) records = amfa_state_dup_records (state);
  g_autoptr (AmfaSection) section = amfa_section_classify (credentials, profile, records);
  gboolean has_line = config && amfa_profile_is_process (credentials, config, profile);
  Reading reading = { vault, section, state, cancellable, FALSE };
  AmfaProfileStatus *self = amfa_profile_status_new (profile);

  self->kind = section->kind;
  self->is_process = has_line && section->kind == AMFA_SECTION_NO_KEYS;
  self->serial = g_strdup (state->serial);
  self->base_key_id = g_strdup (state->base_key_id);
  self->clock_offset = state->clock_offset;
  self->user = g_strdup (state->arn);
  self->user_expires = state->user_expiration;
  self->can_restore = can_restore (&reading, has_line);
  if (section->credentials)
    self->key_id = g_strdup (amfa_credentials_get_key_id (section->credentials));

  if (section_holds_session (&reading))
    {
      self->has_session = TRUE;
      self->expires = amfa_credentials_get_expiration (section->credentials);
    }
  else if (self->is_process && keyring_holds_session (&reading))
    {
      self->has_session = TRUE;
      self->expires = state->expiration;
    }
  self->is_unsure = reading.is_unsure;
  take_identity (self, state);
  if (self->has_session && self->expires == state->expiration && state->granted > 0)
    self->granted = amfa_session_get_length (self->expires - state->granted);
  return self;
}

/**
 * amfa_profile_status_same_session:
 *
 * Returns: whether both tell of the same session of ours, or of none
 */
gboolean
amfa_profile_status_same_session (const AmfaProfileStatus *a, const AmfaProfileStatus *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (!a->has_session || !b->has_session)
    return a->has_session == b->has_session;
  /* The id of one that is in the keyring alone is not to be seen. */
  return g_strcmp0 (a->key_id, b->key_id) == 0 && (a->key_id || a->expires == b->expires);
}
