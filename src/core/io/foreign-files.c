#define G_LOG_DOMAIN "amfa-foreign-files"

#include "foreign-files.h"

#include "plain-file.h"

static void
read_copy (GPtrArray *files, AmfaForeignTool tool, const char *path)
{
  g_autoptr (AmfaSecret) text = NULL;
  g_autoptr (AmfaIniDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  AmfaFileStamp stamp;

  if (amfa_plain_file_read (path, &text, &stamp, &error) && text)
    document = amfa_ini_document_parse (text, &error);
  if (document)
    g_ptr_array_add (files, amfa_foreign_file_new (tool, path, document));
  else if (error)
    g_info ("%s is passed over: %s", path, error->message);
}

/**
 * amfa_foreign_files_read:
 *
 * awsmfa keeps its copy in the home, wherever the file itself lies; Leapp beside the file. What
 * cannot be read is passed over.
 *
 * Returns: (transfer full) (element-type AmfaForeignFile): the copies there are
 */
GPtrArray *
amfa_foreign_files_read (const AmfaEnvironment *environment)
{
  g_return_val_if_fail (environment != NULL, NULL);

  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_foreign_file_free);
  g_autofree char *awsmfa =
      g_build_filename (environment->home, ".aws", "credentials_backup_by_awsmfa", NULL);
  g_autofree char *leapp = g_strconcat (environment->credentials_path, ".leapp.bkp", NULL);
  g_autofree char *old_leapp = g_strconcat (environment->credentials_path, ".bkp", NULL);

  read_copy (files, AMFA_FOREIGN_AWSMFA, awsmfa);
  read_copy (files, AMFA_FOREIGN_LEAPP, leapp);
  read_copy (files, AMFA_FOREIGN_LEAPP, old_leapp);
  return files;
}
