#include "core/model/error.h"
#include "core/operations/forget-keys.h"
#include "core/operations/profile-status.h"
#include "core/operations/end-session.h"
#include "core/operations/restore.h"
#include "core/operations/setup-commit.h"
#include "core/operations/vault.h"
#include "workplace.h"

#include <glib/gstdio.h>
#include <string.h>

/* Setup, process mode and the ways back, on real files: byte for byte. */

#define FILE_NAME "home/.aws/credentials"
#define CONFIG "home/.aws/config"
#define STATE "home/.local/state/awsmfa/state.ini"
#define END 4102444800 /* 2100-01-01 */
#define KEYS "aws_access_key_id = AKIABASE\naws_secret_access_key = secret of AKIABASE\n"
#define SESSION                                                                                    \
  "aws_access_key_id = ASIASESSION1\n"                                                             \
  "aws_secret_access_key = session/secret\n"                                                       \
  "aws_session_token = token==\n"                                                                  \
  "expiration = 2100-01-01T00:00:00Z\n"
#define VALUE "/usr/bin/awsmfa credential-process -p default"
#define LINE "credential_process = " VALUE "\n"

typedef struct
{
  gboolean finished;
  AmfaUndoOutcome undone;
  char *kept;
  GError *error;
} Deed;

static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;

  amfa_restore_finish (result, NULL, &deed->error);
  deed->finished = TRUE;
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;

  amfa_end_session_finish (result, NULL, &deed->error);
  deed->finished = TRUE;
}

static void
on_undone (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;
  gboolean left_behind;

  amfa_setup_undo_finish (result, &deed->undone, &left_behind, &deed->error);
  deed->finished = TRUE;
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;

  amfa_forget_keys_finish (result, &deed->kept, &deed->error);
  deed->finished = TRUE;
}

static void
await (Deed *deed, GError **error)
{
  while (!deed->finished)
    g_main_context_iteration (NULL, TRUE);
  if (deed->error)
    g_propagate_error (error, deed->error);
}

static void
restore (Workplace *place, GError **error)
{
  Deed deed = { FALSE };

  amfa_restore_async (place->backend, "default", NULL, on_restored, &deed);
  await (&deed, error);
}

static void
end_session (Workplace *place, GError **error)
{
  Deed deed = { FALSE };

  amfa_end_session_async (place->backend, "default", NULL, on_ended, &deed);
  await (&deed, error);
}

static AmfaUndoOutcome
undo (Workplace *place, GError **error)
{
  Deed deed = { FALSE };

  amfa_setup_undo_async (place->backend, "default", NULL, on_undone, &deed);
  await (&deed, error);
  return deed.undone;
}

static char *
forget (Workplace *place, AmfaForgetManner manner, GError **error)
{
  Deed deed = { FALSE };

  amfa_forget_keys_async (place->backend, "default", manner, NULL, on_forgotten, &deed);
  await (&deed, error);
  return deed.kept;
}

/* Both halves of a setup, without the question to AWS between them. */
static gboolean
set_up (Workplace *place, const char *line, AmfaCredentials *typed, GError **error)
{
  AmfaSetup setup = {
    .backend = place->backend,
    .name = (char *) "default",
    .process_line = (char *) line,
    .typed = typed,
  };
  gboolean ok =
      amfa_setup_preflight (&setup, NULL, error) && amfa_setup_commit (&setup, NULL, error);

  g_clear_pointer (&setup.found, amfa_preflight_free);
  return ok;
}

static void
assert_set_up (Workplace *place, const char *line, AmfaCredentials *typed)
{
  g_autoptr (GError) error = NULL;

  set_up (place, line, typed, &error);
  g_assert_no_error (error);
}

static void
assert_config (Workplace *place, const char *expected)
{
  g_autofree char *text = scratch_get (place->scratch, CONFIG);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_stored (Workplace *place, AmfaItemKind kind, const char *key_id)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
  g_autoptr (AmfaCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  amfa_vault_load_credentials (vault, kind, AMFA_VAULT_QUIETLY, &credentials, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (credentials ? amfa_credentials_get_key_id (credentials) : NULL, ==, key_id);
}

static AmfaProfileStatus *
get_status (Workplace *place)
{
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (place->backend->files, NULL);
  g_autoptr (AmfaIniDocument) config = amfa_profile_files_read_config (place->backend->files, NULL);

  return amfa_profile_status_read (place->backend, amfa_snapshot_get_document (snapshot), config,
                                   "default", NULL);
}

static void
assert_session (Workplace *place, gint64 expires)
{
  g_autoptr (AmfaProfileStatus) status = get_status (place);

  g_assert_cmpint (status->has_session, ==, expires > 0);
  g_assert_cmpint (status->expires, ==, expires);
}

/* What the two files may look like; NULL: absent. */
typedef struct
{
  const char *credentials;
  const char *config;
} Layout;

static const Layout LAYOUTS[] = {
  { "[default]\n" KEYS, NULL },
  { "[default]\n" KEYS, "" },
  { "[default]\n" KEYS, "# only a comment" },
  { "[default]\n" KEYS, "[default]\n" },
  { "[default]\n" KEYS, "[default]" },
  { "[default]\n" KEYS, "[default]\nregion = x" },
  { "[default]\n" KEYS, "[default]\nregion = x\n" },
  { "[default]\n" KEYS, "[profile default]\n  region = x\n\n[profile b]\noutput = json\n" },
  { "[default]\n" KEYS, "[default]\nregion = x\n\n# about b\n[profile b]\noutput = json\n" },
  { "[default]\n" KEYS, "[default]\n# c\n\n[profile b]\noutput = json\n" },
  { "[default]\n" KEYS, "[default]\ns3 =\n  max = 1\n; c\n" },
  { "[default]\r\naws_access_key_id = AKIABASE\r\naws_secret_access_key = secret of AKIABASE\r\n",
    "[profile b]\r\noutput = json\r\n" },
  { "[default]\r\naws_access_key_id = AKIABASE\r\naws_secret_access_key = secret of AKIABASE",
    "[default]\r\noutput = json\r\n\r\n[profile b]\r\n" },
  { "# mine\n\n[a]\nx = 1\n[default]\n# id\n  aws_access_key_id = AKIABASE\n"
    "# secret\n  aws_secret_access_key = secret of AKIABASE\n# end\n\n[b]\nx = 1",
    "[profile b]\noutput = json" },
  { "[default]\nregion = x\n\n" KEYS "# end", "\n\n" },
};

static Workplace *
put_layout (const Layout *layout)
{
  Workplace *place = workplace_new ();

  scratch_put (place->scratch, FILE_NAME, layout->credentials);
  if (layout->config)
    scratch_put (place->scratch, CONFIG, layout->config);
  return place;
}

static void
assert_layout (Workplace *place, const Layout *layout)
{
  workplace_assert_file (place, layout->credentials);
  assert_config (place, layout->config);
}

/* A setup takes the keys out, and Restore gives the file back. */
static void
test_plain (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (LAYOUTS); i++)
    {
      g_autoptr (Workplace) place = put_layout (&LAYOUTS[i]);
      g_autoptr (GError) error = NULL;

      assert_set_up (place, NULL, NULL);
      assert_stored (place, AMFA_ITEM_BASE, "AKIABASE");
      assert_config (place, LAYOUTS[i].config);

      g_autofree char *text = scratch_get (place->scratch, FILE_NAME);

      g_assert_null (strstr (text, "AKIABASE"));
      if (i == 0)
        workplace_login (place, 1, END);
      restore (place, &error);
      g_assert_no_error (error);
      assert_layout (place, &LAYOUTS[i]);
    }
}

/* Process mode and back, by Restore and by --no-process, with and without logins in between. Each
 * layout sees one of the ways: a file as the keyring is slow. */
static void
test_process_round_trips (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (LAYOUTS); i++)
    {
      const Layout *layout = &LAYOUTS[i];
      g_autoptr (Workplace) place = put_layout (layout);
      g_autoptr (GError) error = NULL;

      if (i % 3 == 1)
        workplace_login (place, 1, END);
      assert_set_up (place, VALUE, NULL);

      g_autofree char *text = scratch_get (place->scratch, FILE_NAME);
      g_autofree char *config = scratch_get (place->scratch, CONFIG);

      g_assert_null (strstr (text, "aws_access_key_id"));
      g_assert_nonnull (strstr (config, "credential_process = " VALUE));
      if (i % 3 == 2)
        {
          workplace_login (place, 1, END);
          workplace_assert_file (place, text);
          assert_config (place, config);
          assert_session (place, END);
        }
      assert_set_up (place, VALUE, NULL); /* again: nothing to do */
      workplace_assert_file (place, text);
      assert_config (place, config);

      if (i % 3 == 1)
        restore (place, &error);
      else
        g_assert_cmpint (undo (place, &error), ==, AMFA_UNDO_ORIGINAL);
      g_assert_no_error (error);
      assert_layout (place, layout);
      assert_stored (place, AMFA_ITEM_BASE, "AKIABASE");
      assert_stored (place, AMFA_ITEM_SESSION, NULL);
      assert_session (place, 0);
    }
}

/* What a login into the file had put there goes into the keyring with process mode, and back. */
static void
test_process_over_session (void)
{
  g_autoptr (Workplace) place = put_layout (&(Layout){ "[default]\nregion = x\n" KEYS, NULL });
  g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
  g_autoptr (GError) error = NULL;

  workplace_login (place, 1, END);
  amfa_vault_remove (vault, AMFA_ITEM_SESSION, NULL, NULL);
  assert_set_up (place, VALUE, NULL);
  workplace_assert_file (place, "[default]\nregion = x\n");
  assert_config (place, "[default]\n" LINE);
  assert_stored (place, AMFA_ITEM_SESSION, "ASIASESSION1");
  assert_session (place, END);

  g_assert_cmpint (undo (place, &error), ==, AMFA_UNDO_SESSION);
  g_assert_no_error (error);
  workplace_assert_file (place, "[default]\nregion = x\n" SESSION);
  assert_config (place, NULL);
  assert_session (place, END);
  restore (place, &error);
  g_assert_no_error (error);
  workplace_assert_file (place, "[default]\nregion = x\n" KEYS);

  undo (place, &error);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE);
}

/* Nothing anywhere but a key that was typed: what is made goes again, to the folder. */
static void
test_process_from_nothing (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Workplace) place = workplace_new ();
      g_autoptr (AmfaCredentials) typed = workplace_base ("AKIABASE");
      g_autoptr (GError) error = NULL;
      g_autofree char *aws = scratch_path (place->scratch, "home/.aws");

      g_assert_false (set_up (place, VALUE, NULL, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NO_KEYS);
      g_clear_error (&error);
      g_assert_false (g_file_test (aws, G_FILE_TEST_EXISTS));

      assert_set_up (place, VALUE, typed);
      workplace_assert_file (place, NULL);
      assert_config (place, "[default]\n" LINE);
      if (i == 0)
        {
          g_assert_cmpint (undo (place, &error), ==, AMFA_UNDO_AS_IT_IS);
          g_assert_no_error (error);
        }
      else
        {
          workplace_login (place, 1, END);
          workplace_assert_file (place, NULL);
          assert_session (place, END);
          restore (place, &error);
          g_assert_no_error (error);
        }
      g_assert_false (g_file_test (aws, G_FILE_TEST_EXISTS));
      assert_stored (place, AMFA_ITEM_BASE, "AKIABASE");
    }
}

/* Links stay links, also with the two files in different folders. */
static void
test_links (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *config = scratch_path (place->scratch, CONFIG);

  scratch_put (place->scratch, FILE_NAME, "[default]\n" KEYS);
  scratch_put (place->scratch, "dotfiles/config", "[default]\nregion = x\n");
  scratch_link (place->scratch, CONFIG, "../../dotfiles/config");
  assert_set_up (place, VALUE, NULL);
  assert_config (place, "[default]\nregion = x\n" LINE);
  g_assert_true (g_file_test (config, G_FILE_TEST_IS_SYMLINK));
  restore (place, &error);
  g_assert_no_error (error);
  assert_layout (place, &(Layout){ "[default]\n" KEYS, "[default]\nregion = x\n" });
  g_assert_true (g_file_test (config, G_FILE_TEST_IS_SYMLINK));
}

/* What beats a credential_process is named, and nothing is changed. */
static void
test_rivals (void)
{
  static const struct
  {
    Layout layout;
    AmfaError code;
    const char *key;
    guint line;
  } ROWS[] = {
    { { "[default]\n" KEYS, "[default]\ncredential_process = /opt/vault x\n" },
      AMFA_ERROR_CONFIG_UNUSABLE,
      "credential_process",
      2 },
    { { "[default]\n" KEYS, "[default]\ncredential_process = awsmfa credential-process -p b\n" },
      AMFA_ERROR_CONFIG_UNUSABLE,
      "credential_process",
      2 },
    { { "[default]\n" KEYS, "[default]\nregion = x\nrole_arn = arn:aws:iam::1:role/r\n" },
      AMFA_ERROR_CONFIG_UNUSABLE,
      "role_arn",
      3 },
    { { "[default]\n" KEYS, "[profile default]\nsso_session = s\n" },
      AMFA_ERROR_CONFIG_UNUSABLE,
      "sso_session",
      2 },
    { { "[default]\n" KEYS, "[default]\nweb_identity_token_file = t\n" },
      AMFA_ERROR_CONFIG_UNUSABLE,
      "web_identity_token_file",
      2 },
    { { "[default]\n" KEYS "role_arn = r\n", NULL }, AMFA_ERROR_FILE_UNUSABLE, "role_arn", 4 },
    { { "[DEFAULT]\n" KEYS "[default]\n", NULL },
      AMFA_ERROR_FILE_UNUSABLE,
      "aws_access_key_id",
      2 },
    { { "[default]\naws_access_key_id = AKIAHALF\n", NULL },
      AMFA_ERROR_FILE_UNUSABLE,
      "aws_access_key_id",
      2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (Workplace) place = put_layout (&ROWS[i].layout);
      g_autoptr (GError) error = NULL;

      g_assert_false (set_up (place, VALUE, NULL, &error));
      g_assert_error (error, AMFA_ERROR, (int) ROWS[i].code);

      const AmfaErrorDetails *details = amfa_error_get_details (error);
      gboolean in_config = ROWS[i].code == AMFA_ERROR_CONFIG_UNUSABLE;

      g_assert_cmpint (details->reason, ==, AMFA_FILE_PROBLEM_RIVAL);
      g_assert_cmpstr (details->other, ==, ROWS[i].key);
      g_assert_cmpuint (details->line, ==, ROWS[i].line);
      g_assert_true (g_str_has_suffix (details->subject, in_config ? "config" : "credentials"));
      assert_layout (place, &ROWS[i].layout);
    }
}

/* Keys that come into the section of a profile in process mode leave it with the next login. */
static void
test_login_takes_keys (void)
{
  g_autoptr (Workplace) place = put_layout (&(Layout){ "[default]\n" KEYS, NULL });
  g_autoptr (GError) error = NULL;

  assert_set_up (place, VALUE, NULL);
  scratch_put (place->scratch, FILE_NAME,
               "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n");
  assert_session (place, 0);
  workplace_login (place, 1, END);
  workplace_assert_file (place, "[default]\n");
  assert_stored (place, AMFA_ITEM_BASE, "AKIANEW");
  assert_stored (place, AMFA_ITEM_BASE_OLD, "AKIABASE");
  assert_session (place, END);
  restore (place, &error);
  g_assert_no_error (error);
  workplace_assert_file (place,
                         "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n");
  assert_config (place, NULL);
}

/* A session that cannot be stored is nowhere: here that is a failure. */
static void
test_login_without_keyring (void)
{
  g_autoptr (Workplace) place = put_layout (&(Layout){ "[default]\n" KEYS, NULL });
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
  g_autoptr (AmfaGrant) grant = workplace_grant (base, AMFA_BASE_KEYRING, 1, END);
  g_autoptr (GError) error = NULL;
  AmfaLoginWarnings warnings;

  assert_set_up (place, VALUE, NULL);
  scratch_move (place->scratch, "keyring", "aside");
  scratch_make_folder (place->scratch, "keyring");
  g_assert_false (
      amfa_transaction_commit (place->backend, "default", grant, &warnings, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
  g_clear_error (&error);
  scratch_remove (place->scratch, "keyring");
  scratch_move (place->scratch, "aside", "keyring");
  assert_session (place, 0);
  g_assert_true (
      amfa_transaction_commit (place->backend, "default", grant, &warnings, NULL, &error));
  assert_session (place, END);
}

static void
test_end_session (void)
{
  g_autoptr (Workplace) place = put_layout (&(Layout){ "[default]\n" KEYS, NULL });
  g_autoptr (GError) error = NULL;

  assert_set_up (place, VALUE, NULL);
  end_session (place, &error);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NO_SESSION);
  g_clear_error (&error);

  workplace_login (place, 1, END);
  end_session (place, &error);
  g_assert_no_error (error);
  assert_session (place, 0);
  assert_stored (place, AMFA_ITEM_SESSION, NULL);
  assert_stored (place, AMFA_ITEM_BASE, "AKIABASE");
  workplace_assert_file (place, "[default]\n");
  assert_config (place, "[default]\n" LINE);
}

/* The state file is a memory: without it an empty section stays, nothing else. */
static void
test_state_lost (void)
{
  g_autoptr (Workplace) place = put_layout (&(Layout){ "[default]\n" KEYS, NULL });
  g_autoptr (GError) error = NULL;

  assert_set_up (place, VALUE, NULL);
  scratch_put (place->scratch, STATE, "garbage");
  restore (place, &error);
  g_assert_no_error (error);
  workplace_assert_file (place, "[default]\n" KEYS);
  assert_config (place, "[default]\n");
}

/* Others' lines in a section and a file that we made stay. */
static void
test_edited_config (void)
{
  g_autoptr (Workplace) place = put_layout (&(Layout){ "[default]\n" KEYS, NULL });
  g_autoptr (GError) error = NULL;

  assert_set_up (place, VALUE, NULL);
  scratch_put (place->scratch, CONFIG, "[default]\n" LINE "region = x\n\n[profile b]\n");
  restore (place, &error);
  g_assert_no_error (error);
  assert_config (place, "[default]\nregion = x\n\n[profile b]\n");
}

/* Keys that were typed are checked against those of the file. */
static void
test_typed (void)
{
  static const char *const OTHERS = "[default]\naws_access_key_id = ASIAX\n"
                                    "aws_secret_access_key = s\naws_session_token = t\n";
  g_autoptr (Workplace) place = put_layout (&(Layout){ "[default]\n" KEYS, NULL });
  g_autoptr (AmfaCredentials) typed = workplace_base ("AKIATYPED");
  g_autoptr (AmfaCredentials) temporary = workplace_base ("ASIATEMPORARY");
  g_autoptr (GError) error = NULL;

  g_assert_false (set_up (place, NULL, typed, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED);
  g_clear_error (&error);
  workplace_assert_file (place, "[default]\n" KEYS);
  assert_stored (place, AMFA_ITEM_BASE, NULL);

  scratch_put (place->scratch, FILE_NAME, OTHERS);
  g_assert_false (set_up (place, NULL, temporary, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NEEDS_LONG_TERM);
  assert_set_up (place, NULL, typed);
  workplace_assert_file (place, OTHERS);
  assert_stored (place, AMFA_ITEM_BASE, "AKIATYPED");
}

static void
test_forget (void)
{
  g_autoptr (Workplace) place = put_layout (&(Layout){ "[default]\n" KEYS, NULL });
  g_autoptr (GError) error = NULL;

  forget (place, AMFA_FORGET_RETURNED, &error);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE);
  g_clear_error (&error);

  assert_set_up (place, VALUE, NULL);
  workplace_login (place, 1, END);
  g_assert_null (forget (place, AMFA_FORGET_RETURNED, &error));
  g_assert_no_error (error);
  assert_layout (place, &(Layout){ "[default]\n" KEYS, NULL });
  assert_stored (place, AMFA_ITEM_BASE, NULL);
  assert_stored (place, AMFA_ITEM_SESSION, NULL);

  g_autofree char *state = scratch_get (place->scratch, STATE);

  g_assert_null (strstr (state, "AKIABASE"));
}

/* An older key is in no file: it stays, until it is discarded. */
static void
test_forget_rotated (void)
{
  g_autoptr (Workplace) place = put_layout (&(Layout){ "[default]\n" KEYS, NULL });
  g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
  g_autoptr (AmfaCredentials) newer = workplace_base ("AKIANEWER");
  g_autoptr (AmfaCredentials) former = workplace_base ("AKIAFORMER");
  g_autoptr (GError) error = NULL;

  workplace_login (place, 1, END);
  amfa_vault_store_base (vault, former, FALSE, NULL, NULL);
  amfa_vault_store_base (vault, newer, FALSE, NULL, NULL);

  g_autofree char *kept = forget (place, AMFA_FORGET_RETURNED, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (kept, ==, "AKIAFORMER");
  workplace_assert_file (place, "[default]\naws_access_key_id = AKIANEWER\n"
                                "aws_secret_access_key = secret of AKIANEWER\n");
  assert_stored (place, AMFA_ITEM_BASE, NULL);
  assert_stored (place, AMFA_ITEM_BASE_OLD, "AKIAFORMER");
  g_assert_null (forget (place, AMFA_FORGET_DISCARD, &error));
  g_assert_no_error (error);
  assert_stored (place, AMFA_ITEM_BASE_OLD, NULL);
}

/* What the file never had is written there: that is what forgetting means. */
static void
test_forget_typed (void)
{
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (AmfaCredentials) typed = workplace_base ("AKIATYPED");
  g_autoptr (GError) error = NULL;

  assert_set_up (place, VALUE, typed);
  forget (place, AMFA_FORGET_RETURNED, &error);
  g_assert_no_error (error);
  assert_config (place, NULL);
  workplace_assert_file (place, "[default]\naws_access_key_id = AKIATYPED\n"
                                "aws_secret_access_key = secret of AKIATYPED\n");
  assert_stored (place, AMFA_ITEM_BASE, NULL);
}

/* The only copy goes only if that is meant; a session in the file stays, and can be ended. */
static void
test_forget_only_copy (void)
{
  static const char *const OTHERS =
      "[default]\naws_access_key_id = ASIAFOREIGN\naws_secret_access_key = s\n"
      "aws_session_token = t\n";
  g_autoptr (Workplace) place = workplace_new ();
  g_autoptr (AmfaCredentials) typed = workplace_base ("AKIATYPED");
  g_autoptr (GError) error = NULL;

  assert_set_up (place, VALUE, typed);
  scratch_put (place->scratch, "home/.aws/credentials", OTHERS);
  forget (place, AMFA_FORGET_RETURNED, &error);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_ONLY_COPY);
  g_clear_error (&error);
  workplace_assert_file (place, OTHERS);
  assert_config (place, "[default]\n" LINE);
  assert_stored (place, AMFA_ITEM_BASE, "AKIATYPED");
  scratch_put (place->scratch, "home/.aws/credentials", "");
  undo (place, &error);
  g_assert_no_error (error);

  workplace_login (place, 1, END);
  forget (place, AMFA_FORGET_DISCARD, &error);
  g_assert_no_error (error);
  assert_stored (place, AMFA_ITEM_BASE, NULL);
  assert_session (place, END);
  end_session (place, &error);
  g_assert_no_error (error);
  assert_session (place, 0);

  assert_set_up (place, VALUE, typed);
  forget (place, AMFA_FORGET_DISCARD, &error);
  g_assert_no_error (error);
  assert_config (place, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/setup/plain", test_plain);
  g_test_add_func ("/setup/process-round-trips", test_process_round_trips);
  g_test_add_func ("/setup/process-over-session", test_process_over_session);
  g_test_add_func ("/setup/process-from-nothing", test_process_from_nothing);
  g_test_add_func ("/setup/links", test_links);
  g_test_add_func ("/setup/rivals", test_rivals);
  g_test_add_func ("/setup/login-takes-keys", test_login_takes_keys);
  g_test_add_func ("/setup/login-without-keyring", test_login_without_keyring);
  g_test_add_func ("/setup/end-session", test_end_session);
  g_test_add_func ("/setup/state-lost", test_state_lost);
  g_test_add_func ("/setup/edited-config", test_edited_config);
  g_test_add_func ("/setup/typed", test_typed);
  g_test_add_func ("/setup/forget", test_forget);
  g_test_add_func ("/setup/forget-rotated", test_forget_rotated);
  g_test_add_func ("/setup/forget-typed", test_forget_typed);
  g_test_add_func ("/setup/forget-only-copy", test_forget_only_copy);

  return g_test_run ();
}
