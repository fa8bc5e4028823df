#define G_LOG_DOMAIN "amfa-transaction"

#include "transaction.h"

#include "core/model/error.h"
#include "process-mode.h"

/* The part that must never be wrong. At every instant, whatever dies (the process, the power, the
 * disk, the keyring), the credentials file is whole, in its old or its new form, and the base
 * credentials can be had from the keyring or from the file. Hence the order:
 *
 *  1. Preflight, before a code is spent: both files read, the keyring opened (the only place that
 *     may prompt), the lock had, room for a temporary file beside the target (preflight.c).
 *  2. AWS is asked (login.c). If it refuses, nothing anywhere has changed.
 *  3. Lock. From here on no prompt and no network.
 *  4. Read again. Somebody put another long-term key there meanwhile: their file is left alone. So
 *     is what the profile has if it changed while a session was being made from another one: that
 *     may have been ended, and a newer one must not be lost.
 *  5. Keyring: base, original, session, each read back and compared; if the file is about to lose
 *     the only other copy of the key, the keyring's own file is synced first.
 *  6. Replace the file: whole or not at all. Somebody wrote it since step 4: back to 4.
 *  7. The state file, a memory only: failing to write it is a warning.
 *
 * After the rename of step 6 nothing is a failure any more.
 *
 * In process mode (process-mode.c) the session goes into the keyring only, so that there a session
 * item that cannot be stored is a failure, and step 6 is left out unless the section has keys,
 * which would beat those that we give: they are taken out, with a record, as by an import. */

#define MAX_ROUNDS 5

static const char *
get_path (AmfaBackend *backend)
{
  return amfa_profile_files_get_credentials_path (backend->files);
}

static AmfaOriginalDegree
get_absence (AmfaFilePresence before_lock, AmfaSnapshot *snapshot)
{
  if (amfa_snapshot_get_presence (snapshot) == AMFA_FILE_PRESENT)
    return AMFA_ORIGINAL_NO_SECTION;
  /* The lock has made the folder. */
  return before_lock == AMFA_FILE_FOLDER_ABSENT ? AMFA_ORIGINAL_NO_FOLDER : AMFA_ORIGINAL_NO_FILE;
}

static gboolean
are_same (AmfaCredentials *a, AmfaCredentials *b)
{
  return a && b ? amfa_credentials_equal (a, b) : a == b;
}

/* Whether the profile has what it had, in the file or in the keyring. */
static gboolean
is_still (const AmfaPreflight *found, const AmfaSection *section, const AmfaProfileState *state)
{
  return are_same (section->credentials, found->section->credentials) &&
         state->expiration == found->state->expiration &&
         state->user_expiration == found->state->user_expiration &&
         g_strcmp0 (state->role, found->state->role) == 0;
}

/* Step 4: is it still the file that AWS was asked for? */
static gboolean
check_unchanged (AmfaBackend *backend,
                 const AmfaSection *section,
                 const AmfaProfileState *state,
                 const AmfaGrant *grant,
                 GError **error)
{
  gboolean is_expected = !amfa_section_holds_long_term (section) ||
                         (grant->base && are_same (section->credentials, grant->base)) ||
                         (grant->seen && are_same (section->credentials, grant->seen));

  if (is_expected && (!grant->over || is_still (grant->over, section, state)))
    return TRUE;

  amfa_set_error (error, AMFA_ERROR_FILE_CHANGED,
                  &(AmfaErrorDetails){ .subject = get_path (backend) });
  return FALSE;
}

/* What step 4 leads to. */
typedef struct
{
  AmfaSnapshot *snapshot;
  AmfaOriginal *original; /* nullable: the file is not written */
  AmfaIniDocument *after; /* nullable, as well */
  char *known_key_id;     /* whose sessions the keyring holds; nullable */
  gboolean is_process;
  gboolean is_import; /* the file will lose long-term keys */
} Plan;

static void
plan_clear (Plan *self)
{
  g_clear_pointer (&self->snapshot, amfa_snapshot_free);
  g_clear_pointer (&self->original, amfa_original_free);
  g_clear_pointer (&self->after, amfa_ini_document_unref);
  g_clear_pointer (&self->known_key_id, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static gboolean
make_after (Plan *plan,
            const char *name,
            const AmfaSection *section,
            AmfaOriginalDegree absence,
            const AmfaOriginal *existing,
            const AmfaGrant *grant,
            GError **error)
{
  AmfaIniDocument *before = amfa_snapshot_get_document (plan->snapshot);

  if (plan->is_process && section->kind == AMFA_SECTION_NO_KEYS)
    return TRUE;
  if (plan->is_process)
    plan->after = amfa_section_take_out (before, name, section, existing, &plan->original, error);
  else if (amfa_section_check_writable (before, name, error) &&
           (plan->original =
                amfa_section_plan_original (before, name, section, absence, existing, error)))
    plan->after = amfa_section_write_session (before, name, grant->session, plan->original, error);
  return plan->after != NULL;
}

/* Step 4. */
static gboolean
make_plan (Plan *plan,
           AmfaBackend *backend,
           AmfaVault *vault,
           AmfaFilePresence before_lock,
           const AmfaGrant *grant,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (AmfaProfileState) state = NULL;
  g_autoptr (AmfaOriginal) existing = NULL;
  g_autoptr (AmfaSection) section = NULL;
  g_autoptr (GError) failure = NULL;
  g_auto (GStrv) marks = NULL;

  plan->snapshot = amfa_profile_files_read (backend->files, error);
  if (!plan->snapshot ||
      !amfa_vault_load_original (vault, AMFA_VAULT_QUIETLY, &existing, cancellable, error))
    return FALSE;

  AmfaIniDocument *before = amfa_snapshot_get_document (plan->snapshot);

  state = amfa_state_file_read (backend->state, vault->profile, vault->file);
  marks = amfa_marks_merge ((const char *const *) state->marks,
                            existing ? (const char *const *) existing->marks : NULL);
  section = amfa_section_classify (before, vault->profile, (const char *const *) marks);
  if (!check_unchanged (backend, section, state, grant, error))
    return FALSE;

  plan->known_key_id = g_strdup (state->base_key_id);
  plan->is_import = amfa_section_gives_up_keys (section);
  plan->is_process = !grant->into_file && amfa_process_mode_is_on (backend, before, vault->profile);
  if (make_after (plan, vault->profile, section, get_absence (before_lock, plan->snapshot),
                  existing, grant, &failure))
    return TRUE;
  amfa_error_set_path (failure, get_path (backend));
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Keys that a login uses where they are. */
static gboolean
stays (AmfaBaseOrigin origin)
{
  return origin == AMFA_BASE_PAIR || origin == AMFA_BASE_CONFIG || origin == AMFA_BASE_ENVIRONMENT;
}

/* Step 5. */
static gboolean
fill_keyring (AmfaVault *vault,
              const AmfaGrant *grant,
              const Plan *plan,
              AmfaLoginWarnings *warnings,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GError) session_error = NULL;

  if (grant->base && !stays (grant->origin) &&
      !amfa_vault_store_base (vault, grant->base, cancellable, error))
    return FALSE;
  if (plan->original && !amfa_vault_store_original (vault, plan->original, cancellable, error))
    return FALSE;
  if (plan->is_import && !amfa_keyring_make_durable (vault->keyring, error))
    return FALSE;

  if (amfa_grant_store_sessions (grant, vault, plan->known_key_id, cancellable, &session_error))
    return TRUE;
  if (plan->is_process)
    {
      g_propagate_error (error, g_steal_pointer (&session_error));
      return FALSE;
    }
  g_info ("the session could not be stored: %s", session_error->message);
  *warnings |= AMFA_LOGIN_WARNING_SESSION_NOT_STORED;
  return TRUE;
}

/* Steps 5 and 6, once. Sets @again if somebody wrote the file in between. */
static gboolean
carry_out (AmfaBackend *backend,
           AmfaVault *vault,
           AmfaFileLock *lock,
           const Plan *plan,
           const AmfaGrant *grant,
           AmfaLoginWarnings *warnings,
           gboolean *again,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean durable = TRUE;

  if (!fill_keyring (vault, grant, plan, warnings, cancellable, error))
    return FALSE;

  if (plan->after && !amfa_profile_files_replace (backend->files, lock, plan->snapshot, plan->after,
                                                  &durable, &failure))
    {
      *again = g_error_matches (failure, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (!durable)
    *warnings |= AMFA_LOGIN_WARNING_NOT_DURABLE;
  if (plan->is_import)
    *warnings |= AMFA_LOGIN_WARNING_IMPORTED;
  return TRUE;
}

/* Step 7. */
static void
remember (AmfaBackend *backend,
          AmfaVault *vault,
          const AmfaGrant *grant,
          const Plan *plan,
          AmfaLoginWarnings *warnings)
{
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read (backend->state, vault->profile, vault->file);
  g_autoptr (GError) error = NULL;

  amfa_grant_learn (grant, state);
  amfa_grant_date (grant, grant->session, state);
  g_free (state->role);
  state->role = g_strdup (grant->role);
  state->has_original |= plan->original != NULL;
  if (plan->is_process)
    state->took_keys |= plan->is_import;
  else
    {
      g_auto (GStrv) marks = g_steal_pointer (&state->marks);

      state->marks = amfa_marks_add_session ((const char *const *) marks, grant->session);
    }

  if (!amfa_state_file_write (backend->state, vault->profile, vault->file, state, &error))
    {
      g_info ("what was learnt could not be stored: %s", error->message);
      *warnings |= AMFA_LOGIN_WARNING_STATE;
    }
}

/**
 * amfa_transaction_commit:
 * @name: the profile
 * @grant: what AWS granted
 * @warnings: (out): what did not go well but is no failure
 * @error: %AMFA_ERROR_BUSY, %AMFA_ERROR_FILE_CHANGED, %AMFA_ERROR_FILE_UNUSABLE,
 *   %AMFA_ERROR_FILE_WRITE or the keyring's; the file is then as it was
 *
 * Steps 3 to 7. May be called again with the same @grant after a failure.
 */
gboolean
amfa_transaction_commit (AmfaBackend *backend,
                         const char *name,
                         const AmfaGrant *grant,
                         AmfaLoginWarnings *warnings,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, name);
  g_autoptr (AmfaSnapshot) before_lock = amfa_profile_files_read (backend->files, error);
  g_autoptr (AmfaFileLock) lock = NULL;

  *warnings = AMFA_LOGIN_WARNING_NONE;
  if (!before_lock)
    return FALSE;
  lock = amfa_profile_files_lock (backend->files, cancellable, error);
  if (!lock)
    return FALSE;

  for (guint round = 1;; round++)
    {
      g_auto (Plan) plan = { NULL };
      g_autoptr (GError) failure = NULL;
      gboolean again = FALSE;

      *warnings = AMFA_LOGIN_WARNING_NONE;
      if (make_plan (&plan, backend, vault, amfa_snapshot_get_presence (before_lock), grant,
                     cancellable, &failure) &&
          carry_out (backend, vault, lock, &plan, grant, warnings, &again, cancellable, &failure))
        {
          remember (backend, vault, grant, &plan, warnings);
          return TRUE;
        }
      if (!again || round == MAX_ROUNDS)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
}
