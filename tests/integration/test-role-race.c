#include "core/model/error.h"
#include "core/operations/end-session.h"
#include "core/operations/restore.h"
#include "core/operations/role-change.h"
#include "core/operations/role-keeper.h"
#include "core/operations/role-session.h"
#include "core/operations/role-switch.h"
#include "core/operations/vault.h"
#include "fake-timer.h"
#include "late-sts.h"
#include "workplace.h"

#include <string.h>

/* What becomes of a role that AWS is being asked for when the profile holds something else by the
 * time of the answer. */

#define FILE_NAME "home/.aws/credentials"
#define CONFIG "home/.aws/config"
#define BASE "[default]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret of AKIABASE\n"
#define ROLE "arn:aws:iam::123456789012:role/Admin"
#define OTHER_ROLE "arn:aws:iam::123456789012:role/Other"

typedef struct
{
  Workplace *place;
  LateSts *sts;
  gint64 start;
} Fixture;

typedef struct
{
  gboolean finished;
  GError *error;
} Deed;

static void
on_changed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;

  amfa_role_change_finish (result, NULL, NULL, &deed->error);
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
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;

  amfa_restore_finish (result, NULL, &deed->error);
  deed->finished = TRUE;
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("nothing happens");
  return G_SOURCE_REMOVE;
}

static void
await (const gboolean *condition)
{
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);

  while (!*condition)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static void
await_success (Deed *deed)
{
  await (&deed->finished);
  g_assert_no_error (deed->error);
}

static void
end_session (Fixture *fixture)
{
  Deed deed = { FALSE };

  amfa_end_session_async (fixture->place->backend, "default", NULL, on_ended, &deed);
  await_success (&deed);
}

static void
restore (Fixture *fixture)
{
  Deed deed = { FALSE };

  amfa_restore_async (fixture->place->backend, "default", NULL, on_restored, &deed);
  await_success (&deed);
}

/* Sessions of @number + 1 for the user, and of @number for the role, which the profile holds. */
static void
hold (Fixture *fixture, const char *role, guint number, gint64 seconds)
{
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
  g_autoptr (AmfaGrant) user =
      workplace_grant (base, AMFA_BASE_TYPED, number + 1, fixture->start + 40000 + number);
  g_autoptr (AmfaGrant) grant =
      workplace_grant (base, AMFA_BASE_TYPED, number, fixture->start + seconds);
  g_autoptr (GError) error = NULL;
  AmfaLoginWarnings warnings;

  grant->role = g_strdup (role);
  grant->user = amfa_credentials_ref (user->session);
  amfa_transaction_commit (fixture->place->backend, "default", grant, &warnings, NULL, &error);
  g_assert_no_error (error);
}

static void
change (Fixture *fixture, const char *role, Deed *deed)
{
  amfa_role_change_async (fixture->place->backend, "default", role, NULL, on_changed, deed);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *config = NULL;

  fixture->start = g_get_real_time () / G_USEC_PER_SEC;
  fixture->place = workplace_new ();
  fixture->sts = late_sts_new ();
  config = late_sts_dup_config (fixture->sts);
  scratch_put (fixture->place->scratch, CONFIG, config);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  late_sts_free (fixture->sts);
  workplace_free (fixture->place);
}

/* Neither the file nor the keyring has anything of it, nor does the state file. */
static void
assert_no_session (Fixture *fixture)
{
  AmfaBackend *backend = fixture->place->backend;
  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, "default");
  g_autoptr (AmfaProfileState) state = amfa_state_file_read (backend->state, "default", "-");

  g_assert_cmpint (amfa_vault_look_session (vault, NULL, NULL), ==, AMFA_LOOK_NOT_STORED);
  g_assert_cmpint (amfa_vault_look_session (vault, ROLE, NULL), ==, AMFA_LOOK_NOT_STORED);
  g_assert_cmpint (state->expiration, ==, 0);
  g_assert_cmpint (state->user_expiration, ==, 0);
  g_assert_null (state->role);
}

static void
assert_holds (Fixture *fixture, const char *key_id)
{
  g_autofree char *text = scratch_get (fixture->place->scratch, FILE_NAME);
  g_autofree char *line = g_strdup_printf ("aws_access_key_id = %s\n", key_id);

  g_assert_nonnull (strstr (text, line));
}

/* A renewal that AWS answers after the user has ended the session. */
static void
test_ended (Fixture *fixture, gconstpointer role)
{
  g_autofree char *ended = NULL;
  Deed deed = { FALSE };

  scratch_put (fixture->place->scratch, FILE_NAME, "# mine\n[default]\nregion = x\n");
  hold (fixture, ROLE, 1, 3600);
  change (fixture, role, &deed);
  late_sts_await (fixture->sts);
  end_session (fixture);
  ended = scratch_get (fixture->place->scratch, FILE_NAME);
  late_sts_grant (fixture->sts, "ASIALATE", fixture->start + 3600);
  await (&deed.finished);
  g_assert_error (deed.error, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED);
  g_clear_error (&deed.error);
  workplace_assert_file (fixture->place, ended);
  assert_no_session (fixture);
  restore (fixture);
  workplace_assert_file (fixture->place, "# mine\n[default]\nregion = x\n");
}

/* The same after "Restore original credentials", where there was no file. */
static void
test_restored (Fixture *fixture, gconstpointer role)
{
  g_autofree char *path = NULL;
  Deed deed = { FALSE };

  hold (fixture, ROLE, 1, 3600);
  change (fixture, role, &deed);
  late_sts_await (fixture->sts);
  restore (fixture);
  late_sts_grant (fixture->sts, "ASIALATE", fixture->start + 3600);
  await (&deed.finished);
  g_assert_error (deed.error, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED);
  g_clear_error (&deed.error);
  path = scratch_path (fixture->place->scratch, FILE_NAME);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  assert_no_session (fixture);
}

/* The user is chosen while the role is being renewed. */
static void
test_switched (Fixture *fixture, gconstpointer data)
{
  Deed renewal = { FALSE };
  Deed choice = { FALSE };

  hold (fixture, ROLE, 1, 3600);
  change (fixture, NULL, &renewal);
  late_sts_await (fixture->sts);
  change (fixture, AMFA_ROLE_NONE, &choice);
  await_success (&choice);
  late_sts_grant (fixture->sts, "ASIALATE", fixture->start + 3600);
  await (&renewal.finished);
  g_assert_error (renewal.error, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED);
  g_clear_error (&renewal.error);
  assert_holds (fixture, "ASIASESSION2");
}

static void
on_plan_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AmfaRolePlan **plan = user_data;

  *plan = amfa_role_plan_read_finish (result, NULL);
}

static void
on_switched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;

  amfa_role_switch_finish (result, NULL, NULL, &deed->error);
  deed->finished = TRUE;
}

/* Another role was chosen when a renewal has just found out which one is held: AWS is not asked for
 * what nobody wants any more. A role that is wanted is another matter. */
static void
test_chosen_before_the_renewal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AmfaRolePlan) plan = NULL;
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);
  Deed renewal = { FALSE };
  Deed choice = { FALSE };

  hold (fixture, ROLE, 1, 3600);
  amfa_role_plan_read_async (fixture->place->backend, "default", NULL, NULL, NULL, on_plan_read,
                             &plan);
  while (!plan)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  hold (fixture, OTHER_ROLE, 3, 7200);
  amfa_role_switch_async (fixture->place->backend, "default", plan, AMFA_ROLE_RENEWAL, NULL,
                          on_switched, &renewal);
  await (&renewal.finished);
  g_assert_error (renewal.error, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED);
  g_clear_error (&renewal.error);
  assert_holds (fixture, "ASIASESSION3");

  amfa_role_switch_async (fixture->place->backend, "default", plan, AMFA_ROLE_WANTED, NULL,
                          on_switched, &choice);
  late_sts_await (fixture->sts);
  late_sts_grant (fixture->sts, "ASIALATE", fixture->start + 3600);
  await_success (&choice);
  assert_holds (fixture, "ASIALATE");
}

/* A code was typed elsewhere while AWS is asked for a role that the user has chosen: the new
 * session is not lost, and the role comes of it. */
static void
test_new_session (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (fixture->place->backend, "default");
  g_autoptr (AmfaCredentials) user = NULL;
  g_autoptr (GError) error = NULL;
  Deed deed = { FALSE };

  hold (fixture, ROLE, 1, 3600);
  change (fixture, OTHER_ROLE, &deed);
  late_sts_await (fixture->sts);
  g_assert_nonnull (strstr (late_sts_get_request (fixture->sts), "ASIASESSION2"));
  workplace_login (fixture->place, 5, fixture->start + 43200);
  late_sts_grant (fixture->sts, "ASIALATE", fixture->start + 3600);
  late_sts_await (fixture->sts);
  g_assert_nonnull (strstr (late_sts_get_request (fixture->sts), "ASIASESSION5"));
  late_sts_grant (fixture->sts, "ASIALATER", fixture->start + 3600);
  await_success (&deed);
  assert_holds (fixture, "ASIALATER");
  amfa_vault_load_session (vault, NULL, AMFA_VAULT_QUIETLY, &user, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (amfa_credentials_get_key_id (user), ==, "ASIASESSION5");
}

static void
count (guint *counter)
{
  (*counter)++;
}

/* The keeper's attempt is about keys that are no longer there: it has no say in the new ones. */
static void
test_keeper (Fixture *fixture, gconstpointer is_granted)
{
  g_autoptr (AmfaFakeTimer) timer = amfa_fake_timer_new (fixture->start);
  g_autoptr (AmfaFakeTimer) monitor_timer = amfa_fake_timer_new (fixture->start);
  g_autoptr (AmfaSessionMonitor) monitor =
      amfa_session_monitor_new (fixture->place->backend, AMFA_WALL_TIMER (monitor_timer));
  g_autoptr (AmfaRoleKeeper) keeper =
      amfa_role_keeper_new (fixture->place->backend, monitor, AMFA_WALL_TIMER (timer));
  const AmfaSessionInfo *info = NULL;
  Deed next = { FALSE };
  guint n_failed = 0;
  guint timeout;

  g_signal_connect_swapped (keeper, "failed", G_CALLBACK (count), &n_failed);
  hold (fixture, ROLE, 1, 3600);
  amfa_session_monitor_start (monitor);
  timeout = g_timeout_add_seconds (20, on_timeout, NULL);
  while (amfa_fake_timer_get_armed (timer) == 0)
    g_main_context_iteration (NULL, TRUE);
  amfa_fake_timer_advance (timer, amfa_fake_timer_get_armed (timer) - fixture->start);
  late_sts_await (fixture->sts);

  hold (fixture, OTHER_ROLE, 3, 7200);
  while (!info || g_strcmp0 (info->role, OTHER_ROLE) != 0 || amfa_fake_timer_get_armed (timer) == 0)
    {
      g_main_context_iteration (NULL, TRUE);
      info = amfa_session_monitor_lookup (monitor, "default");
    }
  g_assert_cmpint (amfa_fake_timer_get_armed (timer), ==, fixture->start + 7200 - 960);
  if (is_granted)
    late_sts_grant (fixture->sts, "ASIALATE", fixture->start + 3600);
  else
    late_sts_refuse (fixture->sts);
  change (fixture, ROLE, &next); /* takes longer than what the answer leads to */
  late_sts_await (fixture->sts);
  late_sts_refuse (fixture->sts);
  await (&next.finished);
  g_assert_error (next.error, AMFA_ERROR, AMFA_ERROR_NOT_ALLOWED);
  g_clear_error (&next.error);
  g_source_remove (timeout);
  g_assert_cmpuint (n_failed, ==, 0);
  g_assert_true (amfa_role_keeper_is_at_work (keeper, "default"));
  g_assert_cmpint (amfa_fake_timer_get_armed (timer), ==, fixture->start + 7200 - 960);
  assert_holds (fixture, "ASIASESSION3");
}

static void
add (const char *path, gconstpointer data, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/role-race/renewal/ended", NULL, test_ended);
  add ("/role-race/renewal/restored", NULL, test_restored);
  add ("/role-race/renewal/switched", NULL, test_switched);
  add ("/role-race/renewal/chosen-before", NULL, test_chosen_before_the_renewal);
  add ("/role-race/choice/ended", OTHER_ROLE, test_ended);
  add ("/role-race/choice/restored", OTHER_ROLE, test_restored);
  add ("/role-race/choice/new-session", NULL, test_new_session);
  add ("/role-race/keeper/granted", GINT_TO_POINTER (TRUE), test_keeper);
  add ("/role-race/keeper/refused", GINT_TO_POINTER (FALSE), test_keeper);
  return g_test_run ();
}
