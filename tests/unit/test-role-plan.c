#include "core/model/error.h"
#include "core/model/role-plan.h"

#define ARN(name) "arn:aws:iam::123456789012:role/" name
#define ALICE "arn:aws:iam::123456789012:user/team/alice"
#define ROLE "role_arn = arn:aws:iam::123456789012:role/"
#define OF_DEFAULT "\nsource_profile = default\n"
#define SECONDS "duration_seconds = "

static const char CONFIG[] =
    "[default]\n"
    "[profile admin]\n" ROLE "Admin" OF_DEFAULT "external_id = x1\nmfa_serial = GAHT12345678\n"
    "[profile long]\n" ROLE "Long" OF_DEFAULT SECONDS "7200\n"
    "[profile next]\n" ROLE "Next\nsource_profile = admin\n"
    "[profile next-long]\n" ROLE "Next\nsource_profile = admin\n" SECONDS "7200\n"
    "[profile short]\n" ROLE "Short" OF_DEFAULT SECONDS "899\n"
    "[profile never]\n" ROLE "Never" OF_DEFAULT SECONDS "0\n"
    "[profile years]\n" ROLE "Years" OF_DEFAULT SECONDS "315360000\n"
    "[profile words]\n" ROLE "Words" OF_DEFAULT SECONDS "12x\n"
    "[profile env]\n" ROLE "Admin\ncredential_source = Environment\n";

static AmfaIniDocument *
parse (const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);

  return amfa_ini_document_parse (secret, NULL);
}

static AmfaRolePlan *
make (const char *profile, const char *role, guint duration, gboolean has_keys, GError **error)
{
  const char *const envp[] = { "HOME=/home/alice", has_keys ? "AWS_ACCESS_KEY_ID=AKIA1" : NULL,
                               "AWS_SECRET_ACCESS_KEY=s", NULL };
  g_autoptr (AmfaEnvironment) environment = amfa_environment_new (
      envp, "com.example.AwsMfa",
      &(AmfaSurroundings){
          .home = "/home/alice", .directory = "/cwd", .runtime_dir = "/run/user/1" });
  g_autoptr (AmfaIniDocument) credentials = parse ("");
  g_autoptr (AmfaIniDocument) config = parse (CONFIG);
  const AmfaProfileOptions said = { .duration = duration };

  amfa_environment_read_keys (environment, envp);
  return amfa_role_plan_new (profile, role, credentials, config, environment, &said, error);
}

/* "source: role > role, external id of the last, seconds, way, serial" */
static char *
describe (const AmfaRolePlan *plan)
{
  GString *text = g_string_new (plan->source);
  const AmfaRole *last = amfa_role_plan_get_role (plan);

  g_string_append_c (text, ':');
  for (guint i = 0; i < plan->roles->len; i++)
    {
      const AmfaRole *role = g_ptr_array_index (plan->roles, i);
      g_autofree char *name = amfa_role_arn_get_name (role->arn);

      g_string_append_printf (text, " %s=%u", name, amfa_role_plan_get_duration (plan, i));
    }
  if (last)
    g_string_append_printf (text, " %u%s%s%s", plan->duration, plan->is_direct ? " direct" : "",
                            last->external_id ? " " : "",
                            last->external_id ? last->external_id : "");
  if (plan->serial)
    g_string_append_printf (text, " %s", plan->serial);
  return g_string_free (text, FALSE);
}

static void
test_plans (void)
{
  static const struct
  {
    const char *profile;
    const char *role;
    guint duration;
    const char *expected;
  } cases[] = {
    { "default", NULL, 0, "default:" },
    { "default", NULL, 43200, "default:" },
    { "default", "-", 0, "default:" },
    { "admin", NULL, 0, "default: Admin=3600 3600 x1 GAHT12345678" },
    { "admin", "-", 900, "default: Admin=900 900 x1 GAHT12345678" },
    { "admin", NULL, 3601, "default: Admin=3600 3601 direct x1 GAHT12345678" },
    { "long", NULL, 0, "default: Long=3600 7200 direct" },
    { "long", NULL, 3600, "default: Long=3600 3600" },
    { "next", NULL, 1200, "default: Admin=3600 Next=1200 1200 GAHT12345678" },
    { "next-long", NULL, 3600, "default: Admin=3600 Next=3600 3600 GAHT12345678" },
    /* What the files say of a role counts, if it is assumed from the same profile. */
    { "default", ARN ("Admin"), 0, "default: Admin=3600 3600 x1 GAHT12345678" },
    { "default", ARN ("Long"), 0, "default: Long=3600 7200 direct" },
    { "default", ARN ("Next"), 900, "default: Admin=3600 Next=900 900 GAHT12345678" },
    { "default", ARN ("Other"), 0, "default: Other=3600 3600" },
    { "admin", ARN ("Next"), 0, "default: Admin=3600 Next=3600 3600 GAHT12345678" },
    /* As botocore has it; what AWS would refuse is another matter. */
    { "words", NULL, 0, "default: Words=3600 3600" },
    { "years", NULL, 1200, "default: Years=1200 1200" },
    { "env", NULL, 0, "env: Admin=3600 3600" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaRolePlan) plan =
          make (cases[i].profile, cases[i].role, cases[i].duration, TRUE, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = describe (plan);
      g_assert_cmpstr (text, ==, cases[i].expected);
      g_assert_cmpint (plan->from_environment, ==, g_str_equal (cases[i].profile, "env"));
    }
}

static void
test_problems (void)
{
  static const struct
  {
    const char *profile;
    const char *role;
    guint duration;
    AmfaRoleProblem problem;
  } cases[] = {
    { "default", "Admin", 0, AMFA_ROLE_PROBLEM_ARN },
    { "default", "", 0, AMFA_ROLE_PROBLEM_ARN },
    { "admin", NULL, 43201, AMFA_ROLE_PROBLEM_DURATION },
    { "short", NULL, 0, AMFA_ROLE_PROBLEM_DURATION },
    { "never", NULL, 0, AMFA_ROLE_PROBLEM_DURATION },
    { "years", NULL, 0, AMFA_ROLE_PROBLEM_DURATION },
    { "next", NULL, 3601, AMFA_ROLE_PROBLEM_CHAINED_DURATION },
    { "next-long", NULL, 0, AMFA_ROLE_PROBLEM_CHAINED_DURATION },
    { "admin", ARN ("Next"), 7200, AMFA_ROLE_PROBLEM_CHAINED_DURATION },
    { "env", NULL, 0, AMFA_ROLE_PROBLEM_NO_ENVIRONMENT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (make (cases[i].profile, cases[i].role, cases[i].duration, FALSE, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_ROLE_UNUSABLE);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, cases[i].problem);
    }
}

static void
test_identities (void)
{
  static const struct
  {
    const char *profile;
    const char *role;
    const char *user;
    const char *expected;
  } cases[] = {
    { "default", NULL, ALICE, ALICE },
    { "default", NULL, NULL, NULL },
    { "default", ARN ("team/Admin"), ALICE,
      "arn:aws:sts::123456789012:assumed-role/Admin/awsmfa-alice" },
    { "default", "arn:aws-cn:iam::210987654321:role/R", NULL,
      "arn:aws-cn:sts::210987654321:assumed-role/R/awsmfa-user" },
    { "default", ARN ("R"), "arn:aws:iam::123456789012:user/a b",
      "arn:aws:sts::123456789012:assumed-role/R/awsmfa-a-b" },
    { "default", ARN ("R"),
      "arn:aws:iam::123456789012:user/"
      "0123456789012345678901234567890123456789012345678901234567890",
      "arn:aws:sts::123456789012:assumed-role/R/"
      "awsmfa-012345678901234567890123456789012345678901234567890123456" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AmfaRolePlan) plan = make (cases[i].profile, cases[i].role, 0, TRUE, NULL);
      g_autofree char *identity = amfa_role_plan_dup_identity (plan, cases[i].user);

      g_assert_cmpstr (identity, ==, cases[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/role-plan/plans", test_plans);
  g_test_add_func ("/role-plan/problems", test_problems);
  g_test_add_func ("/role-plan/identities", test_identities);
  return g_test_run ();
}
