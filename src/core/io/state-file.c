#define G_LOG_DOMAIN "amfa-state-file"

#include "state-file.h"

#include "core/model/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Others hold the lock for the time of a small file: longer means that one of them is stopped. */
#define LOCK_TIMEOUT_US (5 * G_USEC_PER_SEC)
#define LOCK_RETRY_US (20 * 1000)

struct _AmfaStateFile
{
  GObject parent_instance;

  char *folder;
  char *path;
};

G_DEFINE_FINAL_TYPE (AmfaStateFile, amfa_state_file, G_TYPE_OBJECT)

static void
amfa_state_file_finalize (GObject *object)
{
  AmfaStateFile *self = AMFA_STATE_FILE (object);

  g_free (self->folder);
  g_free (self->path);

  G_OBJECT_CLASS (amfa_state_file_parent_class)->finalize (object);
}

static void
amfa_state_file_class_init (AmfaStateFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_state_file_finalize;
}

static void
amfa_state_file_init (AmfaStateFile *self)
{
}

/* A profile's name may hold anything; escaped it holds neither "@" nor what ends a group's name. */
static char *
group_name (const char *profile, const char *file_digest)
{
  g_autofree char *escaped = g_uri_escape_string (profile, NULL, FALSE);

  if (g_str_equal (file_digest, "-"))
    return g_steal_pointer (&escaped);
  return g_strconcat (escaped, "@", file_digest, NULL);
}

static GKeyFile *
load (AmfaStateFile *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (g_key_file_load_from_file (file, self->path, G_KEY_FILE_KEEP_COMMENTS, &error))
    return g_steal_pointer (&file);

  if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_info ("%s cannot be read and counts as empty: %s", self->path, error->message);
  return g_key_file_new ();
}

static gboolean
fail (AmfaStateFile *self, int saved_errno, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_FILE_WRITE,
                  &(AmfaErrorDetails){ .subject = self->path, .quote = g_strerror (saved_errno) });
  return FALSE;
}

/* Returns a descriptor that holds the lock until it is closed, or -1 with @error set. */
static int
lock (AmfaStateFile *self, GError **error)
{
  g_autofree char *path = g_strconcat (self->path, ".lock", NULL);
  gint64 deadline = g_get_monotonic_time () + LOCK_TIMEOUT_US;
  int fd;

  if (g_mkdir_with_parents (self->folder, 0700) != 0 ||
      (fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
    {
      fail (self, errno, error);
      return -1;
    }

  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        {
          /* Some network file systems know no locks. */
          g_debug ("%s: %s", path, g_strerror (errno));
          break;
        }
      if (g_get_monotonic_time () >= deadline)
        {
          amfa_set_error (error, AMFA_ERROR_BUSY, &(AmfaErrorDetails){ .subject = self->path });
          close (fd);
          return -1;
        }
      g_usleep (LOCK_RETRY_US);
    }
  return fd;
}

static void
set_string (GKeyFile *file, const char *group, const char *key, const char *value)
{
  if (value)
    g_key_file_set_string (file, group, key, value);
  else
    g_key_file_remove_key (file, group, key, NULL);
}

static void
set_integer (GKeyFile *file, const char *group, const char *key, gint64 value)
{
  if (value != 0)
    g_key_file_set_int64 (file, group, key, value);
  else
    g_key_file_remove_key (file, group, key, NULL);
}

static void
set_flag (GKeyFile *file, const char *group, const char *key, gboolean value)
{
  if (value)
    g_key_file_set_boolean (file, group, key, TRUE);
  else
    g_key_file_remove_key (file, group, key, NULL);
}

static void
set_marks (GKeyFile *file, const char *group, GStrv marks)
{
  g_key_file_set_string_list (file, group, "marks", (const char *const *) marks,
                              marks ? g_strv_length (marks) : 0);
}

/* A number that has no meaning counts as none. */
static AmfaOriginalDegree
read_degree (GKeyFile *file, const char *group)
{
  int degree = g_key_file_get_integer (file, group, "config_degree", NULL);

  return degree > AMFA_ORIGINAL_SECTION && degree <= AMFA_ORIGINAL_NO_FOLDER
             ? (AmfaOriginalDegree) degree
             : AMFA_ORIGINAL_SECTION;
}

static AmfaProfileState *
read_group (GKeyFile *file, const char *group)
{
  AmfaProfileState *state = amfa_profile_state_new ();
  GStrv marks = g_key_file_get_string_list (file, group, "marks", NULL, NULL);

  state->serial = g_key_file_get_string (file, group, "serial", NULL);
  state->account = g_key_file_get_string (file, group, "account", NULL);
  state->arn = g_key_file_get_string (file, group, "arn", NULL);
  state->base_key_id = g_key_file_get_string (file, group, "base_key_id", NULL);
  state->role = g_key_file_get_string (file, group, "role", NULL);
  state->expiration = g_key_file_get_int64 (file, group, "expiration", NULL);
  state->granted = g_key_file_get_int64 (file, group, "granted", NULL);
  state->user_expiration = g_key_file_get_int64 (file, group, "user_expiration", NULL);
  state->clock_offset = g_key_file_get_int64 (file, group, "clock_offset", NULL);
  state->has_original = g_key_file_get_boolean (file, group, "has_original", NULL);
  state->unwritten = g_key_file_get_boolean (file, group, "unwritten", NULL);
  state->end_pending = g_key_file_get_boolean (file, group, "end_pending", NULL);
  state->took_keys = g_key_file_get_boolean (file, group, "took_keys", NULL);
  state->config_degree = read_degree (file, group);
  state->config_separator = g_key_file_get_string (file, group, "config_separator", NULL);
  if (marks)
    {
      g_strfreev (state->marks);
      state->marks = marks;
    }
  return state;
}

static void
write_group (GKeyFile *file, const char *group, const AmfaProfileState *state)
{
  set_string (file, group, "serial", state->serial);
  set_string (file, group, "account", state->account);
  set_string (file, group, "arn", state->arn);
  set_string (file, group, "base_key_id", state->base_key_id);
  set_marks (file, group, state->marks);
  set_string (file, group, "role", state->role);
  set_integer (file, group, "expiration", state->expiration);
  set_integer (file, group, "granted", state->granted);
  set_integer (file, group, "user_expiration", state->user_expiration);
  set_integer (file, group, "clock_offset", state->clock_offset);
  g_key_file_set_boolean (file, group, "has_original", state->has_original);
  set_flag (file, group, "unwritten", state->unwritten);
  set_flag (file, group, "end_pending", state->end_pending);
  if (state->took_keys)
    g_key_file_set_boolean (file, group, "took_keys", TRUE);
  else
    g_key_file_remove_key (file, group, "took_keys", NULL);
  set_integer (file, group, "config_degree", state->config_degree);
  set_string (file, group, "config_separator", state->config_separator);
}

/* Takes @lock_fd. */
static gboolean
save (AmfaStateFile *self, GKeyFile *file, int lock_fd, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gsize length = 0;
  g_autofree char *text = g_key_file_to_data (file, &length, NULL);
  gboolean ok = g_file_set_contents_full (self->path, text, (gssize) length,
                                          G_FILE_SET_CONTENTS_CONSISTENT, 0600, &problem);

  close (lock_fd);
  if (!ok)
    amfa_set_error (error, AMFA_ERROR_FILE_WRITE,
                    &(AmfaErrorDetails){ .subject = self->path, .quote = problem->message });
  return ok;
}

/**
 * amfa_state_file_new:
 * @environment: says where the state lies
 *
 * Returns: (transfer full): the file; nothing is read or made yet
 */
AmfaStateFile *
amfa_state_file_new (const AmfaEnvironment *environment)
{
  g_return_val_if_fail (environment != NULL, NULL);

  AmfaStateFile *self = g_object_new (AMFA_TYPE_STATE_FILE, NULL);

  self->folder = g_strdup (environment->state_dir);
  self->path = g_build_filename (environment->state_dir, "state.ini", NULL);
  return self;
}

const char *
amfa_state_file_get_path (AmfaStateFile *self)
{
  g_return_val_if_fail (AMFA_IS_STATE_FILE (self), NULL);

  return self->path;
}

/**
 * amfa_state_file_read:
 * @profile: the profile
 * @file_digest: of the resolved credentials path, "-" for ~/.aws/credentials
 *
 * Returns: (transfer full): what is remembered, all empty if nothing is
 */
AmfaProfileState *
amfa_state_file_read (AmfaStateFile *self, const char *profile, const char *file_digest)
{
  g_return_val_if_fail (AMFA_IS_STATE_FILE (self), NULL);
  g_return_val_if_fail (profile != NULL && file_digest != NULL, NULL);

  g_autoptr (GKeyFile) file = load (self);
  g_autofree char *group = group_name (profile, file_digest);

  return read_group (file, group);
}

/**
 * amfa_state_file_write:
 * @profile: the profile
 * @file_digest: of the resolved credentials path, "-" for ~/.aws/credentials
 * @state: what to remember
 *
 * Replaces the memory of one profile; what other processes wrote about others stays. Blocks.
 *
 * Errors: %AMFA_ERROR_FILE_WRITE, %AMFA_ERROR_BUSY.
 */
gboolean
amfa_state_file_write (AmfaStateFile *self,
                       const char *profile,
                       const char *file_digest,
                       const AmfaProfileState *state,
                       GError **error)
{
  g_return_val_if_fail (AMFA_IS_STATE_FILE (self), FALSE);
  g_return_val_if_fail (profile != NULL && *profile && file_digest != NULL, FALSE);
  g_return_val_if_fail (state != NULL, FALSE);

  int lock_fd = lock (self, error);

  if (lock_fd < 0)
    return FALSE;

  g_autoptr (GKeyFile) file = load (self);
  g_autofree char *group = group_name (profile, file_digest);

  write_group (file, group, state);
  return save (self, file, lock_fd, error);
}

/**
 * amfa_state_file_update:
 * @profile: the profile
 * @file_digest: of the resolved credentials path, "-" for ~/.aws/credentials
 * @change: changes what is remembered
 * @data: for @change
 *
 * For who does not have the credentials file's lock: what others write meanwhile is not lost.
 * Blocks.
 *
 * Errors: as for amfa_state_file_write().
 */
gboolean
amfa_state_file_update (AmfaStateFile *self,
                        const char *profile,
                        const char *file_digest,
                        AmfaStateChange change,
                        gpointer data,
                        GError **error)
{
  g_return_val_if_fail (AMFA_IS_STATE_FILE (self), FALSE);
  g_return_val_if_fail (profile != NULL && *profile && file_digest != NULL, FALSE);
  g_return_val_if_fail (change != NULL, FALSE);

  int lock_fd = lock (self, error);

  if (lock_fd < 0)
    return FALSE;

  g_autoptr (GKeyFile) file = load (self);
  g_autofree char *group = group_name (profile, file_digest);
  g_autoptr (AmfaProfileState) state = read_group (file, group);

  change (state, data);
  write_group (file, group, state);
  return save (self, file, lock_fd, error);
}

/**
 * amfa_state_file_forget:
 * @profile: the profile
 * @file_digest: of the resolved credentials path, "-" for ~/.aws/credentials
 * @error: as for amfa_state_file_write()
 *
 * Removes the memory of one profile. Blocks.
 */
gboolean
amfa_state_file_forget (AmfaStateFile *self,
                        const char *profile,
                        const char *file_digest,
                        GError **error)
{
  g_return_val_if_fail (AMFA_IS_STATE_FILE (self), FALSE);
  g_return_val_if_fail (profile != NULL && file_digest != NULL, FALSE);

  int lock_fd = lock (self, error);

  if (lock_fd < 0)
    return FALSE;

  g_autoptr (GKeyFile) file = load (self);
  g_autofree char *group = group_name (profile, file_digest);

  g_key_file_remove_group (file, group, NULL);
  return save (self, file, lock_fd, error);
}

/**
 * amfa_state_file_list_profiles:
 * @file_digest: of the resolved credentials path, "-" for ~/.aws/credentials
 *
 * Returns: (transfer full): the profiles of that file of which anything is remembered
 */
char **
amfa_state_file_list_profiles (AmfaStateFile *self, const char *file_digest)
{
  g_return_val_if_fail (AMFA_IS_STATE_FILE (self), NULL);
  g_return_val_if_fail (file_digest != NULL, NULL);

  g_autoptr (GKeyFile) file = load (self);
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  g_autoptr (GStrvBuilder) profiles = g_strv_builder_new ();

  for (char **group = groups; *group; group++)
    {
      const char *at = strchr (*group, '@');
      g_autofree char *profile = g_uri_unescape_segment (*group, at, NULL);

      if (profile && g_str_equal (at ? at + 1 : "-", file_digest))
        g_strv_builder_add (profiles, profile);
    }
  return g_strv_builder_end (profiles);
}

AmfaProfileState *
amfa_profile_state_new (void)
{
  AmfaProfileState *self = g_new0 (AmfaProfileState, 1);

  self->marks = g_new0 (char *, 1);
  return self;
}

/**
 * amfa_profile_state_check_account:
 * @account: whose keys are about to be used
 * @error: %AMFA_ERROR_ACCOUNT_CHANGED
 *
 * Returns: whether that is the account that is remembered; %TRUE if none is
 */
gboolean
amfa_profile_state_check_account (const AmfaProfileState *self, const char *account, GError **error)
{
  g_return_val_if_fail (self != NULL && account != NULL, FALSE);

  if (!self->account || g_str_equal (self->account, account))
    return TRUE;
  amfa_set_error (error, AMFA_ERROR_ACCOUNT_CHANGED,
                  &(AmfaErrorDetails){ .subject = account, .other = self->account });
  return FALSE;
}

void
amfa_profile_state_free (AmfaProfileState *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->serial);
  g_free (self->account);
  g_free (self->arn);
  g_free (self->base_key_id);
  g_free (self->role);
  g_free (self->config_separator);
  g_strfreev (self->marks);
  g_free (self);
}
