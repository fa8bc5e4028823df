#include "fuzz.h"

#include "core/io/state-file.h"

#include <glib/gstdio.h>
#include <stdlib.h>

/* The input is a state.ini. It is a memory: whatever lies there is read or passed over, and what is
 * written comes back. */

static AmfaEnvironment *environment;
static AmfaStateFile *file;

static void
remove_place (void)
{
  g_autofree char *lock = g_strconcat (amfa_state_file_get_path (file), ".lock", NULL);

  g_unlink (amfa_state_file_get_path (file));
  g_unlink (lock);
  g_rmdir (environment->state_dir);
  g_clear_object (&file);
  g_clear_pointer (&environment, amfa_environment_free);
}

/* A private folder, once. */
static void
make_place (void)
{
  const char *const envp[] = { NULL };

  if (file)
    return;
  environment = amfa_environment_new (
      envp, "com.example.AwsMfa",
      &(AmfaSurroundings){ .home = "/nowhere", .directory = "/", .runtime_dir = "/nowhere" });
  g_free (environment->state_dir);
  environment->state_dir = g_dir_make_tmp ("awsmfa-fuzz-XXXXXX", NULL);
  file = amfa_state_file_new (environment);
  atexit (remove_place);
}

static void
assert_same_state (const AmfaProfileState *a, const AmfaProfileState *b)
{
  g_assert_cmpstr (a->serial, ==, b->serial);
  g_assert_cmpstr (a->account, ==, b->account);
  g_assert_cmpstr (a->arn, ==, b->arn);
  g_assert_cmpstr (a->base_key_id, ==, b->base_key_id);
  g_assert_cmpstr (a->role, ==, b->role);
  g_assert_cmpstr (a->config_separator, ==, b->config_separator);
  g_assert_true (g_strv_equal ((const char *const *) a->marks, (const char *const *) b->marks));
  g_assert_cmpint (a->expiration, ==, b->expiration);
  g_assert_cmpint (a->granted, ==, b->granted);
  g_assert_cmpint (a->user_expiration, ==, b->user_expiration);
  g_assert_cmpint (a->clock_offset, ==, b->clock_offset);
  g_assert_cmpint (a->has_original, ==, b->has_original);
  g_assert_cmpint (a->unwritten, ==, b->unwritten);
  g_assert_cmpstr (a->unwritten_role, ==, b->unwritten_role);
  g_assert_cmpint (a->end_pending, ==, b->end_pending);
  g_assert_cmpint (a->took_keys, ==, b->took_keys);
  g_assert_cmpint (a->config_degree, ==, b->config_degree);
}

static void
on_change (AmfaProfileState *state, gpointer data)
{
}

/* Written again, and beside it another profile: it stays what it was. */
static void
check_profile (const char *name)
{
  g_autoptr (AmfaProfileState) before = amfa_state_file_read (file, name, "-");
  g_autoptr (AmfaProfileState) after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (amfa_state_file_update (file, name, "-", on_change, NULL, &error));
  g_assert_true (amfa_state_file_update (file, "fuzz/other", "-", on_change, NULL, &error));
  g_assert_no_error (error);
  after = amfa_state_file_read (file, name, "-");
  assert_same_state (after, before);
}

static void
check_forgotten (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;

  amfa_state_file_forget (file, name, "-", &error);
  g_assert_no_error (error);
  names = amfa_state_file_list_profiles (file, "-");
  g_assert_false (g_strv_contains ((const char *const *) names, name));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = fuzz_input (data, size);
  g_auto (GStrv) names = NULL;

  make_place ();
  g_assert_true (g_file_set_contents_full (amfa_state_file_get_path (file), input.at, (gssize) size,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  names = amfa_state_file_list_profiles (file, "-");
  for (guint i = 0; names[i] && i < 2; i++)
    if (!g_str_equal (names[i], "fuzz/other"))
      {
        check_profile (names[i]);
        check_forgotten (names[i]);
      }
  return 0;
}
