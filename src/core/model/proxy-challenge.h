#pragma once

#include <glib.h>

/* What a proxy wants that answers 407 (RFC 9110, 11.7.1). */

G_BEGIN_DECLS

char *amfa_proxy_challenge_dup_others (const char *head);

G_END_DECLS
