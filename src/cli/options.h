#pragma once

#include <glib.h>

/* The options that every verb takes. */

G_BEGIN_DECLS

typedef struct
{
  char *profile;  /* nullable */
  guint duration; /* seconds, 0: not said */
  char *serial;   /* nullable */
  char *role;     /* ARN or "-"; nullable */
  char *region;   /* nullable */
  gboolean accept_account;
  gboolean quiet;
  gboolean verbose;
  gboolean restore;
  gboolean version;
  gboolean help;
} AmfaOptions;

GOptionGroup *amfa_options_new_group (AmfaOptions *self, gboolean before_verb);
void amfa_options_clear (AmfaOptions *self);

G_END_DECLS
