#pragma once

#include "core/io/data-dirs.h"
#include "core/io/process.h"
#include "core/model/profile.h"
#include "core/operations/backend.h"
#include "options.h"

/* What every verb gets, and how it speaks: results on stdout, words on stderr. */

G_BEGIN_DECLS

typedef struct
{
  const char *const *envp;
  const AmfaDataDirs *dirs;
  const AmfaInheritance *inheritance;
  GCancellable *cancellable; /* SIGINT */
  AmfaOptions options;
  const char *operands; /* for the verb's help, untranslated; nullable */
  const char *summary;  /* the same */
  AmfaOptionSet takes;  /* what the verb's help names */

  /* From amfa_command_parse() on: */
  AmfaBackend *backend;
  const char *profile;
} AmfaCommand;

/* How amfa_command_parse() takes what follows the first operand. */
typedef enum
{
  AMFA_PARSE_MIXED,         /* options may follow operands */
  AMFA_PARSE_OPTIONS_FIRST, /* the first operand ends them: the rest is somebody else's */
} AmfaParsing;

void amfa_command_clear (AmfaCommand *self);
gboolean amfa_command_parse (AmfaCommand *self,
                             const GOptionEntry *entries,
                             AmfaParsing parsing,
                             GStrv *arguments,
                             GStrv *operands,
                             GError **error);
gboolean amfa_command_refuse_operands (GStrv operands, GError **error);
void amfa_command_get_profile_options (const AmfaCommand *self, AmfaProfileOptions *said);

void amfa_command_on_result (GObject *source, GAsyncResult *result, gpointer slot);
void amfa_command_await (GAsyncResult **slot);

int amfa_command_fail (const GError *error);
void amfa_command_say (const char *format, ...) G_GNUC_PRINTF (1, 2);
void amfa_command_tell (const AmfaCommand *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
int amfa_command_done (void);
int amfa_command_help (GOptionContext *context);
int amfa_command_version (void);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmfaCommand, amfa_command_clear)

G_END_DECLS
