#pragma once

#include <glib.h>

/* Private to keyring.c. */

G_BEGIN_DECLS

int amfa_disk_sync (const char *folder);

G_END_DECLS
