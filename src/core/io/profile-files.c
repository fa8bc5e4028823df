#define G_LOG_DOMAIN "amfa-profile-files"

#include "profile-files-private.h"

#include "core/model/error.h"
#include "link-chain.h"
#include "snapshot.h"

G_DEFINE_FINAL_TYPE (AmfaProfileFiles, amfa_profile_files, G_TYPE_OBJECT)

static void
amfa_profile_files_finalize (GObject *object)
{
  AmfaProfileFiles *self = AMFA_PROFILE_FILES (object);

  g_free (self->credentials_path);
  g_free (self->default_path);
  g_free (self->config_path);
  g_free (self->runtime_dir);

  G_OBJECT_CLASS (amfa_profile_files_parent_class)->finalize (object);
}

static void
amfa_profile_files_class_init (AmfaProfileFilesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_profile_files_finalize;
}

static void
amfa_profile_files_init (AmfaProfileFiles *self)
{
}

const char *
amfa_profile_files_get_path (AmfaProfileFiles *self, AmfaWhichFile which)
{
  return which == AMFA_FILE_CONFIG ? self->config_path : self->credentials_path;
}

/* The floors below know the resolved path, the user another one; and only here is it known which
 * of the two files it is about. */
void
amfa_profile_files_name (GError **error, AmfaProfileFiles *self, const char *path)
{
  g_autoptr (GError) plain = error ? g_steal_pointer (error) : NULL;
  AmfaErrorDetails details;

  if (!plain)
    return;
  if (plain->domain != AMFA_ERROR)
    {
      *error = g_steal_pointer (&plain);
      return;
    }

  details = *amfa_error_get_details (plain);
  details.subject = path;
  *error = amfa_error_new (path == self->config_path && plain->code == AMFA_ERROR_FILE_UNUSABLE
                               ? AMFA_ERROR_CONFIG_UNUSABLE
                               : (AmfaError) plain->code,
                           &details);
}

/**
 * amfa_profile_files_new:
 * @environment: where the files are; copied
 */
AmfaProfileFiles *
amfa_profile_files_new (const AmfaEnvironment *environment)
{
  g_return_val_if_fail (environment != NULL, NULL);

  AmfaProfileFiles *self = g_object_new (AMFA_TYPE_PROFILE_FILES, NULL);

  self->credentials_path = g_strdup (environment->credentials_path);
  self->default_path = g_build_filename (environment->home, ".aws", "credentials", NULL);
  self->config_path = g_strdup (environment->config_path);
  self->runtime_dir = g_strdup (environment->runtime_dir);
  return self;
}

const char *
amfa_profile_files_get_credentials_path (AmfaProfileFiles *self)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  return self->credentials_path;
}

const char *
amfa_profile_files_get_config_path (AmfaProfileFiles *self)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  return self->config_path;
}

/**
 * amfa_profile_files_dup_digest:
 *
 * Returns: (transfer full): what tells the keyring's items for this credentials file from those for
 *   others: "-" for the file that ~/.aws/credentials is, by whatever path, else the SHA-256 of the
 *   resolved path
 */
char *
amfa_profile_files_dup_digest (AmfaProfileFiles *self)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  g_autoptr (AmfaLinkChain) chain = amfa_link_chain_new (self->credentials_path);
  g_autoptr (AmfaLinkChain) usual = amfa_link_chain_new (self->default_path);

  if (g_str_equal (chain->target, usual->target))
    return g_strdup ("-");
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, chain->target, -1);
}

/**
 * amfa_profile_files_read_one:
 * @which: the credentials file or the config file
 * @error: %AMFA_ERROR_FILE_UNUSABLE, of the config file %AMFA_ERROR_CONFIG_UNUSABLE
 *
 * Returns: (transfer full) (nullable): the file as it is now
 */
AmfaSnapshot *
amfa_profile_files_read_one (AmfaProfileFiles *self, AmfaWhichFile which, GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  g_autoptr (GError) problem = NULL;
  AmfaSnapshot *snapshot = amfa_snapshot_new (amfa_profile_files_get_path (self, which), &problem);

  if (!snapshot)
    {
      amfa_profile_files_name (&problem, self, amfa_profile_files_get_path (self, which));
      g_propagate_error (error, g_steal_pointer (&problem));
    }
  return snapshot;
}

/* Returns: (transfer full) (nullable): the credentials file as it is now */
AmfaSnapshot *
amfa_profile_files_read (AmfaProfileFiles *self, GError **error)
{
  return amfa_profile_files_read_one (self, AMFA_FILE_CREDENTIALS, error);
}

/* Returns: (transfer full) (nullable): the config file; an absent one is an empty document */
AmfaIniDocument *
amfa_profile_files_read_config (AmfaProfileFiles *self, GError **error)
{
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read_one (self, AMFA_FILE_CONFIG, error);

  return snapshot ? amfa_ini_document_ref (amfa_snapshot_get_document (snapshot)) : NULL;
}
