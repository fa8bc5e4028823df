#pragma once

#include <gio/gio.h>

/* How often a password is offered to a proxy. Pure: the caller has looked at the clock. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_PROXY_VERDICT_UNKNOWN,
  AMFA_PROXY_VERDICT_ACCEPTED,
  AMFA_PROXY_VERDICT_REFUSED,
} AmfaProxyVerdict;

/**
 * AmfaProxyOffer:
 * @unanswered: how often neither yes nor no came back
 * @rests: how often it has rested since it was accepted
 * @rests_until: microseconds
 * @last: what came back instead of an answer
 *
 * What became of a password at a proxy. Begins as zeros.
 */
typedef struct
{
  AmfaProxyVerdict verdict;
  guint unanswered;
  guint rests;
  gint64 rests_until;
  GError *last;
} AmfaProxyOffer;

gboolean amfa_proxy_offer_take (AmfaProxyOffer *self, gint64 now, GError **error);
void amfa_proxy_offer_note (AmfaProxyOffer *self, const GError *error, gint64 now);
void amfa_proxy_offer_end_request (AmfaProxyOffer *self);

G_END_DECLS
