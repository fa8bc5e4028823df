#pragma once

#include "command.h"

/* What awsmfa can do, a file each. */

G_BEGIN_DECLS

/**
 * AmfaVerb:
 * @name: as typed
 * @operands: (nullable): what follows it, for the help
 * @summary: (nullable): untranslated, for the help; without it the verb is not told of
 * @takes: which of the options that may stand anywhere do something here
 * @run: gets the command line from the verb on, calls amfa_command_parse() first and returns the
 *   exit status
 */
typedef struct
{
  const char *name;
  const char *operands;
  const char *summary;
  int (*run) (AmfaCommand *command, GStrv *arguments);
  AmfaOptionSet takes;
} AmfaVerb;

extern const AmfaVerb amfa_verb_credential_process;
extern const AmfaVerb amfa_verb_devices;
extern const AmfaVerb amfa_verb_doctor;
extern const AmfaVerb amfa_verb_end;
extern const AmfaVerb amfa_verb_env;
extern const AmfaVerb amfa_verb_exec;
extern const AmfaVerb amfa_verb_forget_keys;
extern const AmfaVerb amfa_verb_help;
extern const AmfaVerb amfa_verb_login; /* has no name: its first operand is a code, or nothing */
extern const AmfaVerb amfa_verb_policy;
extern const AmfaVerb amfa_verb_profiles;
extern const AmfaVerb amfa_verb_restore;
extern const AmfaVerb amfa_verb_setup;
extern const AmfaVerb amfa_verb_shell;
extern const AmfaVerb amfa_verb_status;

void amfa_command_enter (AmfaCommand *command, const AmfaVerb *verb, const char *name);
const AmfaVerb *amfa_verb_find (const char *operand, GError **error);
char *amfa_verb_list (void);

G_END_DECLS
