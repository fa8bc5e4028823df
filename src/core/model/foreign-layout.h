#pragma once

#include "credentials.h"
#include "ini-document.h"

/* How other tools for MFA sessions leave the credentials file and what lies beside it, as values.
 */

G_BEGIN_DECLS

typedef enum
{
  AMFA_FOREIGN_AWS_MFA, /* broamski: [X-long-term] has the keys, [X] the session */
  AMFA_FOREIGN_AWSMFA,  /* luhring: a copy of the whole file, made while it had the keys */
  AMFA_FOREIGN_LEAPP,   /* the same */
  AMFA_FOREIGN_AWSUME,  /* sections with a session that it renews by itself */
} AmfaForeignTool;

/* A copy of the credentials file. */
typedef struct
{
  AmfaForeignTool tool;
  char *path;
  AmfaIniDocument *document;
} AmfaForeignFile;

/**
 * AmfaForeignLayout:
 * @profile: whose keys or session it is
 * @path: (nullable): the copy that it is in; %NULL: the credentials file
 * @line: where the keys, or what gives the tool away, stand there
 * @keys: (nullable): the long-term ones
 * @serial: (nullable): the MFA device that belongs to them
 * @is_alone: nobody else's keys are in the copy
 */
typedef struct
{
  AmfaForeignTool tool;
  char *profile;
  char *path;
  char *section;
  guint line;
  AmfaCredentials *keys;
  char *serial;
  gboolean is_alone;
} AmfaForeignLayout;

AmfaForeignFile *amfa_foreign_file_new (AmfaForeignTool tool,
                                        const char *path,
                                        AmfaIniDocument *document);
void amfa_foreign_file_free (AmfaForeignFile *self);

GPtrArray *amfa_foreign_layouts_find (AmfaIniDocument *credentials, GPtrArray *files);
AmfaForeignLayout *amfa_foreign_layout_find_pair (AmfaIniDocument *credentials,
                                                  const char *profile);
void amfa_foreign_layout_free (AmfaForeignLayout *self);

const char *amfa_foreign_tool_get_name (AmfaForeignTool tool);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaForeignLayout, amfa_foreign_layout_free)

G_END_DECLS
