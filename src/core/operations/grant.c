#define G_LOG_DOMAIN "amfa-grant"

#include "grant.h"

/* Returns: (transfer full): an empty one for its maker to fill */
AmfaGrant *
amfa_grant_new (void)
{
  AmfaGrant *self = g_new0 (AmfaGrant, 1);

  g_atomic_ref_count_init (&self->references);
  return self;
}

/**
 * amfa_grant_new_again:
 * @state: what is remembered of the profile
 *
 * Returns: (transfer full): one without keys, for what comes of a session that was granted before
 */
AmfaGrant *
amfa_grant_new_again (const AmfaProfileState *state)
{
  AmfaGrant *self = amfa_grant_new ();

  self->serial = g_strdup (state->serial);
  self->account = g_strdup (state->account);
  self->arn = g_strdup (state->arn);
  return self;
}

/**
 * amfa_grant_load:
 * @over: (transfer full): what there was before the keyring is read, and what alone the session may
 *   take the place of: meanwhile it may have been ended, or a newer one have come
 * @role: (nullable): the ARN of the role whose session it is; %NULL for the user's own
 * @error: the keyring's, which may prompt
 *
 * Returns: (transfer full) (nullable): what AWS granted before and the keyring has; %NULL without
 *   @error if that is nothing, or over
 */
AmfaGrant *
amfa_grant_load (AmfaVault *vault,
                 AmfaPreflight *over,
                 const char *role,
                 GCancellable *cancellable,
                 GError **error)
{
  const AmfaProfileState *state = over->state;
  g_autoptr (AmfaGrant) self = amfa_grant_new_again (state);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  self->over = over;
  if (!amfa_vault_load_session (vault, role, AMFA_VAULT_MAY_PROMPT, &self->session, cancellable,
                                error) ||
      !amfa_vault_load_credentials (vault, AMFA_ITEM_BASE, AMFA_VAULT_MAY_PROMPT, &self->base,
                                    cancellable, error))
    return NULL;
  if (!self->session ||
      amfa_credentials_get_expiration (self->session) - state->clock_offset <= now)
    return NULL;

  self->origin = AMFA_BASE_KEYRING;
  self->role = g_strdup (role);
  self->clock_offset = state->clock_offset;
  /* The memory may be of the session before one that did not reach the file. */
  if (amfa_credentials_get_expiration (self->session) == state->expiration)
    self->granted = state->granted;
  return g_steal_pointer (&self);
}

AmfaGrant *
amfa_grant_ref (AmfaGrant *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
amfa_grant_unref (AmfaGrant *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_clear_pointer (&self->base, amfa_credentials_unref);
  g_clear_pointer (&self->seen, amfa_credentials_unref);
  g_clear_pointer (&self->over, amfa_preflight_free);
  g_clear_pointer (&self->session, amfa_credentials_unref);
  g_clear_pointer (&self->user, amfa_credentials_unref);
  g_free (self->role);
  g_free (self->serial);
  g_free (self->account);
  g_free (self->arn);
  g_free (self);
}

static void
replace_string (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

/* Fills in whose keys and which device were good, and how long the user's session lasts. Whose the
 * same key is does not change because AWS could not be asked this time. */
void
amfa_grant_learn (const AmfaGrant *self, AmfaProfileState *state)
{
  const char *key_id = self->base ? amfa_credentials_get_key_id (self->base) : state->base_key_id;

  gboolean is_new_key = g_strcmp0 (key_id, state->base_key_id) != 0;
  AmfaCredentials *user = self->role ? self->user : self->session;

  if (user)
    state->user_expiration = amfa_credentials_get_expiration (user);
  else if (is_new_key)
    state->user_expiration = 0;
  if (self->arn || is_new_key)
    {
      replace_string (&state->account, self->account);
      replace_string (&state->arn, self->arn);
    }
  replace_string (&state->serial, self->serial);
  if (self->base)
    replace_string (&state->base_key_id, key_id);
}

/* Fills in from when to when @session, one of those granted, lasts. */
void
amfa_grant_date (const AmfaGrant *self, AmfaCredentials *session, AmfaProfileState *state)
{
  state->expiration = amfa_credentials_get_expiration (session);
  state->granted =
      self->granted > 0 ? self->granted : g_get_real_time () / G_USEC_PER_SEC + self->clock_offset;
  state->clock_offset = self->clock_offset;
}

/**
 * amfa_grant_is_of_new_key:
 * @known_key_id: (nullable): the long-term key that the keyring's sessions were granted to
 *
 * Returns: whether those that roles were assumed with are of another key: nobody means them any
 * more
 */
gboolean
amfa_grant_is_of_new_key (const AmfaGrant *self, const char *known_key_id)
{
  return self->base && known_key_id &&
         !g_str_equal (known_key_id, amfa_credentials_get_key_id (self->base));
}

/**
 * amfa_grant_store_sessions:
 * @marks: by which all that we wrote is known again
 * @ended: (nullable): what an end of the session would leave of the section
 * @error: the keyring's
 *
 * The session, and the one that it came from. Blocks.
 */
gboolean
amfa_grant_store_sessions (const AmfaGrant *self,
                           AmfaVault *vault,
                           const char *const *marks,
                           AmfaSecret *ended,
                           GCancellable *cancellable,
                           GError **error)
{
  return amfa_vault_store_session (vault, self->role, self->session, marks, ended, cancellable,
                                   error) &&
         (!self->user ||
          amfa_vault_store_session (vault, NULL, self->user, marks, NULL, cancellable, error));
}
