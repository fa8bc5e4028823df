#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

Scratch *
scratch_new (void)
{
  g_autofree char *folder = g_dir_make_tmp ("amfa-scratch-XXXXXX", NULL);
  Scratch *self = g_new0 (Scratch, 1);

  g_assert_nonnull (folder);
  self->root = realpath (folder, NULL);
  return self;
}

void
scratch_free (Scratch *self)
{
  remove_tree (self->root);
  free (self->root);
  g_free (self);
}

char *
scratch_path (Scratch *self, const char *name)
{
  return g_build_filename (self->root, name, NULL);
}

void
scratch_make_folder (Scratch *self, const char *name)
{
  g_autofree char *path = scratch_path (self, name);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
}

/* Writes in place, as AWS tools do; makes the folder if need be. */
void
scratch_put (Scratch *self, const char *name, const char *text)
{
  g_autofree char *path = scratch_path (self, name);
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = -1;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, (gssize) strlen (text));
  g_close (fd, NULL);
}

/* Makes or replaces a link. */
void
scratch_link (Scratch *self, const char *name, const char *to)
{
  g_autofree char *path = scratch_path (self, name);
  g_autofree char *new_path = g_strconcat (path, ".new", NULL);

  g_assert_cmpint (symlink (to, new_path), ==, 0);
  g_assert_cmpint (g_rename (new_path, path), ==, 0);
}

void
scratch_move (Scratch *self, const char *from, const char *to)
{
  g_autofree char *old_path = scratch_path (self, from);
  g_autofree char *new_path = scratch_path (self, to);

  g_assert_cmpint (g_rename (old_path, new_path), ==, 0);
}

void
scratch_remove (Scratch *self, const char *name)
{
  g_autofree char *path = scratch_path (self, name);

  g_assert_cmpint (g_remove (path), ==, 0);
}

/* Returns: (nullable): what a file holds */
char *
scratch_get (Scratch *self, const char *name)
{
  g_autofree char *path = scratch_path (self, name);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

static void
list_into (GPtrArray *names, const char *path, gsize skip)
{
  g_autoptr (GDir) dir = NULL;
  const char *name = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir && (name = g_dir_read_name (dir)) != NULL)
    {
      char *child = g_build_filename (path, name, NULL);

      list_into (names, child, skip);
      g_ptr_array_add (names, g_strdup (child + skip));
      g_free (child);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* Returns: the names of all that there is, sorted, with blanks between */
char *
scratch_list (Scratch *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  list_into (names, self->root, strlen (self->root) + 1);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **) names->pdata);
}

void
scratch_give (Scratch *self, const char *name, guint owner)
{
  g_autofree char *path = scratch_path (self, name);

  g_assert_cmpint (lchown (path, owner, owner), ==, 0);
}

/* The scratch folder as a home. */
AmfaProfileFiles *
scratch_open_files (Scratch *self)
{
  g_autofree char *credentials = scratch_path (self, ".aws/credentials");
  g_autofree char *config = scratch_path (self, ".aws/config");
  g_autofree char *runtime = scratch_path (self, "run");
  AmfaEnvironment environment = {
    .home = self->root,
    .credentials_path = credentials,
    .config_path = config,
    .runtime_dir = runtime,
  };

  return amfa_profile_files_new (&environment);
}

/* Returns: (transfer full): @document with @key of [default] set */
AmfaIniDocument *
scratch_edit (AmfaIniDocument *document, const char *key, const char *value)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (value, -1);
  g_autoptr (AmfaSecret) section = amfa_secret_new_join ("[default]\n", key, " = ", value, NULL);
  AmfaIniEdit edit = { .key = key, .value = secret };
  g_autoptr (GError) error = NULL;
  g_autofree char *separator = NULL;
  AmfaIniDocument *after = NULL;

  if (amfa_ini_document_has_section (document, "default"))
    after = amfa_ini_document_edit (document, "default", &edit, 1, &error);
  else
    after = amfa_ini_document_append_section (document, section, &separator, &error);
  g_assert_no_error (error);
  return after;
}

/* @deed gives 0, or SCRATCH_SKIP where it cannot be done. */
void
scratch_fork (Scratch *self, ScratchDeed deed)
{
  int status = 0;
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    _exit (deed (self));

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == SCRATCH_SKIP)
    g_test_skip ("not allowed here");
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

/* Permissions mean nothing to root. Only in a process of its own. */
gboolean
scratch_become_nobody (void)
{
  if (geteuid () != 0)
    return TRUE;
  return setresgid (NOBODY, NOBODY, NOBODY) == 0 && setresuid (NOBODY, NOBODY, NOBODY) == 0;
}

static gboolean
write_map (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean ok = fd >= 0 && write (fd, text, strlen (text)) == (gssize) strlen (text);

  if (fd >= 0)
    g_close (fd, NULL);
  return ok;
}

/* What is mounted from now on is seen by this process alone. Only in a process of its own. */
gboolean
scratch_enter_mounts (void)
{
  g_autofree char *user = g_strdup_printf ("0 %d 1", (int) geteuid ());
  g_autofree char *group = g_strdup_printf ("0 %d 1", (int) getegid ());

  if (unshare (CLONE_NEWNS) != 0)
    {
      if (unshare (CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return FALSE;
      if (!write_map ("/proc/self/setgroups", "deny") || !write_map ("/proc/self/uid_map", user) ||
          !write_map ("/proc/self/gid_map", group))
        return FALSE;
    }
  return mount ("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0;
}
