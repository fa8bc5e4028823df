#define G_LOG_DOMAIN "amfa-transaction"

#include "transaction.h"

#include "core/model/error.h"
#include "holdings.h"
#include "process-mode.h"

/* The part that must never be wrong. At every instant, whatever dies (the process, the power, the
 * disk, the keyring), the credentials file is whole, in its old or its new form, and the base
 * credentials can be had from the keyring or from the file. Hence the order:
 *
 *  1. Preflight, before a code is spent: both files read, the keyring opened (the only place that
 *     may prompt), the lock had, room for a temporary file beside the target (preflight.c).
 *  2. AWS is asked (login.c). If it refuses, nothing anywhere has changed.
 *  3. Keyring: the base; on an import also the original. Both are read back, and durable before
 *     the file loses the key. Slow, so before the lock.
 *  4. Lock. From here on no prompt and no network.
 *  5. Read again. Somebody put another long-term key there meanwhile: their file is left alone. So
 *     is what the profile has if it changed while a session was being made from another one: that
 *     may have been ended, and a newer one must not be lost.
 *  6. Keyring: the original where it is not what it was, then the session, each read back and
 *     compared. By the session's item all that we ever wrote is known again: if it cannot be
 *     stored, the original takes that over first.
 *  7. Replace the file: whole or not at all, and no secret leaves it that nobody could bring back
 *     (holdings.c). Somebody wrote it since step 5: planned anew, and if the keyring has what that
 *     plan needs, straight to 7 again; else back to 5. An editor that saves all the time leaves
 *     milliseconds between two saves: they must do.
 *  8. The state file, a memory only: failing to write it is a warning.
 *
 * After the rename of step 7 nothing is a failure any more.
 *
 * In process mode (process-mode.c) the session goes into the keyring only, so that there a session
 * item that cannot be stored is a failure, and step 7 is left out unless the section has keys,
 * which would beat those that we give: they are taken out, with a record, as by an import. */

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

static gboolean
set_changed (AmfaBackend *backend, GError **error)
{
  amfa_set_error (
      error, AMFA_ERROR_FILE_CHANGED,
      &(AmfaErrorDetails){ .subject = get_path (backend), .reason = AMFA_CHANGE_OF_KEYS });
  return FALSE;
}

/* Step 5: is it still the file that AWS was asked for? */
static gboolean
check_unchanged (AmfaBackend *backend,
                 const AmfaHoldings *now,
                 const AmfaGrant *grant,
                 GError **error)
{
  const AmfaSection *section = now->section;
  gboolean is_expected = !amfa_section_holds_long_term (section) ||
                         (grant->base && are_same (section->credentials, grant->base)) ||
                         (grant->seen && are_same (section->credentials, grant->seen));

  return (is_expected && (!grant->over || is_still (grant->over, section, now->state))) ||
         set_changed (backend, error);
}

/* What step 5 leads to. */
typedef struct
{
  AmfaHoldings now;
  AmfaOriginal *original; /* nullable: the file is not written, or nobody knows it any more */
  AmfaIniDocument *after; /* nullable: the file is not written */
  AmfaSecret *ended;      /* what an end would leave of the section; nullable */
  GStrv known;            /* marks that there were before */
  GStrv marks;            /* by which all that we wrote is known again */
  gboolean is_process;
  gboolean is_import;    /* the file will lose long-term keys */
  gboolean takes_secret; /* or any other secret that we did not write */
} Plan;

static void
plan_clear (Plan *self)
{
  amfa_holdings_clear (&self->now);
  g_clear_pointer (&self->original, amfa_original_free);
  g_clear_pointer (&self->after, amfa_ini_document_unref);
  g_clear_pointer (&self->ended, amfa_secret_unref);
  g_clear_pointer (&self->known, g_strfreev);
  g_clear_pointer (&self->marks, g_strfreev);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

/* What the session's item has to know for an end that does not open the keyring. */
static void
foresee_end (Plan *plan, const char *name, AmfaCredentials *session)
{
  AmfaSection section = { .kind = AMFA_SECTION_OURS, .credentials = session };
  g_autoptr (AmfaOriginal) original = plan->original ? amfa_original_copy (plan->original) : NULL;
  g_auto (GStrv) marks = g_strdupv (plan->marks);
  g_autoptr (AmfaIniDocument) ended =
      original ? amfa_section_end_session (plan->after, name, &section, original, &marks, NULL)
               : NULL;

  if (ended && original->ended)
    plan->ended = amfa_secret_ref (original->ended);
}

static gboolean
make_after (Plan *plan,
            const char *name,
            AmfaOriginalDegree absence,
            const AmfaGrant *grant,
            GError **error)
{
  AmfaIniDocument *before = plan->now.document;
  const AmfaSection *section = plan->now.section;
  const AmfaRecords *records = plan->now.records;

  if (plan->is_process && section->kind == AMFA_SECTION_NO_KEYS)
    return TRUE;
  if (plan->is_process)
    plan->after = amfa_section_take_out (before, name, section, records, &plan->original,
                                         &plan->marks, error);
  else if (amfa_section_check_writable (before, name, error) &&
           amfa_section_plan_original (before, name, section, absence, records, &plan->original,
                                       error))
    plan->after = amfa_section_write_session (before, name, grant->session, plan->original,
                                              &plan->marks, error);
  if (plan->after && !plan->is_process)
    foresee_end (plan, name, grant->session);
  return plan->after != NULL;
}

/* Also what somebody put beside another program's token, or below an id in [DEFAULT], may be a
 * long-term one. */
static gboolean
takes_secret (const AmfaHoldings *now, const char *name)
{
  return now->section->kind != AMFA_SECTION_OURS &&
         amfa_ini_document_has_section (now->document, name) &&
         amfa_ini_document_owns_key (now->document, name, "aws_secret_access_key");
}

/* Step 5, of what was read. */
static gboolean
plan_by (Plan *plan,
         AmfaBackend *backend,
         AmfaVault *vault,
         AmfaFilePresence before_lock,
         const AmfaGrant *grant,
         GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!check_unchanged (backend, &plan->now, grant, error))
    return FALSE;
  plan->marks = g_strdupv (plan->known);
  plan->is_import = amfa_section_gives_up_keys (plan->now.section);
  plan->takes_secret = takes_secret (&plan->now, vault->profile);
  if (make_after (plan, vault->profile, get_absence (before_lock, plan->now.snapshot), grant,
                  &failure))
    return TRUE;
  amfa_error_set_path (failure, get_path (backend));
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Step 5. */
static gboolean
make_plan (Plan *plan,
           AmfaBackend *backend,
           AmfaVault *vault,
           AmfaFileLock *lock,
           AmfaFilePresence before_lock,
           const AmfaGrant *grant,
           GCancellable *cancellable,
           GError **error)
{
  if (!amfa_holdings_read (&plan->now, backend, vault, AMFA_VAULT_QUIETLY, lock, cancellable,
                           error))
    return FALSE;
  plan->known = g_strdupv (plan->now.records->marks);
  if (!grant->into_file && !amfa_process_mode_find (backend, plan->now.document, vault->profile,
                                                    &plan->is_process, error))
    return FALSE;
  return plan_by (plan, backend, vault, before_lock, grant, error);
}

static gboolean
needs_same_keyring (const Plan *a, const Plan *b)
{
  gboolean same_original = a->original && b->original
                               ? amfa_original_equal (a->original, b->original)
                               : a->original == b->original;
  gboolean same_end =
      a->ended && b->ended ? amfa_secret_equal (a->ended, b->ended) : a->ended == b->ended;

  return same_original && same_end && a->is_import == b->is_import &&
         a->takes_secret == b->takes_secret &&
         g_strv_equal ((const char *const *) a->marks, (const char *const *) b->marks);
}

/* Others wrote the file after step 5. Returns: whether the plan is one for the file as it is now,
 * and the keyring has what it needs. */
static gboolean
plan_again (Plan *plan,
            AmfaBackend *backend,
            AmfaVault *vault,
            AmfaFilePresence before_lock,
            const AmfaGrant *grant)
{
  g_auto (Plan) former = *plan;

  *plan = (Plan){ .now = former.now, .known = former.known, .is_process = former.is_process };
  former.now = (AmfaHoldings){ NULL };
  former.known = NULL;
  return amfa_holdings_read_file_again (&plan->now, backend, vault, NULL) &&
         plan_by (plan, backend, vault, before_lock, grant, NULL) &&
         needs_same_keyring (plan, &former);
}

/* Keys that a login uses where they are. */
static gboolean
stays (AmfaBaseOrigin origin)
{
  return origin == AMFA_BASE_PAIR || origin == AMFA_BASE_CONFIG || origin == AMFA_BASE_ENVIRONMENT;
}

static gboolean
store_base (
    AmfaVault *vault, const AmfaGrant *grant, Plan *plan, GCancellable *cancellable, GError **error)
{
  if (!grant->base || stays (grant->origin))
    return TRUE;
  if (!amfa_vault_store_base (vault, grant->base, grant->origin == AMFA_BASE_FILE, cancellable,
                              error))
    return FALSE;
  amfa_records_set_base (plan->now.records, grant->base);
  return TRUE;
}

/* Again only if a restore would do something else. Sets @stored. */
static gboolean
store_original (
    AmfaVault *vault, Plan *plan, gboolean *stored, GCancellable *cancellable, GError **error)
{
  AmfaRecords *records = plan->now.records;

  *stored = plan->original &&
            !(records->original && amfa_original_equal (plan->original, records->original));
  if (!*stored)
    return TRUE;
  amfa_original_set_marks (plan->original, (const char *const *) plan->marks);
  if (!amfa_vault_store_original (vault, plan->original, cancellable, error))
    return FALSE;
  amfa_records_set_original (records, plan->original);
  return TRUE;
}

/* Step 3. */
static gboolean
store_long_term (AmfaBackend *backend,
                 AmfaVault *vault,
                 AmfaFilePresence presence,
                 const AmfaGrant *grant,
                 GCancellable *cancellable,
                 GError **error)
{
  g_auto (Plan) plan = { { NULL } };
  g_autoptr (GCancellable) budget = amfa_keyring_budget_new (AMFA_KEYRING_LOCKED_MS, cancellable);
  gboolean stored;

  if (!grant->base || grant->origin == AMFA_BASE_KEYRING || stays (grant->origin))
    return TRUE;
  return make_plan (&plan, backend, vault, NULL, presence, grant, budget, error) &&
         store_base (vault, grant, &plan, budget, error) &&
         (!plan.is_import || (store_original (vault, &plan, &stored, budget, error) &&
                              amfa_keyring_make_durable (vault->keyring, budget, error)));
}

/* By the marks our keys are known again. If the session's item has not got them, somebody else has
 * to. */
static gboolean
keep_marks_elsewhere (
    AmfaBackend *backend, AmfaVault *vault, Plan *plan, GCancellable *cancellable, GError **error)
{
  AmfaRecords *records = plan->now.records;
  g_auto (GStrv) known = g_steal_pointer (&records->marks);

  records->marks =
      amfa_marks_merge ((const char *const *) known, (const char *const *) plan->marks);
  return amfa_holdings_keep_marks (&plan->now, backend, vault, cancellable, error);
}

/* Step 6. */
static gboolean
fill_keyring (AmfaBackend *backend,
              AmfaVault *vault,
              const AmfaGrant *grant,
              Plan *plan,
              AmfaLoginWarnings *warnings,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GError) session_error = NULL;
  gboolean stored;

  if (!store_base (vault, grant, plan, cancellable, error) ||
      !store_original (vault, plan, &stored, cancellable, error) ||
      (plan->takes_secret && stored &&
       !amfa_keyring_make_durable (vault->keyring, cancellable, error)))
    return FALSE;
  if (amfa_grant_is_of_new_key (grant, plan->now.state->base_key_id) &&
      !amfa_holdings_drop_sessions (&plan->now, backend, vault, cancellable, error))
    return FALSE;
  if (amfa_grant_store_sessions (grant, vault, (const char *const *) plan->marks, plan->ended,
                                 cancellable, &session_error))
    return TRUE;
  if (plan->is_process)
    {
      g_propagate_error (error, g_steal_pointer (&session_error));
      return FALSE;
    }
  g_info ("the session could not be stored: %s", session_error->message);
  *warnings |= AMFA_LOGIN_WARNING_SESSION_NOT_STORED;
  return keep_marks_elsewhere (backend, vault, plan, cancellable, error);
}

/* What the file holds meanwhile is what it was, and whose it is as well. */
static void
note_unwritten (AmfaProfileState *state, gpointer data)
{
  const AmfaGrant *grant = data;

  amfa_grant_learn (grant, state);
  amfa_state_forget_unwritten (state);
  state->clock_offset = grant->clock_offset;
  state->unwritten = TRUE;
  state->unwritten_role = g_strdup (grant->role);
}

/* Step 7. */
static gboolean
write_file (AmfaBackend *backend,
            AmfaVault *vault,
            AmfaFileLock *lock,
            AmfaFilePresence before_lock,
            Plan *plan,
            const AmfaGrant *grant,
            AmfaPatience *patience,
            gboolean *durable,
            GError **error)
{
  g_autoptr (GError) failure = NULL;

  while (!amfa_holdings_write (&plan->now, backend, vault, lock, plan->after, durable, &failure))
    {
      if (!amfa_patience_go_on (patience, get_path (backend), &failure, error))
        return FALSE;
      if (!plan_again (plan, backend, vault, before_lock, grant) || !plan->after)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      g_clear_error (&failure);
    }
  return TRUE;
}

/* Steps 6 and 7. @is_kept: (inout): whether the keyring has the session, whatever comes of the
 * file */
static gboolean
carry_out (AmfaBackend *backend,
           AmfaVault *vault,
           AmfaFileLock *lock,
           AmfaFilePresence before_lock,
           Plan *plan,
           const AmfaGrant *grant,
           AmfaPatience *patience,
           AmfaLoginWarnings *warnings,
           gboolean *is_kept,
           GCancellable *cancellable,
           GError **error)
{
  gboolean durable = TRUE;

  if (!fill_keyring (backend, vault, grant, plan, warnings, cancellable, error))
    return FALSE;
  *is_kept |= !(*warnings & AMFA_LOGIN_WARNING_SESSION_NOT_STORED);
  if (plan->after &&
      !write_file (backend, vault, lock, before_lock, plan, grant, patience, &durable, error))
    return FALSE;
  if (!durable)
    *warnings |= AMFA_LOGIN_WARNING_NOT_DURABLE;
  if (plan->is_import)
    *warnings |= AMFA_LOGIN_WARNING_IMPORTED;
  if (plan->is_import && !amfa_keyring_is_saved_at_once (vault->keyring, cancellable))
    *warnings |= AMFA_LOGIN_WARNING_SAVE_KEYRING;
  return TRUE;
}

typedef struct
{
  const AmfaGrant *grant;
  const Plan *plan;
} Memory;

static void
learn (AmfaProfileState *state, gpointer data)
{
  const Memory *memory = data;
  const AmfaGrant *grant = memory->grant;

  amfa_grant_learn (grant, state);
  amfa_grant_date (grant, grant->session, state);
  g_free (state->role);
  state->role = g_strdup (grant->role);
  amfa_state_forget_unwritten (state);
  if (memory->plan->after)
    state->has_original = memory->plan->original != NULL;
  if (memory->plan->is_process)
    state->took_keys |= memory->plan->is_import;
  amfa_state_merge_marks (state, memory->plan->marks);
}

/* Step 8. */
static void
remember (AmfaBackend *backend,
          AmfaVault *vault,
          const AmfaGrant *grant,
          const Plan *plan,
          AmfaLoginWarnings *warnings)
{
  Memory memory = { grant, plan };
  g_autoptr (GError) error = NULL;

  if (amfa_state_file_update (backend->state, vault->profile, vault->file, learn, &memory, &error))
    return;
  g_info ("what was learnt could not be stored: %s", error->message);
  *warnings |= AMFA_LOGIN_WARNING_STATE;
}

/**
 * amfa_transaction_commit:
 * @name: the profile
 * @grant: what AWS granted
 * @warnings: (out): what did not go well but is no failure
 * @error: %AMFA_ERROR_BUSY, %AMFA_ERROR_FILE_CHANGED, %AMFA_ERROR_FILE_UNUSABLE,
 *   %AMFA_ERROR_FILE_WRITE or the keyring's; the file is then as it was
 *
 * Steps 3 to 8. May be called again with the same @grant after a failure.
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
  AmfaFilePresence presence =
      before_lock ? amfa_snapshot_get_presence (before_lock) : AMFA_FILE_PRESENT;
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autoptr (GCancellable) budget = NULL;
  AmfaPatience patience = { 0 };
  gboolean is_kept = FALSE;

  *warnings = AMFA_LOGIN_WARNING_NONE;
  if (!before_lock || !store_long_term (backend, vault, presence, grant, cancellable, error) ||
      !(lock =
            amfa_profile_files_lock (backend->files, AMFA_FILE_LOCK_TIMEOUT, cancellable, error)))
    return FALSE;

  budget = amfa_keyring_budget_new_under_lock (AMFA_KEYRING_LOCKED_MS, cancellable);
  for (;;)
    {
      g_auto (Plan) plan = { { NULL } };
      g_autoptr (GError) failure = NULL;

      *warnings = AMFA_LOGIN_WARNING_NONE;
      if (make_plan (&plan, backend, vault, lock, presence, grant, budget, &failure) &&
          carry_out (backend, vault, lock, presence, &plan, grant, &patience, warnings, &is_kept,
                     budget, &failure))
        {
          remember (backend, vault, grant, &plan, warnings);
          return TRUE;
        }
      if (!amfa_patience_go_on (&patience, amfa_profile_files_get_credentials_path (backend->files),
                                &failure, error))
        {
          if (is_kept)
            amfa_state_file_update (backend->state, vault->profile, vault->file, note_unwritten,
                                    (gpointer) grant, NULL);
          return FALSE;
        }
    }
}
