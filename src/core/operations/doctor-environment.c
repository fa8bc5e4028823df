#define G_LOG_DOMAIN "amfa-doctor"

#include "doctor-checks.h"

#include "core/model/response.h"
#include "core/model/shadowing.h"

/* What the AWS tools read from the environment before they look into the files (botocore,
 * credentials.py, create_credential_resolver()). */

static const char *const file_variables[] = {
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONFIG_FILE",
  NULL,
};

static void
check_keys (const AmfaCase *self)
{
  const AmfaVariables *variables = self->variables;
  const char *expiration = amfa_variables_get (variables, "AWS_CREDENTIAL_EXPIRATION");
  g_auto (GStrv) names = amfa_shadowing_list_keys (variables);
  AmfaFinding finding = {
    .kind = AMFA_FINDING_ENVIRONMENT_KEYS,
    .profile = self->profile,
    .variable = "AWS_ACCESS_KEY_ID",
    .subject = amfa_variables_get (variables, "AWS_ACCESS_KEY_ID"),
    .names = (const char *const *) names,
  };

  if (!amfa_variables_is_set (variables, "AWS_ACCESS_KEY_ID"))
    {
      /* Without an id botocore passes over them; others may put them beside another key. */
      finding.kind = AMFA_FINDING_ENVIRONMENT_LEFTOVERS;
      finding.variable = names[0];
      if (!names[0])
        return;
    }
  else if (!amfa_variables_is_set (variables, "AWS_SECRET_ACCESS_KEY"))
    finding.kind = AMFA_FINDING_ENVIRONMENT_KEYS_PARTIAL;
  else if (expiration && (finding.number = amfa_time_parse (expiration)) > 0)
    finding.kind = finding.number > self->now ? AMFA_FINDING_ENVIRONMENT_SESSION
                                              : AMFA_FINDING_ENVIRONMENT_SESSION_ENDED;
  amfa_findings_add (self->findings, &finding);
}

static void
check_profile_variables (const AmfaCase *self)
{
  const char *const *names = amfa_profile_variables;
  const char *first = amfa_variables_get (self->variables, names[0]);
  const char *second = amfa_variables_get (self->variables, names[1]);
  const char *chosen = first ? first : second;

  for (gsize i = 0; names[i]; i++)
    if (amfa_variables_is_empty (self->variables, names[i]))
      amfa_findings_add (
          self->findings,
          &(AmfaFinding){ .kind = AMFA_FINDING_ENVIRONMENT_PROFILE_EMPTY, .variable = names[i] });

  if (first && second && !g_str_equal (first, second))
    amfa_findings_add (self->findings,
                       &(AmfaFinding){ .kind = AMFA_FINDING_ENVIRONMENT_PROFILES_DIFFER,
                                       .variable = names[1],
                                       .subject = first,
                                       .other = second });

  /* The profile that was asked about, or the one where a session is. */
  const char *meant = NULL;

  if (chosen && !g_str_equal (chosen, self->profile))
    meant = self->profile;
  else if (chosen && self->process_session == 0 &&
           (!self->section || self->section->kind != AMFA_SECTION_OURS))
    meant = self->session_elsewhere;
  if (meant)
    amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_ENVIRONMENT_PROFILE,
                                                       .variable = first ? names[0] : names[1],
                                                       .subject = chosen,
                                                       .other = meant });
}

static void
check_others (const AmfaCase *self)
{
  const AmfaVariables *variables = self->variables;
  const char *region = amfa_variables_get (variables, "AWS_REGION");
  const char *default_region = amfa_variables_get (variables, "AWS_DEFAULT_REGION");

  if (amfa_variables_is_set (variables, AMFA_WEB_IDENTITY_VARIABLE))
    amfa_findings_add (self->findings,
                       &(AmfaFinding){ .kind = AMFA_FINDING_ENVIRONMENT_WEB_IDENTITY,
                                       .profile = self->profile,
                                       .variable = AMFA_WEB_IDENTITY_VARIABLE });
  if (amfa_variables_is_set (variables, "AWS_CREDENTIAL_FILE"))
    amfa_findings_add (self->findings,
                       &(AmfaFinding){ .kind = AMFA_FINDING_ENVIRONMENT_CREDENTIAL_FILE,
                                       .variable = "AWS_CREDENTIAL_FILE" });
  if (region && default_region && !g_str_equal (region, default_region))
    amfa_findings_add (self->findings,
                       &(AmfaFinding){ .kind = AMFA_FINDING_ENVIRONMENT_REGIONS_DIFFER,
                                       .variable = "AWS_DEFAULT_REGION",
                                       .subject = region,
                                       .other = default_region });
  for (gsize i = 0; file_variables[i]; i++)
    if (amfa_variables_is_set (variables, file_variables[i]))
      amfa_findings_add (self->findings,
                         &(AmfaFinding){ .kind = AMFA_FINDING_ENVIRONMENT_FILE,
                                         .variable = file_variables[i],
                                         .path = i == 0 ? self->environment->credentials_path
                                                        : self->environment->config_path });
}

/* Variables that beat the files, or lead elsewhere. */
void
amfa_doctor_check_environment (const AmfaCase *self)
{
  check_keys (self);
  check_profile_variables (self);
  check_others (self);
}
