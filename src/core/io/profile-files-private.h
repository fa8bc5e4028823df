#pragma once

#include "profile-files.h"

/* What profile-files.c and profile-files-change.c share. */

G_BEGIN_DECLS

struct _AmfaProfileFiles
{
  GObject parent_instance;

  char *credentials_path; /* as the user knows it */
  char *default_path;     /* ~/.aws/credentials */
  char *config_path;
  char *runtime_dir;
};

const char *amfa_profile_files_get_path (AmfaProfileFiles *self, AmfaWhichFile which);
void amfa_profile_files_name (GError **error, AmfaProfileFiles *self, const char *path);

G_END_DECLS
