#define G_LOG_DOMAIN "amfa-error"

#include "error.h"

#include <errno.h>
#include <gio/gio.h>

static void
amfa_error_private_init (AmfaErrorDetails *details)
{
}

static void
amfa_error_private_copy (const AmfaErrorDetails *src, AmfaErrorDetails *dest)
{
  dest->subject = g_strdup (src->subject);
  dest->other = g_strdup (src->other);
  dest->origin = g_strdup (src->origin);
  dest->proxy_origin = g_strdup (src->proxy_origin);
  dest->region = g_strdup (src->region);
  dest->region_origin = g_strdup (src->region_origin);
  dest->meant = g_strdup (src->meant);
  dest->quote = g_strdup (src->quote);
  dest->request_id = g_strdup (src->request_id);
  dest->line = src->line;
  dest->reason = src->reason;
  dest->seconds = src->seconds;
}

static void
amfa_error_private_clear (AmfaErrorDetails *details)
{
  g_free ((char *) details->subject);
  g_free ((char *) details->other);
  g_free ((char *) details->origin);
  g_free ((char *) details->proxy_origin);
  g_free ((char *) details->region);
  g_free ((char *) details->region_origin);
  g_free ((char *) details->meant);
  g_free ((char *) details->quote);
  g_free ((char *) details->request_id);
}

typedef AmfaErrorDetails AmfaErrorPrivate;
G_DEFINE_EXTENDED_ERROR (AmfaError, amfa_error)

/**
 * amfa_error_new:
 * @code: what happened
 * @details: (nullable): data about it, copied; see #AmfaError for the fields that @code fills
 *
 * The error's message is for logs. Sentences for people come from src/messages.
 *
 * Returns: (transfer full): the error
 */
GError *
amfa_error_new (AmfaError code, const AmfaErrorDetails *details)
{
  static const AmfaErrorDetails none = { NULL };
  const AmfaErrorDetails *d = details ? details : &none;
  GError *error =
      g_error_new (AMFA_ERROR, code, "code %d, subject %s, other %s, line %u, reason %d: %s", code,
                   d->subject ? d->subject : "-", d->other ? d->other : "-", d->line, d->reason,
                   d->quote ? d->quote : "-");

  amfa_error_private_copy (d, amfa_error_get_private (error));
  return error;
}

/**
 * amfa_error_with_subject:
 * @error: (transfer full): an error
 * @subject: what it is about
 *
 * For errors from a place that could not know their subject: a parser does not know the host.
 *
 * Returns: (transfer full): @error, about @subject if it is one of ours and had no subject yet
 */
GError *
amfa_error_with_subject (GError *error, const char *subject)
{
  if (error->domain != AMFA_ERROR || amfa_error_get_details (error)->subject)
    return error;

  g_autoptr (GError) original = error;
  AmfaErrorDetails details = *amfa_error_get_details (original);

  details.subject = subject;
  return amfa_error_new (original->code, &details);
}

/**
 * amfa_set_error:
 * @error: (out) (optional): where to put it
 * @code: what happened
 * @details: (nullable): data about it, copied
 */
void
amfa_set_error (GError **error, AmfaError code, const AmfaErrorDetails *details)
{
  if (error)
    *error = amfa_error_new (code, details);
}

/**
 * amfa_file_problem_of_path:
 * @code: an errno of a walk along a path, not 0
 */
AmfaFileProblem
amfa_file_problem_of_path (int code)
{
  switch (code)
    {
    case ELOOP:
      return AMFA_FILE_PROBLEM_LINK_LOOP;
    case ENOTDIR:
      return AMFA_FILE_PROBLEM_NO_FOLDER;
    default:
      return AMFA_FILE_PROBLEM_READ;
    }
}

/**
 * amfa_error_get_details:
 * @error: an error of domain %AMFA_ERROR
 *
 * Returns: (transfer none): its data
 */
const AmfaErrorDetails *
amfa_error_get_details (const GError *error)
{
  g_return_val_if_fail (error && error->domain == AMFA_ERROR, NULL);

  return amfa_error_get_private (error);
}

/**
 * amfa_error_set_path:
 * @error: (nullable): any error
 * @path: the file that is meant by an %AMFA_ERROR_FILE_UNUSABLE or %AMFA_ERROR_CONFIG_UNUSABLE that
 *   does not name it yet, because the model knows documents and no files
 */
void
amfa_error_set_path (GError *error, const char *path)
{
  if (!g_error_matches (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE) &&
      !g_error_matches (error, AMFA_ERROR, AMFA_ERROR_CONFIG_UNUSABLE))
    return;

  AmfaErrorDetails *details = amfa_error_get_private (error);

  if (!details->subject)
    details->subject = g_strdup (path);
}

/**
 * amfa_error_set_origin:
 * @error: an error of domain %AMFA_ERROR
 * @origin: (nullable): where the value is set that it is about
 */
void
amfa_error_set_origin (GError *error, const char *origin)
{
  g_return_if_fail (error && error->domain == AMFA_ERROR);

  AmfaErrorDetails *details = amfa_error_get_private (error);

  g_free ((char *) details->origin);
  details->origin = g_strdup (origin);
}

/**
 * amfa_error_set_region:
 * @error: an error of domain %AMFA_ERROR
 * @region: the region that may be the cause
 * @origin: (nullable): where it is set
 * @meant: (nullable): the region that may have been meant
 */
void
amfa_error_set_region (GError *error, const char *region, const char *origin, const char *meant)
{
  g_return_if_fail (error && error->domain == AMFA_ERROR);

  AmfaErrorDetails *details = amfa_error_get_private (error);

  g_free ((char *) details->region);
  g_free ((char *) details->region_origin);
  g_free ((char *) details->meant);
  details->region = g_strdup (region);
  details->region_origin = g_strdup (origin);
  details->meant = g_strdup (meant);
}

/**
 * amfa_error_is_answer:
 * @error: (nullable): an error
 *
 * Returns: whether it is AWS's answer; everything else happened here or on the way
 */
gboolean
amfa_error_is_answer (const GError *error)
{
  return error && error->domain == AMFA_ERROR && error->code <= AMFA_ERROR_SERVICE;
}

/**
 * amfa_error_is_cancelled:
 * @error: (nullable): an error
 *
 * The one place that tells "cancelled" from "failed".
 */
gboolean
amfa_error_is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}
