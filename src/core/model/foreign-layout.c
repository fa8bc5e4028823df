#define G_LOG_DOMAIN "amfa-foreign-layout"

#include "foreign-layout.h"

#include "mfa.h"
#include "section.h"

#include <string.h>

/* What each of them writes was read in its source: aws-mfa (broamski, awsmfa/__init__.py), awsmfa
 * (luhring, backup.go), awsume (autoawsume.py) and Leapp (aws-core-service.ts). */

#define LONG_TERM_SUFFIX "-long-term"
#define KEY_ID "aws_access_key_id"
#define AWSUME_PREFIX "autoawsume-"

AmfaForeignFile *
amfa_foreign_file_new (AmfaForeignTool tool, const char *path, AmfaIniDocument *document)
{
  g_return_val_if_fail (path != NULL && document != NULL, NULL);

  AmfaForeignFile *self = g_new0 (AmfaForeignFile, 1);

  self->tool = tool;
  self->path = g_strdup (path);
  self->document = amfa_ini_document_ref (document);
  return self;
}

void
amfa_foreign_file_free (AmfaForeignFile *self)
{
  if (!self)
    return;

  g_free (self->path);
  amfa_ini_document_unref (self->document);
  g_free (self);
}

void
amfa_foreign_layout_free (AmfaForeignLayout *self)
{
  if (!self)
    return;

  g_free (self->profile);
  g_free (self->path);
  g_free (self->section);
  g_clear_pointer (&self->keys, amfa_credentials_unref);
  g_free (self->serial);
  g_free (self);
}

/* Returns: (transfer full) (nullable): an IAM user's keys, as far as one can tell */
static AmfaCredentials *
read_keys (AmfaIniDocument *document, const char *section)
{
  g_autoptr (AmfaSection) found = amfa_section_classify (document, section, NULL);

  if (found->kind != AMFA_SECTION_LONG_TERM ||
      !amfa_key_pair_is_possible (
          amfa_credentials_get_key_id (found->credentials),
          amfa_secret_get_length (amfa_credentials_get_secret (found->credentials))))
    return NULL;
  return amfa_credentials_ref (found->credentials);
}

static gboolean
is_usable (const char *serial)
{
  AmfaDeviceKind kind = serial ? amfa_serial_get_kind (serial) : AMFA_DEVICE_INVALID;

  return kind == AMFA_DEVICE_VIRTUAL || kind == AMFA_DEVICE_HARDWARE;
}

/* aws-mfa writes the device into the section of the keys; people put it into either. */
static char *
read_serial (AmfaIniDocument *document, const char *section, const char *profile)
{
  const char *const sections[] = { section, profile };

  for (gsize i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      g_autofree char *serial =
          amfa_ini_document_dup_text (document, sections[i], "aws_mfa_device");

      if (is_usable (serial))
        return g_steal_pointer (&serial);
    }
  return NULL;
}

static AmfaForeignLayout *
layout_new (AmfaForeignTool tool,
            const char *profile,
            AmfaIniDocument *document,
            const char *section,
            const char *key)
{
  AmfaForeignLayout *self = g_new0 (AmfaForeignLayout, 1);

  self->tool = tool;
  self->profile = g_strdup (profile);
  self->section = g_strdup (section);
  self->line = amfa_ini_document_get_line (document, section, key);
  return self;
}

/**
 * amfa_foreign_layout_find_pair:
 * @credentials: the credentials file
 * @profile: a profile
 *
 * Returns: (transfer full) (nullable): the keys that lie in the section of aws-mfa for @profile;
 *   %NULL also if the profile's own section has long-term keys, which are nearer
 */
AmfaForeignLayout *
amfa_foreign_layout_find_pair (AmfaIniDocument *credentials, const char *profile)
{
  g_return_val_if_fail (credentials != NULL && profile != NULL, NULL);

  g_autofree char *section = g_strconcat (profile, LONG_TERM_SUFFIX, NULL);
  g_autoptr (AmfaCredentials) keys = read_keys (credentials, section);
  g_autoptr (AmfaCredentials) own = read_keys (credentials, profile);
  AmfaForeignLayout *self;

  if (!keys || own)
    return NULL;
  self = layout_new (AMFA_FOREIGN_AWS_MFA, profile, credentials, section, KEY_ID);
  self->keys = g_steal_pointer (&keys);
  self->serial = read_serial (credentials, section, profile);
  return self;
}

static void
find_pairs (GPtrArray *found, AmfaIniDocument *credentials)
{
  g_auto (GStrv) sections = amfa_ini_document_list_sections (credentials);

  for (gsize i = 0; sections[i]; i++)
    {
      g_autofree char *profile = NULL;
      AmfaForeignLayout *pair;

      if (!g_str_has_suffix (sections[i], LONG_TERM_SUFFIX) ||
          g_str_equal (sections[i], LONG_TERM_SUFFIX))
        continue;
      profile = g_strndup (sections[i], strlen (sections[i]) - strlen (LONG_TERM_SUFFIX));
      pair = amfa_foreign_layout_find_pair (credentials, profile);
      if (pair)
        g_ptr_array_add (found, pair);
    }
}

/* A section of the copy is of interest as long as nothing in the file itself has those keys. */
static void
find_in_copy (GPtrArray *found, AmfaIniDocument *credentials, const AmfaForeignFile *file)
{
  g_auto (GStrv) sections = amfa_ini_document_list_sections (file->document);
  guint first = found->len, n_keys = 0;

  for (gsize i = 0; sections[i]; i++)
    {
      g_autoptr (AmfaCredentials) keys = read_keys (file->document, sections[i]);
      g_autoptr (AmfaCredentials) own = read_keys (credentials, sections[i]);
      AmfaForeignLayout *layout;

      n_keys += amfa_ini_document_get_line (file->document, sections[i], KEY_ID) > 0;
      if (!keys || own)
        continue;
      layout = layout_new (file->tool, sections[i], file->document, sections[i], KEY_ID);
      layout->path = g_strdup (file->path);
      layout->keys = g_steal_pointer (&keys);
      g_ptr_array_add (found, layout);
    }
  for (guint i = first; i < found->len; i++)
    ((AmfaForeignLayout *) g_ptr_array_index (found, i))->is_alone = n_keys == 1;
}

static void
find_awsume (GPtrArray *found, AmfaIniDocument *credentials)
{
  g_auto (GStrv) sections = amfa_ini_document_list_sections (credentials);

  for (gsize i = 0; sections[i]; i++)
    {
      g_autofree char *manager = amfa_ini_document_dup_text (credentials, sections[i], "manager");
      gboolean is_said = g_strcmp0 (manager, "awsume") == 0;

      if (is_said || g_str_has_prefix (sections[i], AWSUME_PREFIX))
        g_ptr_array_add (found, layout_new (AMFA_FOREIGN_AWSUME, sections[i], credentials,
                                            sections[i], is_said ? "manager" : KEY_ID));
    }
}

/**
 * amfa_foreign_layouts_find:
 * @credentials: the credentials file
 * @files: (element-type AmfaForeignFile): the copies beside it
 *
 * Returns: (transfer full) (element-type AmfaForeignLayout): what other tools have left, the
 *   nearest place of a profile's keys first
 */
GPtrArray *
amfa_foreign_layouts_find (AmfaIniDocument *credentials, GPtrArray *files)
{
  g_return_val_if_fail (credentials != NULL && files != NULL, NULL);

  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_foreign_layout_free);

  find_pairs (found, credentials);
  for (guint i = 0; i < files->len; i++)
    find_in_copy (found, credentials, g_ptr_array_index (files, i));
  find_awsume (found, credentials);
  return found;
}

/* Returns: (transfer none): as its users call it */
const char *
amfa_foreign_tool_get_name (AmfaForeignTool tool)
{
  switch (tool)
    {
    case AMFA_FOREIGN_AWS_MFA:
      return "aws-mfa";
    case AMFA_FOREIGN_AWSMFA:
      return "awsmfa (luhring)";
    case AMFA_FOREIGN_LEAPP:
      return "Leapp";
    case AMFA_FOREIGN_AWSUME:
      return "awsume";
    default:
      g_return_val_if_reached ("?");
    }
}
