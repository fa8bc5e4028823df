#include "core/model/error.h"
#include "core/operations/end-session.h"
#include "core/operations/holdings.h"
#include "core/operations/restore.h"
#include "core/operations/session-loan.h"
#include "core/operations/vault.h"
#include "workplace.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every row of the table in src/core/model/section.c, on real files. */

#define FILE_NAME "home/.aws/credentials"
#define END 4102444800 /* 2100-01-01 */
#define BASE "aws_access_key_id = AKIABASE\naws_secret_access_key = secret of AKIABASE\n"
#define SESSION(n)                                                                                 \
  "aws_access_key_id = ASIASESSION" n "\n"                                                         \
  "aws_secret_access_key = session/secret\n"                                                       \
  "aws_session_token = token==\n"                                                                  \
  "expiration = 2100-01-01T00:00:00Z\n"

typedef struct
{
  gboolean finished;
  AmfaRestoreResult restored;
  AmfaEndResult ended;
  GError *error;
} Deed;

static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;

  amfa_restore_finish (result, &deed->restored, &deed->error);
  deed->finished = TRUE;
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;

  amfa_end_session_finish (result, &deed->ended, &deed->error);
  deed->finished = TRUE;
}

static AmfaRestoreOutcome
restore (Workplace *place, GError **error)
{
  Deed deed = { FALSE };

  amfa_restore_async (place->backend, "default", NULL, on_restored, &deed);
  while (!deed.finished)
    g_main_context_iteration (NULL, TRUE);
  if (deed.error)
    g_propagate_error (error, deed.error);
  amfa_restore_result_clear (&deed.restored);
  return deed.restored.outcome;
}

static void
end_session (Workplace *place, GError **error)
{
  Deed deed = { FALSE };

  amfa_end_session_async (place->backend, "default", NULL, on_ended, &deed);
  while (!deed.finished)
    g_main_context_iteration (NULL, TRUE);
  amfa_end_result_clear (&deed.ended);
  if (deed.error)
    g_propagate_error (error, deed.error);
}

static void
assert_restores (Workplace *place, AmfaRestoreOutcome expected)
{
  g_autoptr (GError) error = NULL;
  AmfaRestoreOutcome outcome = restore (place, &error);

  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, expected);
}

static void
assert_stored (Workplace *place, AmfaItemKind kind, const char *key_id)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
  g_autoptr (AmfaCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (
      amfa_vault_load_credentials (vault, kind, AMFA_VAULT_QUIETLY, &credentials, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (credentials ? amfa_credentials_get_key_id (credentials) : NULL, ==, key_id);
}

static void
assert_commit_fails (Workplace *place, AmfaGrant *grant, int code)
{
  g_autofree char *before = scratch_get (place->scratch, FILE_NAME);
  g_autoptr (GError) error = NULL;
  AmfaLoginWarnings warnings;

  g_assert_false (
      amfa_transaction_commit (place->backend, "default", grant, &warnings, NULL, &error));
  g_assert_error (error, AMFA_ERROR, code);
  workplace_assert_file (place, before);
}

/* Long-term keys: imported, renewed, restored. */
static void
test_import (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (GError) error = NULL;

  scratch_put (place->scratch, FILE_NAME, "# mine\n[default]\n" BASE "\n[b]\nx = 1");
  workplace_login (place, 1, END);
  workplace_assert_file (place, "# mine\n[default]\n" SESSION ("1") "\n[b]\nx = 1");
  assert_stored (place, AMFA_ITEM_BASE, "AKIABASE");
  assert_stored (place, AMFA_ITEM_SESSION, "ASIASESSION1");

  workplace_login (place, 2, END);
  workplace_assert_file (place, "# mine\n[default]\n" SESSION ("2") "\n[b]\nx = 1");
  assert_stored (place, AMFA_ITEM_SESSION, "ASIASESSION2");

  assert_restores (place, AMFA_RESTORE_VERBATIM);
  workplace_assert_file (place, "# mine\n[default]\n" BASE "\n[b]\nx = 1");
  assert_stored (place, AMFA_ITEM_BASE, "AKIABASE");
  assert_stored (place, AMFA_ITEM_SESSION, NULL);

  restore (place, &error);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE);
}

static void
test_end_session (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (GError) error = NULL;

  scratch_put (place->scratch, FILE_NAME, "[default]\n# c\n" BASE "region = x\n");
  workplace_login (place, 1, END);
  end_session (place, &error);
  g_assert_no_error (error);
  workplace_assert_file (place, "[default]\n# c\nregion = x\n");
  assert_stored (place, AMFA_ITEM_BASE, "AKIABASE");
  assert_stored (place, AMFA_ITEM_SESSION, NULL);

  end_session (place, &error);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NO_SESSION);

  /* The base key comes from the keyring now. */
  workplace_login (place, 2, END);
  assert_restores (place, AMFA_RESTORE_VERBATIM);
  workplace_assert_file (place, "[default]\n# c\n" BASE "region = x\n");
}

/* Others have the file: two seconds, and no more. Of several times the shortest counts: what was in
 * the way of the others was the machine. */
static void
test_end_unasked (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  g_autofree char *folder = NULL;
  g_autofree char *run = scratch_path (place->scratch, "run");
  g_autoptr (AmfaFileLock) held = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  AmfaEndOutcome outcome;
  gint64 shortest = G_MAXINT64;

  scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
  folder = scratch_path (place->scratch, "home/.aws");
  workplace_login (place, 1, END);
  before = scratch_get (place->scratch, FILE_NAME);
  held = amfa_file_lock_new (folder, run, 0, NULL, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 3 && shortest >= 5 * G_USEC_PER_SEC; i++)
    {
      gint64 waited = -g_get_monotonic_time ();

      g_assert_false (amfa_end_session_offline (place->backend, "default", &outcome, NULL, &error));
      waited += g_get_monotonic_time ();
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_BUSY);
      g_assert_cmpint (waited, >=, 2 * G_USEC_PER_SEC);
      shortest = MIN (shortest, waited);
      workplace_assert_file (place, before);
      g_clear_error (&error);
    }
  g_assert_cmpint (shortest, <, 5 * G_USEC_PER_SEC);

  g_clear_pointer (&held, amfa_file_lock_free);
  g_assert_true (amfa_end_session_offline (place->backend, "default", &outcome, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, AMFA_END_KEYRING_PENDING);
  workplace_assert_file (place, "[default]\n");
}

/* The wait for the lock and the rounds that a file takes which others write have one end. */
static void
test_patience (void)
{
  const AmfaErrorDetails changed = { .reason = AMFA_CHANGE_OF_FILE };
  AmfaPatience usual = { 0 };
  AmfaPatience spent = { .until = g_get_monotonic_time () };
  g_autoptr (GError) failure = NULL;
  g_autoptr (GError) error = NULL;

  amfa_set_error (&failure, AMFA_ERROR_FILE_CHANGED, &changed);
  g_assert_true (amfa_patience_go_on (&usual, "path", &failure, &error));
  g_assert_no_error (error);
  g_clear_error (&failure);

  amfa_set_error (&failure, AMFA_ERROR_FILE_CHANGED, &changed);
  g_assert_false (amfa_patience_go_on (&spent, "path", &failure, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED);
}

/* Nothing there but a key in the keyring: what we make goes again, to the folder. */
static void
test_absence (void)
{
  static const struct
  {
    const char *file;
    const char *folder;
  } ROWS[] = {
    { NULL, NULL },
    { NULL, "home/.aws" },
    { "", NULL },
    { "[b]\nx = 1\n", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (Workplace) place = workplace_new ();
      g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
      g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
      g_autoptr (GError) error = NULL;

      if (ROWS[i].folder)
        scratch_make_folder (place->scratch, ROWS[i].folder);
      if (ROWS[i].file)
        scratch_put (place->scratch, FILE_NAME, ROWS[i].file);

      g_autofree char *before = scratch_list (place->scratch);

      amfa_vault_store_base (vault, base, FALSE, NULL, &error);
      g_assert_no_error (error);
      workplace_login (place, 1, END);
      workplace_login (place, 2, END);
      assert_restores (place, AMFA_RESTORE_VERBATIM);
      workplace_assert_file (place, ROWS[i].file);

      g_autofree char *aws = scratch_path (place->scratch, "home/.aws");

      g_assert_cmpint (g_file_test (aws, G_FILE_TEST_IS_DIR), ==, ROWS[i].file || ROWS[i].folder);
    }
}

/* `aws configure` ran over our session. */
static void
test_leftovers (void)
{
  g_autoptr (Workplace) place = workplace_new ();

  scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
  workplace_login (place, 1, END);
  scratch_put (place->scratch, FILE_NAME,
               "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n"
               "aws_session_token = token==\nexpiration = 2100-01-01T00:00:00Z\n");
  workplace_login (place, 2, END);
  assert_stored (place, AMFA_ITEM_BASE, "AKIANEW");
  assert_stored (place, AMFA_ITEM_BASE_OLD, "AKIABASE");
  assert_restores (place, AMFA_RESTORE_VERBATIM);
  workplace_assert_file (place,
                         "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n");
}

static void
test_foreign_session (void)
{
  static const char *const FOREIGN =
      "[default]\naws_access_key_id = ASIAFOREIGN\naws_secret_access_key = s\n"
      "aws_session_token = t\n";
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
  g_autoptr (GError) error = NULL;

  scratch_put (place->scratch, FILE_NAME, FOREIGN);
  restore (place, &error);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE);
  g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, "ASIAFOREIGN");
  g_clear_error (&error);
  end_session (place, &error);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NO_SESSION);
  workplace_assert_file (place, FOREIGN);

  amfa_vault_store_base (vault, base, FALSE, NULL, NULL);
  workplace_login (place, 1, END);
  assert_restores (place, AMFA_RESTORE_VERBATIM);
  workplace_assert_file (place, FOREIGN);
}

static void
rotate (Workplace *place, const char *key_id)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
  g_autoptr (AmfaCredentials) newer = workplace_base (key_id);
  g_autoptr (GError) error = NULL;

  amfa_vault_store_base (vault, newer, FALSE, NULL, &error);
  g_assert_no_error (error);
}

/* Once and more often; back to the first it is no rotation. */
static void
test_rotated_key (void)
{
  static const struct
  {
    const char *keys[4];
    AmfaRestoreOutcome outcome;
  } ROWS[] = {
    { { "AKIANEW" }, AMFA_RESTORE_ROTATED },
    { { "AKIANEW", "AKIANEWER" }, AMFA_RESTORE_ROTATED },
    { { "AKIANEW", "AKIANEWER", "AKIANEWEST" }, AMFA_RESTORE_ROTATED },
    { { "AKIANEW", "AKIABASE", "AKIANEW" }, AMFA_RESTORE_ROTATED },
    { { "AKIANEW", "AKIABASE" }, AMFA_RESTORE_VERBATIM },
    { { "AKIANEW", "AKIANEWER", "AKIABASE" }, AMFA_RESTORE_VERBATIM },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (Workplace) place = workplace_new ();
      const char *last = NULL;

      scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE "region = x\n");
      workplace_login (place, 1, END);
      for (gsize j = 0; ROWS[i].keys[j]; j++)
        rotate (place, last = ROWS[i].keys[j]);
      assert_restores (place, ROWS[i].outcome);

      g_autofree char *rotated =
          g_strdup_printf ("[default]\naws_access_key_id = %s\n"
                           "aws_secret_access_key = secret of %s\nregion = x\n",
                           last, last);

      workplace_assert_file (place, ROWS[i].outcome == AMFA_RESTORE_ROTATED ? rotated
                                                                            : "[default]\n" BASE
                                                                              "region = x\n");
    }
}

/* What was in the file beside the keyring's key is no former one of it. */
static void
test_rotated_beside (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIAKEYRING");
  g_autoptr (AmfaGrant) grant = workplace_grant (base, AMFA_BASE_KEYRING, 1, END);
  AmfaLoginWarnings warnings;

  scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
  rotate (place, "AKIAKEYRING");
  grant->seen = workplace_base ("AKIABASE");
  g_assert_true (amfa_transaction_commit (place->backend, "default", grant, &warnings, NULL, NULL));
  rotate (place, "AKIANEW");
  rotate (place, "AKIANEWER");
  assert_restores (place, AMFA_RESTORE_VERBATIM);
  workplace_assert_file (place, "[default]\n" BASE);
}

/* What others, or a newer version of ours, put into the keyring. */
static void
test_garbled_items (void)
{
  static const AmfaItemKind KINDS[] = { AMFA_ITEM_BASE, AMFA_ITEM_BASE_OLD, AMFA_ITEM_ORIGINAL };

  for (gsize i = 0; i < G_N_ELEMENTS (KINDS); i++)
    {
      g_autoptr (Workplace) place = workplace_new ();
      g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
      const AmfaItem item = { .kind = KINDS[i], .profile = vault->profile, .file = vault->file };
      g_autoptr (AmfaSecret) garbage = amfa_secret_new ("{\"v\":2}", -1);
      g_autofree char *written = NULL;
      g_autoptr (GError) error = NULL;

      scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
      workplace_login (place, 1, END);
      written = scratch_get (place->scratch, FILE_NAME);
      g_assert_true (amfa_keyring_store (vault->keyring, &item, garbage, NULL, NULL));
      restore (place, &error);
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_KEYRING_PROBLEM_GARBLED);
      workplace_assert_file (place, written);
    }
}

/* Somebody put another key there while the dialog was open. */
static void
test_changed_meanwhile (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
  g_autoptr (AmfaGrant) grant = workplace_grant (base, AMFA_BASE_FILE, 1, END);

  scratch_put (place->scratch, FILE_NAME,
               "[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = o\n");
  assert_commit_fails (place, grant, AMFA_ERROR_FILE_CHANGED);
  assert_stored (place, AMFA_ITEM_BASE, NULL);

  /* The same grant goes in as soon as the file is what AWS was asked for. */
  AmfaLoginWarnings warnings;

  scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
  g_assert_true (amfa_transaction_commit (place->backend, "default", grant, &warnings, NULL, NULL));
  workplace_assert_file (place, "[default]\n" SESSION ("1"));
}

static void
test_refusals (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
  g_autoptr (AmfaGrant) grant = workplace_grant (base, AMFA_BASE_FILE, 1, END);
  g_autofree char *keyring = scratch_path (place->scratch, "keyring");
  static const struct
  {
    const char *text;
    guint line;
    AmfaFileProblem reason;
  } ROWS[] = {
    { "[default]\n" BASE "[default]\n", 4, AMFA_FILE_PROBLEM_SECTION_TWICE },
    { "\357\273\277[default]\n" BASE, 1, AMFA_FILE_PROBLEM_BYTE_ORDER_MARK },
    { "[DEFAULT]\naws_security_token = t\n[default]\n" BASE, 2, AMFA_FILE_PROBLEM_INHERITED_TOKEN },
    { "[default]\naws_access_key_id = ab/cd+ef\naws_secret_access_key = x\n", 2,
      AMFA_FILE_PROBLEM_KEY_ID },
    { "[default]\naws_secret_access_key = x\naws_access_key_id = AKIA\n  more\n", 3,
      AMFA_FILE_PROBLEM_KEY_ID },
    { "[default]\naws_access_key_id = 1234567890123456789012345678901234567890\n"
      "aws_secret_access_key = 12345678901234567890\n",
      2, AMFA_FILE_PROBLEM_KEY_ID },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (GError) error = NULL;

      scratch_put (place->scratch, FILE_NAME, ROWS[i].text);
      g_assert_null (amfa_preflight_run (place->backend, "default", NULL, AMFA_TARGET_FILE, NULL,
                                         NULL, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, ROWS[i].reason);
      g_assert_cmpuint (amfa_error_get_details (error)->line, ==, ROWS[i].line);
      g_assert_true (
          g_str_has_suffix (amfa_error_get_details (error)->subject, ".aws/credentials"));
      workplace_assert_file (place, ROWS[i].text);
    }

  /* A keyring that takes nothing: the file keeps the only copy. */
  scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
  scratch_make_folder (place->scratch, "keyring");
  assert_commit_fails (place, grant, AMFA_ERROR_KEYRING_FAILED);
  g_rmdir (keyring);
}

static AmfaPreflight *
inspect (Workplace *place, AmfaCredentials *typed, GError **error)
{
  return amfa_preflight_run (place->backend, "default", NULL, AMFA_TARGET_FILE, typed, NULL, error);
}

/* What the commit would refuse is refused before a code is spent; what it takes is not. */
static void
test_lone_secret (void)
{
  static const struct
  {
    const char *text;
    guint line; /* 0: it goes in */
  } ROWS[] = {
    { "[default]\naws_secret_access_key = of nobody\n", 2 },
    { "[default]\naws_access_key_id =\n# lost\naws_secret_access_key = of nobody\n", 4 },
    { "[default]\naws_secret_access_key = of nobody\naws_session_token = token==\n", 2 },
    { "[default]\naws_secret_access_key = secret of AKIABASE\n", 0 },
    { "[default]\naws_secret_access_key = session/secret\n", 0 },
    { "[default]\naws_secret_access_key =\n", 0 },
    { "[default]\naws_access_key_id = AKIABASE\n", 0 },
  };
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (Workplace) place = workplace_new ();
      g_autoptr (AmfaGrant) grant = workplace_grant (base, AMFA_BASE_KEYRING, 2, END);
      g_autoptr (GError) error = NULL;

      scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
      workplace_login (place, 1, END);
      scratch_put (place->scratch, FILE_NAME, ROWS[i].text);
      if (ROWS[i].line == 0)
        {
          workplace_login (place, 2, END);
          continue;
        }
      g_assert_null (inspect (place, NULL, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_FILE_PROBLEM_LONE_SECRET);
      g_assert_cmpuint (amfa_error_get_details (error)->line, ==, ROWS[i].line);
      g_assert_true (
          g_str_has_suffix (amfa_error_get_details (error)->subject, ".aws/credentials"));
      assert_commit_fails (place, grant, AMFA_ERROR_FILE_UNUSABLE);
    }
}

/* With the first login the original gets it. */
static void
test_lone_secret_first (void)
{
  static const char *const TEXT = "[default]\naws_secret_access_key = of nobody\n";
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
  g_autoptr (AmfaGrant) grant = workplace_grant (base, AMFA_BASE_TYPED, 1, END);
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaPreflight) found = NULL;
  AmfaLoginWarnings warnings;

  scratch_put (place->scratch, FILE_NAME, TEXT);
  found = inspect (place, base, &error);
  g_assert_no_error (error);
  g_assert_nonnull (found);
  amfa_transaction_commit (place->backend, "default", grant, &warnings, NULL, &error);
  g_assert_no_error (error);
  assert_restores (place, AMFA_RESTORE_VERBATIM);
  workplace_assert_file (place, TEXT);
}

static void
test_no_keys (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
  g_autoptr (GError) error = NULL;

  g_assert_null (
      amfa_preflight_run (place->backend, "default", NULL, AMFA_TARGET_FILE, NULL, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NO_KEYS);
  g_clear_error (&error);

  /* A session of ours without its base credentials. */
  scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
  workplace_login (place, 1, END);
  amfa_vault_remove (vault, AMFA_ITEM_BASE, NULL, NULL);
  g_assert_null (
      amfa_preflight_run (place->backend, "default", NULL, AMFA_TARGET_FILE, NULL, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_BASE_LOST);
}

/* The state file is a memory: losing it loses nothing else. */
static void
test_state_lost (void)
{
  g_autoptr (Workplace) place = workplace_new ();

  scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
  workplace_login (place, 1, END);
  scratch_put (place->scratch, "home/.local/state/awsmfa/state.ini", "garbage");
  workplace_login (place, 2, END);
  scratch_put (place->scratch, "home/.local/state/awsmfa/state.ini", "");
  assert_restores (place, AMFA_RESTORE_VERBATIM);
  workplace_assert_file (place, "[default]\n" BASE);
}

static gpointer
keep_loan (gpointer data)
{
  Workplace *place = data;
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
  g_autoptr (AmfaGrant) grant = workplace_grant (base, AMFA_BASE_KEYRING, 2, END);
  AmfaLoginWarnings warnings;

  grant->target = AMFA_TARGET_LOAN;
  amfa_loan_keep (place->backend, "default", grant, &warnings);
  g_assert_cmpint (warnings, ==, AMFA_LOGIN_WARNING_NONE);
  return NULL;
}

static void
await_session (Workplace *place, const char *key_id)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");

  for (;;)
    {
      g_autoptr (AmfaCredentials) session = NULL;
      g_autoptr (GError) error = NULL;

      amfa_vault_load_session (vault, NULL, AMFA_VAULT_QUIETLY, &session, NULL, &error);
      g_assert_no_error (error);
      if (session && g_str_equal (amfa_credentials_get_key_id (session), key_id))
        return;
      g_thread_yield ();
    }
}

/* What is learnt of a loan does not make forgotten what another process writes meanwhile. */
static void
test_loan_meanwhile (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  const char *path = amfa_state_file_get_path (place->backend->state);
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (AmfaProfileState) state = NULL;
  const char *const marks[] = { "ASIASESSION3" };
  GThread *thread;
  int lock_fd;

  scratch_put (place->scratch, FILE_NAME, "[default]\n" BASE);
  workplace_login (place, 1, END);
  lock_fd = g_open (lock_path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (flock (lock_fd, LOCK_EX), ==, 0);
  thread = g_thread_new ("loan", keep_loan, place);
  await_session (place, "ASIASESSION2");

  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  g_key_file_set_string_list (file, "default", "marks", marks, G_N_ELEMENTS (marks));
  g_assert_true (g_key_file_save_to_file (file, path, NULL));
  close (lock_fd);
  g_thread_join (thread);
  state = amfa_state_file_read (place->backend->state, "default", "-");
  g_assert_true (g_strv_contains ((const char *const *) state->marks, "ASIASESSION3"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transaction/import", test_import);
  g_test_add_func ("/transaction/end-session", test_end_session);
  g_test_add_func ("/transaction/end-unasked", test_end_unasked);
  g_test_add_func ("/transaction/patience", test_patience);
  g_test_add_func ("/transaction/absence", test_absence);
  g_test_add_func ("/transaction/leftovers", test_leftovers);
  g_test_add_func ("/transaction/foreign-session", test_foreign_session);
  g_test_add_func ("/transaction/rotated-key", test_rotated_key);
  g_test_add_func ("/transaction/rotated-beside", test_rotated_beside);
  g_test_add_func ("/transaction/garbled-items", test_garbled_items);
  g_test_add_func ("/transaction/changed-meanwhile", test_changed_meanwhile);
  g_test_add_func ("/transaction/refusals", test_refusals);
  g_test_add_func ("/transaction/lone-secret", test_lone_secret);
  g_test_add_func ("/transaction/lone-secret-first", test_lone_secret_first);
  g_test_add_func ("/transaction/no-keys", test_no_keys);
  g_test_add_func ("/transaction/state-lost", test_state_lost);
  g_test_add_func ("/transaction/loan-meanwhile", test_loan_meanwhile);

  return g_test_run ();
}
