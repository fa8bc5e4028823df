#include "core/model/proxy-challenge.h"

static void
test_rows (void)
{
  static const struct
  {
    const char *fields;
    const char *others;
  } ROWS[] = {
    { "", NULL },
    { "Proxy-Authenticate: Basic realm=\"p\"\r\n", NULL },
    { "proxy-authenticate:basic\r\n", NULL },
    { "Proxy-Authenticate: Digest realm=\"p\", nonce=\"n\", qop=\"auth, auth-int\"\r\n", "Digest" },
    { "Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\n", "NTLM, Negotiate" },
    { "PROXY-AUTHENTICATE:  negotiate , NTLM\r\n", "NTLM, Negotiate" },
    { "Proxy-Authenticate: NTLM\n", "NTLM" },
    { "Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm=\"p\"\r\n", NULL },
    { "Proxy-Authenticate: Digest realm=\"p\", Basic realm=\"p\"\r\n", NULL },
    { "Proxy-Authenticate: Basic realm=\"p\", Digest realm=\"p\"\r\n", NULL },
    { "Proxy-Authenticate: Bearer\r\n", NULL },
    { "Proxy-Authenticate: NTLMv9\r\n", NULL },
    { "WWW-Authenticate: NTLM\r\n", NULL },
    { "X: Proxy-Authenticate: NTLM\r\n", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autofree char *head =
          g_strconcat ("HTTP/1.1 407 Authenticate\r\n", ROWS[i].fields, "\r\n", NULL);
      g_autofree char *found = amfa_proxy_challenge_dup_others (head);

      g_test_message ("%s", ROWS[i].fields);
      g_assert_cmpstr (found, ==, ROWS[i].others);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/proxy-challenge/rows", test_rows);

  return g_test_run ();
}
