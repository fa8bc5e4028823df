#define G_LOG_DOMAIN "amfa-proxy-offer"

#include "proxy-offer.h"

/* A wrong password that is sent again and again gets a company account locked, and a right one is
 * refused as well while the proxy cannot ask whoever knows it. So a refused password rests, for a
 * minute at first and longer each time, and then it is offered once: whoever tries again later gets
 * an answer of the day, and a program that keeps asking makes four offers in its first hour.
 *
 * An offer that is answered otherwise, or not at all, may have been counted as a wrong password all
 * the same: a request makes two of them at most. */

#define MAX_UNANSWERED 2

static const int rest_minutes[] = { 1, 4, 16, 60 };

static void
rest (AmfaProxyOffer *self, gint64 now)
{
  self->rests_until =
      now + rest_minutes[MIN (self->rests, G_N_ELEMENTS (rest_minutes) - 1)] * G_TIME_SPAN_MINUTE;
  self->rests++;
}

/**
 * amfa_proxy_offer_take:
 * @now: microseconds, of a clock that only goes forward
 * @error: of %G_IO_ERROR mostly: what became of it the last time
 *
 * Returns: whether it may be offered now, once
 */
gboolean
amfa_proxy_offer_take (AmfaProxyOffer *self, gint64 now, GError **error)
{
  gboolean is_refused = self->verdict == AMFA_PROXY_VERDICT_REFUSED;

  if (is_refused && now < self->rests_until)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED, "not offered again");
      return FALSE;
    }
  if (self->unanswered >= MAX_UNANSWERED)
    {
      g_propagate_error (error, g_error_copy (self->last));
      return FALSE;
    }
  /* Whatever becomes of this offer. */
  if (is_refused)
    rest (self, now);
  return TRUE;
}

/**
 * amfa_proxy_offer_note:
 * @error: (nullable): what became of the offer; none if the proxy let us through
 * @now: as above
 */
void
amfa_proxy_offer_note (AmfaProxyOffer *self, const GError *error, gint64 now)
{
  if (!error)
    {
      self->verdict = AMFA_PROXY_VERDICT_ACCEPTED;
      self->rests = 0;
      amfa_proxy_offer_end_request (self);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED))
    {
      if (self->verdict != AMFA_PROXY_VERDICT_REFUSED)
        rest (self, now);
      self->verdict = AMFA_PROXY_VERDICT_REFUSED;
      amfa_proxy_offer_end_request (self);
    }
  /* Somebody else may have learnt more meanwhile. And whoever cancels does not ask again. */
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      self->unanswered++;
      g_clear_error (&self->last);
      self->last = g_error_copy (error);
    }
}

/**
 * amfa_proxy_offer_end_request:
 *
 * Forgets what was not answered. To be called before it is freed, too.
 */
void
amfa_proxy_offer_end_request (AmfaProxyOffer *self)
{
  self->unanswered = 0;
  g_clear_error (&self->last);
}
