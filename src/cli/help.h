#pragma once

#include "options.h"

G_BEGIN_DECLS

GOptionContext *amfa_help_new_context (AmfaOptions *options);

G_END_DECLS
