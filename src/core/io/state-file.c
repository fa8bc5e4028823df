#define G_LOG_DOMAIN "amfa-state-file"

#include "state-file.h"

#include "core/model/error.h"
#include "core/model/role.h"
#include "plain-file.h"
#include "state-turn.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Other programs may have changed the file, or put something else in its place. Values that are not
 * possible are read as absent, so that they never reach a function that asserts them. */

/* Several hundred profiles with as many marks as there can be. */
#define MAX_SIZE (2 * 1024 * 1024)
#define MAX_PROFILES 256
#define MAX_NAME 512
#define MAX_TEXT 2048 /* the longest that AWS has: a role's ARN */
#define MAX_SEPARATOR 8

#define OWN "-" /* no role: the user's own session */

/* 9999-12-31T23:59:59Z */
#define MAX_TIME G_GINT64_CONSTANT (253402300799)

struct _AmfaStateFile
{
  GObject parent_instance;

  char *path;
};

G_DEFINE_FINAL_TYPE (AmfaStateFile, amfa_state_file, G_TYPE_OBJECT)

static void
amfa_state_file_finalize (GObject *object)
{
  AmfaStateFile *self = AMFA_STATE_FILE (object);

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
parse (AmfaStateFile *self, AmfaSecret *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize length = text ? amfa_secret_get_length (text) : 0;

  if (length == 0)
    return g_steal_pointer (&file);
  if (length > MAX_SIZE)
    g_info ("%s counts as empty: it is too big", self->path);
  else if (!g_key_file_load_from_data (file, amfa_secret_peek (text), length,
                                       G_KEY_FILE_KEEP_COMMENTS, &error))
    g_info ("%s counts as empty: %s", self->path, error->message);
  else
    return g_steal_pointer (&file);
  return g_key_file_new ();
}

static GKeyFile *
load (AmfaStateFile *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaSecret) text = NULL;
  AmfaFileStamp stamp;

  if (!amfa_plain_file_read (self->path, &text, &stamp, &error))
    g_info ("%s counts as empty: %s", self->path, error->message);
  return parse (self, text);
}

/* A disk error, or no file descriptor left: a later attempt may be able to read the file. */
static gboolean
is_passing (AmfaStateFile *self, const GError *error)
{
  return amfa_error_get_details (error)->reason == AMFA_FILE_PROBLEM_READ &&
         !(euidaccess (self->path, R_OK) != 0 && errno == EACCES);
}

/* Returns: (transfer full) (nullable): not empty for a file that cannot be read just now */
static GKeyFile *
load_surely (AmfaStateFile *self, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (AmfaSecret) text = NULL;
  AmfaFileStamp stamp;

  if (!amfa_plain_file_read (self->path, &text, &stamp, &problem) && is_passing (self, problem))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  return parse (self, text);
}

/* What the file says of all profiles would be lost if it counted as empty. */
static GKeyFile *
load_to_change (AmfaStateFile *self, GError **error)
{
  g_autoptr (GError) problem = NULL;
  GKeyFile *file = load_surely (self, &problem);

  if (!file)
    amfa_set_error (error, AMFA_ERROR_FILE_WRITE,
                    &(AmfaErrorDetails){ .subject = self->path,
                                         .quote = amfa_error_get_details (problem)->quote });
  return file;
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

static gboolean
is_one_line (const char *text)
{
  for (const char *at = text; *at; at = g_utf8_next_char (at))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (at));

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
          type == G_UNICODE_PARAGRAPH_SEPARATOR)
        return FALSE;
    }
  return TRUE;
}

/* Returns: (nullable): one line that may be shown */
static char *
read_text (GKeyFile *file, const char *group, const char *key)
{
  g_autofree char *text = g_key_file_get_string (file, group, key, NULL);

  if (!text || !*text || strlen (text) > MAX_TEXT || !is_one_line (text))
    return NULL;
  return g_steal_pointer (&text);
}

static char *
read_role (GKeyFile *file, const char *group, const char *key)
{
  g_autofree char *role = read_text (file, group, key);

  return role && amfa_role_arn_is_valid (role) ? g_steal_pointer (&role) : NULL;
}

static gint64
read_time (GKeyFile *file, const char *group, const char *key)
{
  return CLAMP (g_key_file_get_int64 (file, group, key, NULL), 0, MAX_TIME);
}

static gint64
read_offset (GKeyFile *file, const char *group)
{
  return CLAMP (g_key_file_get_int64 (file, group, "clock_offset", NULL), -MAX_TIME, MAX_TIME);
}

/* The newest of them. */
static GStrv
read_marks (GKeyFile *file, const char *group)
{
  g_auto (GStrv) marks = g_key_file_get_string_list (file, group, "marks", NULL, NULL);

  return amfa_marks_merge ((const char *const *) marks, NULL);
}

/* It is removed from the config file together with the section behind it, so only line breaks are
 * accepted. */
static char *
read_separator (GKeyFile *file, const char *group)
{
  g_autofree char *separator = g_key_file_get_string (file, group, "config_separator", NULL);

  if (!separator || strlen (separator) > MAX_SEPARATOR ||
      separator[strspn (separator, "\r\n")] != '\0')
    return NULL;
  return g_steal_pointer (&separator);
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

/* Version 0.1.0 kept it as the role of the session in the file. */
static char *
read_unwritten_role (GKeyFile *file, const char *group)
{
  gboolean is_old = !g_key_file_has_key (file, group, "unwritten_role", NULL) &&
                    g_key_file_get_boolean (file, group, "unwritten", NULL);

  return read_role (file, group, is_old ? "role" : "unwritten_role");
}

/* GLib cannot unescape a value that ends within an escape sequence without a warning of its own. */
static void
drop_cut_off (GKeyFile *file, const char *group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (gsize i = 0; keys && keys[i]; i++)
    {
      g_autofree char *value = g_key_file_get_value (file, group, keys[i], NULL);
      gsize length = value ? strlen (value) : 0;
      gsize end = length;

      while (end > 0 && value[end - 1] == '\\')
        end--;
      if ((length - end) % 2 != 0)
        g_key_file_remove_key (file, group, keys[i], NULL);
    }
}

static AmfaProfileState *
read_group (GKeyFile *file, const char *group)
{
  AmfaProfileState *state = g_new0 (AmfaProfileState, 1);

  drop_cut_off (file, group);
  *state = (AmfaProfileState){
    .serial = read_text (file, group, "serial"),
    .account = read_text (file, group, "account"),
    .arn = read_text (file, group, "arn"),
    .base_key_id = read_text (file, group, "base_key_id"),
    .marks = read_marks (file, group),
    .expiration = read_time (file, group, "expiration"),
    .granted = read_time (file, group, "granted"),
    .clock_offset = read_offset (file, group),
    .role = read_role (file, group, "role"),
    .user_expiration = read_time (file, group, "user_expiration"),
    .has_original = g_key_file_get_boolean (file, group, "has_original", NULL),
    .unwritten = g_key_file_get_boolean (file, group, "unwritten", NULL),
    .unwritten_role = read_unwritten_role (file, group),
    .end_pending = g_key_file_get_boolean (file, group, "end_pending", NULL),
    .took_keys = g_key_file_get_boolean (file, group, "took_keys", NULL),
    .config_degree = read_degree (file, group),
    .config_separator = read_separator (file, group),
  };
  return state;
}

/* Of a key that comes twice the last one counts, and only that one can be removed: the other would
 * be back the next time. */
static void
drop_doubles (GKeyFile *file, const char *group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GHashTableIter iter;
  gpointer key, value;

  for (gsize i = 0; keys && keys[i]; i++)
    g_hash_table_replace (values, keys[i], g_key_file_get_value (file, group, keys[i], NULL));
  if (!keys || g_strv_length (keys) == g_hash_table_size (values))
    return;

  g_key_file_remove_group (file, group, NULL);
  g_hash_table_iter_init (&iter, values);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (value)
      g_key_file_set_value (file, group, key, value);
}

static void
write_group (GKeyFile *file, const char *group, const AmfaProfileState *state)
{
  drop_doubles (file, group);
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
  set_string (file, group, "unwritten_role",
              state->unwritten && !state->unwritten_role ? OWN : state->unwritten_role);
  set_flag (file, group, "end_pending", state->end_pending);
  set_flag (file, group, "took_keys", state->took_keys);
  set_integer (file, group, "config_degree", state->config_degree);
  set_string (file, group, "config_separator", state->config_separator);
}

static gboolean
save (GKeyFile *file, AmfaStateTurn *turn, GError **error)
{
  gsize length = 0;
  g_autofree char *text = g_key_file_to_data (file, &length, NULL);

  return amfa_state_turn_write (turn, text, length, error);
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
 * amfa_state_file_read_surely:
 * @profile: the profile
 * @file_digest: of the resolved credentials path, "-" for ~/.aws/credentials
 * @error: %AMFA_ERROR_FILE_UNUSABLE: the file cannot be read just now
 *
 * amfa_state_file_read() for what must not be done from an empty memory by mistake.
 *
 * Returns: (transfer full) (nullable): what is remembered
 */
AmfaProfileState *
amfa_state_file_read_surely (AmfaStateFile *self,
                             const char *profile,
                             const char *file_digest,
                             GError **error)
{
  g_return_val_if_fail (AMFA_IS_STATE_FILE (self), NULL);
  g_return_val_if_fail (profile != NULL && file_digest != NULL, NULL);

  g_autoptr (GKeyFile) file = load_surely (self, error);
  g_autofree char *group = group_name (profile, file_digest);

  return file ? read_group (file, group) : NULL;
}

/**
 * amfa_state_file_update:
 * @profile: the profile
 * @file_digest: of the resolved credentials path, "-" for ~/.aws/credentials
 * @change: changes what is remembered
 * @data: for @change
 * @error: %AMFA_ERROR_FILE_WRITE, %AMFA_ERROR_BUSY
 *
 * The only way to change the file. Reads, changes and writes in one step, so that no other
 * process's change is lost, to this profile or another. @change must not block. Blocks.
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

  g_autoptr (AmfaStateTurn) turn = amfa_state_turn_new (self->path, error);
  g_autoptr (GKeyFile) file = turn ? load_to_change (self, error) : NULL;

  if (!file)
    return FALSE;

  g_autofree char *group = group_name (profile, file_digest);
  g_autoptr (AmfaProfileState) state = read_group (file, group);

  change (state, data);
  write_group (file, group, state);
  return save (file, turn, error);
}

/**
 * amfa_state_file_forget:
 * @profile: the profile
 * @file_digest: of the resolved credentials path, "-" for ~/.aws/credentials
 * @error: as for amfa_state_file_update()
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

  g_autoptr (AmfaStateTurn) turn = amfa_state_turn_new (self->path, error);
  g_autoptr (GKeyFile) file = turn ? load_to_change (self, error) : NULL;

  if (!file)
    return FALSE;

  g_autofree char *group = group_name (profile, file_digest);

  g_key_file_remove_group (file, group, NULL);
  return save (file, turn, error);
}

/**
 * amfa_state_file_sweep:
 *
 * Removes what killed runs left beside the file, unless somebody is writing just now. Does not
 * wait.
 */
void
amfa_state_file_sweep (AmfaStateFile *self)
{
  g_return_if_fail (AMFA_IS_STATE_FILE (self));

  amfa_state_turn_sweep (self->path);
}

/* Returns: (transfer full) (nullable): the profile that a group is about, if it is of that file */
static char *
dup_profile (const char *group, const char *file_digest)
{
  const char *at = strchr (group, '@');
  g_autofree char *profile = g_uri_unescape_segment (group, at, NULL);
  g_autofree char *again = profile ? group_name (profile, file_digest) : NULL;

  /* A name that we would write otherwise leads to nothing. */
  if (!profile || !*profile || strlen (profile) > MAX_NAME ||
      !g_utf8_validate (profile, -1, NULL) || !g_str_equal (again, group))
    return NULL;
  return g_steal_pointer (&profile);
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

  for (gsize i = 0, n = 0; groups[i] && n < MAX_PROFILES; i++)
    {
      g_autofree char *profile = dup_profile (groups[i], file_digest);

      if (!profile)
        continue;
      g_strv_builder_add (profiles, profile);
      n++;
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
  g_free (self->unwritten_role);
  g_free (self->config_separator);
  g_strfreev (self->marks);
  g_free (self);
}
