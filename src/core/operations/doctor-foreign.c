#define G_LOG_DOMAIN "amfa-doctor"

#include "doctor-checks.h"

#include "core/model/foreign-layout.h"

static AmfaFindingKind
choose_kind (const AmfaCase *self, const AmfaForeignLayout *layout)
{
  if (!layout->keys)
    return AMFA_FINDING_FOREIGN_MANAGER;
  if (self->base_look != AMFA_LOOK_STORED)
    return AMFA_FINDING_FOREIGN_KEYS;
  return layout->is_alone ? AMFA_FINDING_FOREIGN_COPY : AMFA_FINDING_FOREIGN_COPY_MIXED;
}

/**
 * amfa_doctor_check_layouts:
 * @layouts: (element-type AmfaForeignLayout): what other tools have left, of all profiles
 *
 * Long-term keys of the profile in plain text, and who else writes its section.
 */
void
amfa_doctor_check_layouts (const AmfaCase *self, GPtrArray *layouts)
{
  for (guint i = 0; i < layouts->len; i++)
    {
      const AmfaForeignLayout *layout = g_ptr_array_index (layouts, i);
      const char *path = layout->path ? layout->path : self->environment->credentials_path;

      if (!g_str_equal (layout->profile, self->profile))
        continue;
      amfa_findings_add (
          self->findings,
          &(AmfaFinding){
              .kind = choose_kind (self, layout),
              .profile = self->profile,
              .path = path,
              .line = layout->line,
              .subject = layout->keys ? amfa_credentials_get_key_id (layout->keys) : NULL,
              .other = amfa_foreign_tool_get_name (layout->tool),
          });
    }
}

/**
 * amfa_doctor_check_code_command:
 *
 * Whether the program of mfa_process is there; it is not started.
 */
void
amfa_doctor_check_code_command (const AmfaCase *self, const AmfaProfile *profile)
{
  g_auto (GStrv) arguments = NULL;
  g_autofree char *program = NULL;

  if (!profile->code_command)
    return;
  if (g_shell_parse_argv (profile->code_command, NULL, &arguments, NULL))
    program = g_find_program_in_path (arguments[0]);
  if (program)
    return;
  amfa_findings_add (
      self->findings,
      &(AmfaFinding){
          .kind = AMFA_FINDING_CODE_COMMAND_UNKNOWN,
          .profile = self->profile,
          .path = self->environment->config_path,
          .line = amfa_ini_document_get_line (self->config, self->config_section, "mfa_process"),
          .subject = arguments ? arguments[0] : profile->code_command,
      });
}
