#pragma once

#include <glib.h>

/* The options that may stand anywhere. Every verb understands them; its help names those that do
 * something there. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_TAKES_NOTHING = 0, /* but --help and --version */
  AMFA_TAKES_PROFILE = 1 << 0,
  AMFA_TAKES_DURATION = 1 << 1,
  AMFA_TAKES_SERIAL = 1 << 2,
  AMFA_TAKES_ROLE = 1 << 3,
  AMFA_TAKES_REGION = 1 << 4,
  AMFA_TAKES_ACCOUNT = 1 << 5,
  AMFA_TAKES_QUIET = 1 << 6,
  AMFA_TAKES_VERBOSE = 1 << 7,
  AMFA_TAKES_ALL = (1 << 8) - 1,
} AmfaOptionSet;

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
  /* setup's own; GLib hands the value of an option that may have none to the group's data alone. */
  const char *autostart; /* "yes", "no", nullable */
} AmfaOptions;

GOptionGroup *amfa_options_new_group (AmfaOptions *self, AmfaOptionSet shown, gboolean before_verb);
void amfa_options_clear (AmfaOptions *self);

G_END_DECLS
