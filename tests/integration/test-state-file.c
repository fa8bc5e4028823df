#include "core/io/state-file.h"
#include "core/model/error.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

typedef struct
{
  char *base;
  char *folder;
  AmfaEnvironment environment;
  AmfaStateFile *file;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->base = g_dir_make_tmp ("amfa-state-XXXXXX", NULL);
  fixture->folder = g_build_filename (fixture->base, "state", "awsmfa", NULL);
  fixture->environment.state_dir = fixture->folder;
  fixture->file = amfa_state_file_new (&fixture->environment);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lock = g_strconcat (amfa_state_file_get_path (fixture->file), ".lock", NULL);
  g_autofree char *parent = g_path_get_dirname (fixture->folder);

  g_unlink (lock);
  g_remove (amfa_state_file_get_path (fixture->file));
  g_rmdir (fixture->folder);
  g_rmdir (parent);
  /* Nothing else may have been left. */
  g_assert_cmpint (g_rmdir (fixture->base), ==, 0);

  g_object_unref (fixture->file);
  g_free (fixture->folder);
  g_free (fixture->base);
}

static AmfaProfileState *
state_with_account (const char *account)
{
  AmfaProfileState *state = amfa_profile_state_new ();

  state->account = g_strdup (account);
  return state;
}

static void
assert_account (Fixture *fixture, const char *profile, const char *digest, const char *account)
{
  g_autoptr (AmfaProfileState) state = amfa_state_file_read (fixture->file, profile, digest);

  g_assert_cmpstr (state->account, ==, account);
}

static void
write_account (Fixture *fixture, const char *profile, const char *digest, const char *account)
{
  g_autoptr (AmfaProfileState) state = state_with_account (account);
  g_autoptr (GError) error = NULL;

  amfa_state_file_write (fixture->file, profile, digest, state, &error);
  g_assert_no_error (error);
}

static void
test_state_file_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AmfaProfileState) state = state_with_account ("123456789012");
  g_autoptr (GError) error = NULL;
  struct stat file, folder;

  state->serial = g_strdup ("arn:aws:iam::123456789012:mfa/\303\244 ;\n=");
  state->arn = g_strdup ("arn:aws:iam::123456789012:user/alice");
  state->base_key_id = g_strdup ("AKIA1");
  state->expiration = G_GINT64_CONSTANT (4102444800);
  state->granted = 1;
  state->user_expiration = 3;
  state->clock_offset = -3600;
  state->has_original = TRUE;
  g_strfreev (state->marks);
  state->marks = g_strsplit ("ASIA1;ASIA2", ";", -1);
  g_assert_true (amfa_state_file_write (fixture->file, "default", "-", state, &error));
  g_assert_no_error (error);

  g_autoptr (AmfaProfileState) again = amfa_state_file_read (fixture->file, "default", "-");

  g_assert_cmpstr (again->serial, ==, state->serial);
  g_assert_cmpstr (again->account, ==, state->account);
  g_assert_cmpstr (again->arn, ==, state->arn);
  g_assert_cmpstr (again->base_key_id, ==, state->base_key_id);
  g_assert_cmpstrv (again->marks, state->marks);
  g_assert_cmpint (again->expiration, ==, state->expiration);
  g_assert_cmpint (again->granted, ==, state->granted);
  g_assert_cmpint (again->user_expiration, ==, state->user_expiration);
  g_assert_cmpint (again->clock_offset, ==, state->clock_offset);
  g_assert_true (again->has_original);

  g_assert_cmpint (g_stat (amfa_state_file_get_path (fixture->file), &file), ==, 0);
  g_assert_cmpint (g_stat (fixture->folder, &folder), ==, 0);
  g_assert_cmpint (file.st_mode & 07777, ==, 0600);
  g_assert_cmpint (folder.st_mode & 07777, ==, 0700);

  /* What is empty now was forgotten, and a file that somebody opened up is closed again. */
  g_assert_cmpint (g_chmod (amfa_state_file_get_path (fixture->file), 0644), ==, 0);
  g_clear_pointer (&state->serial, g_free);
  state->expiration = 0;
  g_assert_true (amfa_state_file_write (fixture->file, "default", "-", state, &error));

  g_autoptr (AmfaProfileState) last = amfa_state_file_read (fixture->file, "default", "-");

  g_assert_null (last->serial);
  g_assert_cmpint (last->expiration, ==, 0);
  g_assert_cmpint (g_stat (amfa_state_file_get_path (fixture->file), &file), ==, 0);
  g_assert_cmpint (file.st_mode & 07777, ==, 0600);
}

static void
test_state_file_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AmfaProfileState) state = amfa_state_file_read (fixture->file, "default", "-");
  g_auto (GStrv) profiles = amfa_state_file_list_profiles (fixture->file, "-");

  g_assert_null (state->serial);
  g_assert_nonnull (state->marks);
  g_assert_cmpuint (g_strv_length (state->marks), ==, 0);
  g_assert_cmpuint (g_strv_length (profiles), ==, 0);
  /* Reading makes nothing. */
  g_assert_false (g_file_test (fixture->folder, G_FILE_TEST_EXISTS));
}

static void
test_state_file_names (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = {
    "default", "a b", "[x]",     "x@y", "x@" DIGEST, "%41",     "\303\244",
    "a\nb",    "#x",  "a=b;c/d", "]",   " x ",       "DEFAULT", NULL,
  };

  for (guint i = 0; names[i]; i++)
    {
      g_autofree char *other = g_strconcat ("other ", names[i], NULL);

      write_account (fixture, names[i], "-", names[i]);
      write_account (fixture, names[i], DIGEST, other);
    }
  for (guint i = 0; names[i]; i++)
    {
      g_autofree char *other = g_strconcat ("other ", names[i], NULL);

      assert_account (fixture, names[i], "-", names[i]);
      assert_account (fixture, names[i], DIGEST, other);
    }

  g_auto (GStrv) listed = amfa_state_file_list_profiles (fixture->file, "-");
  g_auto (GStrv) listed_other = amfa_state_file_list_profiles (fixture->file, DIGEST);
  g_auto (GStrv) listed_none = amfa_state_file_list_profiles (fixture->file, "none");

  g_assert_cmpstrv (listed, names);
  g_assert_cmpstrv (listed_other, names);
  g_assert_cmpuint (g_strv_length (listed_none), ==, 0);
}

static void
test_state_file_garbage (Fixture *fixture, gconstpointer data)
{
  static const char *const garbage[] = { "garbage\n", "[default\n", "\377\376\n[", "[a]\nx\n" };

  g_assert_cmpint (g_mkdir_with_parents (fixture->folder, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      g_assert_true (
          g_file_set_contents (amfa_state_file_get_path (fixture->file), garbage[i], -1, NULL));
      assert_account (fixture, "default", "-", NULL);
      write_account (fixture, "default", "-", "1");
      assert_account (fixture, "default", "-", "1");
    }
}

/* Values of the wrong type, and members that a newer version may have added. */
static void
test_state_file_odd_values (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  g_assert_cmpint (g_mkdir_with_parents (fixture->folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (
      amfa_state_file_get_path (fixture->file),
      "# mine\n[default]\nexpiration=soon\nhas_original=perhaps\nserial=\\q\nnew=1\n", -1, NULL));

  g_autoptr (AmfaProfileState) state = amfa_state_file_read (fixture->file, "default", "-");

  g_assert_cmpint (state->expiration, ==, 0);
  g_assert_false (state->has_original);

  write_account (fixture, "default", "-", "1");
  g_assert_true (g_file_get_contents (amfa_state_file_get_path (fixture->file), &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "# mine"));
  g_assert_nonnull (strstr (text, "new=1"));
}

/* Several processes write, each its own profiles: nothing may get lost. */
static void
test_state_file_merges (Fixture *fixture, gconstpointer data)
{
  GPid children[4];

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      children[i] = fork ();
      g_assert_cmpint (children[i], >=, 0);
      if (children[i] != 0)
        continue;

      for (guint j = 0; j < 10; j++)
        {
          g_autofree char *profile = g_strdup_printf ("p%u-%u", i, j);
          g_autoptr (AmfaProfileState) state = state_with_account (profile);

          if (!amfa_state_file_write (fixture->file, profile, "-", state, NULL))
            _exit (1);
        }
      _exit (0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      int status = -1;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }

  g_auto (GStrv) profiles = amfa_state_file_list_profiles (fixture->file, "-");

  g_assert_cmpuint (g_strv_length (profiles), ==, 40);
}

/* The folder is a file here: that stops root too. */
static void
test_state_file_cannot_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AmfaProfileState) state = amfa_profile_state_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = g_path_get_dirname (fixture->folder);

  g_assert_true (g_file_set_contents (parent, "", 0, NULL));
  g_assert_false (amfa_state_file_write (fixture->file, "default", "-", state, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_WRITE);
  g_assert_cmpstr (amfa_error_get_details (error)->subject, ==,
                   amfa_state_file_get_path (fixture->file));
  g_assert_cmpint (g_unlink (parent), ==, 0);
}

/* One that holds the lock and is stopped does not stop us for ever. */
static void
test_state_file_busy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AmfaProfileState) state = amfa_profile_state_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *lock = g_strconcat (amfa_state_file_get_path (fixture->file), ".lock", NULL);

  g_assert_cmpint (g_mkdir_with_parents (fixture->folder, 0700), ==, 0);

  int fd = open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  g_assert_false (amfa_state_file_write (fixture->file, "default", "-", state, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_BUSY);
  g_assert_false (g_file_test (amfa_state_file_get_path (fixture->file), G_FILE_TEST_EXISTS));
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                        \
  g_test_add ("/state-file/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("round-trip", test_state_file_round_trip);
  ADD ("empty", test_state_file_empty);
  ADD ("names", test_state_file_names);
  ADD ("garbage", test_state_file_garbage);
  ADD ("odd-values", test_state_file_odd_values);
  ADD ("merges", test_state_file_merges);
  ADD ("cannot-write", test_state_file_cannot_write);
  ADD ("busy", test_state_file_busy);

  return g_test_run ();
}
