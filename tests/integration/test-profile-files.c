/* The credentials file on a real file system: what is read, refused, replaced and left alone. */

#include "core/io/profile-files.h"
#include "core/model/error.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME ".aws/credentials"
#define KEYS "[default]\naws_access_key_id = AKIA1\n"
#define NOBODY 65534

static void
assert_problem (GError *error, Scratch *scratch, AmfaError code, int reason)
{
  g_autofree char *path = scratch_path (scratch, FILE_NAME);

  g_assert_error (error, AMFA_ERROR, (int) code);
  g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, path);
  if (code == AMFA_ERROR_FILE_UNUSABLE)
    g_assert_cmpint (amfa_error_get_details (error)->reason, ==, reason);
}

static void
assert_quote (GError *error, Scratch *scratch, AmfaError code, int reason, int number)
{
  assert_problem (error, scratch, code, reason);
  g_assert_cmpstr (amfa_error_get_details (error)->quote, ==, g_strerror (number));
}

static void
assert_text (Scratch *scratch, const char *name, const char *text)
{
  g_autofree char *found = scratch_get (scratch, name);

  g_assert_cmpstr (found, ==, text);
}

static void
assert_list (Scratch *scratch, const char *names)
{
  g_autofree char *found = scratch_list (scratch);

  g_assert_cmpstr (found, ==, names);
}

static void
assert_reads (Scratch *scratch, AmfaFilePresence presence, const char *text)
{
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (files, &error);

  g_assert_no_error (error);
  g_assert_cmpint (amfa_snapshot_get_presence (snapshot), ==, presence);
  g_assert_cmpstr (
      amfa_secret_peek (amfa_ini_document_get_text (amfa_snapshot_get_document (snapshot))), ==,
      text);
}

/* Neither read nor taken for replaceable. */
static GError *
read_refused (Scratch *scratch, AmfaFileProblem reason)
{
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autoptr (AmfaSnapshot) snapshot = NULL;
  GError *error = NULL;

  snapshot = amfa_profile_files_read (files, &error);
  g_assert_null (snapshot);
  assert_problem (error, scratch, AMFA_ERROR_FILE_UNUSABLE, reason);
  return error;
}

static void
assert_unreadable (Scratch *scratch, AmfaFileProblem reason)
{
  g_autoptr (GError) error = read_refused (scratch, reason);

  g_assert_nonnull (error);
}

static gboolean
preflight (Scratch *scratch, GError **error)
{
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autofree char *before = scratch_list (scratch);
  gboolean ok = amfa_profile_files_preflight (files, AMFA_FILE_CREDENTIALS, NULL, error);

  assert_list (scratch, before);
  return ok;
}

/* Reads, sets a value and replaces, all under the lock. */
static gboolean
replace (Scratch *scratch, const char *value, GError **error)
{
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autoptr (AmfaFileLock) lock =
      amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, NULL, error);
  g_autoptr (AmfaSnapshot) before = lock ? amfa_profile_files_read (files, error) : NULL;
  g_autoptr (AmfaIniDocument) after = NULL;
  gboolean durable = FALSE;

  if (!before)
    return FALSE;
  after = scratch_edit (amfa_snapshot_get_document (before), "aws_access_key_id", value);
  if (!amfa_profile_files_replace (files, lock, before, after, &durable, error))
    return FALSE;
  g_assert_true (durable);
  return TRUE;
}

static void
assert_replaces (Scratch *scratch)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (preflight (scratch, &error));
  g_assert_no_error (error);
  g_assert_true (replace (scratch, "ASIA2", &error));
  g_assert_no_error (error);
}

static void
assert_replace_refused (Scratch *scratch, AmfaError code, int reason)
{
  g_autofree char *before = scratch_list (scratch);
  g_autofree char *text = scratch_get (scratch, FILE_NAME);
  g_autoptr (GError) early = NULL;
  g_autoptr (GError) late = NULL;

  g_assert_false (preflight (scratch, &early));
  assert_problem (early, scratch, code, reason);
  g_assert_false (replace (scratch, "ASIA2", &late));
  assert_problem (late, scratch, code, reason);
  assert_list (scratch, before);
  assert_text (scratch, FILE_NAME, text);
}

static void
test_presence (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();

  assert_reads (scratch, AMFA_FILE_FOLDER_ABSENT, "");
  scratch_make_folder (scratch, ".aws");
  assert_reads (scratch, AMFA_FILE_ABSENT, "");
  scratch_put (scratch, FILE_NAME, "");
  assert_reads (scratch, AMFA_FILE_PRESENT, "");
  scratch_put (scratch, FILE_NAME, KEYS);
  assert_reads (scratch, AMFA_FILE_PRESENT, KEYS);
}

static void
test_unreadable_text (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GError) bom = NULL;
  g_autoptr (GError) twice = NULL;
  g_autoptr (GError) late = NULL;

  scratch_put (scratch, FILE_NAME, "\xef\xbb\xbf" KEYS);
  bom = read_refused (scratch, AMFA_FILE_PROBLEM_BYTE_ORDER_MARK);
  g_assert_cmpuint (amfa_error_get_details (bom)->line, ==, 1);

  scratch_put (scratch, FILE_NAME, KEYS "\n[default]\n");
  twice = read_refused (scratch, AMFA_FILE_PROBLEM_SECTION_TWICE);
  g_assert_cmpuint (amfa_error_get_details (twice)->line, ==, 4);
  g_assert_cmpstr (amfa_error_get_details (twice)->other, ==, "default");
  g_assert_false (replace (scratch, "ASIA2", &late));
  assert_problem (late, scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_SECTION_TWICE);
  assert_text (scratch, FILE_NAME, KEYS "\n[default]\n");
}

/* For reading it is no file, as for AWS tools; it is not replaced. */
static void
test_not_regular (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_path (scratch, FILE_NAME);

  scratch_make_folder (scratch, FILE_NAME);
  assert_reads (scratch, AMFA_FILE_ABSENT, "");
  assert_replace_refused (scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_NOT_REGULAR);
  scratch_remove (scratch, FILE_NAME);

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_reads (scratch, AMFA_FILE_ABSENT, "");
  scratch_remove (scratch, FILE_NAME);

  scratch_link (scratch, FILE_NAME, "/dev/zero");
  assert_reads (scratch, AMFA_FILE_ABSENT, "");
  scratch_link (scratch, FILE_NAME, "/");
  assert_reads (scratch, AMFA_FILE_ABSENT, "");
}

static void
test_folder_is_a_file (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GError) early = NULL;
  g_autoptr (GError) late = NULL;

  scratch_put (scratch, ".aws", "");
  assert_reads (scratch, AMFA_FILE_FOLDER_ABSENT, "");
  g_assert_false (preflight (scratch, &early));
  assert_quote (early, scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_NO_FOLDER, ENOTDIR);
  g_assert_false (replace (scratch, "ASIA2", &late));
  assert_quote (late, scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_NO_FOLDER, ENOTDIR);
}

static void
test_size (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GString) text = g_string_new (KEYS);
  g_autofree char *path = scratch_path (scratch, FILE_NAME);
  g_autofree char *comment = g_strnfill (99, '#');
  g_autofree char *expected = NULL;

  while (text->len < 10 * 1024 * 1024)
    g_string_append_printf (text, "%s\n", comment);
  scratch_put (scratch, FILE_NAME, text->str);
  assert_replaces (scratch);
  g_string_erase (text, 0, strlen (KEYS));
  expected = g_strconcat ("[default]\naws_access_key_id = ASIA2\n", text->str, NULL);
  assert_text (scratch, FILE_NAME, expected);

  g_assert_cmpint (truncate (path, 16 * 1024 * 1024 + 1), ==, 0);
  assert_unreadable (scratch, AMFA_FILE_PROBLEM_TOO_BIG);
}

static int
deed_unreadable (Scratch *scratch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) folder = NULL;
  g_autofree char *path = scratch_path (scratch, ".aws");

  if (!scratch_become_nobody ())
    return SCRATCH_SKIP;
  error = read_refused (scratch, AMFA_FILE_PROBLEM_READ);
  assert_quote (error, scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_READ, EACCES);

  g_assert_cmpint (chmod (path, 0), ==, 0);
  folder = read_refused (scratch, AMFA_FILE_PROBLEM_READ);
  assert_quote (folder, scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_READ, EACCES);
  g_assert_cmpint (chmod (path, 0700), ==, 0);
  return 0;
}

static void
give_all (Scratch *scratch)
{
  if (geteuid () != 0)
    return;
  scratch_give (scratch, "", NOBODY);
  scratch_give (scratch, ".aws", NOBODY);
  scratch_give (scratch, FILE_NAME, NOBODY);
}

static void
test_unreadable (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_path (scratch, FILE_NAME);

  scratch_put (scratch, FILE_NAME, KEYS);
  g_assert_cmpint (chmod (path, 0), ==, 0);
  give_all (scratch);
  scratch_fork (scratch, deed_unreadable);
}

static int
deed_read_only_folder (Scratch *scratch)
{
  g_autofree char *home = scratch_path (scratch, "");
  g_autofree char *folder = scratch_path (scratch, ".aws");
  g_autofree char *path = scratch_path (scratch, FILE_NAME);
  g_autoptr (GError) error = NULL;

  if (!scratch_become_nobody ())
    return SCRATCH_SKIP;

  g_assert_cmpint (chmod (folder, 0500), ==, 0);
  assert_replace_refused (scratch, AMFA_ERROR_FILE_WRITE, 0);
  g_assert_false (preflight (scratch, &error));
  assert_quote (error, scratch, AMFA_ERROR_FILE_WRITE, 0, EACCES);

  g_assert_cmpint (chmod (folder, 0700), ==, 0);
  scratch_remove (scratch, FILE_NAME);
  scratch_remove (scratch, ".aws");
  g_assert_cmpint (chmod (home, 0500), ==, 0);
  assert_replace_refused (scratch, AMFA_ERROR_FILE_WRITE, 0);
  g_assert_cmpint (chmod (home, 0700), ==, 0);
  return 0;
}

static void
test_read_only_folder (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();

  scratch_put (scratch, FILE_NAME, KEYS);
  give_all (scratch);
  scratch_fork (scratch, deed_read_only_folder);
}

static int
deed_others_file (Scratch *scratch)
{
  if (!scratch_become_nobody ())
    return SCRATCH_SKIP;
  assert_replace_refused (scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_OWNER);
  return 0;
}

static void
test_owner (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_path (scratch, FILE_NAME);
  struct stat st;

  if (geteuid () != 0)
    {
      g_test_skip ("only root can make a file of somebody else's");
      return;
    }

  scratch_put (scratch, FILE_NAME, KEYS);
  g_assert_cmpint (chmod (path, 0644), ==, 0);
  scratch_give (scratch, "", NOBODY);
  scratch_give (scratch, ".aws", NOBODY);
  scratch_fork (scratch, deed_others_file);

  /* Root can keep any owner. */
  scratch_give (scratch, FILE_NAME, NOBODY);
  assert_replaces (scratch);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_uid, ==, NOBODY);
  g_assert_cmpuint (st.st_gid, ==, NOBODY);
}

static void
test_mode (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_path (scratch, FILE_NAME);
  mode_t umask_before = 0;
  struct stat st;

  scratch_put (scratch, FILE_NAME, KEYS);
  g_assert_cmpint (chmod (path, 0644), ==, 0);
  umask_before = umask (0777);
  assert_replaces (scratch);
  umask (umask_before);

  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode, ==, S_IFREG | 0600);
  assert_text (scratch, FILE_NAME, "[default]\naws_access_key_id = ASIA2\n");
  assert_list (scratch, ".aws .aws/credentials");
}

static void
test_links (void)
{
  g_autoptr (GError) early = NULL;
  g_autoptr (GError) late = NULL;
  g_autoptr (Scratch) scratch = scratch_new ();

  /* A chain through a linked folder, relative and absolute. */
  g_autofree char *absolute = scratch_path (scratch, "dotfiles/aws");
  scratch_put (scratch, "vault/keys", KEYS);
  scratch_make_folder (scratch, "dotfiles/aws");
  scratch_link (scratch, ".aws", absolute);
  scratch_link (scratch, "dotfiles/aws/credentials", "second");
  scratch_link (scratch, "dotfiles/aws/second", "../../vault/keys");
  assert_reads (scratch, AMFA_FILE_PRESENT, KEYS);
  assert_replaces (scratch);
  assert_text (scratch, "vault/keys", "[default]\naws_access_key_id = ASIA2\n");
  assert_list (scratch, ".aws dotfiles dotfiles/aws dotfiles/aws/credentials dotfiles/aws/second "
                        "vault vault/keys");

  /* Dangling: the place that the link names is the file's. */
  scratch_remove (scratch, "vault/keys");
  assert_reads (scratch, AMFA_FILE_ABSENT, "");
  assert_replaces (scratch);
  assert_text (scratch, "vault/keys", "[default]\naws_access_key_id = ASIA2\n");
  scratch_remove (scratch, "vault/keys");
  scratch_remove (scratch, "vault");
  assert_reads (scratch, AMFA_FILE_FOLDER_ABSENT, "");
  assert_replaces (scratch);
  assert_text (scratch, "vault/keys", "[default]\naws_access_key_id = ASIA2\n");

  scratch_link (scratch, "dotfiles/aws/second", "credentials");
  assert_reads (scratch, AMFA_FILE_FOLDER_ABSENT, "");
  g_assert_false (preflight (scratch, &early));
  assert_problem (early, scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_LINK_LOOP);
  g_assert_false (replace (scratch, "ASIA2", &late));
  assert_problem (late, scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_NOT_REGULAR);
}

static void
test_hard_link (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_path (scratch, FILE_NAME);
  g_autofree char *other = scratch_path (scratch, "copy");

  scratch_put (scratch, FILE_NAME, KEYS);
  g_assert_cmpint (link (path, other), ==, 0);
  assert_reads (scratch, AMFA_FILE_PRESENT, KEYS);
  assert_replace_refused (scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_HARD_LINK);
}

static int
deed_mounts (Scratch *scratch)
{
  g_autofree char *path = scratch_path (scratch, FILE_NAME);
  g_autofree char *other = scratch_path (scratch, "other");
  g_autofree char *folder = scratch_path (scratch, ".aws");
  g_autofree char *big = g_strnfill (40 * 1024, '#');
  g_autoptr (GError) early = NULL;
  g_autoptr (GError) late = NULL;
  g_autoptr (GError) read_only = NULL;

  if (!scratch_enter_mounts ())
    return SCRATCH_SKIP;

  /* A file that is mounted over the file. */
  g_assert_cmpint (mount (other, path, "none", MS_BIND, NULL), ==, 0);
  assert_replace_refused (scratch, AMFA_ERROR_FILE_UNUSABLE, AMFA_FILE_PROBLEM_MOUNT_POINT);
  g_assert_cmpint (umount (path), ==, 0);

  /* A full disk. */
  if (mount ("none", folder, "tmpfs", 0, "size=64k") != 0)
    return SCRATCH_SKIP;
  scratch_put (scratch, FILE_NAME, big);
  g_assert_false (preflight (scratch, &early));
  assert_quote (early, scratch, AMFA_ERROR_FILE_WRITE, 0, ENOSPC);
  g_assert_false (replace (scratch, "ASIA2", &late));
  assert_quote (late, scratch, AMFA_ERROR_FILE_WRITE, 0, ENOSPC);
  assert_text (scratch, FILE_NAME, big);
  assert_list (scratch, ".aws .aws/credentials other");

  g_assert_cmpint (mount ("none", folder, "none", MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  assert_replace_refused (scratch, AMFA_ERROR_FILE_WRITE, 0);
  g_assert_false (preflight (scratch, &read_only));
  assert_quote (read_only, scratch, AMFA_ERROR_FILE_WRITE, 0, EROFS);
  return 0;
}

static void
test_mounts (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();

  scratch_put (scratch, FILE_NAME, KEYS);
  scratch_put (scratch, "other", KEYS);
  scratch_fork (scratch, deed_mounts);
}

static int
deed_size_limit (Scratch *scratch)
{
  const struct rlimit limit = { 4096, 4096 };
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  assert_replace_refused (scratch, AMFA_ERROR_FILE_WRITE, 0);
  g_assert_false (preflight (scratch, &error));
  assert_quote (error, scratch, AMFA_ERROR_FILE_WRITE, 0, EFBIG);
  return 0;
}

static void
test_size_limit (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *text = g_strnfill (8 * 1024, '#');

  scratch_put (scratch, FILE_NAME, text);
  scratch_fork (scratch, deed_size_limit);
}

/* However few descriptors there are, it succeeds or says why not. */
static int
deed_few_files (Scratch *scratch)
{
  int lowest = open ("/", O_RDONLY | O_CLOEXEC);

  for (int n = 0; n < 8; n++)
    {
      const struct rlimit tight = { (rlim_t) (lowest + n), (rlim_t) (lowest + 8) };
      g_autoptr (GError) error = NULL;

      if (lowest < 0 || setrlimit (RLIMIT_NOFILE, &tight) != 0)
        return SCRATCH_SKIP;
      if (replace (scratch, "ASIA2", &error))
        return n > 0 ? 0 : 1;
      if (!g_error_matches (error, AMFA_ERROR, AMFA_ERROR_FILE_WRITE) &&
          !g_error_matches (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE))
        return 2;
      if (g_strcmp0 (amfa_error_get_details (error)->quote, g_strerror (EMFILE)) != 0)
        return 3;
    }
  return 4;
}

static void
test_few_files (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();

  scratch_put (scratch, FILE_NAME, KEYS);
  scratch_fork (scratch, deed_few_files);
  assert_text (scratch, FILE_NAME, "[default]\naws_access_key_id = ASIA2\n");
  assert_list (scratch, ".aws .aws/credentials");
}

static void
test_left_over (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GError) error = NULL;

  scratch_put (scratch, FILE_NAME, KEYS);
  scratch_put (scratch, "elsewhere", "untouched");
  scratch_put (scratch, ".aws/.credentials.awsmfa-new", "half of a fi");
  g_assert_true (replace (scratch, "ASIA2", &error));
  assert_text (scratch, FILE_NAME, "[default]\naws_access_key_id = ASIA2\n");

  /* Somebody laid a link there: it goes, and what it names stays. */
  scratch_link (scratch, ".aws/.credentials.awsmfa-new", "../elsewhere");
  g_assert_true (replace (scratch, "ASIA3", &error));
  assert_text (scratch, FILE_NAME, "[default]\naws_access_key_id = ASIA3\n");
  assert_text (scratch, "elsewhere", "untouched");
  assert_list (scratch, ".aws .aws/credentials elsewhere");

  scratch_make_folder (scratch, ".aws/.credentials.awsmfa-new");
  assert_replace_refused (scratch, AMFA_ERROR_FILE_WRITE, 0);
}

static void
swap_bytes (Scratch *scratch)
{
  g_autofree char *path = scratch_path (scratch, FILE_NAME);
  struct stat st;

  /* The same size and the same time. */
  g_assert_cmpint (stat (path, &st), ==, 0);
  scratch_put (scratch, FILE_NAME, "[default]\naws_access_key_id = AKIA9\n");
  g_assert_cmpint (utimensat (AT_FDCWD, path, (struct timespec[]){ st.st_atim, st.st_mtim }, 0), ==,
                   0);
}

static void
swap_file (Scratch *scratch)
{
  scratch_put (scratch, ".aws/new", KEYS "region = x\n");
  scratch_move (scratch, ".aws/new", FILE_NAME);
}

static void
swap_link (Scratch *scratch)
{
  scratch_put (scratch, ".aws/other", KEYS);
  scratch_link (scratch, FILE_NAME, "other");
}

static void
swap_for_nothing (Scratch *scratch)
{
  scratch_remove (scratch, FILE_NAME);
}

static void
test_changed (void)
{
  void (*swaps[]) (Scratch *) = { swap_bytes, swap_file, swap_link, swap_for_nothing };

  for (guint i = 0; i < G_N_ELEMENTS (swaps); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) removal = NULL;
      g_autoptr (AmfaFileLock) lock = NULL;
      g_autoptr (AmfaSnapshot) before = NULL;
      g_autoptr (AmfaIniDocument) after = NULL;
      g_autofree char *names = NULL;
      g_autofree char *text = NULL;

      scratch_put (scratch, FILE_NAME, KEYS);
      lock = amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, NULL, &error);
      before = amfa_profile_files_read (files, &error);
      g_assert_no_error (error);
      after = scratch_edit (amfa_snapshot_get_document (before), "aws_access_key_id", "ASIA2");

      swaps[i](scratch);
      names = scratch_list (scratch);
      text = scratch_get (scratch, FILE_NAME);
      g_assert_false (amfa_profile_files_replace (files, lock, before, after, NULL, &error));
      assert_problem (error, scratch, AMFA_ERROR_FILE_CHANGED, 0);
      g_assert_false (amfa_profile_files_remove (files, lock, before, TRUE, &removal));
      assert_problem (removal, scratch, AMFA_ERROR_FILE_CHANGED, 0);
      assert_list (scratch, names);
      assert_text (scratch, FILE_NAME, text);
    }
}

/* After the lock was taken somebody made the file a link into a folder that nobody has locked. */
static void
test_led_away (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) removal = NULL;
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autoptr (AmfaSnapshot) before = NULL;
  g_autoptr (AmfaIniDocument) after = NULL;
  g_autofree char *names = NULL;

  scratch_put (scratch, "a/credentials", KEYS);
  scratch_put (scratch, "b/credentials", KEYS "region = b\n");
  scratch_make_folder (scratch, ".aws");
  scratch_link (scratch, FILE_NAME, "../a/credentials");
  lock = amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, NULL, &error);
  scratch_link (scratch, FILE_NAME, "../b/credentials");
  before = amfa_profile_files_read (files, &error);
  g_assert_no_error (error);
  after = scratch_edit (amfa_snapshot_get_document (before), "aws_access_key_id", "ASIA2");
  names = scratch_list (scratch);

  g_assert_false (amfa_profile_files_replace (files, lock, before, after, NULL, &error));
  assert_problem (error, scratch, AMFA_ERROR_FILE_CHANGED, 0);
  g_assert_false (amfa_profile_files_remove (files, lock, before, TRUE, &removal));
  assert_problem (removal, scratch, AMFA_ERROR_FILE_CHANGED, 0);
  assert_text (scratch, "a/credentials", KEYS);
  assert_text (scratch, "b/credentials", KEYS "region = b\n");
  assert_list (scratch, names);
}

/* Absent when it was read, and there before it was written. */
static void
test_appeared (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaFileLock) lock =
      amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, NULL, &error);
  g_autoptr (AmfaSnapshot) before = amfa_profile_files_read (files, &error);
  g_autoptr (AmfaSecret) text = amfa_secret_new (KEYS, -1);
  g_autoptr (AmfaIniDocument) after = amfa_ini_document_parse (text, &error);

  g_assert_no_error (error);
  scratch_put (scratch, FILE_NAME, "");
  g_assert_false (amfa_profile_files_replace (files, lock, before, after, NULL, &error));
  assert_problem (error, scratch, AMFA_ERROR_FILE_CHANGED, 0);
  assert_text (scratch, FILE_NAME, "");
}

static void
test_remove (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (AmfaFileLock) lock = NULL;
      g_autoptr (AmfaSnapshot) before = NULL;

      scratch_put (scratch, FILE_NAME, KEYS);
      if (i == 1)
        scratch_put (scratch, ".aws/config", "");
      else if (i == 2)
        scratch_remove (scratch, ".aws/config");
      lock = amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, NULL, &error);
      before = amfa_profile_files_read (files, &error);
      g_assert_true (amfa_profile_files_remove (files, lock, before, i > 0, &error));
      g_assert_no_error (error);
      g_clear_pointer (&lock, amfa_file_lock_free);
      assert_list (scratch, i == 0 ? ".aws" : i == 1 ? ".aws .aws/config" : "");
    }
}

static void
test_digest (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *own = scratch_path (scratch, "own");
  g_autofree char *usual = scratch_path (scratch, ".aws/../.aws/credentials");
  AmfaEnvironment environment = {
    .home = scratch->root, .credentials_path = own, .config_path = own, .own_credentials_path = TRUE
  };
  g_autoptr (AmfaProfileFiles) other = amfa_profile_files_new (&environment);
  g_autofree char *digest = amfa_profile_files_dup_digest (other);
  g_autofree char *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, own, -1);
  g_autofree char *none = NULL;
  g_autofree char *linked = NULL;

  g_assert_cmpstr (digest, ==, expected);

  /* The usual file by another name is the usual file. */
  environment.credentials_path = usual;
  g_autoptr (AmfaProfileFiles) same = amfa_profile_files_new (&environment);
  none = amfa_profile_files_dup_digest (same);
  g_assert_cmpstr (none, ==, "-");
  scratch_put (scratch, "own", "");
  scratch_make_folder (scratch, ".aws");
  scratch_link (scratch, FILE_NAME, "../own");
  linked = amfa_profile_files_dup_digest (other);
  g_assert_cmpstr (linked, ==, "-");
}

static void
test_config (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autofree char *path = scratch_path (scratch, ".aws/config");
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIniDocument) absent = amfa_profile_files_read_config (files, &error);
  g_autoptr (AmfaIniDocument) broken = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (amfa_secret_get_length (amfa_ini_document_get_text (absent)), ==, 0);

  scratch_put (scratch, ".aws/config", "[default]\nregion\n");
  broken = amfa_profile_files_read_config (files, &error);
  g_assert_null (broken);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_CONFIG_UNUSABLE);
  g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, path);
  g_assert_cmpuint (amfa_error_get_details (error)->line, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/profile-files/presence", test_presence);
  g_test_add_func ("/profile-files/unreadable-text", test_unreadable_text);
  g_test_add_func ("/profile-files/not-regular", test_not_regular);
  g_test_add_func ("/profile-files/folder-is-a-file", test_folder_is_a_file);
  g_test_add_func ("/profile-files/size", test_size);
  g_test_add_func ("/profile-files/unreadable", test_unreadable);
  g_test_add_func ("/profile-files/read-only-folder", test_read_only_folder);
  g_test_add_func ("/profile-files/owner", test_owner);
  g_test_add_func ("/profile-files/mode", test_mode);
  g_test_add_func ("/profile-files/links", test_links);
  g_test_add_func ("/profile-files/hard-link", test_hard_link);
  g_test_add_func ("/profile-files/mounts", test_mounts);
  g_test_add_func ("/profile-files/size-limit", test_size_limit);
  g_test_add_func ("/profile-files/few-files", test_few_files);
  g_test_add_func ("/profile-files/left-over", test_left_over);
  g_test_add_func ("/profile-files/changed", test_changed);
  g_test_add_func ("/profile-files/led-away", test_led_away);
  g_test_add_func ("/profile-files/appeared", test_appeared);
  g_test_add_func ("/profile-files/remove", test_remove);
  g_test_add_func ("/profile-files/digest", test_digest);
  g_test_add_func ("/profile-files/config", test_config);

  return g_test_run ();
}
