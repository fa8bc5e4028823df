#define G_LOG_DOMAIN "amfa-process-section"

#include "process-section.h"

#include "error.h"
#include "process-line.h"
#include "profile-name.h"
#include "profile.h"

/* What botocore asks before a credential_process (credentials.py, create_credential_resolver), the
 * keys of the credentials file aside. A name that ends in "_" stands for all that begin with it. */
static const char *const rivals[] = {
  "role_arn",
  "web_identity_token_file",
  "sso_",
  "login_session",
};

static gboolean
is_rival (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rivals); i++)
    if (g_str_has_suffix (rivals[i], "_") ? g_str_has_prefix (key, rivals[i])
                                          : g_str_equal (key, rivals[i]))
      return TRUE;
  return FALSE;
}

static gboolean
check_document (AmfaIniDocument *document,
                const char *section,
                const char *name,
                AmfaError code,
                GError **error)
{
  g_auto (GStrv) keys = amfa_ini_document_list_keys (document, section);
  g_autofree char *line = amfa_ini_document_dup_text (document, section, AMFA_PROCESS_KEY);

  for (gsize i = 0; keys[i]; i++)
    if (is_rival (keys[i]) ||
        (g_str_equal (keys[i], AMFA_PROCESS_KEY) && !amfa_process_line_is_ours (line, name)))
      {
        amfa_set_error (error, code,
                        &(AmfaErrorDetails){
                            .reason = AMFA_FILE_PROBLEM_RIVAL,
                            .other = keys[i],
                            .line = amfa_ini_document_get_line (document, section, keys[i]),
                        });
        return FALSE;
      }
  return TRUE;
}

/* Whether the section has keys that cannot be taken out of it, or that are no keys but count as
 * such: AWS tools stop at an access key id, whatever is beside it. */
static gboolean
check_keys (AmfaIniDocument *credentials, const char *name, GError **error)
{
  g_autoptr (AmfaSection) section = amfa_section_classify (credentials, name, NULL);
  g_autoptr (AmfaSecret) key_id =
      amfa_ini_document_get_value (credentials, name, amfa_session_keys[0]);
  gboolean own = amfa_ini_document_owns_key (credentials, name, amfa_session_keys[0]);

  if (!key_id || (own && section->credentials))
    return TRUE;
  amfa_set_error (error, AMFA_ERROR_FILE_UNUSABLE,
                  &(AmfaErrorDetails){
                      .reason = AMFA_FILE_PROBLEM_RIVAL,
                      .other = amfa_session_keys[0],
                      .line = amfa_ini_document_get_line (credentials, own ? name : "DEFAULT",
                                                          amfa_session_keys[0]),
                  });
  return FALSE;
}

/**
 * amfa_process_section_check:
 * @credentials: the credentials file
 * @config: the config file
 * @name: a profile
 * @error: %AMFA_ERROR_FILE_UNUSABLE or %AMFA_ERROR_CONFIG_UNUSABLE, %AMFA_FILE_PROBLEM_RIVAL
 *
 * Returns: whether AWS tools that find no keys for @name would ask a credential_process of ours:
 *   the profile has no other one, no role, no sign-in of another kind, and no keys that we could
 *   not take out
 */
gboolean
amfa_process_section_check (AmfaIniDocument *credentials,
                            AmfaIniDocument *config,
                            const char *name,
                            GError **error)
{
  g_return_val_if_fail (credentials != NULL && config != NULL && name != NULL, FALSE);

  g_autofree char *section = amfa_profile_config_section (config, name);

  return (!section || check_document (config, section, name, AMFA_ERROR_CONFIG_UNUSABLE, error)) &&
         (!amfa_ini_document_has_section (credentials, name) ||
          (check_document (credentials, name, name, AMFA_ERROR_FILE_UNUSABLE, error) &&
           check_keys (credentials, name, error)));
}

/**
 * amfa_process_section_add:
 * @config: the config file
 * @name: a profile whose name is possible
 * @line: the value of its credential_process
 * @separator: (out) (nullable): what was put in front of a section that had to be made; %NULL if
 *   there was one
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * Returns: (transfer full): the document with the line in the section that counts for @name
 */
AmfaIniDocument *
amfa_process_section_add (
    AmfaIniDocument *config, const char *name, const char *line, char **separator, GError **error)
{
  g_return_val_if_fail (config != NULL && name != NULL && line != NULL, NULL);

  g_autofree char *section = amfa_profile_config_section (config, name);
  g_autoptr (AmfaSecret) value = amfa_secret_new (line, -1);
  const AmfaIniEdit edit = { .key = AMFA_PROCESS_KEY, .value = value };
  g_autoptr (AmfaIniDocument) base = NULL;

  *separator = NULL;
  if (section)
    return amfa_ini_document_edit (config, section, &edit, 1, error);

  section = amfa_profile_name_to_config (name);

  g_autoptr (AmfaSecret) header = amfa_secret_new_join ("[", section, "]", NULL);

  base = amfa_ini_document_append_section (config, header, separator, error);
  return base ? amfa_ini_document_edit (base, section, &edit, 1, error) : NULL;
}

/**
 * amfa_process_section_remove:
 * @config: the config file
 * @name: a profile
 * @degree: how much of the place was there before the line came
 * @separator: (nullable): what was put in front of a section that had to be made
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * Returns: (transfer full): the document without our line, and without the section if that was made
 *   for it and holds nothing else
 */
AmfaIniDocument *
amfa_process_section_remove (AmfaIniDocument *config,
                             const char *name,
                             AmfaOriginalDegree degree,
                             const char *separator,
                             GError **error)
{
  g_return_val_if_fail (config != NULL && name != NULL, NULL);

  const AmfaIniEdit edit = { .key = AMFA_PROCESS_KEY };
  g_autofree char *section = amfa_profile_config_section (config, name);
  g_autofree char *line =
      section ? amfa_ini_document_dup_text (config, section, AMFA_PROCESS_KEY) : NULL;

  if (!section || !amfa_ini_document_owns_key (config, section, AMFA_PROCESS_KEY) ||
      !amfa_process_line_is_ours (line, name))
    return amfa_ini_document_ref (config);

  if (degree != AMFA_ORIGINAL_SECTION)
    {
      g_auto (GStrv) keys = amfa_ini_document_list_keys (config, section);
      guint n_own = 0;

      for (gsize i = 0; keys[i]; i++)
        n_own += amfa_ini_document_owns_key (config, section, keys[i]);
      if (n_own == 1)
        return amfa_ini_document_remove_section (config, section, separator, error);
    }
  return amfa_ini_document_edit (config, section, &edit, 1, error);
}
