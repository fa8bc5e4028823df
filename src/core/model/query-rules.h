#pragma once

#include <gio/gio.h>

#include "endpoint.h"
#include "response.h"

/* When a request may be sent again, by whose clock it is signed, and what a failure of the
 * transport means. Pure: the caller has looked at the clock. */

G_BEGIN_DECLS

int amfa_query_retry_delay (const GError *error, guint attempts, double random);

gboolean amfa_clock_is_possible (gint64 server_time);
gint64 amfa_clock_measure (gint64 server_time, gint64 sent_at, gint64 answered_at);
gint64 amfa_clock_strip_noise (gint64 offset);
gint64 amfa_clock_skew_to_sign_with (gint64 offset);
AmfaMoment amfa_clock_judge (gint64 date, gint64 answered_at, const gint64 *offset);

const char *amfa_tls_name_outdated (GTlsProtocolVersion version);
GError *amfa_transport_error (const GError *transport,
                              GTlsCertificateFlags certificate,
                              gboolean has_headers,
                              const AmfaEndpoint *endpoint);

G_END_DECLS
