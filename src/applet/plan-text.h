#pragma once

#include "core/operations/login.h"

/* What a login plan says to a person: the lines at the head of the code dialog. */

G_BEGIN_DECLS

char *amfa_plan_text_who (const AmfaLoginPlan *plan);
char *amfa_plan_text_account (const AmfaLoginPlan *plan, const char *profile);
char *amfa_plan_text_origin (const AmfaLoginPlan *plan);
char *amfa_plan_text_device (const char *serial);
const char *amfa_plan_text_duration (const AmfaLoginPlan *plan);
char *amfa_plan_text_session (const AmfaLoginPlan *plan, gboolean needs_code, gint64 now);

G_END_DECLS
