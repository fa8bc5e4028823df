#pragma once

#include "core/model/secret.h"

/* What our JSON says, compared with what json-glib makes of it. */

gboolean json_reference_check_parse (AmfaSecret *text);
void json_reference_check_writer (AmfaSecret *text);
