#define G_LOG_DOMAIN "amfa-login"

#include "login-knowledge.h"

#include "core/model/error.h"

/**
 * amfa_login_knowledge_new:
 * @options: (nullable): what the user said, copied
 *
 * Returns: (transfer full): nothing is known but that
 */
AmfaLoginKnowledge *
amfa_login_knowledge_new (const AmfaProfileOptions *options)
{
  AmfaLoginKnowledge *self = g_new0 (AmfaLoginKnowledge, 1);

  if (options)
    {
      self->region = g_strdup (options->region);
      self->serial = g_strdup (options->serial);
      self->duration = options->duration;
      self->accepts_any_account = options->accept_account;
    }
  return self;
}

void
amfa_login_knowledge_free (AmfaLoginKnowledge *self)
{
  if (!self)
    return;

  g_free (self->region);
  g_free (self->serial);
  g_clear_pointer (&self->typed, amfa_credentials_unref);
  g_clear_pointer (&self->choice, amfa_role_choice_free);
  g_clear_pointer (&self->found, amfa_preflight_free);
  g_clear_pointer (&self->discovery, amfa_discovery_free);
  g_free (self->accepted_account);
  g_free (self->role_code_command);
  g_free (self->key_id);
  g_free (self->refused_serial);
  g_free (self->account);
  g_free (self);
}

/* What is remembered is about one base key. */
static gboolean
is_remembered (const AmfaLoginKnowledge *self)
{
  const AmfaPreflight *found = self->found;
  const char *remembered = found ? found->state->base_key_id : NULL;

  return remembered &&
         (!found->base || g_str_equal (remembered, amfa_credentials_get_key_id (found->base)));
}

/* Returns: (transfer none) (nullable): the user's ARN */
const char *
amfa_login_knowledge_get_arn (const AmfaLoginKnowledge *self)
{
  if (self->discovery && self->discovery->identity)
    return self->discovery->identity->arn;
  return is_remembered (self) ? self->found->state->arn : NULL;
}

static gboolean
is_usable (const AmfaLoginKnowledge *self, const char *serial)
{
  return serial && g_strcmp0 (serial, self->refused_serial) != 0;
}

/* Of the role that is meant. */
static const char *
get_role_serial (const AmfaLoginKnowledge *self)
{
  return self->choice && self->choice->plan ? self->choice->plan->serial : NULL;
}

/**
 * amfa_login_knowledge_get_serial:
 *
 * The user's word, then the role's and the profile's configuration, then the device that AWS
 * accepted last time, then what AWS tells about the user; but not again one that AWS has refused,
 * unless it is the user's word.
 *
 * Returns: (transfer none) (nullable): the device to use
 */
const char *
amfa_login_knowledge_get_serial (const AmfaLoginKnowledge *self)
{
  const AmfaPreflight *found = self->found;

  if (self->serial)
    return self->serial;
  if (is_usable (self, get_role_serial (self)))
    return get_role_serial (self);
  if (found && is_usable (self, found->profile->serial))
    return found->profile->serial;
  if (is_remembered (self) && is_usable (self, found->state->serial))
    return found->state->serial;
  if (self->discovery && is_usable (self, self->discovery->serial))
    return self->discovery->serial;
  return NULL;
}

static gint64
get_at_hand_until (const AmfaLoginKnowledge *self)
{
  const AmfaRoleChoice *choice = self->choice;
  const AmfaProfileState *state = self->found ? self->found->state : NULL;

  if (!choice || choice->problem || !is_remembered (self) || state->user_expiration == 0 ||
      g_strcmp0 (choice->role, choice->held) == 0 || (choice->plan && choice->plan->is_direct))
    return 0;
  return state->user_expiration - state->clock_offset;
}

static void
update_code_command (AmfaLoginKnowledge *self)
{
  const char *own = self->found ? self->found->profile->code_command : NULL;

  self->plan.code_command = self->role_code_command ? self->role_code_command : own;
}

/* Whose session it will be. */
static void
update_identity (AmfaLoginKnowledge *self)
{
  const AmfaRoleChoice *choice = self->choice;
  AmfaLoginPlan *plan = &self->plan;

  plan->role = choice ? choice->role : NULL;
  plan->identity = plan->role ? plan->role : plan->arn;
  plan->roles = choice ? choice->roles : NULL;
  if (choice && choice->plan && choice->plan->is_direct)
    plan->role_duration = choice->plan->duration;
  plan->at_hand_until = get_at_hand_until (self);
}

static void
update_from_found (AmfaLoginKnowledge *self)
{
  const AmfaPreflight *found = self->found;
  const char *remembered = found->state->base_key_id;
  AmfaLoginPlan *plan = &self->plan;

  plan->origin = found->origin;
  update_code_command (self);
  plan->config_duration = found->profile->config_duration;
  if (plan->duration == 0)
    plan->duration = found->profile->duration;
  plan->key_id = found->base ? amfa_credentials_get_key_id (found->base) : remembered;
  if (plan->key_id && remembered && !g_str_equal (plan->key_id, remembered))
    plan->other_key_id = remembered;
  plan->arn = amfa_login_knowledge_get_arn (self);
  g_free (self->account);
  self->account = plan->arn ? amfa_arn_get_account (plan->arn) : NULL;
  plan->account = self->account;
  plan->is_root = plan->arn && amfa_arn_is_root (plan->arn);
  if (found->section->kind == AMFA_SECTION_OURS)
    plan->session_expires = amfa_credentials_get_expiration (found->section->credentials);
  else if (!amfa_preflight_writes_file (found))
    plan->session_expires = found->state->expiration;
}

static void
update_plan (AmfaLoginKnowledge *self)
{
  self->plan = (AmfaLoginPlan){
    .serial = amfa_login_knowledge_get_serial (self),
    .n_fido = self->discovery ? self->discovery->n_fido : 0,
    .duration = self->duration,
  };
  if (self->found)
    update_from_found (self);
  update_identity (self);
}

/**
 * amfa_login_knowledge_set_code_command:
 * @of_role: (nullable): what prints the code for the role that is wanted, by its profile; otherwise
 *   the user's profile says it
 */
void
amfa_login_knowledge_set_code_command (AmfaLoginKnowledge *self, const char *of_role)
{
  g_free (self->role_code_command);
  self->role_code_command = g_strdup (of_role);
  update_code_command (self);
}

/**
 * amfa_login_knowledge_take_choice:
 * @choice: (transfer full): whose session is meant
 */
void
amfa_login_knowledge_take_choice (AmfaLoginKnowledge *self, AmfaRoleChoice *choice)
{
  amfa_role_choice_free (self->choice);
  self->choice = choice;
  update_plan (self);
}

/**
 * amfa_login_knowledge_take_found:
 * @found: (transfer full): what a look or a preflight found; what AWS told about another base key
 *   than now is forgotten
 */
void
amfa_login_knowledge_take_found (AmfaLoginKnowledge *self, AmfaPreflight *found)
{
  const char *key_id = found->base ? amfa_credentials_get_key_id (found->base) : NULL;

  g_clear_pointer (&self->found, amfa_preflight_free);
  self->found = found;
  if (key_id && g_strcmp0 (key_id, self->key_id) != 0)
    {
      g_clear_pointer (&self->discovery, amfa_discovery_free);
      g_free (self->key_id);
      self->key_id = g_strdup (key_id);
    }
  update_plan (self);
}

/**
 * amfa_login_knowledge_take_discovery:
 * @discovery: (transfer full): what AWS told about the base key
 */
void
amfa_login_knowledge_take_discovery (AmfaLoginKnowledge *self, AmfaDiscovery *discovery)
{
  g_clear_pointer (&self->discovery, amfa_discovery_free);
  self->discovery = discovery;
  update_plan (self);
}

/**
 * amfa_login_knowledge_take_list:
 * @key_id: a base key
 * @list: (transfer full): what AWS told about it, its devices included; no matter if the login has
 *   another key by now
 */
void
amfa_login_knowledge_take_list (AmfaLoginKnowledge *self, const char *key_id, AmfaDiscovery *list)
{
  if (self->key_id && !g_str_equal (self->key_id, key_id))
    {
      amfa_discovery_free (list);
      return;
    }
  g_free (self->key_id);
  self->key_id = g_strdup (key_id);
  amfa_login_knowledge_take_discovery (self, list);
}

/**
 * amfa_login_knowledge_set_serial:
 * @serial: (nullable): the user's word
 */
void
amfa_login_knowledge_set_serial (AmfaLoginKnowledge *self, const char *serial)
{
  g_autofree char *copy = g_strdup (serial);

  g_free (self->serial);
  self->serial = g_steal_pointer (&copy);
  update_plan (self);
}

/**
 * amfa_login_knowledge_set_duration:
 * @seconds: the user's word; 0: none
 */
void
amfa_login_knowledge_set_duration (AmfaLoginKnowledge *self, guint seconds)
{
  self->duration = seconds;
  update_plan (self);
}

/**
 * amfa_login_knowledge_refuse_serial:
 * @serial: a device that AWS does not know for this user
 *
 * If AWS was not asked for its list yet, it is next time.
 */
void
amfa_login_knowledge_refuse_serial (AmfaLoginKnowledge *self, const char *serial)
{
  g_free (self->refused_serial);
  self->refused_serial = g_strdup (serial);
  if (self->discovery && !self->discovery->wanted_serial)
    g_clear_pointer (&self->discovery, amfa_discovery_free);
  update_plan (self);
}

gboolean
amfa_login_knowledge_needs_discovery (const AmfaLoginKnowledge *self)
{
  return !self->discovery &&
         (!amfa_login_knowledge_get_serial (self) || !amfa_login_knowledge_get_arn (self));
}

static gboolean
check_account (const AmfaLoginKnowledge *self, GError **error)
{
  const AmfaIdentity *identity = self->discovery ? self->discovery->identity : NULL;

  return !identity || self->accepts_any_account ||
         g_strcmp0 (identity->account, self->accepted_account) == 0 ||
         amfa_profile_state_check_account (self->found->state, identity->account, error);
}

/* Those that people typed; the others come from AWS. */
static gboolean
check_serial (const AmfaLoginKnowledge *self, GError **error)
{
  const AmfaProfile *profile = self->found->profile;
  const char *serial = amfa_login_knowledge_get_serial (self);
  const char *arn = amfa_login_knowledge_get_arn (self);
  gboolean is_of_role = serial == get_role_serial (self);
  g_autoptr (GError) problem = NULL;

  if (!serial || (serial != self->serial && !is_of_role && serial != profile->serial) ||
      amfa_serial_check (serial, arn, &problem))
    return TRUE;

  AmfaErrorDetails details = *amfa_error_get_details (problem);

  if (serial == self->serial)
    details.quote = NULL;
  else
    details.quote = is_of_role ? self->choice->serial_origin : profile->serial_origin;
  amfa_set_error (error, AMFA_ERROR_BAD_SERIAL, &details);
  return FALSE;
}

/**
 * amfa_login_knowledge_check:
 * @error: %AMFA_ERROR_ACCOUNT_CHANGED, %AMFA_ERROR_BAD_SERIAL
 *
 * Whether a code may be spent on what is known: where AWS could not be asked there is nothing to
 * hold against it.
 */
gboolean
amfa_login_knowledge_check (const AmfaLoginKnowledge *self, GError **error)
{
  return check_account (self, error) && check_serial (self, error);
}
