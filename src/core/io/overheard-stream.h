#pragma once

#include <gio/gio.h>

/* Private to connect-proxy.c. */

G_BEGIN_DECLS

#define AMFA_TYPE_OVERHEARD_STREAM (amfa_overheard_stream_get_type ())
G_DECLARE_FINAL_TYPE (AmfaOverheardStream, amfa_overheard_stream, AMFA, OVERHEARD_STREAM, GIOStream)

AmfaOverheardStream *amfa_overheard_stream_new (GIOStream *base);
const char *amfa_overheard_stream_get_text (AmfaOverheardStream *self);

G_END_DECLS
