#include "core/model/role-list.h"

#define ARN(name) "arn:aws:iam::123456789012:role/" name

/* The config file: profiles, their roles, and where these begin. */
static const struct
{
  const char *profile;
  const char *role;
  const char *source;
} described[] = {
  { "prod", "Admin", "default" },  { "broken", "x y", "default" }, { "loop", "Loop", "pool" },
  { "pool", "Pool", "loop" },      { "far", "Audit", "prod" },     { "near", "Audit", "default" },
  { "again", "Admin", "default" }, { "other", "Admin", "work" },   { "lent", "Admin", NULL },
};

static AmfaIniDocument *
parse (const char *text)
{
  g_autoptr (AmfaSecret) bytes = amfa_secret_new (text, -1);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *document = amfa_ini_document_parse (bytes, &error);

  g_assert_no_error (error);
  return document;
}

static GPtrArray *
read_list (void)
{
  g_autoptr (GString) text = g_string_new ("[default]\n");
  g_autoptr (AmfaIniDocument) credentials = parse ("[work]\naws_access_key_id = AKIA1\n");
  g_autoptr (AmfaIniDocument) config = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (described); i++)
    g_string_append_printf (text, "[profile %s]\nrole_arn = " ARN ("%s") "\n%s = %s\n",
                            described[i].profile, described[i].role,
                            described[i].source ? "source_profile" : "credential_source",
                            described[i].source ? described[i].source : "Environment");
  config = parse (text->str);
  return amfa_role_list_read (credentials, config);
}

/* "profile=role …" */
static char *
describe (const char *source, const char *held)
{
  g_autoptr (GPtrArray) list = read_list ();
  g_autoptr (GPtrArray) roles = amfa_role_list_get_roles (list, source, held);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < roles->len; i++)
    {
      const AmfaRole *role = g_ptr_array_index (roles, i);
      g_autofree char *name = amfa_role_arn_get_name (role->arn);

      g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "",
                              role->profile ? role->profile : "?", name);
    }
  return g_string_free (text, FALSE);
}

static void
test_roles (void)
{
  static const struct
  {
    const char *source;
    const char *held;
    const char *expected;
  } cases[] = {
    { "default", NULL, "prod=Admin far=Audit" },
    { "default", ARN ("Audit"), "prod=Admin far=Audit" },
    { "default", ARN ("Guest"), "prod=Admin far=Audit ?=Guest" },
    { "work", NULL, "other=Admin" },
    { "prod", NULL, "" },
    { "nowhere", ARN ("Guest"), "?=Guest" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = describe (cases[i].source, cases[i].held);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_ways (void)
{
  g_autoptr (GPtrArray) list = read_list ();
  const AmfaRoleChain *chain = amfa_role_list_find (list, "default", ARN ("Audit"));

  /* The shorter one, though it comes later. */
  g_assert_cmpuint (chain->roles->len, ==, 1);
  chain = amfa_role_list_find (list, "default", ARN ("Admin"));
  g_assert_cmpstr (((const AmfaRole *) g_ptr_array_index (chain->roles, 0))->profile, ==, "prod");
  g_assert_nonnull (amfa_role_list_find (list, NULL, ARN ("Admin")));
  g_assert_null (amfa_role_list_find (list, "work", ARN ("Audit")));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/role-list/roles", test_roles);
  g_test_add_func ("/role-list/ways", test_ways);
  return g_test_run ();
}
