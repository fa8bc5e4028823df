#define G_LOG_DOMAIN "amfa-login"

#include "login.h"

#include "core/model/error.h"
#include "login-private.h"

/* A login joins the worker's half (transaction.c) and the network's: preflight → discovery if
 * something is unknown → GetSessionToken → commit. What AWS granted stays here until it is
 * written, so that a local failure never costs a second code. */

G_DEFINE_FINAL_TYPE (AmfaLogin, amfa_login, G_TYPE_OBJECT)

static void
amfa_login_finalize (GObject *object)
{
  AmfaLogin *self = AMFA_LOGIN (object);

  g_clear_pointer (&self->backend, amfa_backend_unref);
  g_free (self->profile);
  g_clear_pointer (&self->known, amfa_login_knowledge_free);
  g_clear_pointer (&self->roles, amfa_role_plan_unref);
  g_free (self->wanted_role);
  g_clear_pointer (&self->grant, amfa_grant_unref);
  g_clear_pointer (&self->loan, amfa_loan_free);

  G_OBJECT_CLASS (amfa_login_parent_class)->finalize (object);
}

static void
amfa_login_class_init (AmfaLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_login_finalize;
}

static void
amfa_login_init (AmfaLogin *self)
{
}

/**
 * amfa_login_new:
 * @backend: the outside things
 * @profile: the profile to log into
 * @options: (nullable): what the user said, copied
 *
 * Returns: (transfer full): a login; nothing has happened yet
 */
AmfaLogin *
amfa_login_new (AmfaBackend *backend, const char *profile, const AmfaProfileOptions *options)
{
  g_return_val_if_fail (backend != NULL && profile != NULL, NULL);

  AmfaLogin *self = g_object_new (AMFA_TYPE_LOGIN, NULL);

  self->backend = amfa_backend_ref (backend);
  self->profile = g_strdup (profile);
  self->known = amfa_login_knowledge_new (options);
  return self;
}

const char *
amfa_login_get_profile (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), NULL);

  return self->profile;
}

/**
 * amfa_login_get_plan:
 *
 * Returns: (transfer none): what is known; before `prepare` or `start` has finished, what was set
 *   alone
 */
const AmfaLoginPlan *
amfa_login_get_plan (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), NULL);

  return &self->known->plan;
}

/**
 * amfa_login_set_serial:
 * @serial: (nullable): the device to use
 */
void
amfa_login_set_serial (AmfaLogin *self, const char *serial)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  amfa_login_knowledge_set_serial (self->known, serial);
}

/**
 * amfa_login_set_duration:
 * @seconds: how long the session shall last, 0: as configured
 */
void
amfa_login_set_duration (AmfaLogin *self, guint seconds)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  amfa_login_knowledge_set_duration (self->known, seconds);
}

/**
 * amfa_login_set_base:
 * @base: (transfer none) (nullable): long-term keys that the user typed; kept in the keyring once
 *   AWS has accepted them
 */
void
amfa_login_set_base (AmfaLogin *self, AmfaCredentials *base)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  g_clear_pointer (&self->known->typed, amfa_credentials_unref);
  self->known->typed = base ? amfa_credentials_ref (base) : NULL;
  g_clear_pointer (&self->grant, amfa_grant_unref); /* of other keys */
}

/**
 * amfa_login_accept_account:
 * @account: the account that %AMFA_ERROR_ACCOUNT_CHANGED was about, and that the user means
 */
void
amfa_login_accept_account (AmfaLogin *self, const char *account)
{
  g_return_if_fail (AMFA_IS_LOGIN (self) && account != NULL);

  g_free (self->known->accepted_account);
  self->known->accepted_account = g_strdup (account);
}

/**
 * amfa_login_set_target:
 * @target: where the session will go; the file unless said
 */
void
amfa_login_set_target (AmfaLogin *self, AmfaLoginTarget target)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  self->target = target;
}

/**
 * amfa_login_preconnect:
 *
 * Opens the connection to STS early, so that the code costs one round trip. Does nothing before
 * `prepare` has finished.
 */
void
amfa_login_preconnect (AmfaLogin *self)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  if (self->known->found)
    amfa_query_client_preconnect (self->backend->client, self->known->found->profile->sts);
}

void
amfa_login_inquire (AmfaLogin *self, AmfaInquiry inquiry, GAsyncReadyCallback callback, GTask *task)
{
  const AmfaLoginKnowledge *known = self->known;
  const AmfaProfileOptions options = { known->region, known->serial, known->duration };

  amfa_inquire_async (self->backend, inquiry, self->profile, &options, self->target, known->typed,
                      g_task_get_cancellable (task), callback, g_object_ref (task));
}

gboolean
amfa_login_inquire_finish (AmfaLogin *self, GAsyncResult *result, GError **error)
{
  AmfaPreflight *found = amfa_inquire_finish (result, error);

  if (!found)
    return FALSE;
  amfa_login_knowledge_take_found (self->known, found);
  return TRUE;
}

void
amfa_login_discover (AmfaLogin *self, GAsyncReadyCallback callback, GTask *task)
{
  const AmfaPreflight *found = self->known->found;

  amfa_discover_async (self->backend->client, found->profile, found->base,
                       amfa_login_knowledge_get_serial (self->known) == NULL,
                       g_task_get_cancellable (task), callback, g_object_ref (task));
}

gboolean
amfa_login_discover_finish (AmfaLogin *self,
                            AmfaQueryClient *client,
                            GAsyncResult *result,
                            GError **error)
{
  AmfaDiscovery *discovery = amfa_discover_finish (client, result, error);

  if (!discovery)
    return FALSE;
  amfa_login_knowledge_take_discovery (self->known, discovery);
  return TRUE;
}

/* prepare */

static void
return_prepared (GTask *task)
{
  const AmfaLogin *self = g_task_get_source_object (task);
  const AmfaRoleChoice *choice = self->known->choice;
  GError *error = NULL;

  if (!amfa_login_knowledge_check (self->known, &error))
    g_task_return_error (task, error);
  else if (choice && choice->problem)
    g_task_return_error (task, g_error_copy (choice->problem));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_prepare_discovered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  /* Said when a code is sent; until then the user may still find the network. */
  if (!amfa_login_discover_finish (g_task_get_source_object (task), AMFA_QUERY_CLIENT (source),
                                   result, &error))
    g_debug ("nothing found out ahead: %s", error->message);
  return_prepared (task);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!amfa_login_inquire_finish (self, result, &error))
    g_task_return_error (task, error);
  else if (self->known->found->base && amfa_login_knowledge_needs_discovery (self->known))
    amfa_login_discover (self, on_prepare_discovered, task);
  else
    return_prepared (task);
}

static void
on_prepare_identity_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (amfa_login_find_identity_finish (self, result, &error))
    amfa_login_inquire (self, AMFA_INQUIRY_LOOK, on_looked, task);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_login_prepare_async:
 *
 * Finds out what can be known without a prompt; asks AWS about the user and the device if the base
 * credentials lie open in a file and nothing is remembered of them.
 */
void
amfa_login_prepare_async (AmfaLogin *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_login_prepare_async);
  if (self->chooses_identity)
    amfa_login_find_identity (self, on_prepare_identity_found, task);
  else
    amfa_login_inquire (self, AMFA_INQUIRY_LOOK, on_looked, task);
}

/**
 * amfa_login_prepare_finish:
 * @error: a file that cannot be used, %AMFA_ERROR_ENDPOINT_BAD, %AMFA_ERROR_SHADOWED,
 *   %AMFA_ERROR_ACCOUNT_CHANGED, %AMFA_ERROR_BAD_SERIAL, %AMFA_ERROR_ROLE_UNUSABLE; never that AWS
 *   cannot be reached
 */
gboolean
amfa_login_prepare_finish (AmfaLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
