#pragma once

#include <glib.h>

/* The command line, parsed. */

G_BEGIN_DECLS

typedef struct
{
  gboolean restore;
  gboolean version;
  char *code; /* nullable */
} AmfaOptions;

gboolean amfa_options_parse (AmfaOptions *self, GStrv *arguments, GError **error);
void amfa_options_clear (AmfaOptions *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmfaOptions, amfa_options_clear)

G_END_DECLS
