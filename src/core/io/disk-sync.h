#pragma once

#include <glib.h>

/* Private to keyring.c. */

G_BEGIN_DECLS

int amfa_disk_sync (const char *const *folders);

G_END_DECLS
