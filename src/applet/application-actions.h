#pragma once

#include "application.h"

G_BEGIN_DECLS

/* The profile of the actions that take none. */
#define AMFA_DEFAULT_PROFILE "default"

void amfa_application_add_actions (AmfaApplication *self);
void amfa_application_disable_actions (AmfaApplication *self);
void amfa_application_publish_sessions (AmfaApplication *self, GPtrArray *sessions);

G_END_DECLS
