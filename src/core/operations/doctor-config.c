#define G_LOG_DOMAIN "amfa-doctor"

#include "doctor-checks.h"

#include "core/model/mfa.h"
#include "core/model/process-line.h"
#include "core/model/profile-shadow.h"
#include "core/model/role.h"

static AmfaSettingScope
get_scope (const AmfaCase *self)
{
  return (AmfaSettingScope){
    .credentials = self->credentials,
    .config = self->config,
    .profile = self->profile,
    .config_section = self->config_section,
    .environment = self->environment,
  };
}

/**
 * amfa_doctor_find_setting:
 * @key: a setting of the profile
 * @place: (out): where it stands; all empty if it is not set
 *
 * Returns: whether it is set
 */
gboolean
amfa_doctor_find_setting (const AmfaCase *self, const char *key, AmfaPlace *place)
{
  const AmfaSettingScope scope = get_scope (self);

  return amfa_place_find (&scope, key, place);
}

static char *
dup_setting (const AmfaCase *self, const char *key)
{
  AmfaPlace place;

  return amfa_doctor_find_setting (self, key, &place)
             ? amfa_ini_document_dup_text (place.document, place.section, key)
             : NULL;
}

/* Whether it needs no keys of its own. */
gboolean
amfa_doctor_is_for_role_alone (const AmfaCase *self)
{
  const AmfaSettingScope scope = get_scope (self);
  AmfaShadow shadows[AMFA_SHADOWS_MAX];

  return amfa_shadow_list (&scope, shadows) > 0 && shadows[0].kind == AMFA_SHADOW_ROLE_ALONE;
}

static void
add_at (const AmfaCase *self, AmfaFindingKind kind, const AmfaPlace *place, const char *subject)
{
  amfa_findings_add (self->findings, &(AmfaFinding){ .kind = kind,
                                                     .profile = self->profile,
                                                     .path = place->path,
                                                     .line = place->line,
                                                     .subject = subject });
}

static void
add (const AmfaCase *self, AmfaFindingKind kind, const char *key)
{
  AmfaPlace place;

  amfa_doctor_find_setting (self, key, &place);
  add_at (self, kind, &place, NULL);
}

static void
check_what_beats_the_file (const AmfaCase *self)
{
  static const AmfaFindingKind kinds[] = {
    [AMFA_SHADOW_ROLE] = AMFA_FINDING_ROLE,
    [AMFA_SHADOW_ROLE_ALONE] = AMFA_FINDING_ROLE_ALONE,
    [AMFA_SHADOW_ROLE_OVER_SESSION] = AMFA_FINDING_ROLE_OVER_SESSION,
    [AMFA_SHADOW_WEB_IDENTITY] = AMFA_FINDING_WEB_IDENTITY,
    [AMFA_SHADOW_SSO] = AMFA_FINDING_SSO,
  };
  const AmfaSettingScope scope = get_scope (self);
  AmfaShadow shadows[AMFA_SHADOWS_MAX];
  guint n = amfa_shadow_list (&scope, shadows);
  g_autofree char *source = dup_setting (self, "source_profile");

  for (guint i = 0; i < n; i++)
    add_at (self, kinds[shadows[i].kind], &shadows[i].place,
            shadows[i].kind == AMFA_SHADOW_ROLE_ALONE ? source : NULL);
}

static void
check_process (const AmfaCase *self, gboolean has_config_keys)
{
  g_autofree char *command = dup_setting (self, AMFA_PROCESS_KEY);
  gboolean in_file = self->section && self->section->credentials;

  if (!command)
    return;

  if (in_file)
    add (self,
         amfa_process_line_is_ours (command, self->profile) ? AMFA_FINDING_PROCESS_SHADOWED
                                                            : AMFA_FINDING_FOREIGN_PROCESS_SHADOWED,
         AMFA_PROCESS_KEY);
  else if (has_config_keys)
    add (self, AMFA_FINDING_PROCESS_WINS, AMFA_PROCESS_KEY);
  else
    add (self, AMFA_FINDING_PROCESS, AMFA_PROCESS_KEY);
}

static void
check_duration (const AmfaCase *self)
{
  g_autofree char *text = dup_setting (self, "duration_seconds");
  g_autofree char *role = dup_setting (self, "role_arn");

  /* A role's is not passed over, but refused where the role is wanted. */
  if (text && (role ? amfa_role_parse_duration (text) : amfa_profile_parse_duration (text)) == 0)
    add (self, AMFA_FINDING_DURATION_IGNORED, "duration_seconds");
}

/* Those that change what aws-vault asks of AWS. */
static void
check_foreign_settings (const AmfaCase *self)
{
  static const char *const names[] = { "include_profile", "parent_profile",
                                       "session_tags",    "transitive_session_tags",
                                       "source_identity", "web_identity_token_process" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      AmfaPlace place;

      if (amfa_doctor_find_setting (self, names[i], &place))
        add_at (self, AMFA_FINDING_SETTING_IGNORED, &place, names[i]);
    }
}

/* In the config file all but [default] are called [profile NAME]; in the credentials file none is.
 */
static void
check_section_names (const AmfaCase *self)
{
  g_autofree char *prefixed = g_strconcat ("profile ", self->profile, NULL);
  guint line = 0;

  if (self->config && !self->config_section && !g_str_equal (self->profile, "default"))
    line = amfa_ini_document_get_line (self->config, self->profile, NULL);
  if (line > 0)
    amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_CONFIG_SECTION_IGNORED,
                                                       .profile = self->profile,
                                                       .path = self->environment->config_path,
                                                       .line = line });

  line = self->credentials ? amfa_ini_document_get_line (self->credentials, prefixed, NULL) : 0;
  if (line > 0)
    amfa_findings_add (self->findings,
                       &(AmfaFinding){ .kind = AMFA_FINDING_CREDENTIALS_SECTION_IGNORED,
                                       .profile = self->profile,
                                       .path = self->environment->credentials_path,
                                       .line = line });
}

/* What the profile's section of the config file (or, where tools read it too, of the credentials
 * file) says about where keys come from. */
void
amfa_doctor_check_config (const AmfaCase *self)
{
  guint line = 0;

  if (self->config && self->config_section)
    line = amfa_ini_document_get_line (self->config, self->config_section, "aws_secret_access_key");

  check_what_beats_the_file (self);
  check_process (self, line > 0);
  check_duration (self);
  check_foreign_settings (self);
  check_section_names (self);
  if (line > 0)
    {
      const AmfaPlace place = { .path = self->environment->config_path, .line = line };

      add_at (self, AMFA_FINDING_CONFIG_KEYS, &place, NULL);
    }
}

/**
 * amfa_doctor_check_serial:
 * @profile: resolved
 *
 * Whether the configured device can be one that STS takes.
 */
void
amfa_doctor_check_serial (const AmfaCase *self, const AmfaProfile *profile)
{
  AmfaPlace place;

  if (!profile->serial || !amfa_doctor_find_setting (self, "mfa_serial", &place))
    return;

  switch (amfa_serial_get_kind (profile->serial))
    {
    case AMFA_DEVICE_INVALID:
      /* An ARN is no secret; what else stands there may be. */
      add_at (self, AMFA_FINDING_SERIAL_MALFORMED, &place,
              g_str_has_prefix (profile->serial, "arn:") ? profile->serial : NULL);
      break;
    case AMFA_DEVICE_FIDO:
      add_at (self, AMFA_FINDING_SERIAL_FIDO, &place, profile->serial);
      break;
    case AMFA_DEVICE_VIRTUAL:
    case AMFA_DEVICE_HARDWARE:
    default:
      break;
    }
}
