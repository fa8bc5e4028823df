#pragma once

#include "section.h"

/* The config file's section of a profile whose keys AWS tools get from this program. Pure:
 * documents in, documents out. */

G_BEGIN_DECLS

gboolean amfa_process_section_check (AmfaIniDocument *credentials,
                                     AmfaIniDocument *config,
                                     const char *name,
                                     GError **error);
AmfaIniDocument *amfa_process_section_add (
    AmfaIniDocument *config, const char *name, const char *line, char **separator, GError **error);
AmfaIniDocument *amfa_process_section_remove (AmfaIniDocument *config,
                                              const char *name,
                                              AmfaOriginalDegree degree,
                                              const char *separator,
                                              GError **error);

G_END_DECLS
