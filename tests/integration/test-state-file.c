/* The state file: a memory that several processes write, and that anybody may have forged. */

#include "core/io/state-file.h"
#include "core/model/error.h"
#include "scratch.h"
#include "traced.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

#define FOLDER "state/awsmfa"
#define FILE_NAME FOLDER "/state.ini"
#define LOCK FILE_NAME ".lock"
#define TEMPORARY FOLDER "/.state.ini.awsmfa-new"
#define ROLE "arn:aws:iam::123456789012:role/Admin"
#define NOTHING_ELSE "state " FOLDER " " FILE_NAME " " LOCK

static const char *program;

/* A file system that knows no locks, as some network ones. */
static gboolean has_no_locks;

int
flock (int fd, int operation)
{
  if (has_no_locks)
    {
      errno = ENOLCK;
      return -1;
    }
  return (int) syscall (SYS_flock, fd, operation);
}

typedef struct
{
  Scratch *scratch;
  AmfaStateFile *file;
} Fixture;

static AmfaStateFile *
open_file (Scratch *scratch)
{
  g_autofree char *folder = scratch_path (scratch, FOLDER);
  const AmfaEnvironment environment = { .state_dir = folder };

  return amfa_state_file_new (&environment);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->scratch = scratch_new ();
  fixture->file = open_file (fixture->scratch);
  has_no_locks = FALSE;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->file);
  scratch_free (fixture->scratch);
}

static void
assert_list (Scratch *scratch, const char *names)
{
  g_autofree char *found = scratch_list (scratch);

  g_assert_cmpstr (found, ==, names);
}

static void
set_account (AmfaProfileState *state, gpointer account)
{
  g_free (state->account);
  state->account = g_strdup (account);
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
  g_autoptr (GError) error = NULL;

  amfa_state_file_update (fixture->file, profile, digest, set_account, (gpointer) account, &error);
  g_assert_no_error (error);
}

static void
fill (AmfaProfileState *state, gpointer data)
{
  state->serial = g_strdup ("arn:aws:iam::123456789012:mfa/\303\244 ;=");
  state->account = g_strdup ("123456789012");
  state->arn = g_strdup ("arn:aws:iam::123456789012:user/alice");
  state->base_key_id = g_strdup ("AKIA1");
  state->role = g_strdup ("arn:aws:iam::123456789012:role/Admin");
  state->expiration = G_GINT64_CONSTANT (4102444800);
  state->granted = 1;
  state->user_expiration = 3;
  state->clock_offset = -3600;
  state->has_original = TRUE;
  state->unwritten = TRUE;
  state->unwritten_role = g_strdup ("arn:aws:iam::123456789012:role/Other");
  state->end_pending = TRUE;
  state->took_keys = TRUE;
  state->config_degree = AMFA_ORIGINAL_NO_FILE;
  state->config_separator = g_strdup ("\r\n\n");
  g_strfreev (state->marks);
  state->marks = g_strsplit ("ASIA1;ASIA2", ";", -1);
}

static void
assert_filled (const AmfaProfileState *state)
{
  const char *const marks[] = { "ASIA1", "ASIA2", NULL };

  g_assert_cmpstr (state->serial, ==, "arn:aws:iam::123456789012:mfa/\303\244 ;=");
  g_assert_cmpstr (state->account, ==, "123456789012");
  g_assert_cmpstr (state->arn, ==, "arn:aws:iam::123456789012:user/alice");
  g_assert_cmpstr (state->base_key_id, ==, "AKIA1");
  g_assert_cmpstr (state->role, ==, "arn:aws:iam::123456789012:role/Admin");
  g_assert_true (g_strv_equal ((const char *const *) state->marks, marks));
  g_assert_cmpint (state->expiration, ==, G_GINT64_CONSTANT (4102444800));
  g_assert_cmpint (state->granted, ==, 1);
  g_assert_cmpint (state->user_expiration, ==, 3);
  g_assert_cmpint (state->clock_offset, ==, -3600);
  g_assert_true (state->has_original && state->unwritten && state->end_pending);
  g_assert_cmpstr (state->unwritten_role, ==, "arn:aws:iam::123456789012:role/Other");
  g_assert_true (state->took_keys);
  g_assert_cmpint (state->config_degree, ==, AMFA_ORIGINAL_NO_FILE);
  g_assert_cmpstr (state->config_separator, ==, "\r\n\n");
}

static void
forget_some (AmfaProfileState *state, gpointer data)
{
  assert_filled (state);
  g_clear_pointer (&state->serial, g_free);
  g_clear_pointer (&state->role, g_free);
  g_clear_pointer (&state->config_separator, g_free);
  state->expiration = 0;
  state->unwritten = FALSE;
  g_clear_pointer (&state->unwritten_role, g_free);
  state->end_pending = FALSE;
  state->took_keys = FALSE;
}

static mode_t
get_mode (Scratch *scratch, const char *name)
{
  g_autofree char *path = scratch_path (scratch, name);
  struct stat st;

  g_assert_cmpint (g_lstat (path, &st), ==, 0);
  return st.st_mode & 07777;
}

static void
test_state_file_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (amfa_state_file_update (fixture->file, "default", "-", fill, NULL, &error));
  g_assert_no_error (error);

  g_autoptr (AmfaProfileState) again = amfa_state_file_read (fixture->file, "default", "-");

  assert_filled (again);
  text = scratch_get (fixture->scratch, FILE_NAME);
  g_assert_nonnull (strstr (text, "\nunwritten=true\n"));
  g_assert_nonnull (strstr (text, "\nend_pending=true\n"));
  g_assert_cmpint (get_mode (fixture->scratch, FILE_NAME), ==, 0600);
  g_assert_cmpint (get_mode (fixture->scratch, FOLDER), ==, 0700);
  g_assert_true (amfa_state_file_update (fixture->file, "default", "-", forget_some, NULL, &error));
  g_clear_pointer (&text, g_free);
  text = scratch_get (fixture->scratch, FILE_NAME);

  g_autoptr (AmfaProfileState) last = amfa_state_file_read (fixture->file, "default", "-");

  /* What is empty now was forgotten, and a flag that is not set is not written. */
  g_assert_null (last->serial);
  g_assert_null (last->role);
  g_assert_null (last->config_separator);
  g_assert_cmpint (last->expiration, ==, 0);
  g_assert_false (last->unwritten || last->end_pending || last->took_keys);
  g_assert_true (last->has_original);
  g_assert_null (strstr (text, "unwritten"));
  g_assert_null (strstr (text, "end_pending"));
  g_assert_null (strstr (text, "took_keys"));
  assert_list (fixture->scratch, NOTHING_ELSE);
}

/* It is closed to others whatever it was, and whatever the umask is. */
static void
test_state_file_mode (Fixture *fixture, gconstpointer data)
{
  const mode_t masks[] = { 0, 022, 077, 0377 };
  g_autofree char *path = scratch_path (fixture->scratch, FILE_NAME);

  for (gsize i = 0; i < G_N_ELEMENTS (masks); i++)
    {
      mode_t before;

      write_account (fixture, "default", "-", "1");
      g_assert_cmpint (g_chmod (path, 0644), ==, 0);
      before = umask (masks[i]);
      write_account (fixture, "default", "-", "2");
      umask (before);
      g_assert_cmpint (get_mode (fixture->scratch, FILE_NAME), ==, 0600);
      g_assert_cmpint (get_mode (fixture->scratch, LOCK), ==, 0600);
      assert_account (fixture, "default", "-", "2");
    }
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
  assert_list (fixture->scratch, "");
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
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_autofree char *other = g_strconcat ("other ", number, NULL);

      write_account (fixture, names[i], "-", number);
      write_account (fixture, names[i], DIGEST, other);
    }
  for (guint i = 0; names[i]; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_autofree char *other = g_strconcat ("other ", number, NULL);

      assert_account (fixture, names[i], "-", number);
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
  static const char *const garbage[] = {
    "",         "garbage\n", "[default\n",          "\377\376\n[",
    "[a]\nx\n", "[]\na=b\n", "[default]\n\377=1\n", "[default]\naccount=\377\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      scratch_put (fixture->scratch, FILE_NAME, garbage[i]);
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

  scratch_put (fixture->scratch, FILE_NAME,
               "# mine\n[default]\nexpiration=soon\nhas_original=perhaps\nserial=\\q\nnew=1\n");

  g_autoptr (AmfaProfileState) state = amfa_state_file_read (fixture->file, "default", "-");

  g_assert_cmpint (state->expiration, ==, 0);
  g_assert_false (state->has_original);

  write_account (fixture, "default", "-", "1");
  text = scratch_get (fixture->scratch, FILE_NAME);
  g_assert_nonnull (strstr (text, "# mine"));
  g_assert_nonnull (strstr (text, "new=1"));
}

static void
assert_possible (const AmfaProfileState *state)
{
  const char *const texts[] = { state->serial, state->account, state->arn, state->base_key_id,
                                state->role };
  const gint64 times[] = { state->expiration, state->granted, state->user_expiration };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_true (!texts[i] ||
                   (*texts[i] && strlen (texts[i]) <= 2048 &&
                    g_utf8_validate (texts[i], -1, NULL) && !strpbrk (texts[i], "\n\r\t\033\177") &&
                    !strstr (texts[i], "\342\200\250")));
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    g_assert_true (times[i] >= 0 && times[i] <= G_GINT64_CONSTANT (253402300799));
  g_assert_true (ABS (state->clock_offset) <= G_GINT64_CONSTANT (253402300799));
  g_assert_nonnull (state->marks);
  g_assert_cmpuint (g_strv_length (state->marks), <=, 80);
  g_assert_true (state->config_degree >= AMFA_ORIGINAL_SECTION &&
                 state->config_degree <= AMFA_ORIGINAL_NO_FOLDER);
  g_assert_true (!state->config_separator || !strpbrk (state->config_separator, "[ax="));
}

/* Every member with every value that somebody may have put there. */
static void
test_state_file_forged (Fixture *fixture, gconstpointer data)
{
  static const char *const keys[] = {
    "serial",           "account",        "arn",          "base_key_id", "marks",
    "expiration",       "granted",        "clock_offset", "role",        "user_expiration",
    "has_original",     "unwritten",      "end_pending",  "took_keys",   "config_degree",
    "config_separator", "unwritten_role",
  };
  g_autofree char *long_text = g_strnfill (100 * 1000, 'x');
  g_autofree char *many = g_strnfill (100 * 1000, ';');
  const char *const values[] = {
    "",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999999",
    "1e308",
    "true",
    "false;true",
    "a\\nb",
    "\\n[default]\\naws_secret_access_key\\s=\\sx",
    "\\t\\r\\n",
    "\033[31m",
    "\177",
    "\\",
    "\377\376",
    "\342\200\250",
    long_text,
    many,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (values); k++)
      {
        g_autofree char *text = g_strdup_printf ("[default]\n%s=%s\n", keys[i], values[k]);

        scratch_put (fixture->scratch, FILE_NAME, text);

        g_autoptr (AmfaProfileState) state = amfa_state_file_read (fixture->file, "default", "-");

        g_test_message ("%s, value %u", keys[i], (guint) k);
        assert_possible (state);
        write_account (fixture, "default", "-", "1");
        assert_account (fixture, "default", "-", "1");
      }
  assert_list (fixture->scratch, NOTHING_ELSE);
}

/* So many and such groups that whoever went through them would not come back. */
static void
test_state_file_forged_groups (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("[%FF]\na=1\n[%]\na=1\n[%00]\na=1\n[@]\na=1\n");

  for (guint i = 0; i < 3000; i++)
    g_string_append_c (text, i == 0 ? '[' : 'x');
  g_string_append (text, "]\na=1\n");
  for (guint i = 0; i < 100 * 1000; i++)
    g_string_append_printf (text, "[p%u]\n", i);
  scratch_put (fixture->scratch, FILE_NAME, text->str);

  g_auto (GStrv) profiles = amfa_state_file_list_profiles (fixture->file, "-");

  g_assert_cmpuint (g_strv_length (profiles), ==, 256);
  for (gsize i = 0; profiles[i]; i++)
    g_assert_true (g_str_has_prefix (profiles[i], "p"));
}

static void
put_fifo (Scratch *scratch)
{
  g_autofree char *path = scratch_path (scratch, FILE_NAME);

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
}

static void
put_link_to_file (Scratch *scratch)
{
  scratch_put (scratch, "precious", "[default]\naccount=9\n");
  scratch_link (scratch, FILE_NAME, "../../precious");
}

static void
put_link_to_device (Scratch *scratch)
{
  scratch_link (scratch, FILE_NAME, "/dev/zero");
}

static void
put_link_to_itself (Scratch *scratch)
{
  scratch_link (scratch, FILE_NAME, "state.ini");
}

static void
put_closed (Scratch *scratch)
{
  g_autofree char *path = scratch_path (scratch, FILE_NAME);

  scratch_put (scratch, FILE_NAME, "");
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
}

static void
put_big (Scratch *scratch)
{
  g_autofree char *value = g_strnfill (10 * 1000 * 1000, ';');
  g_autofree char *text = g_strconcat ("[default]\nmarks=", value, "\n", NULL);

  scratch_put (scratch, FILE_NAME, text);
}

/* Whatever stands in its place counts as empty, is not written through, and gives way. */
static void
test_state_file_in_its_place (Fixture *fixture, gconstpointer data)
{
  void (*const puts[]) (Scratch * scratch) = { put_fifo,           put_link_to_file,
                                               put_link_to_device, put_link_to_itself,
                                               put_closed,         put_big };

  for (gsize i = 0; i < G_N_ELEMENTS (puts); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autoptr (AmfaStateFile) file = open_file (scratch);
      Fixture place = { scratch, file };
      g_autofree char *text = NULL;
      g_auto (GStrv) profiles = NULL;

      scratch_make_folder (scratch, FOLDER);
      puts[i](scratch);
      assert_account (&place, "default", "-", NULL);
      profiles = amfa_state_file_list_profiles (file, "-");
      g_assert_null (profiles[0]);
      write_account (&place, "default", "-", "1");
      assert_account (&place, "default", "-", "1");
      if (puts[i] != put_link_to_file)
        continue;
      text = scratch_get (scratch, "precious");
      g_assert_cmpstr (text, ==, "[default]\naccount=9\n");
    }
}

/* Nobody removes a folder for it. */
static void
test_state_file_folder_in_its_place (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  scratch_make_folder (fixture->scratch, FILE_NAME);
  assert_account (fixture, "default", "-", NULL);
  g_assert_false (
      amfa_state_file_update (fixture->file, "default", "-", set_account, (gpointer) "1", &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_WRITE);
  assert_list (fixture->scratch, NOTHING_ELSE);
}

#define WRITERS 4
#define TURNS 30

/* Reads, waits for others to be in its way, and writes. */
static void
count_up (AmfaProfileState *state, gpointer mark)
{
  g_auto (GStrv) marks = g_steal_pointer (&state->marks);

  state->clock_offset++;
  state->marks = amfa_marks_add ((const char *const *) marks, mark);
  g_thread_yield ();
}

/* What nobody knows but this writer, as another version of the program. */
static int
run_writer (Scratch *scratch, guint number)
{
  g_autoptr (AmfaStateFile) file = open_file (scratch);
  g_autofree char *own = g_strdup_printf ("p%u", number);

  for (guint i = 0; i < TURNS; i++)
    if (!amfa_state_file_update (file, "default", "-", count_up, own, NULL) ||
        !amfa_state_file_update (file, own, "-", count_up, own, NULL))
      return 1;
  return 0;
}

/* Several processes write about one profile and about others: no update may get lost. */
static void
write_at_once (Fixture *fixture)
{
  pid_t children[WRITERS];

  for (guint i = 0; i < WRITERS; i++)
    {
      children[i] = fork ();
      g_assert_cmpint (children[i], >=, 0);
      if (children[i] == 0)
        _exit (run_writer (fixture->scratch, i));
    }
  for (guint i = 0; i < WRITERS; i++)
    {
      int status = -1;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }

  g_autoptr (AmfaProfileState) state = amfa_state_file_read (fixture->file, "default", "-");

  g_assert_cmpint (state->clock_offset, ==, WRITERS * TURNS);
  g_assert_cmpuint (g_strv_length (state->marks), ==, WRITERS);
  for (guint i = 0; i < WRITERS; i++)
    {
      g_autofree char *own = g_strdup_printf ("p%u", i);
      g_autoptr (AmfaProfileState) other = amfa_state_file_read (fixture->file, own, "-");

      g_assert_cmpint (other->clock_offset, ==, TURNS);
    }
  assert_list (fixture->scratch, NOTHING_ELSE);
}

static void
test_state_file_merges (Fixture *fixture, gconstpointer data)
{
  write_at_once (fixture);
}

static void
test_state_file_merges_without_locks (Fixture *fixture, gconstpointer data)
{
  has_no_locks = TRUE;
  write_at_once (fixture);
}

/* Version 0.1.0 had one role for the session in the file and for that which did not get there. */
static void
test_state_file_unwritten_role (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *lines;
    const char *role;
  } rows[] = {
    { "unwritten=true\nrole=" ROLE "\n", ROLE },
    { "unwritten=true\n", NULL },
    { "unwritten=true\nunwritten_role=-\nrole=" ROLE "\n", NULL },
    { "unwritten=true\nunwritten_role=" ROLE "\n", ROLE },
    { "role=" ROLE "\n", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strconcat ("[default]\n", rows[i].lines, NULL);

      scratch_put (fixture->scratch, FILE_NAME, text);
      for (guint round = 0; round < 2; round++) /* as it was, and as we write it */
        {
          g_autoptr (AmfaProfileState) state = amfa_state_file_read (fixture->file, "default", "-");

          g_test_message ("%s", rows[i].lines);
          g_assert_cmpstr (state->unwritten_role, ==, rows[i].role);
          write_account (fixture, "default", "-", "1");
        }
    }
}

static void
test_state_file_forget (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_account (fixture, "default", "-", "1");
  write_account (fixture, "default", DIGEST, "2");
  g_assert_true (amfa_state_file_forget (fixture->file, "default", "-", &error));
  assert_account (fixture, "default", "-", NULL);
  assert_account (fixture, "default", DIGEST, "2");
  g_assert_true (amfa_state_file_forget (fixture->file, "unknown", "-", &error));
  assert_list (fixture->scratch, NOTHING_ELSE);
}

/* The folder is a file here: that stops root too. */
static void
test_state_file_cannot_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  scratch_put (fixture->scratch, "state", "");
  g_assert_false (
      amfa_state_file_update (fixture->file, "default", "-", set_account, (gpointer) "1", &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_WRITE);
  g_assert_cmpstr (amfa_error_get_details (error)->subject, ==,
                   amfa_state_file_get_path (fixture->file));
}

/* One that holds the lock and is stopped does not stop us for ever. */
static void
test_state_file_busy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *lock = scratch_path (fixture->scratch, LOCK);

  scratch_make_folder (fixture->scratch, FOLDER);

  int fd = open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  g_assert_false (
      amfa_state_file_update (fixture->file, "default", "-", set_account, (gpointer) "1", &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_BUSY);
  assert_list (fixture->scratch, "state " FOLDER " " LOCK);
  close (fd);
}

static gboolean
is_there (Scratch *scratch, const char *name)
{
  g_autofree char *path = scratch_path (scratch, name);
  struct stat st;

  return g_lstat (path, &st) == 0;
}

/* What killed runs left, also those of version 0.1.0, and what only looks like it. */
static void
put_leftovers (Scratch *scratch)
{
  scratch_put (scratch, TEMPORARY, "half of a fi");
  scratch_put (scratch, FILE_NAME ".Q1W2E3", "half of a fi");
  scratch_put (scratch, FILE_NAME ".abcdef", "");
  scratch_put (scratch, FILE_NAME ".backup", "mine");
  scratch_put (scratch, FILE_NAME ".old", "mine");
  scratch_put (scratch, FILE_NAME ".a-b-c-", "mine");
  scratch_put (scratch, FOLDER "/mystate.ini.Q1W2E3", "mine");
  scratch_make_folder (scratch, FILE_NAME ".FOLDER");
  scratch_link (scratch, FILE_NAME ".LINKED", "elsewhere");
  if (geteuid () != 0)
    return;
  scratch_put (scratch, FILE_NAME ".OTHERS", "another user's");
  scratch_give (scratch, FILE_NAME ".OTHERS", 65534);
}

static void
assert_swept (Scratch *scratch)
{
  g_assert_false (is_there (scratch, TEMPORARY));
  g_assert_false (is_there (scratch, FILE_NAME ".Q1W2E3"));
  g_assert_false (is_there (scratch, FILE_NAME ".abcdef"));
  g_assert_true (is_there (scratch, FILE_NAME ".backup"));
  g_assert_true (is_there (scratch, FILE_NAME ".old"));
  g_assert_true (is_there (scratch, FILE_NAME ".a-b-c-"));
  g_assert_true (is_there (scratch, FOLDER "/mystate.ini.Q1W2E3"));
  g_assert_true (is_there (scratch, FILE_NAME ".FOLDER"));
  g_assert_true (is_there (scratch, FILE_NAME ".LINKED"));
  g_assert_true (geteuid () != 0 || is_there (scratch, FILE_NAME ".OTHERS"));
}

static void
test_state_file_leftovers (Fixture *fixture, gconstpointer data)
{
  put_leftovers (fixture->scratch);
  write_account (fixture, "default", "-", "1");
  assert_swept (fixture->scratch);

  put_leftovers (fixture->scratch);
  g_assert_true (amfa_state_file_forget (fixture->file, "default", "-", NULL));
  assert_swept (fixture->scratch);
}

/* Without a change, and without waiting for one who writes. */
static void
test_state_file_sweep (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lock = scratch_path (fixture->scratch, LOCK);
  int fd;

  amfa_state_file_sweep (fixture->file);
  assert_list (fixture->scratch, "");

  put_leftovers (fixture->scratch);
  fd = open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  amfa_state_file_sweep (fixture->file);
  g_assert_true (is_there (fixture->scratch, TEMPORARY));
  close (fd);
  amfa_state_file_sweep (fixture->file);
  assert_swept (fixture->scratch);
}

/* A link of the temporary file's name is not followed. */
static void
test_state_file_linked_temporary (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  scratch_put (fixture->scratch, "precious", "precious");
  scratch_make_folder (fixture->scratch, FOLDER);
  scratch_link (fixture->scratch, TEMPORARY, "../../precious");
  write_account (fixture, "default", "-", "1");
  text = scratch_get (fixture->scratch, "precious");
  g_assert_cmpstr (text, ==, "precious");
  assert_list (fixture->scratch, "precious " NOTHING_ELSE);
}

/* Where there are no locks the temporary file is the guard: a killed run's does not stop us for
 * ever, and one that is taken for dead and is not leaves everything as it is. */
static void
test_state_file_stale_without_locks (Fixture *fixture, gconstpointer data)
{
  has_no_locks = TRUE;
  put_leftovers (fixture->scratch);
  write_account (fixture, "default", "-", "1");
  assert_account (fixture, "default", "-", "1");
  assert_swept (fixture->scratch);
}

static void
take_for_dead (AmfaProfileState *state, gpointer data)
{
  Fixture *fixture = data;

  scratch_remove (fixture->scratch, TEMPORARY);
  scratch_put (fixture->scratch, TEMPORARY, "another writer's");
  set_account (state, (gpointer) "2");
}

static void
test_state_file_taken_for_dead (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  has_no_locks = TRUE;
  write_account (fixture, "default", "-", "1");
  g_assert_false (
      amfa_state_file_update (fixture->file, "default", "-", take_for_dead, fixture, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_BUSY);
  assert_account (fixture, "default", "-", "1");
  text = scratch_get (fixture->scratch, TEMPORARY);
  g_assert_cmpstr (text, ==, "another writer's");
}

static int
write_with_limit (Scratch *scratch, int resource, rlim_t limit)
{
  const struct rlimit tight = { limit, limit };
  g_autoptr (AmfaStateFile) file = open_file (scratch);
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN); /* as amfa_process_prepare() */
  if (setrlimit ((__rlimit_resource_t) resource, &tight) != 0)
    return SCRATCH_SKIP;
  if (amfa_state_file_update (file, "default", "-", fill, NULL, &error))
    return 1;
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_FILE_WRITE) ? 0 : 2;
}

static int
write_with_small_files (Scratch *scratch)
{
  return write_with_limit (scratch, RLIMIT_FSIZE, 40);
}

static int
write_with_few_files (Scratch *scratch)
{
  return write_with_limit (scratch, RLIMIT_NOFILE, 4);
}

/* No descriptor is left for the file: that is not a file which says nothing. */
static int
read_surely (Scratch *scratch)
{
  const struct rlimit tight = { 3, 3 };
  g_autoptr (AmfaStateFile) file = open_file (scratch);
  g_autoptr (AmfaProfileState) state = NULL;
  g_autoptr (GError) error = NULL;

  if (setrlimit (RLIMIT_NOFILE, &tight) != 0)
    return SCRATCH_SKIP;
  state = amfa_state_file_read_surely (file, "default", "-", &error);
  if (state)
    return 1;
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE) ? 0 : 2;
}

static void
test_state_file_read_surely (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaProfileState) absent = NULL;
  g_autoptr (AmfaProfileState) state = NULL;

  absent = amfa_state_file_read_surely (fixture->file, "default", "-", &error);
  g_assert_no_error (error);
  g_assert_null (absent->account);

  write_account (fixture, "default", "-", "1");
  state = amfa_state_file_read_surely (fixture->file, "default", "-", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (state->account, ==, "1");
  scratch_fork (fixture->scratch, read_surely);
}

static void
test_state_file_limits (Fixture *fixture, gconstpointer data)
{
  const ScratchDeed deeds[] = { write_with_small_files, write_with_few_files };

  write_account (fixture, "default", "-", "1");
  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      scratch_fork (fixture->scratch, deeds[i]);
      assert_account (fixture, "default", "-", "1");
      assert_list (fixture->scratch, NOTHING_ELSE);
    }
}

/* What runs under strace. */
static int
update (const char *root)
{
  Scratch scratch = { .root = (char *) root };
  g_autoptr (AmfaStateFile) file = open_file (&scratch);
  gboolean ok;

  traced_begin ();
  ok = amfa_state_file_update (file, "default", "-", set_account, (gpointer) "2", NULL);
  traced_end ();
  return ok ? 0 : 1;
}

static GPtrArray *
list_calls (Fixture *fixture)
{
  const char *const argv[] = { program, "--update", fixture->scratch->root, NULL };

  return traced_list_calls (argv);
}

static int
run_traced (Fixture *fixture, const char *inject)
{
  const char *const argv[] = { program, "--update", fixture->scratch->root, NULL };

  return traced_run (argv, "/dev/null", inject);
}

/* The file is whole, old or new, and the next run finds nothing in its way and leaves nothing. */
static void
assert_whole (Fixture *fixture)
{
  g_autoptr (AmfaProfileState) state = amfa_state_file_read (fixture->file, "default", "-");

  assert_account (fixture, "other", DIGEST, "3");
  g_assert_true (g_str_equal (state->account, "1") || g_str_equal (state->account, "2"));
  write_account (fixture, "default", "-", "1");
  assert_account (fixture, "other", DIGEST, "3");
  assert_list (fixture->scratch, NOTHING_ELSE);
}

static void
test_state_file_killed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) calls = NULL;

  if (!traced_is_allowed ())
    return;
  write_account (fixture, "default", "-", "1");
  write_account (fixture, "other", DIGEST, "3");
  calls = list_calls (fixture);
  g_assert_cmpuint (calls->len, >, 10);
  for (guint i = 0; i < calls->len; i++)
    {
      g_autofree char *inject = traced_kill_at (g_ptr_array_index (calls, i));
      int status = run_traced (fixture, inject);

      g_test_message ("%s", inject);
      g_assert_true (WIFSIGNALED (status));
      assert_whole (fixture);
    }
}

static void
test_state_file_failing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) calls = NULL;
  guint n_failed = 0;

  if (!traced_is_allowed ())
    return;
  write_account (fixture, "default", "-", "1");
  write_account (fixture, "other", DIGEST, "3");
  calls = list_calls (fixture);
  for (guint i = 0; i < calls->len; i++)
    {
      g_autofree char *inject = traced_fail_at (g_ptr_array_index (calls, i));
      int status;

      if (!inject)
        continue;
      status = run_traced (fixture, inject);
      g_test_message ("%s: %d", inject, status);
      g_assert_true (WIFEXITED (status));
      n_failed += WEXITSTATUS (status) != 0;
      assert_list (fixture->scratch, NOTHING_ELSE);
      assert_whole (fixture);
    }
  g_assert_cmpuint (n_failed, >=, 5);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--update"))
    return update (argv[2]);

  g_test_init (&argc, &argv, NULL);
  program = argv[0];

#define ADD(path, function)                                                                        \
  g_test_add ("/state-file/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("round-trip", test_state_file_round_trip);
  ADD ("mode", test_state_file_mode);
  ADD ("empty", test_state_file_empty);
  ADD ("names", test_state_file_names);
  ADD ("garbage", test_state_file_garbage);
  ADD ("odd-values", test_state_file_odd_values);
  ADD ("forged", test_state_file_forged);
  ADD ("forged-groups", test_state_file_forged_groups);
  ADD ("in-its-place", test_state_file_in_its_place);
  ADD ("folder-in-its-place", test_state_file_folder_in_its_place);
  ADD ("merges", test_state_file_merges);
  ADD ("merges-without-locks", test_state_file_merges_without_locks);
  ADD ("forget", test_state_file_forget);
  ADD ("cannot-write", test_state_file_cannot_write);
  ADD ("read-surely", test_state_file_read_surely);
  ADD ("unwritten-role", test_state_file_unwritten_role);
  ADD ("busy", test_state_file_busy);
  ADD ("leftovers", test_state_file_leftovers);
  ADD ("sweep", test_state_file_sweep);
  ADD ("linked-temporary", test_state_file_linked_temporary);
  ADD ("stale-without-locks", test_state_file_stale_without_locks);
  ADD ("taken-for-dead", test_state_file_taken_for_dead);
  ADD ("limits", test_state_file_limits);
  ADD ("killed", test_state_file_killed);
  ADD ("failing", test_state_file_failing);

  return g_test_run ();
}
