#include "core/model/query-form.h"

static void
test_encodes (void)
{
  const AmfaQueryParameter parameters[] = {
    { "SerialNumber", "arn:aws:iam::123456789012:mfa/a b+c=d,e.f@g-h_i~" },
    { "Marker", NULL },
    { "TokenCode", "730915" },
    { "Empty", "" },
    { "Name", "é&%" },
  };
  g_autoptr (AmfaSecret) form = amfa_query_form_encode ("GetSessionToken", "2011-06-15", parameters,
                                                        G_N_ELEMENTS (parameters));

  g_assert_cmpstr (
      amfa_secret_peek (form), ==,
      "Action=GetSessionToken&Version=2011-06-15"
      "&SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fa%20b%2Bc%3Dd%2Ce.f%40g-h_i~"
      "&TokenCode=730915&Empty=&Name=%C3%A9%26%25");
}

static void
test_no_parameters (void)
{
  g_autoptr (AmfaSecret) form = amfa_query_form_encode ("GetCallerIdentity", "2011-06-15", NULL, 0);

  g_assert_cmpstr (amfa_secret_peek (form), ==, "Action=GetCallerIdentity&Version=2011-06-15");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/query-form/encodes", test_encodes);
  g_test_add_func ("/query-form/no-parameters", test_no_parameters);

  return g_test_run ();
}
