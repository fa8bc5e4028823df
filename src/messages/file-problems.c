#define G_LOG_DOMAIN "amfa-messages"

#include "file-problems.h"

#include <glib/gi18n.h>

/**
 * amfa_describe_file_problem:
 * @d: of an error %AMFA_ERROR_FILE_UNUSABLE or %AMFA_ERROR_CONFIG_UNUSABLE
 *
 * Returns: (transfer full): the reason alone, for the end of a sentence
 */
char *
amfa_describe_file_problem (const AmfaErrorDetails *d)
{
  const char *name = d->other ? d->other : "";

  switch ((AmfaFileProblem) d->reason)
    {
    case AMFA_FILE_PROBLEM_NOT_UTF8:
      return g_strdup (_ ("this is not UTF-8 text"));
    case AMFA_FILE_PROBLEM_BYTE_ORDER_MARK:
      return g_strdup (_ ("the file begins with a byte order mark"));
    case AMFA_FILE_PROBLEM_TEXT_BEFORE_HEADER:
      return g_strdup (_ ("there is text before the first [section]"));
    case AMFA_FILE_PROBLEM_HEADER_MALFORMED:
      return g_strdup (_ ("the section's header is malformed"));
    case AMFA_FILE_PROBLEM_SECTION_TWICE:
      return g_strdup_printf (_ ("[%s] appears twice"), name);
    case AMFA_FILE_PROBLEM_KEY_TWICE:
      return g_strdup_printf (_ ("“%s” appears twice in its section"), name);
    case AMFA_FILE_PROBLEM_KEY_WITHOUT_VALUE:
      return g_strdup (_ ("there is neither “=” nor “:” in the line"));
    case AMFA_FILE_PROBLEM_NESTED:
      return g_strdup (_ ("an indented line below an empty value has no “=”"));
    case AMFA_FILE_PROBLEM_INHERITED_TOKEN:
      return g_strdup_printf (_ ("[DEFAULT] gives every profile an “%s”, which would replace the "
                                 "session's token"),
                              name);
    case AMFA_FILE_PROBLEM_KEY_ID:
      return g_strdup (_ ("this is not an access key ID (have ID and secret changed places?)"));
    case AMFA_FILE_PROBLEM_LONE_SECRET:
      return g_strdup (_ ("this is a secret access key without an access key ID, and another key "
                          "would replace it"));
    case AMFA_FILE_PROBLEM_LONE_KEY_ID:
      return g_strdup (_ ("this is an access key ID without a secret access key, and another key "
                          "would replace it"));
    case AMFA_FILE_PROBLEM_RIVAL:
      return g_strdup_printf (_ ("AWS tools would follow “%s” and not ask awsmfa for keys"), name);
    case AMFA_FILE_PROBLEM_TOO_BIG:
      return g_strdup (_ ("it is too big"));
    case AMFA_FILE_PROBLEM_NOT_REGULAR:
      return g_strdup (_ ("it is not a regular file"));
    case AMFA_FILE_PROBLEM_HARD_LINK:
      return g_strdup (_ ("it has a second name (a hard link), which replacing it would cut off"));
    case AMFA_FILE_PROBLEM_MOUNT_POINT:
      return g_strdup (_ ("it is mounted over another file and cannot be replaced"));
    case AMFA_FILE_PROBLEM_OWNER:
      return g_strdup (_ ("it belongs to another user"));
    case AMFA_FILE_PROBLEM_LINK_LOOP:
      return g_strdup (_ ("its symbolic links lead in a circle"));
    case AMFA_FILE_PROBLEM_NO_FOLDER:
      return g_strdup (_ ("a part of its path is not a folder"));
    case AMFA_FILE_PROBLEM_LOCK:
      /* Translators: %s is the path of a lock file. */
      return g_strdup_printf (_ ("%s, which is needed to lock it, is not a file of yours"), name);
    case AMFA_FILE_PROBLEM_READ:
    default:
      return g_strdup (d->quote ? d->quote : _ ("it cannot be read"));
    }
}

static gboolean
is_about_syntax (const AmfaErrorDetails *d)
{
  return d->reason <= AMFA_FILE_PROBLEM_NESTED;
}

/**
 * amfa_message_for_file_problem:
 * @details: of an error %AMFA_ERROR_FILE_UNUSABLE or %AMFA_ERROR_CONFIG_UNUSABLE
 *
 * Returns: (transfer full): one or two sentences that name the file, the line and the reason
 */
char *
amfa_message_for_file_problem (const AmfaErrorDetails *details)
{
  g_autofree char *reason = amfa_describe_file_problem (details);
  const char *path = details->subject ? details->subject : "?";
  g_autofree char *where = NULL;

  if (details->line > 0)
    /* Translators: a file's path and a line in it. */
    where = g_strdup_printf (_ ("%s, line %u"), path, details->line);
  else
    where = g_strdup (path);

  if (is_about_syntax (details))
    /* Translators: where, and what is wrong there. */
    return g_strdup_printf (_ ("%s: %s. AWS tools cannot read such a file; it was left alone."),
                            where, reason);
  return g_strdup_printf (_ ("%s: %s. It was left alone."), where, reason);
}
