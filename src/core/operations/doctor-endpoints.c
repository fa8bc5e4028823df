#define G_LOG_DOMAIN "amfa-doctor"

#include "doctor-checks.h"

#include "core/model/error.h"

#include <string.h>

static const char *const endpoint_variables[] = {
  "AWS_ENDPOINT_URL_STS",
  "AWS_ENDPOINT_URL_IAM",
  "AWS_ENDPOINT_URL",
  NULL,
};

/* The longest region of today has 14 characters, a secret access key 40. */
#define REGION_SHOWN_MAX 30

static gboolean
are_ignored (const AmfaCase *self)
{
  static const char key[] = "ignore_configured_endpoint_urls";
  g_autofree char *value = NULL;
  AmfaPlace place;

  if (self->environment->ignore_configured_endpoints >= 0)
    return self->environment->ignore_configured_endpoints;
  if (!amfa_doctor_find_setting (self, key, &place))
    return FALSE;
  value =
      amfa_ini_document_dup_text (place.document, place.section, "ignore_configured_endpoint_urls");
  return value && g_ascii_strcasecmp (value, "true") == 0;
}

/* Endpoints other than AWS's own: in force, but perhaps forgotten. */
void
amfa_doctor_check_endpoints (const AmfaCase *self)
{
  const char *const keys[] = { "endpoint_url", "services" };

  if (are_ignored (self))
    return;

  for (gsize i = 0; endpoint_variables[i]; i++)
    if (amfa_variables_is_set (self->variables, endpoint_variables[i]))
      amfa_findings_add (
          self->findings,
          &(AmfaFinding){ .kind = AMFA_FINDING_ENDPOINT_OVERRIDE,
                          .variable = endpoint_variables[i],
                          .subject = amfa_variables_get (self->variables, endpoint_variables[i]) });

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      AmfaPlace place;
      g_autofree char *value = NULL;
      g_autofree char *shown = NULL;

      if (!amfa_doctor_find_setting (self, keys[i], &place))
        continue;
      value = amfa_ini_document_dup_text (place.document, place.section, keys[i]);
      shown = amfa_presentable_url (value);
      amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_ENDPOINT_OVERRIDE,
                                                         .path = place.path,
                                                         .line = place.line,
                                                         .subject = shown });
    }
}

/* The AWS tools want a region; we have one of our own for the case that there is none. */
void
amfa_doctor_check_region (const AmfaCase *self)
{
  AmfaPlace place;

  if (!amfa_variables_is_set (self->variables, "AWS_REGION") &&
      !amfa_variables_is_set (self->variables, "AWS_DEFAULT_REGION") &&
      !amfa_doctor_find_setting (self, "region", &place))
    amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_REGION_MISSING,
                                                       .profile = self->profile,
                                                       .subject = AMFA_DEFAULT_REGION });
}

/* Whence a refused value comes: @origin is the name of a variable, or "KEY (PATH)", or
 * "[services NAME] (PATH)". */
static void
find_origin (const AmfaCase *self, const char *origin, AmfaFinding *finding)
{
  gsize length = origin ? strcspn (origin, " ") : 0;
  g_autofree char *key = g_strndup (origin, length);
  AmfaPlace place;

  if (origin && g_str_has_prefix (origin, "AWS_"))
    {
      finding->variable = origin;
      return;
    }
  if (!origin)
    return;
  amfa_doctor_find_setting (self, *origin == '[' ? "services" : key, &place);
  finding->path = place.path;
  finding->line = place.line;
}

/**
 * amfa_doctor_check_profile_error:
 * @error: %AMFA_ERROR_ENDPOINT_BAD
 *
 * Why the profile leads nowhere.
 */
void
amfa_doctor_check_profile_error (const AmfaCase *self, const GError *error)
{
  const AmfaErrorDetails *details = amfa_error_get_details (error);
  g_autofree char *shown = NULL;
  AmfaFinding finding = { .kind = AMFA_FINDING_ENDPOINT_MALFORMED, .profile = self->profile };

  if (details->reason == AMFA_ENDPOINT_PROBLEM_REGION)
    shown = details->subject && strlen (details->subject) <= REGION_SHOWN_MAX
                ? g_strdup (details->subject)
                : NULL;
  else
    shown = amfa_presentable_url (details->subject);
  finding.subject = shown;
  find_origin (self, details->other, &finding);
  switch ((AmfaEndpointProblem) details->reason)
    {
    case AMFA_ENDPOINT_PROBLEM_REGION:
      finding.kind = AMFA_FINDING_REGION_MALFORMED;
      break;
    case AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP:
      finding.kind = AMFA_FINDING_ENDPOINT_PLAIN_HTTP;
      break;
    case AMFA_ENDPOINT_PROBLEM_CUSTOM_FIPS:
      finding.kind = AMFA_FINDING_ENDPOINT_VARIANT;
      break;
    case AMFA_ENDPOINT_PROBLEM_SERVICES:
      finding.kind = AMFA_FINDING_ENDPOINT_SERVICES;
      break;
    case AMFA_ENDPOINT_PROBLEM_PROXY: /* found out by a request */
    case AMFA_ENDPOINT_PROBLEM_URL:
    default:
      break;
    }
  amfa_findings_add (self->findings, &finding);
}

/**
 * amfa_doctor_check_ca_bundle:
 * @facts: about the certificates to trust
 * @origin: the variable that names them, or the setting
 */
void
amfa_doctor_check_ca_bundle (const AmfaCase *self, const AmfaFileFacts *facts, const char *origin)
{
  AmfaFinding finding = { .kind = AMFA_FINDING_CA_BUNDLE, .path = facts->path };

  if (facts->exists && facts->is_regular && facts->can_read)
    return;
  if (g_str_has_suffix (origin, "_CA_BUNDLE"))
    finding.variable = origin;
  amfa_findings_add (self->findings, &finding);
}
