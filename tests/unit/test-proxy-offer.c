#include "core/model/proxy-offer.h"

#define MINUTES G_TIME_SPAN_MINUTE

/* Whether a password may be offered, and what becomes of it then. */
typedef struct
{
  double minute;
  enum
  {
    OFFERED_ACCEPTED,
    OFFERED_REFUSED,
    OFFERED_LOST,
    OFFERED_CANCELLED,
    HELD_BACK_REFUSED, /* by the answer of before */
    HELD_BACK_LOST,
    REQUEST_ENDS,
  } event;
} Step;

typedef struct
{
  const char *name;
  Step steps[16];
  gsize n_steps;
} Row;

#define STEPS(...) .steps = { __VA_ARGS__ }, .n_steps = G_N_ELEMENTS (((Step[]){ __VA_ARGS__ }))

static const Row rows[] = {
  { "rests", STEPS ({ 0, OFFERED_REFUSED },
                    { 0, HELD_BACK_REFUSED },
                    { 0, REQUEST_ENDS },
                    { 0.99, HELD_BACK_REFUSED },
                    { 1, OFFERED_REFUSED },
                    { 1, HELD_BACK_REFUSED },
                    { 4.99, HELD_BACK_REFUSED },
                    { 5, OFFERED_REFUSED },
                    { 20.99, HELD_BACK_REFUSED },
                    { 21, OFFERED_REFUSED },
                    { 80, HELD_BACK_REFUSED },
                    { 81, OFFERED_REFUSED },
                    { 140, HELD_BACK_REFUSED },
                    { 141, OFFERED_REFUSED }) },
  { "outage", STEPS ({ 0, OFFERED_ACCEPTED },
                     { 0, OFFERED_ACCEPTED },
                     { 9, OFFERED_REFUSED },
                     { 9.5, HELD_BACK_REFUSED },
                     { 10, OFFERED_REFUSED },
                     { 14, OFFERED_ACCEPTED },
                     { 14, OFFERED_ACCEPTED },
                     { 20, OFFERED_REFUSED },
                     { 20.9, HELD_BACK_REFUSED },
                     { 21, OFFERED_ACCEPTED }) },
  { "one-a-rest", STEPS ({ 0, OFFERED_REFUSED },
                         { 1, OFFERED_LOST },
                         { 1, HELD_BACK_REFUSED },
                         { 1, REQUEST_ENDS },
                         { 1, HELD_BACK_REFUSED },
                         { 5, OFFERED_CANCELLED },
                         { 5, HELD_BACK_REFUSED },
                         { 21, OFFERED_ACCEPTED }) },
  { "two-a-request", STEPS ({ 0, OFFERED_LOST },
                            { 0, OFFERED_LOST },
                            { 0, HELD_BACK_LOST },
                            { 100, HELD_BACK_LOST },
                            { 100, REQUEST_ENDS },
                            { 100, OFFERED_LOST },
                            { 100, OFFERED_ACCEPTED },
                            { 100, OFFERED_LOST }) },
  { "cancelled", STEPS ({ 0, OFFERED_CANCELLED },
                        { 0, OFFERED_CANCELLED },
                        { 0, OFFERED_LOST },
                        { 0, OFFERED_CANCELLED },
                        { 0, OFFERED_REFUSED },
                        { 0, HELD_BACK_REFUSED }) },
};

/* What GIO says. */
static GError *
make_error (int event)
{
  static const int codes[] = {
    [OFFERED_REFUSED] = G_IO_ERROR_PROXY_AUTH_FAILED,
    [OFFERED_LOST] = G_IO_ERROR_PROXY_FAILED,
    [OFFERED_CANCELLED] = G_IO_ERROR_CANCELLED,
    [HELD_BACK_REFUSED] = G_IO_ERROR_PROXY_AUTH_FAILED,
    [HELD_BACK_LOST] = G_IO_ERROR_PROXY_FAILED,
  };

  return event == OFFERED_ACCEPTED ? NULL : g_error_new_literal (G_IO_ERROR, codes[event], "…");
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  AmfaProxyOffer offer = { 0 };

  for (gsize i = 0; i < row->n_steps; i++)
    {
      const Step *step = &row->steps[i];
      gint64 now = (gint64) (step->minute * MINUTES);
      g_autoptr (GError) expected = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("step %zu", i);
      if (step->event == REQUEST_ENDS)
        {
          amfa_proxy_offer_end_request (&offer);
          continue;
        }
      expected = make_error (step->event);
      if (step->event == HELD_BACK_REFUSED || step->event == HELD_BACK_LOST)
        {
          g_assert_false (amfa_proxy_offer_take (&offer, now, &error));
          g_assert_error (error, G_IO_ERROR, expected->code);
          continue;
        }
      g_assert_true (amfa_proxy_offer_take (&offer, now, &error));
      g_assert_no_error (error);
      amfa_proxy_offer_note (&offer, expected, now);
    }
  amfa_proxy_offer_end_request (&offer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/proxy-offer/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }

  return g_test_run ();
}
