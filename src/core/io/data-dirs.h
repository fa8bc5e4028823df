#pragma once

#include <glib.h>

/* The one door that finds what ships with the programs, the applet among them: beside the program
 * in a build folder, else where it was installed. */

G_BEGIN_DECLS

typedef struct
{
  char *schemas; /* folder of gschemas.compiled; nullable: where GSettings looks by itself */
  char *icons;   /* an icon theme search path; nullable: where the desktop looks by itself */
  char *locale;  /* for bindtextdomain() */
  char *applet;  /* the absolute path of the applet's program; nullable: there is none */
} AmfaDataDirs;

AmfaDataDirs *amfa_data_dirs_new (void);
void amfa_data_dirs_free (AmfaDataDirs *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaDataDirs, amfa_data_dirs_free)

G_END_DECLS
