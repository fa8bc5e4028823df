#define G_LOG_DOMAIN "amfa-ini"

#include "ini-private.h"

#include "profile-name.h"

/* Which section of a config file is about which profile takes a look at each header. That is done
 * once: files with hundreds of profiles are common, and each is asked for many times. */

/* Fills the document's index. The last section in the file counts, as in botocore (configloader.py,
 * build_profile_map()). */
void
amfa_ini_index_profiles (AmfaIniDocument *self)
{
  for (guint i = 0; i < self->sections->len; i++)
    {
      AmfaIniSection *section = g_ptr_array_index (self->sections, i);
      char *profile = amfa_profile_name_from_config (section->name);

      if (profile)
        g_hash_table_replace (self->by_profile, profile, section);
    }
}

/**
 * amfa_ini_document_get_profile_section:
 * @self: a config file
 *
 * Returns: (nullable) (transfer none): the name of the section that counts for @profile
 */
const char *
amfa_ini_document_get_profile_section (AmfaIniDocument *self, const char *profile)
{
  g_return_val_if_fail (self != NULL && profile != NULL, NULL);

  const AmfaIniSection *section = g_hash_table_lookup (self->by_profile, profile);

  return section ? section->name : NULL;
}
