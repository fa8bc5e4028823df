#pragma once

#include "secret.h"

G_BEGIN_DECLS

const char *amfa_stray_key_get_meant (const char *name, AmfaSecret *value);

G_END_DECLS
