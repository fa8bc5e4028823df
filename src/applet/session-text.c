#define G_LOG_DOMAIN "amfa-session-text"

#include "session-text.h"

#include <glib/gi18n.h>

#include "core/model/mfa.h"
#include "core/model/role.h"
#include "messages/formats.h"

/**
 * amfa_session_text_who:
 * @profile: a profile's name
 * @identity: (nullable): the ARN of its user, or of a role
 *
 * Roles of the same name in several accounts are usual, and not to be mixed up.
 *
 * Returns: (transfer full): "default · alice", "default · Admin · 123456789012", or the profile
 *   alone
 */
char *
amfa_session_text_who (const char *profile, const char *identity)
{
  g_autofree char *shown = amfa_format_name (profile);
  g_autofree char *name = identity ? amfa_arn_get_name (identity) : NULL;

  if (!name || !*name)
    return g_steal_pointer (&shown);
  if (amfa_role_arn_is_valid (identity))
    {
      g_autofree char *account = amfa_arn_get_account (identity);

      return g_strdup_printf ("%s · %s · %s", shown, name, account);
    }
  return g_strdup_printf ("%s · %s", shown, name);
}

/**
 * amfa_session_text_line:
 * @info: a session
 * @now: Unix seconds
 *
 * Returns: (transfer full): "default · alice · until 17:40"
 */
char *
amfa_session_text_line (const AmfaSessionInfo *info, gint64 now)
{
  g_autofree char *shown = amfa_format_name (info->profile);
  g_autofree char *who = amfa_session_text_who (info->profile, info->identity);
  g_autofree char *time = info->expires ? amfa_format_time (info->expires, now) : NULL;

  switch (info->state)
    {
    case AMFA_SESSION_ACTIVE:
      /* Translators: profile and user, then a time of day: "default · alice · until 17:40" */
      return g_strdup_printf (_ ("%s · until %s"), who, time);
    case AMFA_SESSION_EXPIRING:
      return g_strdup_printf (_ ("%s · ends at %s"), who, time);
    case AMFA_SESSION_EXPIRED:
      return g_strdup_printf (_ ("%s · ended at %s"), who, time);
    case AMFA_SESSION_NONE:
    default:
      /* Translators: a profile: "default · no session" */
      return g_strdup_printf (_ ("%s · no session"), shown);
    }
}

/**
 * amfa_session_text_summary:
 * @info: (nullable): the most urgent session
 * @now: Unix seconds
 *
 * Returns: (transfer full): "AWS session until 17:40"
 */
char *
amfa_session_text_summary (const AmfaSessionInfo *info, gint64 now)
{
  AmfaSessionState state = info ? info->state : AMFA_SESSION_NONE;
  g_autofree char *time = info && info->expires ? amfa_format_time (info->expires, now) : NULL;

  switch (state)
    {
    case AMFA_SESSION_ACTIVE:
      return g_strdup_printf (_ ("AWS session until %s"), time);
    case AMFA_SESSION_EXPIRING:
      return g_strdup_printf (_ ("AWS session ends at %s"), time);
    case AMFA_SESSION_EXPIRED:
      return g_strdup_printf (_ ("AWS session ended at %s"), time);
    case AMFA_SESSION_NONE:
    default:
      return g_strdup (_ ("No AWS session"));
    }
}

/* Returns: (transfer full): @text and the profile it is about: "AWS session until 17:40 – work" */
char *
amfa_session_text_for_profile (const char *text, const char *profile)
{
  g_autofree char *shown = amfa_format_name (profile);

  /* Translators: a sentence and the profile it is about: "AWS session until 17:40 – work" */
  return g_strdup_printf (_ ("%s – %s"), text, shown);
}
