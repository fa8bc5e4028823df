#define G_LOG_DOMAIN "amfa-snapshot"

#include "snapshot.h"

#include <errno.h>

#include "core/model/error.h"
#include "plain-file.h"

struct _AmfaSnapshot
{
  AmfaIniDocument *document;
  AmfaFilePresence presence;
  char *path;   /* as the user knows it */
  char *target; /* without links */
  AmfaFileStamp stamp;
};

static void
set_problem (GError **error, const char *path, int code)
{
  amfa_set_error (error, AMFA_ERROR_FILE_UNUSABLE,
                  &(AmfaErrorDetails){
                      .subject = path,
                      .reason = amfa_file_problem_of_path (code),
                      .quote = g_strerror (code),
                  });
}

/**
 * amfa_snapshot_follow:
 * @path: an absolute path
 * @error: %AMFA_ERROR_FILE_UNUSABLE: a loop, or a folder that lets nobody look
 *
 * Returns: (transfer full) (nullable): where @path leads
 */
AmfaLinkChain *
amfa_snapshot_follow (const char *path, GError **error)
{
  g_autoptr (AmfaLinkChain) chain = amfa_link_chain_new (path);

  if (chain->problem == 0)
    return g_steal_pointer (&chain);

  set_problem (error, path, chain->problem);
  return NULL;
}

/* What is no regular file is no file, as for botocore (configloader.py: os.path.isfile()): people
 * set AWS_CONFIG_FILE=/dev/null. A folder that lets nobody look is another thing: nobody knows what
 * is in it. */
static gboolean
read_file (const AmfaLinkChain *chain,
           const char *path,
           AmfaSecret **text,
           AmfaFileStamp *stamp,
           GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (chain->problem == ELOOP || chain->problem == ENOTDIR)
    return TRUE;
  if (chain->problem != 0)
    {
      set_problem (error, path, chain->problem);
      return FALSE;
    }
  if (amfa_plain_file_read (chain->target, text, stamp, &problem) ||
      amfa_error_get_details (problem)->reason == AMFA_FILE_PROBLEM_NOT_REGULAR)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * amfa_snapshot_new:
 * @path: an absolute path
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * Returns: (transfer full) (nullable): the file that @path leads to, as it is now
 */
AmfaSnapshot *
amfa_snapshot_new (const char *path, GError **error)
{
  g_autoptr (AmfaSnapshot) self = g_new0 (AmfaSnapshot, 1);
  g_autoptr (AmfaLinkChain) chain = amfa_link_chain_new (path);
  g_autoptr (AmfaSecret) text = NULL;

  if (!read_file (chain, path, &text, &self->stamp, error))
    return NULL;

  if (text)
    self->presence = AMFA_FILE_PRESENT;
  else
    {
      self->presence = chain->folder_exists ? AMFA_FILE_ABSENT : AMFA_FILE_FOLDER_ABSENT;
      text = amfa_secret_new ("", 0);
    }
  self->path = g_strdup (path);
  self->target = g_steal_pointer (&chain->target);
  self->document = amfa_ini_document_parse (text, error);
  return self->document ? g_steal_pointer (&self) : NULL;
}

/* It is not known to have changed: a disk that failed, no descriptor left. One that changes while
 * it is read, and again, has changed. */
static gboolean
is_unknown (const GError *error)
{
  const AmfaErrorDetails *details = error ? amfa_error_get_details (error) : NULL;

  return details && details->reason == AMFA_FILE_PROBLEM_READ &&
         g_strcmp0 (details->quote, g_strerror (EAGAIN)) != 0;
}

/**
 * amfa_snapshot_check_current:
 * @error: %AMFA_ERROR_FILE_CHANGED; %AMFA_ERROR_FILE_UNUSABLE if the file cannot be read now
 *
 * Returns: whether its path still leads to the same file in the same state and with the same bytes
 */
gboolean
amfa_snapshot_check_current (AmfaSnapshot *self, GError **error)
{
  g_autoptr (AmfaLinkChain) chain = amfa_link_chain_new (self->path);
  g_autoptr (AmfaSecret) text = NULL;
  g_autoptr (GError) problem = NULL;
  AmfaFileStamp stamp = { 0 };

  if (g_str_equal (chain->target, self->target) &&
      read_file (chain, self->path, &text, &stamp, &problem) &&
      amfa_file_stamp_equal (&stamp, &self->stamp) &&
      (!text || amfa_secret_equal (text, amfa_ini_document_get_text (self->document))))
    return TRUE;

  if (is_unknown (problem))
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    amfa_set_error (error, AMFA_ERROR_FILE_CHANGED, &(AmfaErrorDetails){ .subject = self->path });
  return FALSE;
}

/* Returns: (transfer none): the path that it was made of */
const char *
amfa_snapshot_get_path (AmfaSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->path;
}

/* Returns: (transfer none): where the file is, or would be; without links */
const char *
amfa_snapshot_get_target (AmfaSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->target;
}

/**
 * amfa_snapshot_get_document:
 *
 * Returns: (transfer none): what the file held; empty if there was none
 */
AmfaIniDocument *
amfa_snapshot_get_document (AmfaSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->document;
}

AmfaFilePresence
amfa_snapshot_get_presence (AmfaSnapshot *self)
{
  g_return_val_if_fail (self != NULL, AMFA_FILE_ABSENT);

  return self->presence;
}

void
amfa_snapshot_free (AmfaSnapshot *self)
{
  g_clear_pointer (&self->document, amfa_ini_document_unref);
  g_free (self->path);
  g_free (self->target);
  g_free (self);
}
