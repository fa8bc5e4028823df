/* What killed runs left beside the two files: it goes with the next lock of either, and nothing
 * else does. */

#include "core/io/profile-files.h"
#include "core/model/error.h"
#include "scratch.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534
#define CREDENTIALS ".aws/.credentials.awsmfa-new"
#define CONFIG ".aws/.config.awsmfa-new"
#define CONFIG_ELSEWHERE "etc/.config.awsmfa-new"
#define LOCK ".aws/.awsmfa.lock"

/* One way to take the lock. */
typedef gboolean (*Taker) (AmfaProfileFiles *files);

static gboolean
take_credentials (AmfaProfileFiles *files)
{
  g_autoptr (AmfaFileLock) lock =
      amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, NULL, NULL);

  return lock != NULL;
}

static gboolean
take_both (AmfaProfileFiles *files)
{
  g_autoptr (AmfaFileLock) lock = amfa_profile_files_lock_both (files, NULL, NULL);

  return lock != NULL;
}

static gboolean
try_credentials (AmfaProfileFiles *files)
{
  return amfa_profile_files_preflight (files, AMFA_FILE_CREDENTIALS, NULL, NULL);
}

static gboolean
try_config (AmfaProfileFiles *files)
{
  return amfa_profile_files_preflight (files, AMFA_FILE_CONFIG, NULL, NULL);
}

static gboolean
take_none (AmfaProfileFiles *files)
{
  amfa_profile_files_sweep (files);
  return TRUE;
}

static const Taker takers[] = { take_credentials, take_both, try_credentials, try_config,
                                take_none };

static void
assert_list (Scratch *scratch, const char *names)
{
  g_autofree char *found = scratch_list (scratch);

  g_assert_cmpstr (found, ==, names);
}

static void
test_swept (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (takers); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);

      scratch_put (scratch, CREDENTIALS, "aws_secret_access_key = x");
      scratch_put (scratch, CONFIG, "");
      scratch_put (scratch, LOCK, "");
      scratch_put (scratch, ".aws/.other.awsmfa-new", "mine");
      g_assert_true (takers[i](files));
      assert_list (scratch, ".aws .aws/.other.awsmfa-new");
    }
}

/* Nothing is made where nothing is. */
static void
test_no_folder (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (takers); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);

      g_assert_true (takers[i](files));
      assert_list (scratch, "");
    }
}

/* Where a link leads is where it was left. */
static void
test_links (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (takers); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);

      scratch_put (scratch, "dotfiles/aws", "");
      scratch_put (scratch, "dotfiles/.aws.awsmfa-new", "");
      scratch_make_folder (scratch, ".aws");
      scratch_link (scratch, ".aws/credentials", "../dotfiles/aws");
      g_assert_true (takers[i](files));
      assert_list (scratch, ".aws .aws/credentials dotfiles dotfiles/aws");
    }
}

/* What has the name and is not a file of ours stays, and so does what a link of that name names. */
static void
test_not_ours (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (takers); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
      g_autofree char *text = NULL;

      if (takers[i] == try_credentials || takers[i] == try_config)
        continue; /* they make a file of their own under that name */
      scratch_put (scratch, "precious", "precious");
      scratch_make_folder (scratch, ".aws");
      scratch_link (scratch, CREDENTIALS, "../precious");
      scratch_make_folder (scratch, CONFIG);
      g_assert_true (takers[i](files));
      assert_list (scratch, ".aws " CONFIG " " CREDENTIALS " precious");
      text = scratch_get (scratch, "precious");
      g_assert_cmpstr (text, ==, "precious");

      if (geteuid () != 0)
        continue;
      scratch_remove (scratch, CONFIG);
      scratch_put (scratch, CONFIG, "another user's");
      scratch_give (scratch, CONFIG, NOBODY);
      g_assert_true (takers[i](files));
      assert_list (scratch, ".aws " CONFIG " " CREDENTIALS " precious");
    }
}

static AmfaProfileFiles *
open_apart (Scratch *scratch)
{
  g_autofree char *credentials = scratch_path (scratch, ".aws/credentials");
  g_autofree char *config = scratch_path (scratch, "etc/config");
  g_autofree char *runtime = scratch_path (scratch, "run");
  const AmfaEnvironment environment = {
    .home = scratch->root,
    .credentials_path = credentials,
    .config_path = config,
    .runtime_dir = runtime,
  };

  return amfa_profile_files_new (&environment);
}

/* The folder of the other file is locked by somebody else: that one removes it, and nobody waits.
 */
static void
test_apart (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (takers); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autoptr (AmfaProfileFiles) files = open_apart (scratch);
      g_autofree char *folder = scratch_path (scratch, "etc");
      g_autoptr (AmfaFileLock) other = NULL;
      gint64 began = g_get_monotonic_time ();

      scratch_put (scratch, CREDENTIALS, "");
      scratch_put (scratch, CONFIG_ELSEWHERE, "");
      other = amfa_file_lock_new (folder, NULL, 0, NULL, NULL);
      if (takers[i] != take_both && takers[i] != try_config)
        {
          g_assert_true (takers[i](files));
          g_assert_cmpint (g_get_monotonic_time () - began, <, AMFA_FILE_LOCK_TIMEOUT / 2);
          assert_list (scratch, ".aws etc etc/.awsmfa.lock " CONFIG_ELSEWHERE);
        }
      g_clear_pointer (&other, amfa_file_lock_free);
      g_assert_true (takers[i](files));
      assert_list (scratch, ".aws etc");
    }
}

/* One that is at work is not disturbed. */
static void
test_held (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autoptr (AmfaFileLock) lock =
      amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, NULL, NULL);

  scratch_put (scratch, CREDENTIALS, "at work");
  amfa_profile_files_sweep (files);
  assert_list (scratch, ".aws " LOCK " " CREDENTIALS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/leftovers/swept", test_swept);
  g_test_add_func ("/leftovers/no-folder", test_no_folder);
  g_test_add_func ("/leftovers/links", test_links);
  g_test_add_func ("/leftovers/not-ours", test_not_ours);
  g_test_add_func ("/leftovers/apart", test_apart);
  g_test_add_func ("/leftovers/held", test_held);

  return g_test_run ();
}
