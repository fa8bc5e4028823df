#pragma once

#include "backend.h"
#include "core/aws/sts.h"
#include "core/io/file-facts.h"
#include "core/model/finding.h"
#include "core/model/profile.h"
#include "core/model/section.h"
#include "core/model/setting-place.h"
#include "core/model/variables.h"

/* The doctor's checks, a file a subject. Each looks at what it is given and nothing else, and adds
 * to the findings. */

G_BEGIN_DECLS

/**
 * AmfaCase:
 * @credentials: (nullable): the credentials file; %NULL if it cannot be read
 * @config: (nullable): the config file; %NULL if it cannot be read
 * @config_section: (nullable): the profile's section there
 * @section: (nullable): what the credentials file holds for the profile
 * @state: what is remembered of it
 * @session_elsewhere: (nullable): another profile, which has a session of ours
 * @process_session: when the session ends that AWS tools get from us, by AWS's clock; 0 if there is
 *   none
 * @base_look: what a look into the keyring tells about the base credentials
 * @now: Unix seconds
 *
 * What the checks are about.
 */
typedef struct
{
  const char *profile;
  const AmfaEnvironment *environment;
  const AmfaVariables *variables;
  AmfaIniDocument *credentials;
  AmfaIniDocument *config;
  const char *config_section;
  const AmfaSection *section;
  const AmfaProfileState *state;
  const char *session_elsewhere;
  gint64 process_session;
  AmfaLook base_look;
  gint64 now;
  GPtrArray *findings;
} AmfaCase;

typedef enum
{
  AMFA_FILE_ROLE_CREDENTIALS,
  AMFA_FILE_ROLE_CONFIG,
} AmfaFileRole;

void amfa_doctor_check_environment (const AmfaCase *self);

void amfa_doctor_check_file (const AmfaCase *self, AmfaFileRole role, const AmfaFileFacts *facts);
void amfa_doctor_check_leftover (const AmfaCase *self, const AmfaFileFacts *facts);
void amfa_doctor_check_file_error (const AmfaCase *self, const GError *error);

void amfa_doctor_check_config (const AmfaCase *self);
void amfa_doctor_check_serial (const AmfaCase *self, const AmfaProfile *profile);

void amfa_doctor_check_endpoints (const AmfaCase *self);
void amfa_doctor_check_region (const AmfaCase *self);
void amfa_doctor_check_profile_error (const AmfaCase *self, const GError *error);
void amfa_doctor_check_ca_bundle (const AmfaCase *self,
                                  const AmfaFileFacts *facts,
                                  const char *origin);

void amfa_doctor_check_layouts (const AmfaCase *self, GPtrArray *layouts);
void amfa_doctor_check_code_command (const AmfaCase *self, const AmfaProfile *profile);

void amfa_doctor_check_section (const AmfaCase *self);
void amfa_doctor_check_names (const AmfaCase *self);
void amfa_doctor_check_keys (const AmfaCase *self, gboolean has_other_keys);

void amfa_doctor_check_keyring (const AmfaCase *self, AmfaLook look, const GError *error);

void amfa_doctor_check_clock (const AmfaCase *self, gint64 offset);
void amfa_doctor_check_identity (const AmfaCase *self,
                                 AmfaCredentials *base,
                                 const AmfaIdentity *identity);
void amfa_doctor_check_aws_error (const AmfaCase *self, AmfaCredentials *base, const GError *error);
void amfa_doctor_check_devices (const AmfaCase *self, const char *wanted, GPtrArray *devices);

gboolean amfa_doctor_is_for_role_alone (const AmfaCase *self);
gboolean amfa_doctor_find_setting (const AmfaCase *self, const char *key, AmfaPlace *place);

G_END_DECLS
