#pragma once

#include "http-transport.h"
#include "query-client.h"

/* One call of the query client. Private to query-client.c. */

G_BEGIN_DECLS

/**
 * AmfaQueryWire:
 * @clock_offset: AWS's clock minus ours in seconds, with the noise of the measurement
 * @was_resigned: the last call that succeeded was signed by AWS's clock
 *
 * What all calls of a client share.
 */
typedef struct
{
  AmfaHttpTransport *transport;
  guint deadline_ms;
  gint64 clock_offset;
  gboolean is_clock_measured;
  gboolean was_resigned;
} AmfaQueryWire;

void amfa_query_call_run (GTask *task, AmfaQueryWire *wire, const AmfaQuery *query);

G_END_DECLS
